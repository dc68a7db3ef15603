"""Schedules of rules: which ones are taken. Rates are stricter than those of the scheduler."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.scheduler_tools import refused


@pytest.fixture
def put_rule(aws):
    """Makes a rule of a schedule that is gone in the end."""
    events, name = aws("events"), f"rule-{uuid.uuid4().hex[:8]}"
    yield lambda expression: events.put_rule(Name=name, ScheduleExpression=expression)
    events.delete_rule(Name=name)


@pytest.mark.parametrize(
    "expression",
    [
        *("rate(1 minute)", "rate(5 minutes)", "rate(1 day)", "rate(12 hours)"),
        *("cron(0 12 * * ? *)", "cron(0/15 * * * ? *)", "cron(15 10 ? * 6L 2026-2030)"),
    ],
)
def test_a_schedule_as_documented_is_taken(put_rule, expression):
    assert put_rule(expression)["RuleArn"]


@pytest.mark.parametrize(
    "expression",
    [
        *("rate(1 minutes)", "rate(2 minute)", "rate(0 minutes)", "rate(1 week)", "rate(01 hours)"),
        *("cron(0 12 * * * *)", "cron(60 12 * * ? *)", "cron(0 24 * * ? *)", "cron(0 12 * * ?)"),
        "at(2030-01-01T00:00:00)",
    ],
)
def test_another_is_refused(put_rule, expression):
    answer = refused(put_rule, expression=expression)
    assert answer == ("ValidationException", "Parameter ScheduleExpression is not valid.")
