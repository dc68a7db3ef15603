"""Services tell the roles that they take for which resource they do it, as they document it."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.sandbox.event_tools import bodies, queue
from tests.sandbox.identities import ACCOUNT, permit, refused
from tests.sandbox.stepfunctions.workflows import wait_for_end

ARN = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"


@pytest.fixture
def name():
    return f"told-{uuid.uuid4().hex[:8]}"


def make_role(aws, service, source_arn, *actions):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {"aws:SourceArn": source_arn},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    arn = aws("iam").create_role(
        RoleName=f"told-{uuid.uuid4().hex[:8]}",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Role"]["Arn"]
    return permit(aws, arn, *actions)


def test_step_functions_tells_the_machine(aws, name):
    states, service = aws("stepfunctions"), "states.amazonaws.com"
    url, _ = queue(aws)
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody": "sent"},
        "End": True,
    }
    machine = {"name": name, "definition": json.dumps({"StartAt": "A", "States": {"A": send}})}
    other = make_role(aws, service, ARN.format("states", "stateMachine:other"), "sqs:SendMessage")
    code, _, _ = refused(states.create_state_machine, **machine, roleArn=other)
    assert code == "AccessDeniedException"
    own = make_role(aws, service, ARN.format("states", f"stateMachine:{name}"), "sqs:SendMessage")
    made = states.create_state_machine(**machine, roleArn=own)["stateMachineArn"]
    started = states.start_execution(stateMachineArn=made)["executionArn"]
    assert wait_for_end(states, started)["status"] == "SUCCEEDED"
    assert bodies(aws, url, 1) == ["sent"]


def test_the_scheduler_tells_the_schedule_group(aws, name):
    scheduler, service = aws("scheduler"), "scheduler.amazonaws.com"
    url, arn = queue(aws)
    scheduler.create_schedule_group(Name=name)
    schedule = {
        "Name": name,
        "GroupName": name,
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }
    target = {"Arn": arn, "Input": "fired"}
    by_schedule = ARN.format("scheduler", f"schedule/{name}/{name}")
    role = make_role(aws, service, by_schedule, "sqs:SendMessage")
    code, _, _ = refused(scheduler.create_schedule, **schedule, Target=target | {"RoleArn": role})
    assert code == "ValidationException"
    role = make_role(
        aws, service, ARN.format("scheduler", f"schedule-group/{name}"), "sqs:SendMessage"
    )
    scheduler.create_schedule(**schedule, Target=target | {"RoleArn": role})
    assert bodies(aws, url, 1) == ["fired"]
    scheduler.delete_schedule_group(Name=name)
