"""Events reach the targets of the rules that they match, if they may, in the form that is asked."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest

from tests.sandbox.event_tools import bodies, listening, opened, queue
from tests.sandbox.identities import ACCOUNT, refused
from tests.sandbox.scheduler_tools import make_role, wait_for

REGION = "us-east-1"


@pytest.fixture
def source():
    return f"shop.{uuid.uuid4().hex[:8]}"


@pytest.fixture
def events(aws):
    return aws("events")


@pytest.fixture
def rule(events, source):
    """Makes a rule of the shop's events with one target, gives its ARN, and removes it."""
    made = []

    def make(arn=None, bus="default", state="ENABLED", **target):
        name = f"rule-{uuid.uuid4().hex[:8]}"
        pattern = json.dumps({"source": [source]})
        told = events.put_rule(Name=name, EventPattern=pattern, EventBusName=bus, State=state)[
            "RuleArn"
        ]
        made.append((name, bus))
        if arn:
            give(told, arn, **target)
        return told

    def give(rule_arn, arn, **target):
        name, bus = made[-1]
        target = {"Id": "1", "Arn": arn, **target}
        events.put_targets(Rule=name, EventBusName=bus, Targets=[target])

    make.give = give
    yield make
    for name, bus in made:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["1"])
        events.delete_rule(Name=name, EventBusName=bus)


def put(events, source, detail=None, **entry):
    told = events.put_events(
        Entries=[
            {
                "Source": source,
                "DetailType": "Order",
                "Detail": json.dumps(detail or {"id": 7, "who": 'a "b"', "lines": [1, 2]}),
                **entry,
            }
        ]
    )
    assert told["FailedEntryCount"] == 0, told
    return told["Entries"][0]["EventId"]


def test_an_event_is_told_whole(aws, events, source):
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    with listening(aws, {"source": [source]}) as heard:
        identifier = put(events, source, {"id": 7}, Time=moment, Resources=["a"])
        (event,) = heard(1)
    assert event == {
        "version": "0",
        "id": identifier,
        "detail-type": "Order",
        "source": source,
        "account": ACCOUNT,
        "time": "2026-01-02T03:04:05Z",
        "region": REGION,
        "resources": ["a"],
        "detail": {"id": 7},
    }


TEMPLATE = {
    "id": "$.detail.id",
    "who": "$.detail.who",
    "kind": "$.detail-type",
    "lines": "$.detail.lines",
    "none": "$.detail.none",
}


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ({"Input": '{"fixed": true}'}, {"fixed": True}),
        ({"InputPath": "$.detail.lines"}, [1, 2]),
        (
            {"InputTemplate": '{"id": <id>, "kind": <kind>, "text": "<kind> <id>"}'},
            {"id": 7, "kind": "Order", "text": "Order 7"},
        ),
        (
            {"InputTemplate": '{"all": <lines>, "none": <none>, "said": "lines <lines><none>"}'},
            {"all": [1, 2], "none": "", "said": "lines [1,2]"},
        ),
        ({"InputTemplate": '"order \\"<id>\\" is in"'}, 'order "7" is in'),
        ({"InputTemplate": '{"who": <who>}'}, {"who": 'a "b"'}),
    ],
)
def test_a_target_gets_what_it_asks_for(aws, events, source, target, body):
    if "InputTemplate" in target:
        target = {"InputTransformer": {"InputPathsMap": TEMPLATE, **target}}
    with listening(aws, {"source": [source]}, **target) as heard:
        put(events, source)
        assert heard(1) == [body]


def test_a_template_knows_rule_and_event(aws, events, source):
    template = '{"rule": <aws.events.rule-name>, "event": <aws.events.event.json>}'
    transformer = {"InputTransformer": {"InputTemplate": template}}
    with listening(aws, {"source": [source]}, **transformer) as heard:
        put(events, source, {"id": 1})
        (told,) = heard(1)
    assert told["rule"].startswith("rule-")
    assert told["event"]["detail"] == {"id": 1}


def test_events_come_in_order(aws, events, source):
    with listening(aws, {"source": [source]}) as heard:
        for number in range(20):
            put(events, source, {"n": number})
        assert [event["detail"]["n"] for event in heard(20)] == list(range(20))


def test_a_rule_that_is_off_or_only_scheduled_delivers_nothing(aws, events, source, rule):
    off = rule(state="DISABLED")
    url, arn = queue(aws, off)
    rule.give(off, arn)
    events.put_rule(Name=f"timed-{source}", ScheduleExpression="rate(1 hour)")
    timed = events.describe_rule(Name=f"timed-{source}")["Arn"]
    other, other_arn = queue(aws, timed)
    events.put_targets(Rule=f"timed-{source}", Targets=[{"Id": "1", "Arn": other_arn}])
    with listening(aws, {"source": [source]}) as heard:  # rules take turns: the others were first
        put(events, source)
        heard(1)
    for each in (url, other):
        assert "Messages" not in aws("sqs").receive_message(QueueUrl=each)
    events.remove_targets(Rule=f"timed-{source}", Ids=["1"])
    events.delete_rule(Name=f"timed-{source}")


