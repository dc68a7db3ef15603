"""One query from QUEUED to its end."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.engines.athena.model import ResultColumn
from sandbox.engines.athena.statements import Statement
from sandbox.identity import Principal
from sandbox.services.athena.configuration import ENGINE

ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


@dataclass
class Execution:
    """A query, who asked it, where its result goes, and how far it is.

    request is as it came; result_configuration, with the location of this result, what is in
    effect. Times are in seconds.
    """

    id: str
    statement: Statement
    principal: Principal
    request: dict[str, Any]
    workgroup: str
    result_configuration: dict[str, Any]
    cutoff: int | None = None
    state: str = "QUEUED"
    reason: str = ""
    error: dict[str, Any] | None = None
    submitted: datetime.datetime = field(default_factory=Clock.now)
    completed: datetime.datetime | None = None
    columns: list[ResultColumn] = field(default_factory=list)
    is_table: bool = True
    rows: int = 0
    updated: int = 0
    bytes: int = 0
    scanned_rows: int = 0
    scanned_bytes: int = 0
    queued_at: float = field(default_factory=time.monotonic)
    started_at: float = 0.0
    ended_at: float = 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ENDED

    @property
    def location(self) -> str:
        """The S3 URI of its result."""
        return str(self.result_configuration["OutputLocation"])

    @property
    def database(self) -> str:
        """The database of tables that are named without one."""
        context = self.request.get("QueryExecutionContext") or {}
        return str(context.get("Database") or "default")

    def become(self, state: str, reason: str = "", error: dict[str, Any] | None = None) -> None:
        """Take the next state."""
        self.state, self.reason, self.error = state, reason, error
        if state == "RUNNING":
            self.started_at = time.monotonic()
        if self.ended:
            self.ended_at = time.monotonic()
            self.completed = Clock.now()

    def timeline(self) -> dict[str, int]:
        """The parts of its time, in milliseconds."""
        until = self.ended_at or time.monotonic()
        started = self.started_at or until
        return {
            "EngineExecutionTimeInMillis": round((until - started) * 1000),
            "QueryQueueTimeInMillis": round((started - self.queued_at) * 1000),
            "QueryPlanningTimeInMillis": 0,
            "ServicePreProcessingTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "TotalExecutionTimeInMillis": round((until - self.queued_at) * 1000),
        }

    def described(self) -> dict[str, Any]:
        """The QueryExecution structure."""
        status = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.completed:
            status["CompletionDateTime"] = self.completed
        if self.reason:
            status["StateChangeReason"] = self.reason
        if self.error:
            status["AthenaError"] = self.error
        shown = {
            "QueryExecutionId": self.id,
            "Query": self.request["QueryString"],
            "StatementType": self.statement.type,
            "SubstatementType": self.statement.kind,
            "ResultConfiguration": self.result_configuration,
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": self.request.get("QueryExecutionContext") or {},
            "Status": status,
            "Statistics": {
                **self.timeline(),
                "DataScannedInBytes": self.scanned_bytes,
                "ResultReuseInformation": {"ReusedPreviousResult": False},
            },
            "WorkGroup": self.workgroup,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": ENGINE},
        }
        if self.request.get("ExecutionParameters"):
            shown["ExecutionParameters"] = self.request["ExecutionParameters"]
        return shown
