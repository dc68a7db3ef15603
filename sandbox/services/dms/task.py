"""Replication tasks: captures that work on a replication instance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.engines.capture import StartMode
from sandbox.services.dms import events
from sandbox.services.dms.migration import Migration, Moment
from sandbox.services.dms.task_log import TaskLog

# How long each takes on AWS, in seconds
CREATE, START = 30.0, 60.0


@dataclass(kw_only=True)
class Task(Migration):
    """A replication task."""

    kind: ClassVar[str] = "Replication Task"
    resting: ClassVar[tuple[str, ...]] = ("ready", "stopped", "failed")
    stoppable: ClassVar[tuple[str, ...]] = ("starting", "running")

    instance_arn: str
    task_data: str | None = None
    status: str = "creating"
    mode: StartMode = field(init=False, default="start-replication")
    """How it was started last."""

    @property
    def task_log(self) -> TaskLog:
        """Its log, in the group of its instance."""
        instance = self.state.instances[self.instance_arn]
        group = f"dms-tasks-{instance.identifier}"
        return TaskLog(self.state, group, f"dms-task-{self.suffix}", instance.arn)

    def forget(self) -> None:
        self.state.forget(self.state.tasks, self.arn)

    def tell(self, moment: Moment) -> None:
        told: dict[Moment, tuple[events.Kind, str]] = {
            "running": (
                events.TASK_STARTED,
                f"Replication task started, with flag, {events.FLAGS[self.mode]}",
            ),
            "stopped": (events.TASK_STOPPED, ""),
            "failed": (events.TASK_FAILED, self.failure),
            "deleted": (events.TASK_DELETED, ""),
        }
        if moment in told:
            events.of_task(self.state, self, *told[moment])

    def begin(self, mode: StartMode) -> None:
        """Start a capture; hold the state's lock."""
        capture = self.prepare(mode)
        self.mode, self.status = mode, "starting"
        self.state.runtime.clock.later(START, lambda: capture.start(mode))

    def described(self, *, settings: bool = True) -> dict[str, Any]:
        """As the API shows it."""
        answer = {
            "ReplicationTaskIdentifier": self.identifier,
            "ReplicationTaskArn": self.arn,
            "SourceEndpointArn": self.source_arn,
            "TargetEndpointArn": self.target_arn,
            "ReplicationInstanceArn": self.instance_arn,
            "MigrationType": self.migration,
            "TableMappings": self.mappings,
            "Status": self.status,
            "ReplicationTaskCreationDate": self.created,
            "ReplicationTaskStats": self.statistics(),
        }
        optional = {
            "ReplicationTaskSettings": json.dumps(self.shown_settings()) if settings else None,
            "LastFailureMessage": self.failure,
            "StopReason": self.stop_reason,
            "ReplicationTaskStartDate": self.start,
            "TaskData": self.task_data,
        }
        return answer | {name: value for name, value in optional.items() if value}
