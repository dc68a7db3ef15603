"""What DMS has captured of the shop so far."""

from __future__ import annotations

import time

from demo.aws import PLATFORM, client
from demo.tables import TABLES

WAIT_SECONDS = 120


def captured() -> int:
    """How many inserts, updates and deletes of the shop's tables have landed since the task started."""
    dms = client("dms")
    task = dms.describe_replication_tasks(
        Filters=[{"Name": "replication-task-id", "Values": [f"{PLATFORM}-ingestion"]}]
    )["ReplicationTasks"][0]
    statistics = dms.describe_table_statistics(
        ReplicationTaskArn=task["ReplicationTaskArn"],
        Filters=[{"Name": "table-name", "Values": list(TABLES)}],
    )["TableStatistics"]
    return sum(table["Inserts"] + table["Updates"] + table["Deletes"] for table in statistics)


def wait_until_captured(wanted: int) -> None:
    """Wait until so many changes have landed; TimeoutError after two minutes."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (now := captured()) < wanted:
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"DMS captured {now} of {wanted} changes in {WAIT_SECONDS} s: "
                f"see the task {PLATFORM}-ingestion"
            )
        time.sleep(0.25)
