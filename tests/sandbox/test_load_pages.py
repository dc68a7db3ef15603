"""Loads of more files than a state, a transaction or an execution can take.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.load_files import SEQUENCE
from tests.sandbox.load_tools import Load, definition


def mocked(load: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    load.capture.answer(monkeypatch)
    load.clear()
    return load


@pytest.fixture(scope="module")
def small(aws: Callable[..., Any]) -> Iterator[Load]:
    load = Load(aws, "pagetest", page_files=35, batch_statements=24, execution_pages=3)
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(small: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    """A load of pages of 35 files: 3 pages to a full load, 3 to an execution."""
    return mocked(small, monkeypatch)


def full_load(load: Load, files: int) -> None:
    load.capture.completed("orders", rows=files)
    for number in range(1, files + 1):
        load.land(f"LOAD{number:08X}", ("I", number, "new", 0, None))


def test_a_full_load_of_several_pages_is_one_transaction(load: Load) -> None:
    full_load(load, 105)
    report = load.orders()
    assert (report["status"], report["files"], report["rows"]["loaded"]) == ("loaded", 105, 105)
    assert len(load.keys("load/manifests/orders/")) == 3
    assert load.query("SELECT COUNT(*) FROM etl.load_audit WHERE file_count = 105") == [[1]]
    assert len(load.warehouse()) == 105


def test_a_full_load_of_too_many_files_says_how_many_are_allowed(load: Load) -> None:
    full_load(load, 106)
    ended = load.run({"tables": ["public.orders"]})
    assert ended["cause"].startswith(
        "public.orders: The full load has more files than one transaction can take; allowed: 105."
    )
    assert load.warehouse() == {}


def test_stale_files_of_an_earlier_full_load_fill_no_page(load: Load) -> None:
    full_load(load, 80)
    load.orders()
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    full_load(load, 10)
    assert load.orders()["files"] == 10
    assert len(load.warehouse()) == 10


def test_many_changes_are_loaded_over_several_executions(load: Load) -> None:
    full_load(load, 1)
    assert load.orders()["status"] == "loaded"
    for number in range(1, 81):
        load.land(f"20990101-{number:09d}", ("I", number, f"s{number}", SEQUENCE + number, None))
    reports = [load.orders()]
    while reports[-1]["more"]:
        reports.append(load.orders())
    assert len(reports) > 1
    assert {report["status"] for report in reports} == {"loaded"}
    assert sum(report["files"] for report in reports) == 80
    assert load.warehouse() == {number: f"s{number}" for number in range(1, 81)}


def test_an_execution_that_is_not_young_leaves_further_pages_to_the_next(
    small: Load, load: Load
) -> None:
    full_load(load, 1)
    load.orders()
    for number in range(1, 41):
        load.land(f"20990101-{number:09d}", ("I", number, f"s{number}", SEQUENCE + number, None))
    states, values = load.aws("stepfunctions"), load.values
    try:
        for seconds in (0, values["page_seconds"]):
            text = json.dumps(definition(values | {"page_seconds": seconds}))
            states.update_state_machine(stateMachineArn=load.machine, definition=text)
            report = load.orders()
            assert report["more"] is (seconds == 0)
    finally:
        text = json.dumps(definition(values))
        states.update_state_machine(stateMachineArn=load.machine, definition=text)
    assert len(load.warehouse()) == 40
