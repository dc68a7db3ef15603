"""The history modes on a real warehouse: what each keeps of the same files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sandbox.load_files import SEQUENCE
from tests.sandbox.load_tools import Load


@pytest.fixture
def deployed(aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Called with a history mode, a road whose table public.returns has it."""

    @contextmanager
    def made(history: str) -> Iterator[Load]:
        load = Load(aws, f"keeps-{history.replace('_', '-')}", {"history": history})
        load.capture.answer(monkeypatch)
        load.deploy()
        try:
            yield load
        finally:
            load.remove()

    return made


def changed_and_loaded_again(load: Load) -> None:
    """Two rows; one is paid, the other deleted; a third moves its key; then a second full load."""
    load.capture.completed("returns", rows=3)
    rows = [("I", key, "new", 0, None) for key in (1, 2, 3)]
    load.land("LOAD00000001", *rows, table="returns")
    changes = [
        ("U", 1, "paid", SEQUENCE + 1, 1),
        ("D", 2, None, SEQUENCE + 2, 2),
        ("U", 4, "moved", SEQUENCE + 3, 3),
    ]
    load.land("20990101-000000001", *changes, table="returns")
    assert load.orders("returns")["pages"] == 2
    load.land("20990101-000000002", *changes, table="returns")
    assert load.orders("returns")["rows"] == {"loaded": 3, "upserted": 0, "deleted": 0}
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    load.capture.completed("returns", rows=2)
    rows = [("I", key, "paid", 0, None) for key in (1, 5)]
    load.land("LOAD00000001", *rows, table="returns")
    for key in load.keys("raw/public/returns/2"):
        load.aws("s3").delete_object(Bucket=load.bucket, Key=key)
    assert load.orders("returns")["files"] == 1


@pytest.mark.parametrize(
    ("history", "columns", "rows"),
    [
        ("current", "order_id, status", [[1, "paid"], [5, "paid"]]),
        (
            "soft_delete",
            "order_id, status, _deleted",
            [
                [1, "paid", False],
                [2, "new", True],
                [3, "new", True],
                [4, "moved", True],
                [5, "paid", False],
            ],
        ),
        (
            "append",
            "order_id, _op, status",
            [
                [1, "I", "new"],
                [1, "U", "paid"],
                [1, "I", "paid"],
                [2, "I", "new"],
                [2, "D", None],
                [3, "I", "new"],
                [3, "D", None],
                [4, "U", "moved"],
                [4, "D", None],
                [5, "I", "paid"],
            ],
        ),
        (
            "scd2",
            "order_id, status, is_current, valid_to IS NULL",
            [
                [1, "new", False, False],
                [1, "paid", True, True],
                [2, "new", False, False],
                [3, "new", False, False],
                [4, "moved", False, False],
                [5, "paid", True, True],
            ],
        ),
    ],
)
def test_each_mode_keeps_its_past(
    deployed: Callable[[str], Any], history: str, columns: str, rows: list[list[Any]]
) -> None:
    with deployed(history) as load:
        changed_and_loaded_again(load)
        found = load.query(f"SELECT {columns} FROM analytics.returns ORDER BY order_id, _seq")
        assert found == rows
