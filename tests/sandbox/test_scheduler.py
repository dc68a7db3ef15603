"""EventBridge Scheduler: what a schedule may say, and that it fires."""

from __future__ import annotations

import datetime
import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
OFF = {"Mode": "OFF"}
MACHINE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:none"


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def wait_for(what, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def soon(seconds=1):
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


@pytest.fixture(scope="module")
def scheduler(aws):
    return aws("scheduler")


@pytest.fixture(scope="module")
def role(aws):
    """A role that the scheduler may assume."""
    return make_role(aws, "scheduler.amazonaws.com")


def make_role(aws, service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return aws("iam").create_role(
        RoleName=f"{service.split('.')[0]}-{uuid.uuid4().hex[:8]}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Role"]["Arn"]


@pytest.fixture
def queue(aws):
    """The ARN of a queue, and a function that receives one message of it."""
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=f"queue-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]

    def receive():
        found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages")
        return found[0] if found else None

    return arn["QueueArn"], receive


@pytest.fixture
def schedule(scheduler, role):
    """Makes a schedule, gives its name, and removes it in the end."""
    names = []

    def make(expression="rate(1 day)", target=None, **settings):
        name = f"schedule-{uuid.uuid4().hex[:8]}"
        names.append((settings.get("GroupName", "default"), name))
        scheduler.create_schedule(
            **{
                "Name": name,
                "ScheduleExpression": expression,
                "FlexibleTimeWindow": OFF,
                "State": "DISABLED",
                "Target": {"Arn": MACHINE, "RoleArn": role, **(target or {})},
                **settings,
            }
        )
        return name

    yield make
    for group, name in names:
        try:
            scheduler.delete_schedule(Name=name, GroupName=group)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ResourceNotFoundException"


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
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:sfn:describeExecution"}}, "read-only"),
        ({"target": {"Arn": "arn:aws:scheduler:::aws-sdk:nothing:doIt"}}, "not supported"),
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


def test_a_schedule_fires_on_time_and_is_deleted_if_asked(scheduler, queue, schedule):
    arn, receive = queue
    begun = time.time()
    name = schedule(
        soon(2),
        {"Arn": arn, "Input": "<aws.scheduler.scheduled-time> <aws.scheduler.attempt-number>"},
        State="ENABLED",
        ActionAfterCompletion="DELETE",
    )
    due = datetime.datetime.fromisoformat(
        scheduler.get_schedule(Name=name)["ScheduleExpression"][3:-1]
    ).replace(tzinfo=datetime.UTC)
    message = wait_for(receive)
    assert time.time() >= due.timestamp() > begun
    assert message["Body"] == f"{due:%Y-%m-%dT%H:%M:%SZ} 1"
    assert refused(scheduler.get_schedule, Name=name)[0] == "ResourceNotFoundException"


def test_a_rate_starts_at_once_and_a_disabled_schedule_never(queue, schedule):
    arn, receive = queue
    schedule("rate(1 hour)", {"Arn": arn, "Input": "silent"}, State="DISABLED")
    schedule("rate(1 hour)", {"Arn": arn, "Input": "now"}, State="ENABLED")
    assert wait_for(receive)["Body"] == "now"
    assert receive() is None


def test_a_start_date_puts_a_rate_off(queue, schedule):
    arn, receive = queue
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    schedule("rate(1 hour)", {"Arn": arn, "Input": "later"}, State="ENABLED", StartDate=later)
    schedule("rate(1 hour)", {"Arn": arn, "Input": "now"}, State="ENABLED")
    assert wait_for(receive)["Body"] == "now"
    assert receive() is None


def test_without_input_a_target_gets_a_notification(queue, schedule):
    arn, receive = queue
    name = schedule("rate(1 hour)", {"Arn": arn}, State="ENABLED")
    event = json.loads(wait_for(receive)["Body"])
    assert event["source"] == "aws.scheduler"
    assert event["resources"] == [f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule/default/{name}"]


def test_a_universal_target_calls_any_operation(aws, queue, schedule):
    arn, receive = queue
    url = aws("sqs").get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    schedule(
        "rate(1 hour)",
        {
            "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
            "Input": json.dumps({"QueueUrl": url, "MessageBody": "universal"}),
        },
        State="ENABLED",
    )
    assert wait_for(receive)["Body"] == "universal"


def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(queue, schedule):
    arn, receive = queue
    name = schedule(
        "rate(1 hour)",
        {"Input": '{"a": 1}', "DeadLetterConfig": {"Arn": arn}},
        State="ENABLED",
    )
    message = wait_for(receive)
    attributes = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
    assert message["Body"] == '{"a": 1}'
    assert attributes["ERROR_CODE"] == "StateMachineDoesNotExist"
    assert attributes["TARGET_ARN"] == MACHINE
    assert attributes["SCHEDULE_ARN"].endswith(f"schedule/default/{name}")


def test_a_state_machine_is_started_with_the_input(aws, schedule):
    states = aws("stepfunctions")
    machine = states.create_state_machine(
        name=f"machine-{uuid.uuid4().hex[:8]}",
        roleArn=make_role(aws, "states.amazonaws.com"),
        definition=json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}),
    )["stateMachineArn"]
    schedule(
        "rate(1 hour)",
        {"Arn": machine, "Input": '{"tables": ["public.orders"]}'},
        State="ENABLED",
    )
    (execution,) = wait_for(lambda: states.list_executions(stateMachineArn=machine)["executions"])
    described = states.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"tables": ["public.orders"]}
