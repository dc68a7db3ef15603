"""Replication tasks end to end: an RDS database, a task of DMS, parquet in S3."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.sandbox.capture_tools import ORDERS, rows_of, trade, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.dms_tools import MAPPINGS, QUICKLY, error_of
from tests.sandbox.event_tools import listening


@pytest.fixture(scope="module")
def platform(aws: Callable[..., Any]) -> Platform:
    platform = Platform(aws, "dms-shop")
    platform.test_connections()
    return platform


@pytest.fixture
def source(platform: Platform) -> Iterator[psycopg.Connection[Any]]:
    """The source with a new table of orders, nothing of it landed."""
    platform.empty_bucket()
    with platform.connect() as connection:
        connection.execute("drop table if exists orders")
        connection.execute(ORDERS)
        trade(connection, seed=11, changes=40)
        yield connection


@pytest.fixture
def task(platform: Platform, source: psycopg.Connection[Any]) -> Iterator[str]:
    arn = platform.create_task("dms-shop-ingestion")
    yield arn
    platform.delete(arn)


def test_what_is_landed_equals_the_source_over_stops(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    platform.start(task)
    trade(source, seed=12, changes=500)
    platform.stop(task)
    assert platform.task(task)["StopReason"] == "Stop Reason NORMAL"
    trade(source, seed=13, changes=500)
    platform.start(task, "resume-processing")
    platform.captured(task, source)
    landed = platform.landed.replay("public/orders", "order_id")
    assert landed == rows_of(source, "orders", "order_id")
    statistics = platform.statistics(task)
    assert statistics["TableState"] == "Table completed"
    changes = statistics["Inserts"] + statistics["Updates"] + statistics["Deletes"]
    assert changes == len(platform.landed.change_rows("public/orders"))
    assert statistics["FullLoadRows"] == len(platform.landed.load_rows("public/orders"))


def test_a_data_error_fails_the_task_and_says_why(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    platform.start(task)
    source.execute("insert into orders (order_id, total_amount) values (999999, 'NaN')")
    failed = platform.wait_status(task, "failed")
    assert failed["StopReason"] == "Stop Reason FATAL_ERROR Error Level FATAL"
    assert "total_amount" in failed["LastFailureMessage"]
    assert platform.landed.changes("public/orders") == []
    group, stream = f"dms-tasks-{platform.name}", f"dms-task-{task.rsplit(':', 1)[-1]}"
    events = platform.aws("logs").get_log_events(logGroupName=group, logStreamName=stream)
    assert "total_amount" in events["events"][-1]["message"]


def test_its_states_are_events(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    pattern = {"source": ["aws.dms"], "resources": [task]}
    with listening(platform.aws, pattern) as heard:
        platform.start(task)
        platform.stop(task)
        platform.start(task, "resume-processing")
        source.execute("insert into orders (order_id, total_amount) values (999999, 'NaN')")
        failed = platform.wait_status(task, "failed")
        told = heard(4)
    assert {event["detail-type"] for event in told} == {"DMS Replication Task State Change"}
    details = [event["detail"] for event in told]
    assert [(detail["category"], detail["eventType"]) for detail in details] == [
        ("StateChange", "REPLICATION_TASK_STARTED"),
        ("StateChange", "REPLICATION_TASK_STOPPED"),
        ("StateChange", "REPLICATION_TASK_STARTED"),
        ("Failure", "REPLICATION_TASK_FAILED"),
    ]
    assert details[0] == {
        "eventId": "DMS-EVENT-0069",
        "eventType": "REPLICATION_TASK_STARTED",
        "detailMessage": "Replication task started, with flag, fresh start",
        "type": "REPLICATION_TASK",
        "category": "StateChange",
    }
    assert details[3]["detailMessage"] == failed["LastFailureMessage"]


def test_a_large_object_over_the_limit_fails_the_task(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    source.execute("alter table orders add note text")
    platform.start(task)
    source.execute("insert into orders (order_id, note) values (999999, repeat('x', 70000))")
    assert "LobMaxSize 64 KB" in platform.wait_status(task, "failed")["LastFailureMessage"]


def test_a_running_task_is_left_alone(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    dms = platform.dms
    platform.start(task)
    start = {"ReplicationTaskArn": task, "StartReplicationTaskType": "resume-processing"}
    refused = {
        "start": error_of(dms.start_replication_task, **start),
        "modify": error_of(dms.modify_replication_task, ReplicationTaskArn=task),
        "delete": error_of(dms.delete_replication_task, ReplicationTaskArn=task),
        "endpoint": error_of(dms.modify_endpoint, EndpointArn=platform.source),
    }
    assert set(refused.values()) == {"InvalidResourceStateFault"}
    platform.stop(task)
    again = start | {"StartReplicationTaskType": "start-replication"}
    assert error_of(dms.start_replication_task, **again) == ("InvalidParameterCombinationException")


def test_a_deleted_task_leaves_nothing_in_the_source(
    platform: Platform, source: psycopg.Connection[Any]
) -> None:
    task = platform.create_task("dms-shop-short")
    platform.start(task)
    slots = "select count(*) from pg_replication_slots"
    assert source.execute(slots).fetchone() == (1,)
    platform.stop(task)
    assert source.execute(slots).fetchone() == (1,)
    platform.delete(task)
    assert source.execute(slots).fetchone() == (0,)
    assert source.execute("select count(*) from pg_publication").fetchone() == (0,)


def test_a_reload_writes_the_load_again(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    platform.start(task)
    until(lambda: platform.statistics(task)["TableState"] == "Table completed")
    before = platform.statistics(task)
    tables = [{"SchemaName": "public", "TableName": "orders"}]
    platform.dms.reload_tables(ReplicationTaskArn=task, TablesToReload=tables)
    until(lambda: platform.statistics(task)["FullLoadReloaded"])
    after = until(
        lambda: (found := platform.statistics(task))["TableState"] == "Table completed" and found
    )
    assert after["FullLoadStartTime"] > before["FullLoadStartTime"]
    assert platform.landed.loads("public/orders") == ["LOAD00000001.parquet"]


def test_a_source_without_tables_fails_until_it_has_some(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    source.execute("drop table orders")
    platform.dms.start_replication_task(
        ReplicationTaskArn=task, StartReplicationTaskType="start-replication"
    )
    failed = platform.wait_status(task, "failed")
    assert "No tables were found at task initialization" in failed["LastFailureMessage"]
    assert "FullLoadFinishDate" not in failed["ReplicationTaskStats"]
    source.execute(ORDERS)
    source.execute("insert into orders (order_id) values (1)")
    platform.start(task, "reload-target")
    until(lambda: platform.statistics(task)["FullLoadRows"] == 1)


def test_a_task_goes_on_after_the_source_is_rebooted(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    platform.start(task)
    until(lambda: platform.statistics(task)["TableState"] == "Table completed")
    rds = platform.aws("rds")
    rds.reboot_db_instance(DBInstanceIdentifier=platform.name)
    rds.get_waiter("db_instance_available").wait(
        DBInstanceIdentifier=platform.name, WaiterConfig=QUICKLY
    )
    with platform.connect() as connection:
        platform.captured(task, connection)
    assert platform.task(task)["Status"] == "running"


def test_settings_show_the_log_once_it_is_there(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    def log_group() -> str | None:
        settings = json.loads(platform.task(task)["ReplicationTaskSettings"])
        return settings["Logging"]["CloudWatchLogGroup"]

    assert log_group() is None
    platform.start(task)
    assert log_group() == f"dms-tasks-{platform.name}"


def test_a_mapping_with_more_tables_is_followed_after_a_change(
    platform: Platform, source: psycopg.Connection[Any], task: str
) -> None:
    platform.start(task)
    platform.stop(task)
    source.execute("create table if not exists items (id int primary key)")
    source.execute("insert into items values (1) on conflict do nothing")
    another = {
        "rule-type": "selection",
        "rule-id": "9",
        "rule-name": "9",
        "object-locator": {"schema-name": "public", "table-name": "items"},
        "rule-action": "include",
    }
    rules = {"rules": [*MAPPINGS["rules"], another]}
    platform.dms.modify_replication_task(ReplicationTaskArn=task, TableMappings=json.dumps(rules))
    platform.wait_status(task, "stopped")
    platform.start(task, "resume-processing")
    until(lambda: platform.landed.loads("public/items"))
    source.execute("delete from items")
    until(lambda: platform.statistics(task, "items").get("Deletes") == 1)
