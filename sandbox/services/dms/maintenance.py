"""Weekly maintenance windows.

https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html
"""

from __future__ import annotations

import re

from sandbox.errors import AwsError

DEFAULT_WINDOW = "sun:06:00-sun:06:30"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = rf"({'|'.join(DAYS)}):([01]\d|2[0-3]):([0-5]\d)"
WINDOW = re.compile(f"{TIME}-{TIME}", re.IGNORECASE)
SHORTEST = 30  # minutes
WEEK = 7 * 24 * 60


def require_window(window: str) -> None:
    """InvalidParameterValueException unless it is a window of half an hour at least."""
    matched = WINDOW.fullmatch(window)
    if matched is None:
        raise _refused(window, "ddd:hh24:mi-ddd:hh24:mi")
    begin, end = _minute(*matched.groups()[:3]), _minute(*matched.groups()[3:])
    if (end - begin) % WEEK < SHORTEST:
        raise _refused(window, f"at least {SHORTEST} minutes long")


def _minute(day: str, hour: str, minute: str) -> int:
    """Of the week."""
    return (DAYS.index(day.lower()) * 24 + int(hour)) * 60 + int(minute)


def _refused(window: str, allowed: str) -> AwsError:
    return AwsError(
        "InvalidParameterValueException",
        f"PreferredMaintenanceWindow is {window}: it must be {allowed}",
    )
