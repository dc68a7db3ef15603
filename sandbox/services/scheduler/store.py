"""Schedule groups and schedules of one account and region, and the thread that fires them."""

from __future__ import annotations

import copy
import datetime
import threading
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.call import Call
from sandbox.engines.timetable import Timetable, parse
from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.scheduler.delivery import Invocation, deliver

DEFAULT_GROUP = "default"
INSTANT = datetime.timedelta(microseconds=1)
LONGEST_WAIT = 3600.0


@dataclass
class Group:
    """A schedule group."""

    name: str
    arn: str
    created: datetime.datetime
    modified: datetime.datetime
    state: str = "ACTIVE"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Schedule:
    """A schedule: its settings as the API has them, and when it is due next.

    anchor is what a rate counts from; due is None when nothing is to come.
    """

    settings: dict[str, Any]
    arn: str
    created: datetime.datetime
    modified: datetime.datetime
    anchor: datetime.datetime
    token: str | None = None
    due: datetime.datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The group's and the schedule's name."""
        return (self.settings["GroupName"], self.settings["Name"])

    @property
    def enabled(self) -> bool:
        """Whether it fires."""
        return bool(self.settings["State"] == "ENABLED")

    def described(self) -> dict[str, Any]:
        """The answer of GetSchedule."""
        return copy.deepcopy(self.settings) | {
            "Arn": self.arn,
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
        }

    def plan(self, now: datetime.datetime, *, new: bool) -> None:
        """Find out when it is due first; a new rate starts at once, as on AWS."""
        since = self.anchor - INSTANT if new else now
        start = self.settings.get("StartDate")
        self.due = self._next(max(since, start - INSTANT) if start else since)

    def advance(self, now: datetime.datetime) -> None:
        """Find out when it is due after it was; what was missed is left out."""
        self.due = self._next(now)

    def _next(self, since: datetime.datetime) -> datetime.datetime | None:
        due = self._timetable().after(since)
        end = self.settings.get("EndDate")
        once = self.settings["ScheduleExpression"].startswith("at(")
        return None if due and end and due > end and not once else due

    def _timetable(self) -> Timetable:
        name = self.settings["ScheduleExpressionTimezone"]
        zone = datetime.UTC if name == "UTC" else ZoneInfo(name)
        start = self.settings.get("StartDate") or self.anchor
        return parse(self.settings["ScheduleExpression"], zone, start)


class Schedules:
    """All groups and schedules; one thread fires them while there are any."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime = runtime
        self.account = account
        self.region = region
        self.changed = threading.Condition(threading.RLock())
        now = runtime.clock.now()
        arn = f"arn:aws:scheduler:{region}:{account}:schedule-group/{DEFAULT_GROUP}"
        self.groups = {DEFAULT_GROUP: Group(DEFAULT_GROUP, arn, now, now)}
        self.by_key: dict[tuple[str, str], Schedule] = {}
        self._stopped = False
        self._thread: threading.Thread | None = None
        runtime.on_stop(self._stop)

    def group(self, name: str) -> Group:
        """A group; ResourceNotFoundException when there is none."""
        try:
            return self.groups[name]
        except KeyError:
            message = f"Schedule group {name} does not exist."
            raise AwsError("ResourceNotFoundException", message) from None

    def schedule(self, group: str | None, name: str) -> Schedule:
        """A schedule; ResourceNotFoundException when there is none."""
        try:
            return self.by_key[group or DEFAULT_GROUP, name]
        except KeyError:
            message = f"Schedule {name} does not exist."
            raise AwsError("ResourceNotFoundException", message) from None

    def put(self, schedule: Schedule, *, new: bool) -> None:
        """Take a schedule that is new or has changed."""
        with self.changed:
            schedule.plan(self.runtime.clock.now(), new=new)
            self.by_key[schedule.key] = schedule
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True, name="scheduler")
                self._thread.start()
            self.changed.notify_all()

    def _work(self) -> None:
        while not self._stopped:
            with self.changed:
                now = self.runtime.clock.now()
                coming = [one.due for one in self.by_key.values() if one.enabled and one.due]
                wait = (min(coming) - now).total_seconds() if coming else LONGEST_WAIT
                if wait > 0:
                    self.changed.wait(min(wait, LONGEST_WAIT))
                    continue
                for schedule in list(self.by_key.values()):
                    if schedule.enabled and schedule.due and schedule.due <= now:
                        self._fire(schedule, now)

    def _fire(self, schedule: Schedule, now: datetime.datetime) -> None:
        assert schedule.due is not None
        target = copy.deepcopy(schedule.settings["Target"])
        invocation = Invocation(self.runtime, self.region, schedule.arn, target, schedule.due)
        schedule.advance(now)
        if schedule.due is None and schedule.settings["ActionAfterCompletion"] == "DELETE":
            del self.by_key[schedule.key]
        self.runtime.clock.after(0, lambda: deliver(invocation))

    def _stop(self) -> None:
        self._stopped = True
        with self.changed:
            self.changed.notify_all()


def schedules_of(call: Call) -> Schedules:
    """The schedules that a request is about."""
    return call.runtime.state(Schedules, call.account, call.region)
