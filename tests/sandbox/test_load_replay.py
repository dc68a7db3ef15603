"""A replay mends a warehouse that was restored, whichever state it was restored to.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.load_files import committed, delete, insert, snapshot, update
from tests.sandbox.load_tools import Load

BOTH = pytest.mark.parametrize("table", ["orders", "returns"])


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Load]:
    load = Load(aws, "replaytest", {"history": "scd2"})
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Load, monkeypatch: pytest.MonkeyPatch) -> Load:
    """An empty road from the landing zone to the warehouse."""
    deployed.capture.answer(monkeypatch)
    deployed.clear()
    return deployed


def relations(table: str) -> dict[str, str]:
    """The tables of a load, and where a test keeps copies of them."""
    found = (f"analytics.{table}", f"etl.tomb_{table}", f"etl.lock_{table}")
    return {name: f"etl.kept_{name.partition('.')[2]}" for name in found}


def take_snapshot(load: Load, table: str) -> None:
    """A snapshot of the warehouse, as far as this table goes."""
    for name, kept in relations(table).items():
        load.query(f"DROP TABLE IF EXISTS {kept}", f"CREATE TABLE {kept} AS SELECT * FROM {name}")


def restore(load: Load, table: str) -> None:
    """The warehouse as it was when the snapshot was taken."""
    for name, kept in relations(table).items():
        load.query(f"DELETE FROM {name}", f"INSERT INTO {name} SELECT * FROM {kept}")


def contents(load: Load, table: str) -> list[list[Any]]:
    """All that the warehouse holds of a table, but when it was loaded."""
    past = ", valid_from, valid_to, is_current" if table == "returns" else ""
    return load.query(
        f"SELECT order_id, status, _seq{past} FROM analytics.{table} ORDER BY order_id, _seq"
    )


def named(moment: datetime, number: int = 0) -> str:
    """The name of a file that is written then."""
    return f"{moment:%Y%m%d-%H%M%S}{number:03}"


def replay(load: Load, table: str, since: datetime) -> dict[str, Any]:
    """What a replay reports of the table."""
    given = {"tables": [f"public.{table}"], "replay_from": f"{since:%Y%m%d-%H%M%S}"}
    ended = load.run(given)
    assert ended["status"] == "SUCCEEDED", ended
    (report,) = ended["output"]["tables"]
    return report


def full_load(load: Load, table: str, *rows: tuple[Any, ...]) -> datetime:
    """A full load that has just ended, and is loaded."""
    began = load.capture.completed(table, rows=len(rows))
    load.land("LOAD00000001", *rows, table=table)
    assert load.orders(table)["status"] == "loaded"
    return began


def hour(number: int) -> datetime:
    """Some hours from now: after any full load of a test."""
    return datetime.now(UTC) + timedelta(hours=number)


@BOTH
def test_what_landed_since_the_snapshot_is_loaded_again(load, table):
    full_load(load, table, snapshot(1, "new"), snapshot(2, "new"))
    load.land(named(hour(1)), update(1, "paid", 1), table=table)
    load.orders(table)
    take_snapshot(load, table)
    load.land(named(hour(3)), update(1, "sent", 2), insert(3, "new", 3), table=table)
    load.land(named(hour(4)), delete(2, 4), table=table)
    load.orders(table)
    before = contents(load, table)

    restore(load, table)
    assert contents(load, table) != before
    assert load.orders(table)["status"] == "nothing new"
    # of the last 30 files none is left out: one of them may have appeared late
    assert replay(load, table, hour(2))["files"] == 3
    assert contents(load, table) == before

    assert replay(load, table, hour(-1))["files"] == 3
    assert contents(load, table) == before
    assert load.orders(table)["status"] == "nothing new"
    load.land(named(hour(5)), insert(4, "new", 5), table=table)
    assert load.orders(table)["files"] == 1


def test_what_landed_before_is_not_loaded_again(load):
    full_load(load, "orders", snapshot(1, "new"))
    landing = [hour(1) + timedelta(seconds=number) for number in range(40)]
    for number, moment in enumerate(landing):
        load.land(named(moment), insert(10 + number, "new", number))
    assert load.orders()["files"] == 40
    assert replay(load, "orders", landing[3])["files"] == 37
    assert load.orders()["status"] == "nothing new"


@BOTH
@pytest.mark.parametrize("emptied", [False, True])
def test_a_warehouse_without_the_present_full_load_gets_that_too(load, table, emptied):
    if not emptied:
        full_load(load, table, snapshot(1, "old"), snapshot(2, "old"))
    take_snapshot(load, table)
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    full_load(load, table, snapshot(1, "new"), snapshot(3, "new"))
    load.land(named(hour(1)), update(3, "paid", 1), table=table)
    load.orders(table)
    before = contents(load, table)

    restore(load, table)
    # the warehouse was restored to before the full load was loaded, long after that ended
    report = replay(load, table, hour(2))
    assert (report["status"], report["files"], report["pages"]) == ("loaded", 2, 2)
    current = " WHERE is_current" if table == "returns" else ""
    left = load.query(f"SELECT order_id, status FROM analytics.{table}{current} ORDER BY 1")
    assert left == [[1, "new"], [3, "paid"]]
    assert [row[:3] for row in contents(load, table)] == [row[:3] for row in before]


@BOTH
def test_a_replay_never_passes_over_what_was_not_loaded(load, table):
    full_load(load, table, snapshot(1, "new"))
    load.land(named(hour(1)), update(1, "paid", 1), table=table)
    assert replay(load, table, hour(8))["files"] == 1
    assert load.orders(table)["status"] == "nothing new"


@BOTH
def test_changes_from_before_the_task_began_anew_are_not_replayed(load, table):
    since = datetime.now(UTC) - timedelta(minutes=1)
    load.land(named(since), insert(3, "lost its delete", 1), table=table)
    load.capture.task["FreshStartDate"] = datetime.now(UTC)
    full_load(load, table, snapshot(1, "new"))
    before = contents(load, table)
    assert replay(load, table, since - timedelta(hours=1))["status"] == "nothing new"
    assert contents(load, table) == before


def test_changes_long_before_the_full_load_are_not_replayed(load):
    load.land(named(hour(-2)), insert(3, "long gone", 1))
    full_load(load, "orders", snapshot(1, "new"))
    assert replay(load, "orders", hour(-3))["status"] == "nothing new"
    assert load.warehouse() == {1: "new"}


def test_a_replay_brings_no_row_of_a_truncated_table_back(load):
    began = full_load(load, "orders", snapshot(1, "new"))
    landed = began + timedelta(seconds=5)
    load.land(named(landed), ("I", 3, "old", committed(hour(-1)), None), update(1, "paid", 1))
    load.orders()
    assert replay(load, "orders", hour(-2))["rows"]["loaded"] == 1
    assert load.warehouse() == {1: "paid"}


def test_a_replay_is_resumed_by_the_next_load_where_it_stopped(load):
    full_load(load, "orders", snapshot(1, "new"))
    for number in range(3):
        load.land(named(hour(1), number), insert(10 + number, "new", number))
    load.orders()
    load.query("DELETE FROM analytics.orders WHERE order_id > 9")
    bad = load.land(named(hour(1), 9), ("X", 3, "unknown operation", 1, None))
    given = {"tables": ["public.orders"], "replay_from": f"{hour(0):%Y%m%d-%H%M%S}"}
    assert load.run(given)["status"] == "FAILED"
    load.aws("s3").delete_object(Bucket=load.bucket, Key=bad)
    assert replay(load, "orders", hour(0))["files"] == 3
    assert load.warehouse() == {1: "new", 10: "new", 11: "new", 12: "new"}


def test_without_the_time_of_the_full_load_it_is_refused(load):
    full_load(load, "orders", snapshot(1, "new"))
    load.capture.tables.clear()
    given = {"tables": ["public.orders"], "replay_from": "20260101-000000"}
    ended = load.run(given)
    assert ended["cause"].startswith("public.orders: DMS has lost when it loaded the table")
    assert "lease_owner" not in load.cursor()


def test_while_the_full_load_runs_it_waits(load):
    full_load(load, "orders", snapshot(1, "new"))
    load.capture.tables["orders"]["TableState"] = "Table is being reloaded"
    assert replay(load, "orders", hour(0))["status"] == "not ready"


def test_a_question_that_redshift_refuses_fails_the_table(load):
    full_load(load, "orders", snapshot(1, "new"))
    load.query("ALTER TABLE etl.tomb_orders RENAME TO tomb_gone")
    try:
        ended = load.run({"tables": ["public.orders"], "replay_from": "20260101-000000"})
    finally:
        load.query("ALTER TABLE etl.tomb_gone RENAME TO tomb_orders")
    assert ended["cause"].startswith("public.orders: Redshift: ")
    assert "lease_owner" not in load.cursor()


@pytest.mark.parametrize("given", ["2026-11-28T10:15:00Z", 20261128, None])
def test_a_point_in_time_of_another_form_is_refused(load, given):
    ended = load.run({"replay_from": given})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert ended["cause"].endswith("a point in time in UTC, such as 20261128-101500")
