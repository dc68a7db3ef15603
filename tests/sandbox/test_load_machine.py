"""The load's state machine on a real warehouse: files in, rows out, whatever happens between.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import registry
from tests.sandbox.load_tools import Load

SEQUENCE = 10**34


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Load]:
    load = Load(aws, "loadtest")
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    """An empty road from the landing zone to the warehouse."""
    for name, handler in (
        ("DescribeReplicationTasks", deployed.capture.describe_tasks),
        ("DescribeTableStatistics", deployed.capture.describe_statistics),
    ):
        monkeypatch.setitem(registry._handlers, ("dms", name), handler)
    deployed.clear()
    return deployed


def insert(key: int, status: str, order: int) -> tuple[Any, ...]:
    return ("I", key, status, SEQUENCE + order, None)


def update(key: int, status: str, order: int, before: int | None = None) -> tuple[Any, ...]:
    return ("U", key, status, SEQUENCE + order, key if before is None else before)


def delete(key: int, order: int) -> tuple[Any, ...]:
    return ("D", key, None, SEQUENCE + order, key)


def snapshot(key: int, status: str) -> tuple[Any, ...]:
    return ("I", key, status, 0, None)


def loaded_once(load: Load) -> None:
    """A first load of two orders, done."""
    load.capture.completed("orders", rows=2)
    load.land("LOAD00000001", snapshot(1, "new"), snapshot(2, "new"))
    assert load.orders()["status"] == "loaded"


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


def test_a_reload_of_a_table_that_is_empty_now_empties_it(load: Load) -> None:
    loaded_once(load)
    time.sleep(1.1)
    load.capture.completed("orders", rows=0)
    report = load.orders()
    assert (report["status"], report["files"]) == ("loaded", 0)
    assert load.warehouse() == {}


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


def test_one_tables_failure_stops_no_other_and_is_told(load: Load) -> None:
    load.capture.completed("orders")
    load.capture.completed("returns")
    load.land("LOAD00000001", snapshot(1, "new"))
    load.land("LOAD00000001", ("X", 1, "unknown operation", 0, None), table="returns")
    ended = load.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "LoadFailed")
    assert ended["cause"].startswith("public.returns: Redshift: FAILED")
    assert load.warehouse() == {1: "new"}
    assert load.warehouse("returns") == {}
    (alert,) = load.alerts()
    assert alert == f"{ended['cause']}\n\n{ended['executionArn']}"


def test_a_failed_load_is_retried_by_running_it_again(load: Load) -> None:
    loaded_once(load)
    bad = load.land("20990101-000000001", ("X", 3, "unknown operation", SEQUENCE, None))
    before = load.cursor()
    assert load.run({"tables": ["public.orders"]})["status"] == "FAILED"
    assert load.warehouse() == {1: "new", 2: "new"}
    assert load.cursor() == before
    load.aws("s3").delete_object(Bucket=load.bucket, Key=bad)
    load.land("20990101-000000001", insert(3, "new", 1))
    assert load.orders()["status"] == "loaded"
    assert load.warehouse() == {1: "new", 2: "new", 3: "new"}


def test_a_table_that_capture_gave_up_on_fails(load: Load) -> None:
    load.capture.completed("orders")
    load.capture.tables["orders"]["TableState"] = "Table error"
    ended = load.run({"tables": ["public.orders"]})
    assert (ended["status"], ended["cause"]) == ("FAILED", "public.orders: DMS: Table error")


def test_a_full_load_without_its_files_fails(load: Load) -> None:
    load.capture.completed("orders", rows=5)
    ended = load.run({"tables": ["public.orders"]})
    assert ended["cause"] == "public.orders: The full load of 5 rows has no files"


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        (
            {"tables": ["public.orders", "public.nothing"]},
            "Unknown table public.nothing; allowed: public.orders, public.returns",
        ),
        ({"table": "public.orders"}, "Unknown option table; allowed: tables"),
    ],
)
def test_an_unknown_table_or_option_is_refused(load: Load, given: Any, cause: str) -> None:
    ended = load.run(given)
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert ended["cause"].startswith(cause)


def test_no_table_is_no_work(load: Load) -> None:
    assert load.run({"tables": []})["output"] == {"tables": []}


def test_an_attempt_that_lost_against_another_transaction_is_repeated(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.capture.completed("orders")
    load.land("LOAD00000001", snapshot(1, "new"))
    describe = registry._handlers["redshift-data", "DescribeStatement"]
    asked: set[str] = set()

    def conflict_once(call: Any, **request: str) -> Any:
        asked.add(request["Id"])
        if len(asked) == 1 and call.principal.kind == "role":
            error = "ERROR: 1023 Serializable isolation violation on table"
            return {"Id": request["Id"], "Status": "FAILED", "Error": error}
        return describe(call, **request)

    monkeypatch.setitem(registry._handlers, ("redshift-data", "DescribeStatement"), conflict_once)
    assert load.orders()["status"] == "loaded"
    assert len(asked) == 2
