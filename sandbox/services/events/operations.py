"""The operations that take events, patterns and targets; moto serves those on buses and rules.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

from sandbox.call import Call
from sandbox.engines.timetable import Cron, parse
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.events import patterns, targets
from sandbox.services.events.bus import Event, publish

RATE = re.compile(r"rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)")
RESERVED = "aws."
"""Sources that only services of AWS may name."""
REQUIRED = ("Source", "DetailType", "Detail")
FIELDS = ("id", "account", "source", "time", "region", "resources", "detail-type")
"""What TestEventPattern wants of an event."""


@operation("events", "PutEvents")
def put_events(call: Call, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
    """Put events on their buses; each entry is refused by itself."""
    told = [_entry(call, entry) for entry in Entries]
    return {"FailedEntryCount": sum("ErrorCode" in one for one in told), "Entries": told}


def _entry(call: Call, entry: dict[str, Any]) -> dict[str, str]:
    for name in REQUIRED:
        if not entry.get(name):
            reason = f"{name} is a required argument."
            return _failed("InvalidArgument", f"Parameter {name} is not valid. Reason: {reason}")
    if entry["Source"].startswith(RESERVED):
        return _failed("NotAuthorizedForSourceException", "Not authorized for the source.")
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return _failed("MalformedDetail", "Detail is malformed.")
    event = Event(
        entry["Source"],
        entry["DetailType"],
        detail,
        entry.get("Resources") or (),
        entry.get("Time"),
    )
    bus = (entry.get("EventBusName") or "default").rpartition("/")[2]
    return {"EventId": publish(call.runtime, call.account, call.region, event, bus)}


def _failed(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}


@operation("events", "PutRule")
def put_rule(
    call: Call,
    EventPattern: str | None = None,
    ScheduleExpression: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    """Make or replace a rule, whose pattern and schedule EventBridge must know."""
    if EventPattern:
        patterns.check(EventPattern)
    if ScheduleExpression and not _is_schedule(ScheduleExpression):
        raise AwsError("ValidationException", "Parameter ScheduleExpression is not valid.")
    return call.moto()


@operation("events", "ListRules")
def list_rules(call: Call, **_: Any) -> dict[str, Any]:
    """A page of rules; of who made one, which moto tells too, only DescribeRule tells.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
    """
    return call.moto()


def _is_schedule(expression: str) -> bool:
    """Whether rules take it: of rates they want the unit's number right, as schedules do not.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    now = datetime.datetime.now(datetime.UTC)
    try:
        return isinstance(parse(expression, datetime.UTC, now), Cron) or bool(
            RATE.fullmatch(expression)
        )
    except ValueError:
        return False


@operation("events", "PutTargets")
def put_targets(call: Call, Targets: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
    """Give targets to a rule, each of a kind that events can be delivered to."""
    for target in Targets:
        targets.check(target, call.account, call.region)
    return call.moto()


@operation("events", "TestEventPattern")
def test_event_pattern(_: Call, EventPattern: str, Event: str) -> dict[str, Any]:
    """Whether an event matches a pattern."""
    try:
        event = json.loads(Event)
    except ValueError:
        event = None
    if not isinstance(event, dict) or any(name not in event for name in FIELDS):
        raise AwsError(
            "ValidationException", "Parameter Event is not valid. Reason: Event is not valid."
        )
    return {"Result": patterns.matches_text(EventPattern, event)}
