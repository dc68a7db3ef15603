"""The load's state machine on a real warehouse: files in, rows out, whatever happens between.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import registry
from tests.sandbox.load_files import committed, delete, insert, snapshot, update
from tests.sandbox.load_tools import Load, loaded_once


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Load]:
    load = Load(aws, "loadtest")
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    """An empty road from the landing zone to the warehouse."""
    deployed.capture.answer(monkeypatch)
    deployed.clear()
    return deployed


def test_a_full_load_and_the_changes_after_it_arrive(load: Load) -> None:
    load.capture.completed("orders", rows=3)
    load.land("LOAD00000001", snapshot(1, "new"), snapshot(2, "new"), snapshot(3, "new"))
    load.land("20990101-000000001", update(1, "paid", 1), delete(2, 2))
    load.land("20990101-000000002", update(4, "sent", 3, before=3))
    report = load.orders()
    assert report == {
        "table": "public.orders",
        "status": "loaded",
        "files": 3,
        "pages": 2,
        "more": False,
        "rows": {"loaded": 6, "upserted": 5, "deleted": 2},
        "reason": "",
    }
    assert load.warehouse() == {1: "paid", 4: "sent"}


def test_nothing_new_does_not_touch_redshift(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded_once(load)

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("Redshift was called")

    monkeypatch.setitem(registry._handlers, ("redshift-data", "BatchExecuteStatement"), refuse)
    report = load.orders()
    assert (report["status"], report["files"]) == ("nothing new", 0)


def test_a_file_that_appears_late_under_an_earlier_name_is_loaded(load: Load) -> None:
    loaded_once(load)
    load.land("20990101-000000009", insert(9, "late?", 9))
    load.orders()
    load.land("20990101-000000005", insert(5, "late", 5))
    assert load.orders()["files"] == 1
    assert load.warehouse() == {1: "new", 2: "new", 5: "late", 9: "late?"}


def test_the_cursor_moves_past_the_last_thirty_files(load: Load) -> None:
    loaded_once(load)
    keys = [load.land(f"20990101-{n:09d}", insert(n, "many", n)) for n in range(100, 135)]
    assert load.orders()["files"] == 35
    cursor = load.cursor()
    assert cursor["start_after"]["S"] == keys[4]
    assert [each["S"] for each in cursor["recent"]["L"]] == keys[5:]
    assert load.orders()["status"] == "nothing new"


def test_a_table_whose_full_load_has_not_ended_waits(load: Load) -> None:
    report = load.orders()
    assert (report["status"], report["reason"]) == (
        "not ready",
        "DMS: the task does not know the table",
    )
    load.capture.completed("orders")
    load.capture.tables["orders"]["TableState"] = "Full load"
    report = load.orders()
    assert (report["status"], report["reason"]) == ("not ready", "DMS: Full load")
    assert "lease_owner" not in load.cursor()


def test_a_reload_replaces_what_was_there_with_its_own_files_alone(load: Load) -> None:
    loaded_once(load)
    load.land("LOAD00000002", snapshot(7, "stale"))
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    load.capture.completed("orders", rows=1)
    load.land("LOAD00000001", snapshot(3, "again"))
    report = load.orders()
    assert (report["status"], report["files"]) == ("loaded", 1)
    assert load.warehouse() == {3: "again"}


@pytest.mark.parametrize(
    ("began_anew", "left"), [(False, {1: "new", 3: "old"}), (True, {1: "new"})]
)
def test_what_a_task_captured_before_it_began_anew_is_not_loaded_after_its_full_load(
    load: Load, began_anew: bool, left: dict[int, str]
) -> None:
    loaded_once(load)
    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    load.land(f"{a_minute_ago:%Y%m%d-%H%M%S}000", insert(3, "old", 1))
    assert load.orders()["status"] == "loaded"
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    if began_anew:
        load.capture.task["FreshStartDate"] = datetime.now(UTC)
    load.capture.completed("orders", rows=1)
    load.land("LOAD00000001", snapshot(1, "new"))
    assert load.orders()["status"] == "loaded"
    assert load.warehouse() == left


def test_a_reload_of_a_table_that_is_empty_now_empties_it(load: Load) -> None:
    loaded_once(load)
    time.sleep(1.1)
    load.capture.completed("orders", rows=0)
    report = load.orders()
    assert (report["status"], report["files"]) == ("loaded", 0)
    assert load.warehouse() == {}


def test_old_changes_bring_no_row_of_a_truncated_table_back(load: Load) -> None:
    loaded_once(load)
    time.sleep(1.1)
    began = load.capture.completed("orders", rows=0)
    for number, key, seconds in ((1, 3, 3600), (2, 4, 302), (3, 5, 298), (4, 6, -10)):
        sequence = committed(began - timedelta(seconds=seconds))
        load.land(
            f"{began + timedelta(seconds=number):%Y%m%d-%H%M%S}000",
            ("I", key, "new", sequence, None),
        )
    report = load.orders()
    assert (report["files"], report["rows"]["loaded"]) == (4, 2)
    assert load.warehouse() == {5: "new", 6: "new"}


@pytest.mark.parametrize("sequence", [None, "", " "])
def test_a_change_without_sequence_stops_the_load(load: Load, sequence: str | None) -> None:
    loaded_once(load)
    load.land("20990101-000000001", ("I", 3, "new", sequence, None))
    ended = load.run({"tables": ["public.orders"]})
    assert ended["cause"].startswith("public.orders: Redshift: ")
    assert load.warehouse() == {1: "new", 2: "new"}


def test_a_task_without_statistics_goes_on_from_what_was_loaded(load: Load) -> None:
    loaded_once(load)
    load.capture.tables.clear()
    load.land("20990101-000000001", insert(3, "new", 1))
    assert load.orders()["status"] == "loaded"
    assert load.warehouse() == {1: "new", 2: "new", 3: "new"}


def test_a_task_that_forgot_when_it_loaded_goes_on_too(load: Load) -> None:
    loaded_once(load)
    for known in ("FullLoadStartTime", "FullLoadEndTime", "FullLoadRows"):
        del load.capture.tables["orders"][known]
    load.land("20990101-000000001", insert(3, "new", 1))
    assert load.orders()["status"] == "loaded"
    assert load.warehouse() == {1: "new", 2: "new", 3: "new"}


def test_what_a_killed_execution_left_behind_does_not_undo_later_loads(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = registry._handlers["redshift-data", "BatchExecuteStatement"]
    submitted: list[list[str]] = []

    def remembered(call: Any, **request: Any) -> Any:
        submitted.append(request["Sqls"])
        return submit(call, **request)

    monkeypatch.setitem(registry._handlers, ("redshift-data", "BatchExecuteStatement"), remembered)
    loaded_once(load)
    reload = submitted[0]
    load.land("20990101-000000001", insert(3, "new", 1), delete(1, 2))
    load.orders()
    with pytest.raises(AssertionError, match="zero"):
        load.query(*reload)
    assert load.warehouse() == {2: "new", 3: "new"}


def test_a_table_in_another_executions_hands_is_busy(load: Load) -> None:
    load.capture.completed("orders")
    load.land("LOAD00000001", snapshot(1, "new"))
    lease = {
        "table_name": {"S": "public.orders"},
        "lease_owner": {"S": "another"},
        "lease_until": {"N": str(int(time.time() * 1000) + 60000)},
    }
    load.aws("dynamodb").put_item(TableName=load.values["cursor_table"], Item=lease)
    assert load.orders()["status"] == "busy"
    expired = lease | {"lease_until": {"N": "1"}}
    load.aws("dynamodb").put_item(TableName=load.values["cursor_table"], Item=expired)
    assert load.orders()["status"] == "loaded"
