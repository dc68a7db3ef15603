"""Replication tasks end to end: an RDS database, a task of DMS, parquet in S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.sandbox.capture_tools import ORDERS, rows_of, trade
from tests.sandbox.dms_tools import Platform


@pytest.fixture(scope="module")
def platform(aws: Callable[..., Any]) -> Platform:
    platform = Platform(aws, "dms-shop")
    with platform.connect() as connection:
        connection.execute(ORDERS)
    platform.test_connections()
    return platform


@pytest.fixture
def source(platform: Platform) -> Iterator[psycopg.Connection[Any]]:
    with platform.connect() as connection:
        connection.execute("truncate orders")
        trade(connection, seed=11, changes=40)
        yield connection


@pytest.fixture
def task(platform: Platform, source: psycopg.Connection[Any]) -> Iterator[str]:
    for name in platform.landed.names("public/orders"):
        key = f"raw/public/orders/{name}"
        platform.aws("s3").delete_object(Bucket=platform.landed.bucket, Key=key)
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
