"""Replication tasks: their states, and the capture that works for them."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.engines.capture import (
    CaptureError,
    CaptureRun,
    Job,
    Progress,
    Source,
    StartMode,
    remove_from_source,
)
from sandbox.engines.capture.settings import MigrationType
from sandbox.engines.capture.statistics import TableStatistics
from sandbox.services.dms import mappings, postgres_settings, s3_settings, task_settings
from sandbox.services.dms.connection import s3_client
from sandbox.services.dms.state import State
from sandbox.services.dms.task_log import TaskLog

# How long each takes on AWS, in seconds
CREATE, START, STOP, MODIFY, DELETE = 30.0, 60.0, 60.0, 30.0, 60.0
ACTIVE = ("starting", "running", "stopping")
CHANGEABLE = ("ready", "stopped", "failed")


@dataclass
class Task:
    """A replication task; settings are expanded, mappings the text that was given.

    slot names its replication slot in the source.
    """

    state: State
    identifier: str
    arn: str
    source_arn: str
    target_arn: str
    instance_arn: str
    migration: str
    mappings: str
    settings: dict[str, Any]
    created: datetime.datetime
    slot: str
    task_data: str | None = None
    status: str = "creating"
    stop_reason: str = ""
    failure: str = ""
    first_start: datetime.datetime | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    progress: Progress = field(default_factory=Progress)
    capture: CaptureRun | None = None

    @property
    def active(self) -> bool:
        """Whether a capture works for it, or is about to, or about to stop."""
        return self.status in ACTIVE

    @property
    def task_log(self) -> TaskLog:
        """Its log in CloudWatch."""
        instance = self.state.instances[self.instance_arn]
        return TaskLog(self.state, instance.identifier, self.arn.rsplit(":", 1)[-1])

    def begin(self, mode: StartMode) -> None:
        """Start a capture; hold the state's lock."""
        self.status, self.stop_reason, self.failure = "starting", "", ""
        self.start, self.end = self.state.runtime.clock.now(), None
        if mode != "resume-processing":
            self.first_start = self.start
        self.capture = capture = CaptureRun(self._job(), self.progress, self)
        self.state.runtime.clock.later(START, lambda: capture.start(mode))

    def stop(self) -> None:
        """Ask the capture to stop; hold the state's lock."""
        self.status = "stopping"
        self.state.runtime.clock.later(STOP, self.interrupt)

    def interrupt(self) -> None:
        """Stop the capture and wait for it; do not hold the state's lock."""
        if self.capture is not None:
            self.capture.stop()

    def delete(self) -> None:
        """Delete the task, and its slot where the source can be reached; hold the lock."""
        self.status = "deleting"
        source = self._source()

        def deleted() -> None:
            if self.first_start is not None:
                try:
                    remove_from_source(source)
                except CaptureError as error:  # as on AWS, the slot is then left behind
                    self.task_log.write(
                        f"The replication slot {self.slot} could not be dropped: {error}"
                    )
            with self.state.lock:
                self.state.forget(self.state.tasks, self.arn)

        self.state.runtime.clock.later(DELETE, deleted)

    def modify(self) -> None:
        """Be modified for a while; hold the lock."""
        before, self.status = self.status, "modifying"

        def modified() -> None:
            if self.status == "modifying":
                self.status = before

        self.state.later(MODIFY, modified)

    def running(self) -> None:
        """The capture has begun."""
        with self.state.lock:
            if self.status == "starting":
                self.status = "running"

    def loaded(self) -> None:
        """The full load is over; the statistics tell."""

    def ended(self, reason: str, error: str | None) -> None:
        """The capture is over."""
        if error:
            self.log(error)
        with self.state.lock:
            self.end = self.state.runtime.clock.now()
            self.stop_reason = f"Stop Reason {reason}"
            self.status = "stopped"
            if error:
                level = "FATAL" if reason == "FATAL_ERROR" else "RECOVERABLE"
                self.stop_reason += f" Error Level {level}"
                self.failure = f"Last Error {error} {self.stop_reason}"
                self.status = "failed"

    def log(self, message: str) -> None:
        """Something worth the task's log, when it has one."""
        if self.settings["Logging"]["EnableLogging"]:
            self.task_log.write(message)

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
            "ReplicationTaskStats": self._statistics(),
        }
        optional = {
            "ReplicationTaskSettings": json.dumps(self._shown_settings()) if settings else None,
            "LastFailureMessage": self.failure,
            "StopReason": self.stop_reason,
            "ReplicationTaskStartDate": self.start,
            "TaskData": self.task_data,
        }
        return answer | {name: value for name, value in optional.items() if value}

    def _shown_settings(self) -> dict[str, Any]:
        logging = dict(self.settings["Logging"])
        if logging["EnableLogging"] and self.first_start:
            logging["CloudWatchLogGroup"] = self.task_log.group
            logging["CloudWatchLogStream"] = self.task_log.stream
        return self.settings | {"Logging": logging}

    def _statistics(self) -> dict[str, Any]:
        tables = list(self.progress.statistics.values())
        states = [table.state for table in tables]
        loaded = states.count("Table completed")
        stats: dict[str, Any] = {
            "FullLoadProgressPercent": 100 * loaded // len(tables) if tables else 0,
            "ElapsedTimeMillis": self._elapsed_milliseconds(),
            "TablesLoaded": loaded,
            "TablesLoading": states.count("Full load") + states.count("Table is being reloaded"),
            "TablesQueued": states.count("Before load"),
            "TablesErrored": states.count("Table error"),
        }
        dates = {
            "FreshStartDate": self.first_start,
            "StartDate": self.start,
            "StopDate": self.end,
            "FullLoadStartDate": _earliest(tables),
            "FullLoadFinishDate": _latest(tables),
        }
        return stats | {name: value for name, value in dates.items() if value}

    def _elapsed_milliseconds(self) -> int:
        if self.start is None:
            return 0
        return int(
            ((self.end or self.state.runtime.clock.now()) - self.start).total_seconds() * 1000
        )

    def _source(self) -> Source:
        settings = self.state.endpoints[self.source_arn].settings
        return Source(lambda: postgres_settings.conninfo(self.state, settings), self.slot)

    def _job(self) -> Job:
        source = self.state.endpoints[self.source_arn]
        target = self.state.endpoints[self.target_arn]
        booleans = bool(source.settings.get("MapBooleanAsBoolean"))
        return Job(
            self._source(),
            lambda: s3_client(self.state, target),
            mappings.parse(self.mappings),
            s3_settings.target(target.settings, booleans=booleans),
            task_settings.behaviour(
                self.settings, source.settings, cast(MigrationType, self.migration)
            ),
        )


def slot_name(identifier: str, arn: str) -> str:
    """The name of the replication slot of a task."""
    name = re.sub(r"[^a-z0-9]", "_", identifier)[:40]
    return f"{name}_{hashlib.sha256(arn.encode()).hexdigest()[:8]}"


def _earliest(tables: list[TableStatistics]) -> datetime.datetime | None:
    return min((table.load_begin for table in tables if table.load_begin), default=None)


def _latest(tables: list[TableStatistics]) -> datetime.datetime | None:
    """When the last table was loaded; None while one is not."""
    if not all(table.loaded or table.suspended for table in tables):
        return None
    return max((table.load_end for table in tables if table.load_end), default=None)
