"""What a schedule may say, and how it is shown."""

from __future__ import annotations

import datetime
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.scheduler_tools import ACCOUNT, MACHINE, OFF, make_role, refused

SDK = "arn:aws:scheduler:::aws-sdk"


def test_a_schedule_is_shown_with_all_defaults(scheduler, role, schedule):
    name = schedule()
    shown = scheduler.get_schedule(Name=name)
    assert shown["Arn"] == f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/{name}"
    assert shown["Target"] == {
        "Arn": MACHINE,
        "RoleArn": role,
        "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
    }
    assert (shown["GroupName"], shown["ActionAfterCompletion"]) == ("default", "NONE")
    assert (shown["ScheduleExpressionTimezone"], shown["State"]) == ("UTC", "DISABLED")
    code, message = refused(
        scheduler.create_schedule,
        Name=name,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow=OFF,
        Target={"Arn": MACHINE, "RoleArn": role},
    )
    assert (code, message) == ("ConflictException", f"Schedule {name} already exists.")


def test_an_update_replaces_everything(scheduler, role, schedule):
    name = schedule(
        Description="hourly",
        ScheduleExpressionTimezone="Europe/Berlin",
        ActionAfterCompletion="DELETE",
        target={"Input": "{}", "RetryPolicy": {"MaximumRetryAttempts": 1}},
    )
    scheduler.update_schedule(
        Name=name,
        ScheduleExpression="cron(0 3 * * ? *)",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        Target={"Arn": MACHINE, "RoleArn": role},
    )
    shown = scheduler.get_schedule(Name=name)
    assert "Description" not in shown
    assert "Input" not in shown["Target"]
    assert shown["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 185
    assert (shown["State"], shown["ActionAfterCompletion"]) == ("ENABLED", "NONE")
    assert shown["ScheduleExpressionTimezone"] == "UTC"
    assert shown["LastModificationDate"] > shown["CreationDate"]
    missing = {"Name": "none", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": OFF}
    code, _ = refused(
        scheduler.update_schedule, **missing, Target={"Arn": MACHINE, "RoleArn": role}
    )
    assert code == "ResourceNotFoundException"


def test_a_client_token_makes_a_second_request_harmless(scheduler, role, schedule):
    arguments = {
        "Name": f"token-{uuid.uuid4().hex[:6]}",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": OFF,
        "State": "DISABLED",
        "Target": {"Arn": MACHINE, "RoleArn": role},
        "ClientToken": "once",
    }
    first = scheduler.create_schedule(**arguments)["ScheduleArn"]
    assert scheduler.create_schedule(**arguments)["ScheduleArn"] == first
    other = arguments | {"ClientToken": "twice"}
    assert refused(scheduler.create_schedule, **other)[0] == "ConflictException"
    scheduler.delete_schedule(Name=arguments["Name"])
    assert refused(scheduler.delete_schedule, Name=arguments["Name"])[0] == (
        "ResourceNotFoundException"
    )


@pytest.mark.parametrize(
    ("settings", "fragment"),
    [
        ({"expression": "rate(5 seconds)"}, "Invalid Schedule Expression rate(5 seconds)."),
        ({"expression": "cron(0 3 * * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Mars/Phobos"}, "ScheduleExpressionTimezone"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"FlexibleTimeWindow": {"Mode": "SOMETIMES"}}, "flexibleTimeWindow.mode"),
        ({"State": "PAUSED"}, "enum value set: [ENABLED, DISABLED]"),
        ({"Name": "not a name"}, "regular expression pattern"),
        ({"target": {"Arn": "orders"}}, "Provided Arn is not in correct format."),
        ({"target": {"Input": "{"}}, "well-formed JSON"),
        ({"target": {"RetryPolicy": {"MaximumRetryAttempts": 200}}}, "less than or equal to 185"),
        ({"expression": "rate(99999999999 days)"}, "Invalid Schedule Expression"),
        ({"expression": "rate(9999999 days)"}, "Invalid Schedule Expression"),
        ({"target": {"Arn": f"{SDK}:sfn:describeExecution"}}, "read-only"),
        ({"target": {"Arn": f"{SDK}:dynamodb:batchGetItem"}}, "read-only"),
        ({"target": {"Arn": f"{SDK}:databasemigration:testConnection"}}, "read-only"),
        ({"target": {"Arn": f"{SDK}:nothing:doIt"}}, "service nothing is not supported"),
        ({"target": {"Arn": f"{SDK}:dms:startReplicationTask"}}, "service dms is not supported"),
        ({"target": {"Arn": f"{SDK}:stepfunctions:startExecution"}}, "is not supported"),
        ({"target": {"Arn": f"{SDK}:sfn:StartExecution"}}, "operation StartExecution of sfn"),
        ({"target": {"Arn": f"{SDK}:sqs:sendMessage", "Input": "[]"}}, "must be a JSON object"),
        ({"target": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"}}, "must allow AWS"),
        ({"StartDate": datetime.datetime(2020, 1, 1)}, "StartDate"),
        ({"EndDate": datetime.datetime(2020, 1, 1)}, "EndDate"),
    ],
)
def test_a_wrong_schedule_is_refused(schedule, settings, fragment):
    with pytest.raises(ClientError) as caught:
        schedule(**settings)
    error = caught.value.response["Error"]
    assert (error["Code"], fragment in error["Message"]) == ("ValidationException", True), error


def test_a_role_that_does_not_trust_the_scheduler_is_refused(aws, schedule):
    other = make_role(aws, "states.amazonaws.com")
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume"):
        schedule(target={"RoleArn": other})


def test_a_target_that_the_sandbox_cannot_invoke_is_said_so(schedule):
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    with pytest.raises(ClientError, match="NotImplemented"):
        schedule(target={"Arn": function})


def test_groups_hold_schedules_and_tags(scheduler, schedule):
    group = f"group-{uuid.uuid4().hex[:6]}"
    arn = scheduler.create_schedule_group(Name=group, Tags=[{"Key": "a", "Value": "1"}])[
        "ScheduleGroupArn"
    ]
    assert refused(scheduler.create_schedule_group, Name=group)[0] == "ConflictException"
    scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    names = sorted(schedule(GroupName=group) for _ in range(3))
    pages = scheduler.get_paginator("list_schedules").paginate(
        GroupName=group, PaginationConfig={"PageSize": 2}
    )
    listed = [one["Name"] for found in pages for one in found["Schedules"]]
    assert listed == names
    assert scheduler.list_schedules(GroupName=group, State="ENABLED")["Schedules"] == []
    found = scheduler.list_schedule_groups(NamePrefix=group)["ScheduleGroups"]
    assert [(one["Name"], one["State"]) for one in found] == [(group, "ACTIVE")]
    scheduler.delete_schedule_group(Name=group)
    assert refused(scheduler.get_schedule, Name=names[0], GroupName=group)[0] == (
        "ResourceNotFoundException"
    )
    assert refused(scheduler.get_schedule_group, Name=group)[0] == "ResourceNotFoundException"
    assert refused(scheduler.delete_schedule_group, Name="default")[0] == "ValidationException"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        schedule(GroupName="nowhere")
