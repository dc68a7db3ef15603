"""Roles, queues and schedules."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.scheduler_tools import MACHINE, OFF, make_role


@pytest.fixture(scope="module")
def scheduler(aws):
    return aws("scheduler")


@pytest.fixture(scope="module")
def role(aws):
    """A role that the scheduler may assume, to invoke its targets."""
    actions = ("sqs:SendMessage", "sns:Publish", "events:PutEvents", "states:StartExecution")
    return make_role(aws, "scheduler.amazonaws.com", *actions)


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
