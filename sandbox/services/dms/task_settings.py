"""Task settings: their JSON, filled up with what AWS takes where they say nothing.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
"""

from __future__ import annotations

import copy
import functools
import json
import math
from pathlib import Path
from typing import Any

from sandbox.engines.capture.settings import Behaviour, MigrationType
from sandbox.errors import AwsError
from sandbox.services.dms import postgres_settings

POLICIES = ("IGNORE_RECORD", "LOG_ERROR", "SUSPEND_TABLE", "STOP_TASK")
CHOICES = {
    ("ErrorBehavior", "DataErrorPolicy"): POLICIES,
    ("ErrorBehavior", "DataTruncationErrorPolicy"): POLICIES,
    ("ErrorBehavior", "TableErrorPolicy"): POLICIES[2:],
    ("FullLoadSettings", "TargetTablePrepMode"): (
        "DO_NOTHING",
        "DROP_AND_CREATE",
        "TRUNCATE_BEFORE_LOAD",
    ),
}
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.FullLoad.html
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.DataResyncSettings.html
RANGES = {
    ("FullLoadSettings", "MaxFullLoadSubTasks"): (1, 49),
    ("FullLoadSettings", "CommitRate"): (1, 50_000),
    ("FullLoadSettings", "TransactionConsistencyTimeout"): (0, math.inf),
    ("ResyncSettings", "MaxResyncTime"): (5, 14_400),
}
# Settings that are told only of a task that was given them, each with a value of its type. Those of
# validation are in no documentation, but in settings that DMS told and people kept: inferred.
UNTOLD: dict[str, Any] = {
    "ResyncSettings": {
        "EnableResync": False,
        "ResyncSchedule": "",
        "MaxResyncTime": 5,
        "ValidationTaskId": "",
    },
    "ValidationSettings": {"ValidationS3Mask": 0, "ValidationS3Time": 0},
}
# What the sandbox does not do, when it is asked for
UNSERVED = (
    ("TargetMetadata", "BatchApplyEnabled"),
    ("TargetMetadata", "TargetSchema"),
    ("TargetMetadata", "InlineLobMaxSize"),
    ("TargetMetadata", "TaskRecoveryTableEnabled"),
    ("FullLoadSettings", "StopTaskCachedChangesApplied"),
    ("FullLoadSettings", "StopTaskCachedChangesNotApplied"),
    ("ErrorBehavior", "DataErrorEscalationCount"),
    ("ErrorBehavior", "TableErrorEscalationCount"),
    ("ControlTablesSettings", "StatusTableEnabled"),
    ("ControlTablesSettings", "SuspendedTablesTableEnabled"),
    ("ControlTablesSettings", "HistoryTableEnabled"),
    ("ControlTablesSettings", "FullLoadExceptionTableEnabled"),
    ("ValidationSettings", "EnableValidation"),
    ("ValidationSettings", "ValidationS3Mask"),
    ("ValidationSettings", "ValidationS3Time"),
    ("ResyncSettings", "EnableResync"),
)
READ_ONLY = ("CloudWatchLogGroup", "CloudWatchLogStream")

Settings = dict[str, Any]


def expanded(document: str | None, before: Settings | None = None) -> Settings:
    """Settings from their JSON over those before, or over AWS's defaults.

    InvalidParameterValueException for what is no JSON object, has a name or value that DMS does
    not know, or asks for what the sandbox does not serve.
    """
    settings = copy.deepcopy(before or _defaults())
    try:
        given = json.loads(document or "{}")
    except ValueError:
        raise _refused("Invalid task settings JSON") from None
    if not isinstance(given, dict):
        raise _refused("Invalid task settings JSON")
    if any((given.get("Logging") or {}).get(name) for name in READ_ONLY):
        raise _refused(
            "Task Settings CloudWatchLogGroup or CloudWatchLogStream cannot be set on create."
        )
    _merge(settings, given, UNTOLD, "")
    if "ResyncSettings" in settings:
        settings["ResyncSettings"].setdefault("EnableResync", False)
    _check(settings)
    return settings


