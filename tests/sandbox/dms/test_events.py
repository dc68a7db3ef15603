"""What DMS tells of its instances and tasks: DescribeEvents, and subscriptions by SNS."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.services.dms import notices, subscriptions
from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import QUICKLY, error_of, instance
from tests.sandbox.event_tools import subscribed

INSTANCE, TASK = "replication-instance", "replication-task"


def told(dms: Any, identifier: str, kind: str = INSTANCE, **wanted: Any) -> list[dict[str, Any]]:
    """The events of an instance or a task."""
    return dms.describe_events(SourceIdentifier=identifier, SourceType=kind, **wanted)["Events"]


def messages(dms: Any, identifier: str, kind: str = INSTANCE, **wanted: Any) -> list[str]:
    return [event["Message"] for event in told(dms, identifier, kind, **wanted)]


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


class TestEvents:
    def test_an_instance_tells_of_its_life(
        self, dms: Any, aws: Callable[..., Any], group: str, name: str
    ) -> None:
        arn = instance(aws, name, group)
        by_name = [{"Name": "replication-instance-id", "Values": [name]}]
        dms.modify_replication_instance(
            ReplicationInstanceArn=arn,
            ReplicationInstanceClass="dms.t3.large",
            MultiAZ=True,
            ApplyImmediately=True,
        )
        dms.get_waiter("replication_instance_available").wait(Filters=by_name, WaiterConfig=QUICKLY)
        dms.delete_replication_instance(ReplicationInstanceArn=arn)
        dms.get_waiter("replication_instance_deleted").wait(Filters=by_name, WaiterConfig=QUICKLY)
        events = told(dms, name)
        assert [(event["EventCategories"], event["Message"]) for event in events] == [
            (["creation"], "Replication instance is being created."),
            (["creation"], "Replication instance has been created."),
            (
                ["configuration change"],
                "The replication instance class for this replication instance is being changed.",
            ),
            (
                ["configuration change"],
                "The replication instance is transitioning to a Multi-AZ configuration.",
            ),
            (
                ["configuration change"],
                "The replication instance class for this replication instance has changed.",
            ),
            (
                ["configuration change"],
                "The replication instance finished transitioning to a Multi-AZ configuration.",
            ),
            (["deletion"], "Replication instance is being deleted."),
            (["deletion"], "Replication instance has been deleted."),
        ]
        assert {(event["SourceType"], event["SourceIdentifier"]) for event in events} == {
            (INSTANCE, name)
        }
        deletions = messages(dms, name, EventCategories=["deletion"])
        assert len(deletions) == 2
        filtered = dms.describe_events(Filters=by_name)["Events"]
        assert filtered == events

    def test_a_task_tells_of_its_life(
        self, dms: Any, task_request: dict[str, Any], name: str
    ) -> None:
        made = dms.create_replication_task(**task_request)["ReplicationTask"]
        arn = made["ReplicationTaskArn"]
        by_arn = [{"Name": "replication-task-arn", "Values": [arn]}]
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.modify_replication_task(ReplicationTaskArn=arn, TaskData="{}")
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_task(ReplicationTaskArn=arn)
        dms.get_waiter("replication_task_deleted").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        until(lambda: len(told(dms, name, TASK)) == 3)
        assert messages(dms, name.upper(), TASK) == [
            "The replication task has been created.",
            "The replication task has been modified.",
            "The replication task has been deleted.",
        ]
        assert told(dms, name, INSTANCE) == []

    def test_events_are_of_a_time(self, dms: Any, available: str) -> None:
        now = datetime.datetime.now(datetime.UTC)
        hour = datetime.timedelta(hours=1)
        known = {"SourceIdentifier": "dms-tests", "SourceType": INSTANCE}
        assert dms.describe_events(**known, StartTime=now - hour)["Events"]
        assert dms.describe_events(**known, Duration=60)["Events"]
        assert dms.describe_events(**known, EndTime=now - hour)["Events"] == []
        assert dms.describe_events(**known, StartTime=now - 2 * hour, Duration=60)["Events"] == []
        refused = error_of(dms.describe_events, StartTime=now, EndTime=now - hour)
        assert refused == "InvalidParameterCombinationException"

    def test_events_are_kept_for_two_weeks(
        self, dms: Any, available: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert datetime.timedelta(days=14) == notices.KEPT
        assert told(dms, "dms-tests")
        monkeypatch.setattr(notices, "KEPT", datetime.timedelta(0))
        assert told(dms, "dms-tests") == []

    @pytest.mark.parametrize(
        ("request_", "code"),
        [
            ({"SourceIdentifier": "x"}, "InvalidParameterCombinationException"),
            ({"EventCategories": ["creation"]}, "InvalidParameterCombinationException"),
            ({"SourceType": "endpoint"}, "InvalidParameterValueException"),
            (
                {"SourceType": TASK, "EventCategories": ["failover"]},
                "InvalidParameterValueException",
            ),
            ({"Filters": [{"Name": "x", "Values": ["y"]}]}, "InvalidParameterValueException"),
            ({"MaxRecords": 10}, "InvalidParameterValueException"),
        ],
    )
    def test_what_cannot_be_asked(self, dms: Any, request_: dict[str, Any], code: str) -> None:
        assert error_of(dms.describe_events, **request_) == code

    def test_each_type_has_its_categories(self, dms: Any) -> None:
        groups = dms.describe_event_categories()["EventCategoryGroupList"]
        assert [each["SourceType"] for each in groups] == [INSTANCE, TASK]
        (tasks,) = dms.describe_event_categories(SourceType=TASK)["EventCategoryGroupList"]
        assert sorted(tasks["EventCategories"]) == [
            "configuration change",
            "creation",
            "deletion",
            "failure",
            "state change",
        ]


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
