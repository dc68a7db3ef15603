"""What fails in a load stops no other table, is told, and is finished by the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import registry
from tests.sandbox.load_files import SEQUENCE, insert, snapshot
from tests.sandbox.load_tools import Load, loaded_once


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Load]:
    load = Load(aws, "loadfails")
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    """An empty road from the landing zone to the warehouse."""
    deployed.capture.answer(monkeypatch)
    deployed.clear()
    return deployed


def test_one_tables_failure_stops_no_other_and_is_told(load: Load) -> None:
    load.capture.completed("orders")
    load.capture.completed("returns")
    load.land("LOAD00000001", snapshot(1, "new"))
    load.land("LOAD00000001", ("X", 1, "unknown operation", 0, None), table="returns")
    ended = load.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "LoadFailed")
    assert ended["cause"].startswith("public.returns: Redshift: FAILED")
    assert "Files: 1, from raw/public/returns/LOAD00000001.parquet to raw/" in ended["cause"]
    assert "listed in load/manifests/returns/" in ended["cause"]
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


def failed(load: Load, message: str) -> None:
    """The task has failed so."""
    load.capture.task_status = {"Status": "failed", "LastFailureMessage": message}


def test_a_failed_task_is_told_once_what_has_landed_is_loaded(load: Load) -> None:
    loaded_once(load)
    load.land("20990101-000000001", insert(3, "new", 1))
    failed(load, "Last Error out of memory")
    ended = load.run({"tables": ["public.orders"]})
    told = f"DMS: the task {load.values['task']} has failed: Last Error out of memory"
    assert (ended["status"], ended["cause"]) == ("FAILED", told)
    assert load.warehouse() == {1: "new", 2: "new", 3: "new"}
    assert load.alerts() == [f"{told}\n\n{ended['executionArn']}"]


def test_a_task_whose_slot_is_lost_is_started_anew_once_a_day(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, str]] = []

    def start(call: Any, **request: str) -> dict[str, Any]:
        started.append(request)
        return {"ReplicationTask": {}}

    monkeypatch.setitem(registry._handlers, ("dms", "StartReplicationTask"), start)
    loaded_once(load)
    failed(load, "Last Error The replication slot s does not exist in the source")
    load.run({"tables": ["public.orders"]})
    assert started == []  # other tables may have files that are not loaded
    assert "a full load of all tables follows" in load.run()["cause"]
    assert [each["StartReplicationTaskType"] for each in started] == ["reload-target"]
    assert "less than a day ago" in load.run()["cause"]
    assert len(started) == 1


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
