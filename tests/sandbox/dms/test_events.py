"""What DMS tells of its instances and tasks by DescribeEvents."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.services.dms import notices
from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import QUICKLY, error_of, instance

INSTANCE, TASK = "replication-instance", "replication-task"


def told(dms: Any, identifier: str, kind: str = INSTANCE, **wanted: Any) -> list[dict[str, Any]]:
    """The events of an instance or a task."""
    return dms.describe_events(SourceIdentifier=identifier, SourceType=kind, **wanted)["Events"]


def messages(dms: Any, identifier: str, kind: str = INSTANCE, **wanted: Any) -> list[str]:
    return [event["Message"] for event in told(dms, identifier, kind, **wanted)]


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
