"""What the tests of events share: a queue at the end of a rule."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

Heard = Callable[[int], list[dict[str, Any]]]
SECONDS = 30
EVENTS = "events.amazonaws.com"


def queue(aws: Callable[..., Any], rule_arn: str = "", **attributes: str) -> tuple[str, str]:
    """The URL and the ARN of a new queue, which takes messages of a rule if there is one."""
    sqs = aws("sqs")
    suffix = ".fifo" if attributes.get("FifoQueue") else ""
    url = sqs.create_queue(QueueName=f"heard-{uuid.uuid4().hex}{suffix}", Attributes=attributes)
    url = url["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    arn = found["QueueArn"]
    if rule_arn:
        policy = json.dumps(opened("sqs:SendMessage", arn, rule_arn))
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def opened(action: str, resource: str, rule_arn: str) -> dict[str, Any]:
    """The policy of a resource that a rule may use."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def bodies(aws: Callable[..., Any], url: str, number: int) -> list[str]:
    """The first messages of a queue, in the order they came; it fails when they do not come."""
    found: list[str] = []
    until = time.monotonic() + SECONDS
    while len(found) < number and time.monotonic() < until:
        got = (
            aws("sqs")
            .receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=1)
            .get("Messages", [])
        )
        for message in got:
            aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
    assert len(found) == number, found
    return found


@contextlib.contextmanager
def listening(aws: Callable[..., Any], pattern: dict[str, Any], **target: Any) -> Iterator[Heard]:
    """Gives a function that waits for so many events that match a pattern."""
    events, rule = aws("events"), f"rule-{uuid.uuid4()}"
    arn = events.put_rule(Name=rule, EventPattern=json.dumps(pattern))["RuleArn"]
    url, queue_arn = queue(aws, arn)
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": queue_arn, **target}])
    try:
        yield lambda number: [json.loads(body) for body in bodies(aws, url, number)]
    finally:
        events.remove_targets(Rule=rule, Ids=["1"])
        events.delete_rule(Name=rule)
        aws("sqs").delete_queue(QueueUrl=url)


@contextlib.contextmanager
def subscribed(aws: Callable[..., Any], topic: str) -> Iterator[Heard]:
    """Gives a function that waits for so many notifications of a topic."""
    url, arn = queue(aws)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    subscription = aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    try:
        yield lambda number: [json.loads(body) for body in bodies(aws, url, number)]
    finally:
        aws("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        aws("sqs").delete_queue(QueueUrl=url)
