"""Six-field cron expressions: minutes hours day-of-month month day-of-week year.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator

MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
# AWS counts the days of the week from Sunday, 1, to Saturday, 7
DAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
FIRST_YEAR, LAST_YEAR = 1970, 2199
ITEM = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?")
NEAREST = re.compile(r"(\d+)W")
NTH = re.compile(r"(\w+)#([1-5])")
LAST_OF = re.compile(r"(\w+)L")

# the days of a month, with their weekdays -> those that are meant
DayRule = Callable[[dict[int, int]], set[int]]


class Cron:
    """A cron expression in a time zone."""

    def __init__(self, fields: str, zone: datetime.tzinfo) -> None:
        """Parse the text between the parentheses; ValueError if AWS would not take it."""
        parts = fields.split()
        if len(parts) != 6:
            raise ValueError(f"cron({fields}) must have six fields")
        minutes, hours, day_of_month, month, day_of_week, year = (part.upper() for part in parts)
        if (day_of_month == "?") == (day_of_week == "?"):
            raise ValueError(
                f"cron({fields}) must have ? for the day of month or of week, not both"
            )
        self._zone = zone
        self._minutes = sorted(_numbers(minutes, 0, 59, {}))
        self._hours = sorted(_numbers(hours, 0, 23, {}))
        months = {name.upper(): number for name, number in MONTHS.items()}
        self._months = _numbers(month, 1, 12, months)
        self._years = _numbers(year, FIRST_YEAR, LAST_YEAR, {})
        self._day = _day_of_month(day_of_month) if day_of_week == "?" else _day_of_week(day_of_week)

    def after(self, moment: datetime.datetime) -> datetime.datetime | None:
        """The first time later than a moment, in UTC.

        A local time that the clocks skip is skipped; one that comes twice counts once.
        """
        local = moment.astimezone(self._zone)
        for day in self._days(local.date()):
            for hour in self._hours:
                for minute in self._minutes:
                    naive = datetime.datetime.combine(day, datetime.time(hour, minute))
                    found = naive.replace(tzinfo=self._zone).astimezone(datetime.UTC)
                    exists = found.astimezone(self._zone).replace(tzinfo=None) == naive
                    if exists and found > moment:
                        return found
        return None

    @property
    def shortest(self) -> datetime.timedelta:
        """The least time between two that are due, if they are on days after each other."""
        times = [60 * hour + minute for hour in self._hours for minute in self._minutes]
        following = [*times[1:], times[0] + 24 * 60]
        gaps = [later - earlier for earlier, later in zip(times, following, strict=True)]
        return datetime.timedelta(minutes=min(gaps))

    def _days(self, first: datetime.date) -> Iterator[datetime.date]:
        for year in range(first.year, LAST_YEAR + 1):
            if year not in self._years:
                continue
            for month in sorted(self._months):
                if (year, month) < (first.year, first.month):
                    continue
                for number in sorted(self._in_month(year, month)):
                    day = datetime.date(year, month, number)
                    if day >= first:
                        yield day

    def _in_month(self, year: int, month: int) -> set[int]:
        length = calendar.monthrange(year, month)[1]
        return self._day(
            {
                number: datetime.date(year, month, number).isoweekday() % 7 + 1
                for number in range(1, length + 1)
            }
        )


def _day_of_month(field: str) -> DayRule:
    nearest = NEAREST.fullmatch(field)
    if field == "L":
        return lambda month: {max(month)}
    if nearest:
        wanted = _number(nearest[1], 1, 31, {})
        return lambda month: {_nearest_weekday(wanted, month)} if wanted in month else set()
    numbers = _numbers(field, 1, 31, {})
    return lambda month: numbers & month.keys()


def _day_of_week(field: str) -> DayRule:
    nth, last = NTH.fullmatch(field), LAST_OF.fullmatch(field)
    if nth:
        weekday, which = _number(nth[1], 1, 7, DAYS), int(nth[2])
        return lambda month: set(_on(month, {weekday})[which - 1 : which])
    if last or field == "L":
        weekday = _number(last[1], 1, 7, DAYS) if last else DAYS["SAT"]
        return lambda month: set(_on(month, {weekday})[-1:])
    weekdays = _numbers(field, 1, 7, DAYS)
    return lambda month: set(_on(month, weekdays))


def _on(month: dict[int, int], weekdays: set[int]) -> list[int]:
    return [number for number, weekday in month.items() if weekday in weekdays]


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> set[int]:
    """The numbers that a field of values, ranges and steps stands for."""
    found: set[int] = set()
    for item in field.split(","):
        matched = ITEM.fullmatch(item)
        if matched is None:
            raise ValueError(f"{item!r} is not a value, range or step")
        star, first, last, step = matched.groups()
        start = low if star else _number(first, low, high, names)
        end = high if star or (step and not last) else start
        if last:
            end = _number(last, low, high, names)
        if step is not None and int(step) < 1:
            raise ValueError(f"{item!r} has no step")
        if end < start:
            raise ValueError(f"{item!r} ends before it begins")
        found |= set(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, low: int, high: int, names: dict[str, int]) -> int:
    number = names.get(text, int(text) if text.isdigit() else -1)
    if not low <= number <= high:
        raise ValueError(f"{text!r} is not from {low} to {high}")
    return number


def _nearest_weekday(wanted: int, weekdays: dict[int, int]) -> int:
    """The day from Monday to Friday that is nearest, without leaving the month."""
    for step in (0, -1, 1, -2, 2):
        if weekdays.get(wanted + step) in range(DAYS["MON"], DAYS["SAT"]):
            return wanted + step
    raise AssertionError("every month has a weekday within two days of each of its days")
