"""What the requests about tasks and serverless replications have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.dms import mappings
from sandbox.services.dms.endpoint import Endpoint
from sandbox.services.dms.migration import Migration
from sandbox.services.dms.roles import LOGS_ROLE, account_role
from sandbox.services.dms.state import State, find

MIGRATIONS = ("full-load", "cdc", "full-load-and-cdc")
STARTS = ("start-replication", "resume-processing", "reload-target")
POSITIONS = ("CdcStartTime", "CdcStartPosition", "CdcStopPosition")


def endpoint(state: State, arn: str, kind: str) -> Endpoint:
    """An active endpoint, source or target; the fault of AWS when it is not."""
    found = find(state.endpoints, arn, "Endpoint")
    if found.engine.type != kind:
        raise AwsError(
            "InvalidParameterValueException",
            f"Endpoint {found.identifier} is a {found.engine.type}, not a {kind} endpoint.",
        )
    if found.status != "active":
        raise AwsError("InvalidResourceStateFault", f"Endpoint {found.identifier} is not active.")
    return found


def check_work(member: str, migration: str | None, table_mappings: str | None) -> None:
    """InvalidParameterValueException for a migration type or table mappings that cannot be."""
    if migration is not None:
        require_choice(member, migration, MIGRATIONS)
    if table_mappings is not None:
        mappings.parse(table_mappings)


def require_choice(member: str, value: str, allowed: Sequence[str]) -> None:
    """InvalidParameterValueException unless a value is one of those allowed."""
    if value not in allowed:
        raise AwsError(
            "InvalidParameterValueException",
            f"{member} is {value}: it must be one of {', '.join(allowed)}",
        )


def require_start(migration: Migration, start: str) -> None:
    """The error of AWS for a start type that a capture's past or type does not allow.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_StartReplicationTask.html
    """
    if (start == "start-replication") != (migration.first_start is None):
        only = "the first time" if start == "start-replication" else "a later time"
        raise _start_refused(start, f"valid only for tasks running for {only}")
    if start == "reload-target" and migration.migration == "cdc":
        raise _start_refused(start, "not valid for tasks with migration type CDC")
    if start == "resume-processing" and migration.migration == "full-load":
        raise _start_refused(start, "not valid for tasks with migration type FULL_LOAD")


def refuse_positions(request: dict[str, Any]) -> None:
    """InvalidParameterValueException for a position to start or stop at."""
    for name in POSITIONS:
        if request.get(name):
            raise AwsError(
                "InvalidParameterValueException",
                f"{name} is set: the sandbox starts where its replication slot does",
            )


def require_log_role(state: State, settings: dict[str, Any], source_arn: str) -> None:
    """AccessDeniedFault when a log is wanted that nobody may write for this resource."""
    if settings["Logging"]["EnableLogging"]:
        account_role(state, LOGS_ROLE, source_arn)


def _start_refused(start: str, reason: str) -> AwsError:
    named = start.upper().replace("-", "_")
    return AwsError("InvalidParameterCombinationException", f"Start Type : {named}, {reason}")