def test_a_queue_whose_policy_says_nothing_gets_nothing(aws, events, source, rule):
    url, arn = queue(aws)
    told = rule()
    dead, dead_arn = queue(aws, told)
    rule.give(told, arn, DeadLetterConfig={"Arn": dead_arn})
    put(events, source)
    message = wait_for(
        lambda: (
            aws("sqs").receive_message(QueueUrl=dead, MessageAttributeNames=["All"]).get("Messages")
        )
    )[0]
    said = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert said["RULE_ARN"] == told
    assert said["TARGET_ARN"] == arn
    assert said["ERROR_CODE"] == "NO_PERMISSIONS"
    assert json.loads(message["Body"])["source"] == source
    assert "Messages" not in aws("sqs").receive_message(QueueUrl=url)


def test_a_queue_in_order_gets_its_group(aws, events, source, rule):
    told = rule()
    url, arn = queue(aws, told, FifoQueue="true", ContentBasedDeduplication="true")
    rule.give(told, arn, SqsParameters={"MessageGroupId": "orders"})
    put(events, source)
    assert json.loads(bodies(aws, url, 1)[0])["source"] == source


def test_a_topic_passes_events_on(aws, events, source, rule):
    sns = aws("sns")
    topic = sns.create_topic(Name=f"topic-{source.replace('.', '-')}")["TopicArn"]
    url, arn = queue(aws)
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    told = rule(topic)
    policy = json.dumps(opened("sns:Publish", topic, told))
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    put(events, source)
    assert json.loads(bodies(aws, url, 1)[0])["source"] == source


def test_a_log_group_keeps_events(aws, events, source, rule):
    logs, group = aws("logs"), f"/aws/events/{source}"
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    told = rule(arn)
    policy = opened("logs:*", f"{arn}:*", told)
    logs.put_resource_policy(policyName=source, policyDocument=json.dumps(policy))
    put(events, source)
    kept = wait_for(lambda: logs.filter_log_events(logGroupName=group)["events"])
    assert json.loads(kept[0]["message"])["source"] == source
    logs.delete_resource_policy(policyName=source)


def test_a_machine_is_started_as_the_targets_role(aws, events, source, rule):
    states = aws("stepfunctions")
    own = make_role(aws, "states.amazonaws.com")
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    machine = states.create_state_machine(
        name=f"m-{source.replace('.', '-')}", definition=json.dumps(definition), roleArn=own
    )["stateMachineArn"]
    role = make_role(aws, "events.amazonaws.com", "states:StartExecution")
    rule(machine, RoleArn=role)
    put(events, source, {"id": 3})
    (execution,) = wait_for(
        lambda: states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")[
            "executions"
        ]
    )
    given = json.loads(states.describe_execution(executionArn=execution["executionArn"])["input"])
    assert given["detail"] == {"id": 3}


def test_another_bus_gets_the_event_as_it_is(aws, events, source, rule):
    bus = f"bus-{source}"
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    told = rule(bus=bus)
    url, arn = queue(aws, told)
    rule.give(told, arn)
    rule(bus_arn)
    identifier = put(events, source)
    assert json.loads(bodies(aws, url, 1)[0])["id"] == identifier


def test_entries_are_refused_each_by_itself(events, source):
    good = {"Source": source, "DetailType": "t", "Detail": "{}"}
    told = events.put_events(
        Entries=[
            good,
            good | {"Source": "aws.dms"},
            good | {"Detail": "no"},
            good | {"Detail": "[]"},
            {"Source": source, "DetailType": "t"},
            good | {"EventBusName": "nowhere"},
        ]
    )
    assert told["FailedEntryCount"] == 4
    assert [entry.get("ErrorCode") for entry in told["Entries"]] == [
        None,
        "NotAuthorizedForSourceException",
        "MalformedDetail",
        "MalformedDetail",
        "InvalidArgument",
        None,
    ]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"}, "NotImplemented"),
        ({"Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q"}, "NotImplemented"),
        ({"Arn": "queue"}, "ValidationException"),
        ({"Arn": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"}, "ValidationException"),
        ({"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q.fifo"}, "ValidationException"),
        ({"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "Input": "{"}, "ValidationException"),
        (
            {"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "Input": "1", "InputPath": "$"},
            "ValidationException",
        ),
        ({"Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q", "InputPath": "$["}, "ValidationException"),
    ],
)
def test_a_target_that_would_get_nothing_is_refused(events, rule, target, code):
    name = rule().rpartition("/")[2]
    assert refused(events.put_targets, Rule=name, Targets=[{"Id": "1", **target}])[0] == code
