"""Schedules: made, replaced, shown, removed.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

from __future__ import annotations

import copy
import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.authorization.trust import service_is_trusted
from sandbox.call import Call
from sandbox.engines.timetable import parse
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.scheduler import targets
from sandbox.services.scheduler.delivery import SERVICE
from sandbox.services.scheduler.store import DEFAULT_GROUP, Schedule, Schedules, schedules_of

PAGE = 100
INPUT_BYTES = 256 * 1024
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
RETRY_POLICY = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
DEFAULTS = {
    "GroupName": DEFAULT_GROUP,
    "State": "ENABLED",
    "ScheduleExpressionTimezone": "UTC",
    "ActionAfterCompletion": "NONE",
}
PAST = datetime.timedelta(minutes=5)


@operation("scheduler", "CreateSchedule")
def create_schedule(call: Call, ClientToken: str | None = None, **given: Any) -> dict[str, Any]:
    """Make a schedule; the same token asks for the same one again."""
    store = schedules_of(call)
    settings = _checked(call, store, given)
    now = call.runtime.clock.now()
    group, name = settings["GroupName"], settings["Name"]
    arn = f"arn:aws:scheduler:{call.region}:{call.account}:schedule/{group}/{name}"
    with store.changed:
        known = store.by_key.get((group, name))
        if known:
            if ClientToken and (known.token, known.settings) == (ClientToken, settings):
                return {"ScheduleArn": arn}
            raise AwsError("ConflictException", f"Schedule {name} already exists.")
        store.put(Schedule(settings, arn, now, now, now, ClientToken), new=True)
    return {"ScheduleArn": arn}


@operation("scheduler", "UpdateSchedule")
def update_schedule(call: Call, ClientToken: str | None = None, **given: Any) -> dict[str, Any]:
    """Replace a schedule: what is not given becomes the default again.

    A rate that stays the same keeps its rhythm; a new one counts from now.
    """
    store = schedules_of(call)
    known = store.schedule(given.get("GroupName"), given["Name"])
    settings = _checked(call, store, given)
    now = call.runtime.clock.now()
    same = settings["ScheduleExpression"] == known.settings["ScheduleExpression"]
    anchor = known.anchor if same else now
    changed = Schedule(settings, known.arn, known.created, now, anchor, known.token)
    store.put(changed, new=False)
    return {"ScheduleArn": known.arn}


@operation("scheduler", "GetSchedule")
def get_schedule(call: Call, Name: str, GroupName: str | None = None) -> dict[str, Any]:
    """One schedule."""
    return schedules_of(call).schedule(GroupName, Name).described()


@operation("scheduler", "DeleteSchedule")
def delete_schedule(
    call: Call, Name: str, GroupName: str | None = None, ClientToken: str | None = None
) -> None:
    """Remove a schedule; what it has started goes on."""
    store = schedules_of(call)
    with store.changed:
        del store.by_key[store.schedule(GroupName, Name).key]


@operation("scheduler", "ListSchedules")
def list_schedules(
    call: Call,
    GroupName: str | None = None,
    NamePrefix: str | None = None,
    State: str | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
) -> dict[str, Any]:
    """The schedules of one group or of all."""
    store = schedules_of(call)
    if GroupName:
        store.group(GroupName)
    with store.changed:
        found = [
            one.described()
            for (group, name), one in sorted(store.by_key.items())
            if (GroupName in {None, group})
            and name.startswith(NamePrefix or "")
            and State in {None, one.settings["State"]}
        ]
    part, following = page(found, NextToken, MaxResults or PAGE)
    members = ("Arn", "Name", "GroupName", "State", "CreationDate", "LastModificationDate")
    summaries = [
        {name: one[name] for name in members} | {"Target": {"Arn": one["Target"]["Arn"]}}
        for one in part
    ]
    return {"Schedules": summaries, "NextToken": following}


def _checked(call: Call, store: Schedules, given: dict[str, Any]) -> dict[str, Any]:
    """The settings of a schedule with all defaults, when AWS would take them."""
    settings = DEFAULTS | {name: value for name, value in given.items() if value is not None}
    settings = copy.deepcopy(settings)
    for name in ("StartDate", "EndDate"):
        if name in settings:  # requests are parsed to UTC without saying so
            settings[name] = settings[name].replace(tzinfo=datetime.UTC)
    if store.group(settings["GroupName"]).state == "DELETING":
        raise AwsError(
            "ConflictException", f"Schedule group {settings['GroupName']} is being deleted."
        )
    _check_time(call, settings)
    window = settings["FlexibleTimeWindow"]
    if (window["Mode"] == "FLEXIBLE") != (window.get("MaximumWindowInMinutes") is not None):
        raise _invalid(
            "MaximumWindowInMinutes is required for a FLEXIBLE FlexibleTimeWindow, and not allowed "
            "when the Mode is OFF."
        )
    target = settings["Target"]
    if len(target.get("Input", "").encode()) > INPUT_BYTES:
        raise _invalid(f"The Input of the target is larger than {INPUT_BYTES} bytes.")
    targets.check(target)
    _check_role(call, target["RoleArn"], store.group(settings["GroupName"]).arn)
    target["RetryPolicy"] = RETRY_POLICY | (target.get("RetryPolicy") or {})
    return settings


def _check_time(call: Call, settings: dict[str, Any]) -> None:
    now = call.runtime.clock.now()
    try:
        zone = ZoneInfo(settings["ScheduleExpressionTimezone"])
    except (ZoneInfoNotFoundError, ValueError):
        # systems without a time zone database know UTC alone
        if settings["ScheduleExpressionTimezone"] != "UTC":
            raise _invalid("The ScheduleExpressionTimezone is not valid.") from None
        zone = None
    try:
        parse(settings["ScheduleExpression"], zone or datetime.UTC, now)
    except ValueError:
        raise _invalid(f"Invalid Schedule Expression {settings['ScheduleExpression']}.") from None
    start, end = settings.get("StartDate"), settings.get("EndDate")
    if start and start < now - PAST:
        raise _invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end and end <= now:
        raise _invalid("The EndDate you specify must be in the future.")
    if start and end and end <= start:
        raise _invalid("The EndDate you specify must be later than the StartDate.")


def _check_role(call: Call, role_arn: str, group: str) -> None:
    try:
        trusted = service_is_trusted(role_arn, SERVICE, call.account, group)
    except AwsError:
        trusted = False
    if not trusted:
        raise _invalid(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the "
            "role."
        )


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
