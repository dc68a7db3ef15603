"""The DMS task of the site: stopped, resumed, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg

from demo.aws import PLATFORM, client

SECONDS = 120


def stop() -> None:
    """Stop the task and wait until it has stopped."""
    client("dms").stop_replication_task(ReplicationTaskArn=_task()["ReplicationTaskArn"])
    until(lambda: _task()["Status"] == "stopped")


def resume() -> None:
    """Go on where the task stopped, and wait until it runs."""
    start("resume-processing")
    until(lambda: _task()["Status"] == "running")


def start(how: str) -> None:
    """Start the task, in one of DMS's ways."""
    client("dms").start_replication_task(
        ReplicationTaskArn=_task()["ReplicationTaskArn"], StartReplicationTaskType=how
    )


def position(shop: psycopg.Connection) -> str:
    """Where the source's log ends: behind all that the shop has committed."""
    row = shop.execute("SELECT pg_current_wal_lsn()::text").fetchone()
    assert row is not None
    return str(row[0])


def wait_until_landed(shop: psycopg.Connection, traded: str | None = None) -> None:
    """Wait until all that the shop has committed, so far or up to a position, has landed.

    The task confirms a position of the source's log once the changes before it are in S3. It is
    to be told the position soon after the last change: PostgreSQL writes into its log by itself
    now and then, which the task confirms only with the next change.
    """
    wanted = traded or position(shop)
    until(lambda: landed(shop, wanted))


def landed(shop: psycopg.Connection, wanted: str) -> bool:
    """Whether all that the shop has committed up to a position has landed."""
    slots = shop.execute(
        "SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots", (wanted,)
    ).fetchall()
    return slots == [(True,)]


def loaded() -> bool:
    """Whether the task has loaded all tables since it last began anew."""
    return "FullLoadFinishDate" in _task()["ReplicationTaskStats"]


def failed() -> bool:
    """Whether the task has failed."""
    return bool(_task()["Status"] == "failed")


def until(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait for a condition; fails after two minutes, or so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds} s: {condition}"
        time.sleep(0.2)


def _task() -> dict[str, Any]:
    tasks = client("dms").describe_replication_tasks(
        Filters=[{"Name": "replication-task-id", "Values": [f"{PLATFORM}-ingestion"]}]
    )
    found: dict[str, Any] = tasks["ReplicationTasks"][0]
    return found
