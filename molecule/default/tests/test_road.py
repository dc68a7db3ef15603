"""What the shop does arrives in the warehouse, row for row, and only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from demo import capture, shop, warehouse
from demo.aws import PLATFORM, client
from tests.site import endpoint, task
from tests.site.playbooks import play
from tests.site.traffic import Traffic

CHANGES = 1000
COLUMNS = (
    "order_id, user_id, email, total_amount::varchar, status, created_at::varchar, "
    "updated_at::varchar"
)


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
    source = shop.orders()
    assert warehouse.orders() == source
    assert endpoint.query(f"SELECT {COLUMNS} FROM analytics.orders ORDER BY order_id") == source


def bookkeeping() -> list[tuple[Any, ...]]:
    return endpoint.query("SELECT order_id, _seq, _loaded_at FROM analytics.orders ORDER BY 1")


def test_the_first_load_brings_what_was_there():
    execution = load()
    assert execution["status"] == "SUCCEEDED"
    assert [each["table"] for each in json.loads(execution["output"])["tables"]] == [
        "public.orders"
    ]
    assert warehouse.count() == 500
    assert_equal()


def test_a_trading_day_arrives():
    before = capture.captured()
    touched = shop.change()
    capture.wait_until_captured(before + sum(touched.values()))
    execution = load()
    (table,) = json.loads(execution["output"])["tables"]
    assert table["status"] == "loaded"
    assert table["rows"]["loaded"] == sum(touched.values())
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


def test_a_load_without_news_changes_nothing_and_leaves_redshift_alone():
    before = bookkeeping()
    execution = load()
    (table,) = json.loads(execution["output"])["tables"]
    assert table["status"] == "nothing new"
    assert table["files"] == 0
    called = services_called(execution)
    assert any("s3" in service for service in called), called
    assert not [service for service in called if "redshift" in service]
    assert bookkeeping() == before
    assert_equal()


def crawler() -> dict[str, Any]:
    return client("glue").get_crawler(Name=f"{PLATFORM}-landing")["Crawler"]


def test_the_crawler_keeps_the_catalog_as_declared():
    glue = client("glue")
    before = glue.get_table(DatabaseName="analytics_db", Name="orders")["Table"]
    glue.start_crawler(Name=f"{PLATFORM}-landing")
    task.until(lambda: crawler()["State"] == "READY")
    assert crawler()["LastCrawl"]["Status"] == "SUCCEEDED", crawler()
    after = glue.get_table(DatabaseName="analytics_db", Name="orders")["Table"]
    assert after["StorageDescriptor"]["Columns"] == before["StorageDescriptor"]["Columns"]
