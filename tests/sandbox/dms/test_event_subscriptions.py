"""Event subscriptions of DMS: whom it tells by SNS, and of what."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.services.dms import subscriptions
from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import QUICKLY, error_of
from tests.sandbox.event_tools import subscribed

TASK = "replication-task"


@pytest.fixture
def topic(aws: Callable[..., Any]) -> str:
    arn: str = aws("sns").create_topic(Name=f"dms-{uuid.uuid4().hex[:8]}")["TopicArn"]
    return arn


@pytest.fixture
def heard(aws: Callable[..., Any], topic: str) -> Iterator[Callable[[int], list[dict[str, Any]]]]:
    """Gives the first notifications that a topic published."""
    with subscribed(aws, topic) as told_of:
        yield told_of


@pytest.fixture
def subscribe(dms: Any, topic: str, name: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """Makes a subscription that is active, and ends it after the test."""

    def make(**request: Any) -> dict[str, Any]:
        request = {"SubscriptionName": name, "SnsTopicArn": topic} | request
        answer = dms.create_event_subscription(**request)["EventSubscription"]
        until(lambda: status(dms, name) == "active")
        return answer

    yield make
    dms.delete_event_subscription(SubscriptionName=name)


def status(dms: Any, name: str) -> str:
    found = dms.describe_event_subscriptions(SubscriptionName=name)["EventSubscriptionsList"]
    shown: str = found[0]["Status"]
    return shown


def reached(dms: Any, name: str, wanted: str) -> bool:
    return status(dms, name) == wanted


class TestSubscriptions:
    def test_comes_and_goes(self, dms: Any, topic: str, name: str) -> None:
        tags = [{"Key": "team", "Value": "data"}]
        made = dms.create_event_subscription(SubscriptionName=name, SnsTopicArn=topic, Tags=tags)
        created = made["EventSubscription"]
        assert created.pop("SubscriptionCreationTime")[:2] == "20"
        assert created == {
            "CustomerAwsId": "123456789012",
            "CustSubscriptionId": name,
            "SnsTopicArn": topic,
            "Status": "creating",
            "Enabled": True,
        }
        arn = f"arn:aws:dms:us-east-1:123456789012:es:{name}"
        assert dms.list_tags_for_resource(ResourceArn=arn)["TagList"] == tags
        again = error_of(dms.create_event_subscription, SubscriptionName=name, SnsTopicArn=topic)
        assert again == "ResourceAlreadyExistsFault"
        for filters in (
            [{"Name": "event-subscription-arn", "Values": [arn]}],
            [{"Name": "event-subscription-id", "Values": [name]}],
        ):
            (found,) = dms.describe_event_subscriptions(Filters=filters)["EventSubscriptionsList"]
            assert found["CustSubscriptionId"] == name
        deleted = dms.delete_event_subscription(SubscriptionName=name)["EventSubscription"]
        assert deleted["Status"] == "deleting"
        describe = dms.describe_event_subscriptions
        until(lambda: error_of(describe, SubscriptionName=name) == "ResourceNotFoundFault")
        for gone in (dms.delete_event_subscription, dms.modify_event_subscription):
            assert error_of(gone, SubscriptionName=name) == "ResourceNotFoundFault"

    def test_tells_the_topic_of_what_it_is_about(
        self,
        dms: Any,
        task_request: dict[str, Any],
        name: str,
        subscribe: Callable[..., dict[str, Any]],
        heard: Callable[[int], list[dict[str, Any]]],
    ) -> None:
        subscribe(SourceType=TASK, EventCategories=["deletion"])
        made = dms.create_replication_task(**task_request)["ReplicationTask"]
        arn = made["ReplicationTaskArn"]
        by_arn = [{"Name": "replication-task-arn", "Values": [arn]}]
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_task(ReplicationTaskArn=arn)
        (notification,) = heard(1)
        assert notification["Subject"] == "DMS Notification Message"
        message = json.loads(notification["Message"])
        assert datetime.datetime.fromisoformat(message.pop("Event Time"))
        assert message == {
            "Event Source": TASK,
            "Identifier Link": "https://console.aws.amazon.com/dms/home?region=us-east-1"
            f"#tasks:ids={name}\nSourceId: {name} ",
            "Event ID": "http://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html"
            "#DMS-EVENT-0073 ",
            "Event Message": "The replication task has been deleted.",
        }

    def test_is_changed_and_turned_off(
        self,
        dms: Any,
        task: str,
        name: str,
        subscribe: Callable[..., dict[str, Any]],
        heard: Callable[[int], list[dict[str, Any]]],
    ) -> None:
        subscribe(SourceType=TASK, SourceIds=[name], EventCategories=["creation"], Enabled=False)
        by_arn = [{"Name": "replication-task-arn", "Values": [task]}]

        def change_the_task() -> None:
            dms.modify_replication_task(ReplicationTaskArn=task, TaskData="{}")
            dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)

        change_the_task()
        changed = dms.modify_event_subscription(
            SubscriptionName=name, EventCategories=["configuration change"], Enabled=True
        )["EventSubscription"]
        assert (changed["Status"], changed["Enabled"]) == ("modifying", True)
        assert changed["EventCategoriesList"] == ["configuration change"]
        assert changed["SourceIdsList"] == [name]
        before = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        change_the_task()
        (notification,) = heard(1)
        message = json.loads(notification["Message"])
        assert message["Event Message"] == "The replication task has been modified."
        early = before - datetime.timedelta(milliseconds=1)
        assert datetime.datetime.fromisoformat(message["Event Time"]) >= early

    def test_notices_that_it_may_no_longer_publish(
        self,
        aws: Callable[..., Any],
        dms: Any,
        task: str,
        topic: str,
        name: str,
        subscribe: Callable[..., dict[str, Any]],
    ) -> None:
        subscribe(SourceType=TASK, EventCategories=["configuration change"])
        by_arn = [{"Name": "replication-task-arn", "Values": [task]}]

        def told_to_be(wanted: str) -> None:
            dms.modify_replication_task(ReplicationTaskArn=task, TaskData="{}")
            dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
            until(lambda: reached(dms, name, wanted))

        set_policy(aws, topic, Principal={"AWS": "arn:aws:iam::123456789012:root"})
        told_to_be("no-permission")
        set_policy(
            aws,
            topic,
            Principal={"Service": "dms.amazonaws.com"},
            Condition={
                "StringEquals": {"aws:SourceArn": f"arn:aws:dms:us-east-1:123456789012:es:{name}"}
            },
        )
        told_to_be("active")
        aws("sns").delete_topic(TopicArn=topic)
        told_to_be("topic-not-exist")

    def test_has_a_topic_that_it_may_publish_to(
        self, aws: Callable[..., Any], dms: Any, topic: str, name: str
    ) -> None:
        def refusal(arn: str) -> str:
            return error_of(dms.create_event_subscription, SubscriptionName=name, SnsTopicArn=arn)

        assert refusal(f"{topic}-absent") == "SNSInvalidTopicFault"
        assert refusal("a topic") == "SNSInvalidTopicFault"
        set_policy(aws, topic, Principal={"Service": "events.amazonaws.com"})
        assert refusal(topic) == "SNSNoAuthorizationFault"

    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            ({"SubscriptionName": "1st"}, "InvalidParameterValueException"),
            ({"SourceType": "endpoint"}, "InvalidParameterValueException"),
            ({"SourceIds": ["x"]}, "InvalidParameterCombinationException"),
            ({"EventCategories": ["creation"]}, "InvalidParameterCombinationException"),
            (
                {"SourceType": TASK, "EventCategories": ["maintenance"]},
                "InvalidParameterValueException",
            ),
            ({"SourceType": TASK, "SourceIds": ["absent"]}, "ResourceNotFoundFault"),
        ],
    )
    def test_what_cannot_be_subscribed_to(
        self, dms: Any, topic: str, name: str, request_: dict[str, Any], code: str
    ) -> None:
        wanted = {"SubscriptionName": name, "SnsTopicArn": topic} | request_
        assert error_of(dms.create_event_subscription, **wanted) == code

    def test_an_account_has_so_many(
        self,
        dms: Any,
        topic: str,
        name: str,
        subscribe: Callable[..., dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert subscriptions.MOST == 60
        subscribe()
        monkeypatch.setattr(subscriptions, "MOST", 1)
        one_more = {"SubscriptionName": f"{name}-b", "SnsTopicArn": topic}
        assert error_of(dms.create_event_subscription, **one_more) == "ResourceQuotaExceededFault"


def set_policy(aws: Callable[..., Any], topic: str, **statement: Any) -> None:
    """Let a topic's policy have one statement that allows to publish."""
    allowed = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic} | statement
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