def behaviour(settings: Settings, source: Settings, migration: MigrationType) -> Behaviour:
    """The settings of a task and of its source endpoint as the capture takes them."""
    target, errors = settings["TargetMetadata"], settings["ErrorBehavior"]
    changes = settings["ChangeProcessingDdlHandlingPolicy"]
    follow = source.get("CaptureDdls", True)
    truncation = errors["DataTruncationErrorPolicy"]
    return Behaviour(
        migration=migration,
        prepare=settings["FullLoadSettings"]["TargetTablePrepMode"],
        lobs=target["SupportLobs"],
        lob_bytes=None if target["FullLobMode"] else target["LobMaxSize"] * 1024,
        trim_char=source.get("TrimSpaceInChar", True),
        data_error=errors["DataErrorPolicy"],
        truncation_error="STOP_TASK" if source.get("FailTasksOnLobTruncation") else truncation,
        table_error=errors["TableErrorPolicy"],
        fail_without_tables=errors["FailOnNoTablesCaptured"],
        follow_altered=follow and changes["HandleSourceTableAltered"],
        follow_truncated=changes["HandleSourceTableTruncated"],
        follow_dropped=follow and changes["HandleSourceTableDropped"],
        new_tables=follow,
        recoverable_attempts=errors["RecoverableErrorCount"],
        recoverable_seconds=errors["RecoverableErrorInterval"],
        heartbeat=postgres_settings.heartbeat(source),
    )


@functools.cache
def _defaults() -> Settings:
    text = Path(__file__).with_name("task_defaults.json").read_text(encoding="utf-8")
    found: Settings = json.loads(text)
    return found


def _merge(settings: Settings, given: Settings, untold: Settings, path: str) -> None:
    for name, value in given.items():
        if name not in settings and name not in untold:
            raise _refused(f"Invalid task settings JSON. Unknown setting {path}{name}")
        known = settings.get(name, untold.get(name))
        if isinstance(known, dict) and isinstance(value, dict):
            inner = settings.setdefault(name, {})
            _merge(inner, value, untold.get(name, {}), f"{path}{name}.")
        elif value is not None:
            _require_type(f"{path}{name}", known, value)
            settings[name] = value


def _require_type(name: str, known: Any, value: Any) -> None:
    kind = type(known)
    if known is not None and type(value) is not kind:
        raise _refused(
            f"Invalid task settings JSON. {name} is {json.dumps(value)}: it must be of the type "
            f"of {json.dumps(known)}"
        )


def _check(settings: Settings) -> None:
    for (group, name), allowed in CHOICES.items():
        value = settings[group][name]
        if value not in allowed:
            raise _refused(
                f"Invalid task settings JSON. {group}.{name} is {value}: it must be one of "
                f"{', '.join(allowed)}"
            )
    for (group, name), (least, most) in RANGES.items():
        value = settings.get(group, {}).get(name)
        if value is not None and not least <= value <= most:
            raise _refused(
                f"Invalid task settings JSON. {group}.{name} is {value}: it must be from {least} "
                f"to {most}"
            )
    for group, name in UNSERVED:
        if settings.get(group, {}).get(name):
            raise _refused(f"The task setting {group}.{name} is not served by the sandbox")
    target = settings["TargetMetadata"]
    if target["SupportLobs"] and target["FullLobMode"] == target["LimitedSizeLobMode"]:
        raise _refused(
            "Invalid task settings JSON. With TargetMetadata.SupportLobs one of FullLobMode and "
            "LimitedSizeLobMode must be true"
        )
    if target["LimitedSizeLobMode"] and target["LobMaxSize"] < 1:
        raise _refused(
            "Invalid task settings JSON. TargetMetadata.LobMaxSize must be at least 1 in limited "
            "LOB mode"
        )


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)
