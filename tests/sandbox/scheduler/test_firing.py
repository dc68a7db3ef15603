"""Schedules fire: on time, as their role, and into the dead-letter queue."""

from __future__ import annotations

import datetime
import json
import time
import uuid

from tests.sandbox.scheduler_tools import ACCOUNT, MACHINE, make_role, refused, soon, wait_for


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
