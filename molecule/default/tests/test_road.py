"""What the shop does arrives in the warehouse, row for row, and only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from demo import capture, lake, shop, warehouse
from demo.aws import PLATFORM, client
from demo.tables import TABLES, comparable, selection
from tests.site import endpoint, task
from tests.site.playbooks import play
from tests.site.traffic import Traffic

CHANGES = 1000


@pytest.fixture(scope="module")
def open_shop() -> Iterator[psycopg.Connection]:
    with shop.connection() as connection:
        connection.autocommit = True
        yield connection


def load() -> dict[str, Any]:
    """Run load.yml; the execution that it made."""
    played = play("load")
    assert played.exit_code == 0, played.output
    return latest_execution()


def latest_execution() -> dict[str, Any]:
    steps = client("stepfunctions")
    machine = next(
        each["stateMachineArn"]
        for each in steps.list_state_machines()["stateMachines"]
        if each["name"] == f"{PLATFORM}-load"
    )
    executions = steps.list_executions(stateMachineArn=machine)["executions"]
    latest = max(executions, key=lambda execution: execution["startDate"])
    return steps.describe_execution(executionArn=latest["executionArn"])


def services_called(execution: dict[str, Any]) -> set[str]:
    """The services that a load has called, as its history tells."""
    pages = client("stepfunctions").get_paginator("get_execution_history")
    return {
        event["taskScheduledEventDetails"]["resourceType"]
        for page in pages.paginate(executionArn=execution["executionArn"])
        for event in page["events"]
        if "taskScheduledEventDetails" in event
    }


def assert_equal() -> None:
    """The warehouse equals the source, through the Data API and through its endpoint."""
    for table in TABLES:
        source = shop.rows(table)
        assert warehouse.rows(table) == source
        everything = selection("analytics", table, "json_serialize(preferences)")
        assert comparable(endpoint.query(everything)) == source


def bookkeeping() -> list[tuple[Any, ...]]:
    """The version of every row, and when it was loaded."""
    return [
        row
        for table in TABLES
        for row in endpoint.query(f"SELECT _seq, _loaded_at FROM analytics.{table} ORDER BY 1, 2")
    ]


def test_the_first_load_brings_what_was_there():
    execution = load()
    assert execution["status"] == "SUCCEEDED"
    loaded = {each["table"] for each in json.loads(execution["output"])["tables"]}
    assert loaded == {f"public.{table}" for table in TABLES}
    assert warehouse.counts() == {"orders": 500, "order_items": 1001, "customers": 200}
    assert_equal()


def test_a_trading_day_arrives():
    before = capture.captured()
    touched = shop.change()
    capture.wait_until_captured(before + sum(touched.values()))
    execution = load()
    tables = json.loads(execution["output"])["tables"]
    assert {table["status"] for table in tables} == {"loaded"}
    assert sum(table["rows"]["loaded"] for table in tables) == sum(touched.values())
    assert_equal()


def test_a_thousand_random_changes_arrive_over_a_stopped_capture(open_shop):
    traffic = Traffic(open_shop, seed=2)
    traffic.change(CHANGES // 4)
    task.stop()
    traffic.change(CHANGES // 4)
    task.resume()
    traffic.change(CHANGES // 2)
    task.wait_until_landed(open_shop)
    load()
    assert_equal()


def test_what_is_published_reaches_the_lake():
    played = play("publish")
    assert played.exit_code == 0, played.output
    for table in TABLES:
        assert lake.rows(table) == lake.as_text(shop.rows(table))
        location = client("glue").get_table(DatabaseName=lake.DATABASE, Name=table)["Table"][
            "StorageDescriptor"
        ]["Location"]
        assert f"/current/{table}/2" in location


def test_a_load_without_news_changes_nothing_and_leaves_redshift_alone():
    before = bookkeeping()
    execution = load()
    for table in json.loads(execution["output"])["tables"]:
        assert table["status"] == "nothing new"
        assert table["files"] == 0
    called = services_called(execution)
    assert any("s3" in service for service in called), called
    assert not [service for service in called if "redshift" in service]
    assert bookkeeping() == before
    assert_equal()


def crawler() -> dict[str, Any]:
    return client("glue").get_crawler(Name=f"{PLATFORM}-landing")["Crawler"]


def catalog() -> dict[str, Any]:
    """The columns that the catalog has of each table of changes."""
    glue = client("glue")
    return {
        table: glue.get_table(DatabaseName=lake.DATABASE, Name=f"{table}_changes")["Table"][
            "StorageDescriptor"
        ]["Columns"]
        for table in TABLES
    }


def test_the_crawler_keeps_the_catalog_as_declared():
    before = catalog()
    client("glue").start_crawler(Name=f"{PLATFORM}-landing")
    task.until(lambda: crawler()["State"] == "READY")
    assert crawler()["LastCrawl"]["Status"] == "SUCCEEDED", crawler()
    assert catalog() == before
