"""DescribeEvents and DescribeEventCategories: what happened to instances and tasks of late.

https://docs.aws.amazon.com/dms/latest/APIReference/API_DescribeEvents.html
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.call import Call
from sandbox.clock import Clock
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.runtime import Runtime
from sandbox.services.dms import listing

KEPT = datetime.timedelta(days=14)
MINUTES_TOLD = 60
INSTANCE, TASK = "replication-instance", "replication-task"
CATEGORIES = {
    INSTANCE: (
        "low storage",
        "configuration change",
        "maintenance",
        "deletion",
        "creation",
        "failover",
        "failure",
    ),
    TASK: ("configuration change", "state change", "deletion", "creation", "failure"),
}


@dataclass(frozen=True)
class Notice:
    """One event of an instance or a task; id is its number in the user guide."""

    source_type: str
    identifier: str
    category: str
    message: str
    id: str
    date: datetime.datetime = field(default_factory=Clock.now)

    def described(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "SourceIdentifier": self.identifier,
            "SourceType": self.source_type,
            "Message": self.message,
            "EventCategories": [self.category],
            "Date": self.date,
        }


class Notices:
    """The events of one account and region, the oldest first, for two weeks."""

    def __init__(self, _runtime: Runtime, _account: str, _region: str) -> None:
        self._lock = threading.Lock()
        self._kept: list[Notice] = []

    def add(self, notice: Notice) -> None:
        """Keep what happened just now."""
        with self._lock:
            self._kept = [*self._current(), notice]

    def all(self) -> list[Notice]:
        """What is not too old."""
        with self._lock:
            return self._current()

    def _current(self) -> list[Notice]:
        oldest = Clock.now() - KEPT
        return [notice for notice in self._kept if notice.date >= oldest]


@operation("dms", "DescribeEvents")
def describe_events(
    call: Call,
    SourceIdentifier: str | None = None,
    SourceType: str | None = None,
    EventCategories: Sequence[str] | None = None,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    **times: Any,
) -> dict[str, Any]:
    """The events of a time, the last hour unless told otherwise, the oldest first."""
    check_source(SourceType, EventCategories, [SourceIdentifier] if SourceIdentifier else None)
    start, end = _period(**times)
    found = listing.filtered(
        call.runtime.state(Notices, call.account, call.region).all(),
        Filters,
        {
            "replication-instance-id": lambda each: (
                [each.identifier] * (each.source_type == INSTANCE)
            )
        },
    )
    shown = [
        notice.described()
        for notice in found
        if start <= notice.date <= end
        and SourceType in {None, notice.source_type}
        and (SourceIdentifier is None or SourceIdentifier.lower() == notice.identifier)
        and (not EventCategories or notice.category in EventCategories)
    ]
    return listing.page(shown, "Events", MaxRecords, Marker)


@operation("dms", "DescribeEventCategories")
def describe_event_categories(
    _: Call, SourceType: str | None = None, Filters: Sequence[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The categories of events, by the type of what they happen to."""
    check_source(SourceType)
    types = listing.filtered([SourceType] if SourceType else list(CATEGORIES), Filters, {})
    return {
        "EventCategoryGroupList": [
            {"SourceType": kind, "EventCategories": list(CATEGORIES[kind])} for kind in types
        ]
    }


def check_source(
    source_type: str | None,
    categories: Sequence[str] | None = None,
    identifiers: Sequence[str] | None = None,
) -> None:
    """InvalidParameterValueException for a type or categories that there are not.

    InvalidParameterCombinationException for identifiers or categories of no type.
    """
    if source_type is not None and source_type not in CATEGORIES:
        raise AwsError(
            "InvalidParameterValueException",
            f"The parameter SourceType is {source_type}: it must be {' or '.join(CATEGORIES)}",
        )
    given = {"source identifiers": identifiers, "EventCategories": categories}
    for name, values in given.items():
        if values and source_type is None:
            raise AwsError(
                "InvalidParameterCombinationException",
                f"If {name} are supplied, SourceType must also be provided.",
            )
    unknown = [each for each in categories or () if each not in CATEGORIES[source_type or TASK]]
    if unknown:
        raise AwsError(
            "InvalidParameterValueException",
            f"The event category {unknown[0]} is none of the source type {source_type}: "
            f"{', '.join(CATEGORIES[source_type or TASK])}",
        )


def _period(
    StartTime: datetime.datetime | None = None,
    EndTime: datetime.datetime | None = None,
    Duration: int | None = None,
) -> tuple[datetime.datetime, datetime.datetime]:
    duration = datetime.timedelta(minutes=MINUTES_TOLD if Duration is None else Duration)
    start, end = _aware(StartTime), _aware(EndTime)
    if end is None:
        end = start + duration if start and Duration is not None else Clock.now()
    start = start or end - duration
    if start > end:
        raise AwsError("InvalidParameterCombinationException", "StartTime must be before EndTime.")
    return start, end


def _aware(moment: datetime.datetime | None) -> datetime.datetime | None:
    """A time of a request, which is in UTC where it has no zone."""
    if moment is None or moment.tzinfo:
        return moment
    return moment.replace(tzinfo=datetime.UTC)
