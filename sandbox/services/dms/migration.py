"""What replication tasks and serverless replications share: a capture, its state and statistics."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, cast

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
from sandbox.errors import AwsError
from sandbox.services.dms import mappings, postgres_settings, s3_settings, task_settings
from sandbox.services.dms.connection import s3_client
from sandbox.services.dms.faults import Disturbed, strike
from sandbox.services.dms.state import State
from sandbox.services.dms.task_log import TaskLog

# How long each takes on AWS, in seconds
STOP, MODIFY, DELETE = 60.0, 30.0, 60.0
Moment = Literal["running", "stopping", "stopped", "failed", "deleting", "deleted"]


@dataclass(kw_only=True)
class Migration:
    """A capture with a name; settings are expanded, mappings the text that was given.

    slot names its replication slot in the source, whatever it is called later. Settings, endpoints and status are read and
    changed under the state's lock.
    """

    kind: ClassVar[str]
    """What it is, in messages."""
    resting: ClassVar[tuple[str, ...]]
    """The statuses in which it may be started, changed and deleted."""
    stoppable: ClassVar[tuple[str, ...]]
    """The statuses in which it may be stopped; the first is the one before it runs."""

    state: State
    identifier: str
    arn: str
    source_arn: str
    target_arn: str
    migration: str
    mappings: str
    settings: dict[str, Any]
    created: datetime.datetime
    status: str
    stop_reason: str = ""
    failure: str = ""
    first_start: datetime.datetime | None = None
    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    progress: Progress = field(default_factory=Progress)
    capture: CaptureRun | None = None
    slot: str = field(init=False)

    def __post_init__(self) -> None:
        name = re.sub(r"[^a-z0-9]", "_", self.identifier)[:40]
        self.slot = f"{name}_{hashlib.sha256(self.arn.encode()).hexdigest()[:8]}"

    @property
    def active(self) -> bool:
        """Whether a capture works for it, or is about to, or about to stop."""
        return self.status not in {*self.resting, "creating", "modifying", "deleting"}

    @property
    def suffix(self) -> str:
        """The end of its ARN."""
        return self.arn.rsplit(":", 1)[-1]

    @property
    def task_log(self) -> TaskLog:
        """Its log in CloudWatch."""
        raise NotImplementedError

    def forget(self) -> None:
        """Take it out of the state, under the lock."""
        raise NotImplementedError

    def tell(self, moment: Moment) -> None:
        """Let EventBridge know what has happened to it."""
        raise NotImplementedError

    def require_resting(self, verb: str) -> None:
        """InvalidResourceStateFault while it is at work."""
        if self.status not in self.resting:
            raise self.wrong_state(verb)

    def wrong_state(self, verb: str) -> AwsError:
        """The error of a request that its status does not allow."""
        return AwsError(
            "InvalidResourceStateFault",
            f"{self.kind} {self.identifier} cannot be {verb}, invalid state: {self.status}",
        )

    def prepare(self, mode: StartMode) -> CaptureRun:
        """A capture that is yet to be started; hold the lock."""
        self.stop_reason = self.failure = ""
        self.start, self.end = self.state.runtime.clock.now(), None
        if mode != "resume-processing":
            self.first_start = self.start
        self.capture = CaptureRun(self._job(), self.progress, self)
        return self.capture

    def stop(self) -> None:
        """Ask the capture to stop; hold the lock."""
        if self.status not in self.stoppable:
            raise self.wrong_state("stopped")
        self.status = "stopping"
        self.tell("stopping")
        self.state.runtime.clock.later(STOP, self.interrupt)

    def interrupt(self) -> None:
        """Stop the capture and wait for it; do not hold the lock."""
        if self.capture is not None:
            self.capture.stop()

    def delete(self) -> None:
        """Delete it, and its slot where the source can be reached; hold the lock."""
        self.status = "deleting"
        self.tell("deleting")
        source = self._source()

        def deleted() -> None:
            if self.first_start is not None:
                try:
                    remove_from_source(source)
                except CaptureError as error:  # as on AWS, the slot is then left behind
                    self.task_log.write(
                        f"The replication slot {source.slot} could not be dropped: {error}"
                    )
            with self.state.lock:
                self.forget()
            self.tell("deleted")

        self.state.runtime.clock.later(DELETE, deleted)

    def modify(self) -> None:
        """Be modified for a while; hold the lock."""
        before, self.status = self.status, "modifying"

        def modified() -> None:
            if self.status == "modifying":
                self.status = before

        self.state.later(MODIFY, modified)

    def running(self) -> None:
        """The capture has begun; one that fails as it starts has never run."""
        strike(self.identifier, "start")
        with self.state.lock:
            begun = self.status == self.stoppable[0]
            if begun:
                self.status = "running"
        if begun:
            self.tell("running")

    def loaded(self) -> None:
        """The full load is over; the statistics tell."""
        strike(self.identifier, "full_load")

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
            self.tell("failed" if error else "stopped")
            self.rest()

    def rest(self) -> None:
        """What else the end of a capture brings; under the lock."""

    def log(self, message: str) -> None:
        """Something worth its log, when it has one."""
        if self.settings["Logging"]["EnableLogging"]:
            self.task_log.write(message)

    def shown_settings(self) -> dict[str, Any]:
        """Its settings as the API shows them: with its log, once there is one."""
        logging = dict(self.settings["Logging"])
        if logging["EnableLogging"] and self.first_start:
            logging["CloudWatchLogGroup"] = self.task_log.group
            logging["CloudWatchLogStream"] = self.task_log.stream
        return self.settings | {"Logging": logging}

    def statistics(self) -> dict[str, Any]:
        """How far it is, over all tables."""
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
            lambda: Disturbed(s3_client(self.state, target), self.identifier),
            mappings.parse(self.mappings),
            s3_settings.target(target.settings, booleans=booleans),
            task_settings.behaviour(
                self.settings, source.settings, cast(MigrationType, self.migration)
            ),
        )


def _earliest(tables: list[TableStatistics]) -> datetime.datetime | None:
    return min((table.load_begin for table in tables if table.load_begin), default=None)


def _latest(tables: list[TableStatistics]) -> datetime.datetime | None:
    """When the last table was loaded; None while one is not."""
    if not all(table.loaded or table.suspended for table in tables):
        return None
    return max((table.load_end for table in tables if table.load_end), default=None)
