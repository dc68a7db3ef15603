"""What DMS tells of a task and its tables, set by a test: the load reads nothing else of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from sandbox import registry


class Capture:
    """What DMS tells of a task's tables; the tests set it."""

    def __init__(self, tags: dict[str, str]) -> None:
        self.tags = tags
        self.tables: dict[str, dict[str, Any]] = {}
        self.task: dict[str, Any] = {}
        self.task_status: dict[str, Any] = {"Status": "running"}

    def completed(self, table: str, rows: int = 1) -> datetime.datetime:
        """A full load of the table has just ended; returns when it began."""
        now = datetime.datetime.now(datetime.UTC)
        self.tables[table] = {
            "SchemaName": "public",
            "TableName": table,
            "TableState": "Table completed",
            "FullLoadStartTime": now,
            "FullLoadEndTime": now + datetime.timedelta(seconds=1),
            "FullLoadRows": rows,
        }
        return now

    def describe_tasks(self, call: Any, **_: Any) -> dict[str, Any]:
        arn = "arn:aws:dms:us-east-1:123456789012:task:ABC"
        task = {"ReplicationTaskArn": arn, "ReplicationTaskStats": self.task, **self.task_status}
        return {"ReplicationTasks": [task]}

    def describe_statistics(self, call: Any, **request: Any) -> dict[str, Any]:
        wanted = {each["Name"]: each["Values"] for each in request["Filters"]}
        names = wanted["table-name"]
        return {"TableStatistics": [self.tables[name] for name in names if name in self.tables]}

    def list_tags(self, call: Any, **_: Any) -> dict[str, Any]:
        return {"TagList": [{"Key": key, "Value": value} for key, value in self.tags.items()]}

    @property
    def handlers(self) -> dict[tuple[str, str], Any]:
        """What answers the load's questions in place of the sandbox's DMS, by service and operation."""
        return {
            ("dms", "DescribeReplicationTasks"): self.describe_tasks,
            ("dms", "DescribeTableStatistics"): self.describe_statistics,
            ("dms", "ListTagsForResource"): self.list_tags,
        }

    def answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Answer them until the test ends."""
        for operation, handler in self.handlers.items():
            monkeypatch.setitem(registry._handlers, operation, handler)
