"""Schedule expressions of AWS: rate(...), cron(...) and at(...), and when they are due.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Protocol

from sandbox.engines.timetable.cron import Cron

__all__ = ["At", "Cron", "Rate", "Timetable", "parse"]

FORM = re.compile(r"(at|rate|cron)\((.*)\)")
RATE = re.compile(r"([1-9]\d*) (minutes?|hours?|days?)")
AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class Timetable(Protocol):
    """When something is due."""

    def after(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The first time later than a moment, in UTC; None if there is none any more."""


@dataclass(frozen=True)
class Rate:
    """Every so often, the first time at the start."""

    every: datetime.timedelta
    start: datetime.datetime

    def after(self, moment: datetime.datetime) -> datetime.datetime:
        """The first time later than a moment."""
        if moment < self.start:
            return self.start
        return self.start + ((moment - self.start) // self.every + 1) * self.every


@dataclass(frozen=True)
class At:
    """Once."""

    moment: datetime.datetime

    def after(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The time itself while it lies ahead."""
        return self.moment if self.moment > moment else None


def parse(expression: str, zone: datetime.tzinfo, start: datetime.datetime) -> Timetable:
    """The timetable of an expression; cron and at are in a time zone, rate counts from a start.

    Raises ValueError for an expression that AWS does not take, or that leaves the calendar.
    """
    try:
        return _parse(expression, zone, start)
    except OverflowError as error:
        raise ValueError(f"{expression} leaves the calendar") from error


def _parse(expression: str, zone: datetime.tzinfo, start: datetime.datetime) -> Timetable:
    matched = FORM.fullmatch(expression.strip())
    if matched is None:
        raise ValueError(f"{expression} is none of rate(...), cron(...), at(...)")
    form, inside = matched.groups()
    if form == "cron":
        return Cron(inside, zone)
    if form == "rate":
        rate = RATE.fullmatch(inside.strip())
        if rate is None:
            raise ValueError(f"{expression} is not rate(number minutes|hours|days)")
        found = Rate(datetime.timedelta(**{rate[2].rstrip("s") + "s": int(rate[1])}), start)
        found.after(start)  # OverflowError if the second time is none of the calendar
        return found
    if not AT.fullmatch(inside.strip()):
        raise ValueError(f"{expression} is not at(yyyy-mm-ddThh:mm:ss)")
    local = datetime.datetime.fromisoformat(inside.strip()).replace(tzinfo=zone)
    return At(local.astimezone(datetime.UTC))
