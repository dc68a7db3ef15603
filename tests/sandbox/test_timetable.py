"""Schedule expressions: when they are due, and which are refused."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.engines.timetable import parse

UTC = datetime.UTC
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime.datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


def due(expression, after, count=1, zone=UTC):
    timetable = parse(expression, zone, START)
    moment, found = datetime.datetime.fromisoformat(after).replace(tzinfo=UTC), []
    for _ in range(count):
        moment = timetable.after(moment)
        found.append(f"{moment:%Y-%m-%dT%H:%M:%S}" if moment else None)
        if moment is None:
            break
    return found


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("rate(15 minutes)", "2026-03-01T00:00", ["2026-03-01T12:00:30", "2026-03-01T12:15:30"]),
        ("rate(1 hour)", "2026-03-01T14:30", ["2026-03-01T15:00:30", "2026-03-01T16:00:30"]),
        ("rate(2 days)", "2026-03-01T12:00:30", ["2026-03-03T12:00:30", "2026-03-05T12:00:30"]),
        ("at(2026-05-01T08:00:00)", "2026-03-01", ["2026-05-01T08:00:00", None]),
        ("at(2026-02-01T08:00:00)", "2026-03-01", [None]),
        ("cron(0 10 * * ? *)", "2026-03-01T10:00", ["2026-03-02T10:00:00", "2026-03-03T10:00:00"]),
        ("cron(15 12 * * ? *)", "2026-03-01", ["2026-03-01T12:15:00", "2026-03-02T12:15:00"]),
        ("cron(0 18 ? * MON-FRI *)", "2026-03-06", ["2026-03-06T18:00:00", "2026-03-09T18:00:00"]),
        ("cron(0 8 1 * ? *)", "2026-03-02", ["2026-04-01T08:00:00", "2026-05-01T08:00:00"]),
        ("cron(0/30 9 ? * 2 *)", "2026-03-02", ["2026-03-02T09:00:00", "2026-03-02T09:30:00"]),
        ("cron(0 0 L * ? *)", "2026-02-01", ["2026-02-28T00:00:00", "2026-03-31T00:00:00"]),
        ("cron(0 9 ? * 6L *)", "2026-03-01", ["2026-03-27T09:00:00", "2026-04-24T09:00:00"]),
        ("cron(0 9 ? * TUE#1 *)", "2026-03-04", ["2026-04-07T09:00:00", "2026-05-05T09:00:00"]),
        ("cron(0 9 15W * ? *)", "2026-03-01", ["2026-03-16T09:00:00", "2026-04-15T09:00:00"]),
        ("cron(0 9 1W 8 ? *)", "2026-03-01", ["2026-08-03T09:00:00", "2027-08-02T09:00:00"]),
        ("cron(0 0 29 FEB ? *)", "2026-03-01", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ("cron(0 0 30 2 ? *)", "2026-03-01", [None]),
        ("cron(0 0 1 1 ? 2027)", "2026-03-01", ["2027-01-01T00:00:00", None]),
        (
            "cron(5,10 0 1 JAN,MAR ? *)",
            "2026-03-01T00:07",
            ["2026-03-01T00:10:00", "2027-01-01T00:05:00"],
        ),
    ],
)
def test_an_expression_is_due_when_aws_says(expression, after, expected):
    assert due(expression, after, len(expected)) == expected


def test_a_local_time_that_the_clocks_skip_is_skipped():
    assert due("cron(30 2 * * ? *)", "2026-03-28", 3, BERLIN) == [
        "2026-03-28T01:30:00",
        "2026-03-30T00:30:00",
        "2026-03-31T00:30:00",
    ]


def test_a_local_time_that_comes_twice_counts_once():
    assert due("cron(30 2 * * ? *)", "2026-10-24T12:00", 2, BERLIN) == [
        "2026-10-25T00:30:00",
        "2026-10-26T01:30:00",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "every 5 minutes",
        "rate(0 minutes)",
        "rate(5 seconds)",
        "rate(5)",
        "at(2026-01-01)",
        "at(2026-13-01T00:00:00)",
        "cron(0 10 * * *)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 10 * 13 ? *)",
        "cron(0 10 ? * FUN *)",
        "cron(0 10 ? * MON#6 *)",
        "cron(5-1 10 * * ? *)",
        "cron(0/0 10 * * ? *)",
    ],
)
def test_what_aws_does_not_take_is_refused(expression):
    with pytest.raises(ValueError, match=r"\S"):
        parse(expression, UTC, START)
