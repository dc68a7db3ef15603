from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.scheduler_schedule import main

ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/load"
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:load"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead"
NAME = {"Name": "load", "GroupName": "default"}
TARGET = {"arn": MACHINE, "role_arn": ROLE}
THERE = {
    "Arn": MACHINE,
    "RoleArn": ROLE,
    "Input": '{ "tables": [] }',
    "RetryPolicy": {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 2},
    "DeadLetterConfig": {"Arn": QUEUE},
}
WHOLE = {
    "ScheduleExpression": "rate(15 minutes)",
    "ScheduleExpressionTimezone": "UTC",
    "State": "ENABLED",
    "Description": "Loads",
    "ActionAfterCompletion": "NONE",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": THERE,
}
OPTIONS = {
    "name": "load",
    "schedule_expression": "rate(15 minutes)",
    "target": {**TARGET, "input": {"tables": []}, "dead_letter_arn": QUEUE},
}


@pytest.fixture
def get(say):
    def line(**members: Any) -> Any:
        answer = {**NAME, "Arn": ARN, **WHOLE, **members}
        return say("scheduler", "GetSchedule", NAME, answer)

    return line


@pytest.fixture
def missing(say):
    return say("scheduler", "GetSchedule", NAME, "ResourceNotFoundException")


class TestSchedule:
    def test_is_created_enabled_and_on_time(self, run_module, say, get, missing):
        request = {
            **NAME,
            "ScheduleExpression": "rate(15 minutes)",
            "State": "ENABLED",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": MACHINE,
                "RoleArn": ROLE,
                "Input": '{"tables": []}',
                "DeadLetterConfig": {"Arn": QUEUE},
            },
        }
        created = say("scheduler", "CreateSchedule", request, {"ScheduleArn": ARN})
        result = run_module(main, [missing, created, get()], **OPTIONS)
        assert result["schedule"]["schedule_arn"] == ARN
        assert result["schedule"]["target"]["input"] == {"tables": []}

    def test_is_shown_and_not_created_in_check_mode(self, run_module, say, missing):
        account = say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})
        result = run_module(main, [missing, account], check=True, **OPTIONS, enabled=False)
        assert result["schedule"]["schedule_arn"] == ARN
        assert result["schedule"]["state"] == "DISABLED"
        assert result["schedule"]["target"] == OPTIONS["target"]

    def test_is_left_alone_when_it_means_the_same(self, run_module, get):
        for check in (False, True):
            assert not run_module(main, [get()], check=check, **OPTIONS)["changed"]

    def test_keeps_what_is_not_set_though_aws_replaces_all(self, run_module, say, get):
        policy = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
        request = {**NAME, **WHOLE, "Target": {**THERE, "RetryPolicy": policy}}
        request["State"] = "DISABLED"
        answer = {"ScheduleArn": ARN}
        script = [
            get(),
            say("scheduler", "UpdateSchedule", request, "ConflictException"),
            say("scheduler", "UpdateSchedule", request, answer),
            get(State="DISABLED"),
        ]
        target = {**TARGET, "retry_policy": {"maximum_retry_attempts": 0}}
        result = run_module(main, script, name="load", enabled=False, target=target)
        assert result["diff"]["before"]["enabled"]
        retries = {"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 0}
        assert result["diff"]["after"]["target"]["retry_policy"] == retries
        assert result["schedule"]["state"] == "DISABLED"

    def test_input_counts_as_a_whole(self, run_module, say, get):
        request = {**NAME, **WHOLE, "Target": {**THERE, "Input": "{}"}}
        script = [
            get(),
            say("scheduler", "UpdateSchedule", request, {"ScheduleArn": ARN}),
            get(),
        ]
        result = run_module(main, script, name="load", target={**TARGET, "input": {}})
        assert result["diff"]["before"]["target"]["input"] == {"tables": []}
        assert result["diff"]["after"]["target"]["input"] == {}

    def test_check_mode_tells_the_whole_target(self, run_module, get):
        account = {"name": "load", "target": {**TARGET, "input": {}}}
        target = run_module(main, [get()], check=True, **account)["schedule"]["target"]
        assert target["retry_policy"]["maximum_retry_attempts"] == 2
        assert target["dead_letter_arn"] == QUEUE

    def test_empty_texts_take_away(self, run_module, say, get):
        request = {**NAME, **WHOLE, "Target": {"Arn": MACHINE, "RoleArn": ROLE}}
        request["Target"]["RetryPolicy"] = THERE["RetryPolicy"]
        request.pop("Description")
        target = {**TARGET, "dead_letter_arn": "", "input": ""}
        script = [get(), say("scheduler", "UpdateSchedule", request, {"ScheduleArn": ARN}), get()]
        assert run_module(main, script, name="load", description="", target=target)["changed"]

    def test_a_target_of_another_service_takes_no_parameters_along(self, run_module, say, get):
        queue = {**THERE, "Arn": f"{QUEUE}.fifo", "SqsParameters": {"MessageGroupId": "1"}}
        request = {**NAME, **WHOLE}
        script = [
            get(Target=queue),
            say("scheduler", "UpdateSchedule", request, {"ScheduleArn": ARN}),
            get(),
        ]
        assert run_module(main, script, name="load", target=TARGET)["changed"]

    def test_a_beginning_that_has_passed_is_not_sent_again(self, run_module, say, get):
        begun = {"StartDate": "2026-01-01T00:00:00Z"}
        request = {**NAME, **WHOLE, "State": "DISABLED"}
        script = [
            get(**begun),
            say("scheduler", "UpdateSchedule", request, {"ScheduleArn": ARN}),
            get(State="DISABLED"),
        ]
        options = {"name": "load", "start_date": "2026-01-01T01:00:00+01:00"}
        result = run_module(main, script, **options, enabled=False)
        assert result["diff"]["before"]["start_date"] == result["diff"]["after"]["start_date"]
        assert not run_module(main, [get()], **options)["changed"]

    def test_a_window_is_replaced(self, run_module, say, get):
        window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}
        script = [
            get(FlexibleTimeWindow=window),
            say("scheduler", "UpdateSchedule", {**NAME, **WHOLE}, {"ScheduleArn": ARN}),
            get(),
        ]
        options = {"flexible_time_window": {"mode": "OFF"}}
        assert run_module(main, script, name="load", **options)["changed"]

    def test_is_deleted(self, run_module, say, get, missing):
        script = [get(), say("scheduler", "DeleteSchedule", NAME), missing]
        assert run_module(main, script, name="load", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"name": "a b"}, "name must be 1 to 64"),
            ({"schedule_expression": "hourly"}, "schedule_expression is hourly: it must be rate"),
            (
                {"flexible_time_window": {"mode": "FLEXIBLE"}},
                "maximum_window_in_minutes goes with mode FLEXIBLE",
            ),
            (
                {"flexible_time_window": {"mode": "OFF", "maximum_window_in_minutes": 0}},
                "maximum_window_in_minutes goes with mode FLEXIBLE",
            ),
            (
                {"target": {**TARGET, "retry_policy": {"maximum_event_age_in_seconds": 1}}},
                "target.retry_policy.maximum_event_age_in_seconds is 1: it must be 60 to 86400",
            ),
            (
                {"target": {**TARGET, "retry_policy": {"maximum_retry_attempts": 186}}},
                "target.retry_policy.maximum_retry_attempts is 186: it must be 0 to 185",
            ),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"name": "load", **options})["msg"]

    def test_input_as_text_is_the_same_as_data(self, run_module, get):
        target = {**TARGET, "input": json.dumps({"tables": []})}
        assert not run_module(main, [get()], name="load", target=target)["changed"]
