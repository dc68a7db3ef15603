"""Replication tasks as far as they need not run; filters, pages, tags."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import (
    MAPPINGS,
    QUICKLY,
    error_of,
)

RESYNC = {
    "EnableResync": False,
    "ResyncSchedule": "0 0 * * 6",
    "MaxResyncTime": 360,
    "ValidationTaskId": "6DG4CLGJ5JSJR67CFD7UDXFY7KV6CYGRICL6KWI",
}


def status(dms: Any, task: str) -> str:
    by_arn = [{"Name": "replication-task-arn", "Values": [task]}]
    return dms.describe_replication_tasks(Filters=by_arn)["ReplicationTasks"][0]["Status"]


class TestTasks:
    def test_settings_come_back_filled_up(self, dms: Any, task_request: dict[str, Any]) -> None:
        given = {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
        made = dms.create_replication_task(
            ReplicationTaskSettings=json.dumps(given), **task_request
        )["ReplicationTask"]
        assert made["Status"] == "creating"
        settings = json.loads(made["ReplicationTaskSettings"])
        assert settings["ErrorBehavior"]["DataErrorPolicy"] == "STOP_TASK"
        assert settings["ErrorBehavior"]["TableErrorPolicy"] == "SUSPEND_TABLE"
        assert settings["FullLoadSettings"]["TargetTablePrepMode"] == "DROP_AND_CREATE"
        arn = made["ReplicationTaskArn"]
        by_arn = [{"Name": "replication-task-arn", "Values": [arn]}]
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_task(ReplicationTaskArn=arn)
        dms.get_waiter("replication_task_deleted").wait(Filters=by_arn, WaiterConfig=QUICKLY)

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({}, {}),
            ({"ResyncSettings": None}, {}),
            ({"ResyncSettings": {}}, {"ResyncSettings": {"EnableResync": False}}),
            ({"ResyncSettings": RESYNC}, {"ResyncSettings": RESYNC}),
        ],
    )
    def test_a_resync_that_is_off_is_told_where_it_was_given(
        self,
        dms: Any,
        task_request: dict[str, Any],
        given: dict[str, Any],
        told: dict[str, Any],
    ) -> None:
        given |= {"ValidationSettings": {"ValidationS3Mask": 0, "ValidationS3Time": 0}}
        made = dms.create_replication_task(
            ReplicationTaskSettings=json.dumps(given), **task_request
        )["ReplicationTask"]
        settings = json.loads(made["ReplicationTaskSettings"])
        assert {name: settings[name] for name in settings if name == "ResyncSettings"} == told
        assert settings["ValidationSettings"].items() >= given["ValidationSettings"].items()
        by_arn = [{"Name": "replication-task-arn", "Values": [made["ReplicationTaskArn"]]}]
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_task(ReplicationTaskArn=made["ReplicationTaskArn"])
        dms.get_waiter("replication_task_deleted").wait(Filters=by_arn, WaiterConfig=QUICKLY)

    @pytest.mark.parametrize(
        "settings",
        [
            "no json",
            '{"Colour": "red"}',
            '{"TargetMetadata": {"LobMaxSize": "64"}}',
            '{"TargetMetadata": {"BatchApplyEnabled": true}}',
            '{"ErrorBehavior": {"DataErrorPolicy": "SHRUG"}}',
            '{"Logging": {"CloudWatchLogGroup": "mine"}}',
            '{"FullLoadSettings": {"MaxFullLoadSubTasks": 0}}',
            '{"FullLoadSettings": {"MaxFullLoadSubTasks": 50}}',
            '{"FullLoadSettings": {"CommitRate": 50001}}',
            '{"FullLoadSettings": {"TransactionConsistencyTimeout": -1}}',
            '{"ResyncSettings": {"EnableResync": true}}',
            '{"ResyncSettings": {"EnableResync": "false"}}',
            '{"ResyncSettings": {"EnableResync": false, "MaxResyncTime": 4}}',
            '{"ResyncSettings": {"EnableResync": false, "MaxResyncTime": 14401}}',
            '{"ResyncSettings": {"ResyncTime": 5}}',
            '{"ValidationSettings": {"ValidationS3Mask": 1}}',
            '{"ValidationSettings": {"ValidationS3Time": 1}}',
        ],
    )
    def test_refuses_settings_it_does_not_know(
        self, dms: Any, task_request: dict[str, Any], settings: str
    ) -> None:
        create = dms.create_replication_task
        assert error_of(create, ReplicationTaskSettings=settings, **task_request) == (
            "InvalidParameterValueException"
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"rule-action": "convert-lowercase"},
            {"rule-type": "object-mapping"},
            {"expression": "upper($email)"},
            {"data-type": {"type": "string", "length": 10}},
            {"rule-id": "1"},
            {"rule-id": "second"},
            {"rule-id": ["2"]},
            {"object-locator": {}},
            {"object-locator": ["a"]},
            {"object-locator": {"schema-name": 1, "table-name": "%"}},
            {"object-locator": {"schema-name": ["a"], "table-name": "%"}},
            {"data-type": "string"},
            {"data-type": {"type": "string", "length": "long"}},
        ],
    )
    def test_refuses_mappings_it_does_not_serve(
        self, dms: Any, task_request: dict[str, Any], change: dict[str, Any]
    ) -> None:
        rules = [MAPPINGS["rules"][0], MAPPINGS["rules"][1] | change]
        request = task_request | {"TableMappings": json.dumps({"rules": rules})}
        assert error_of(dms.create_replication_task, **request) == (
            "InvalidParameterValueException"
        )

    @pytest.mark.parametrize(
        "change",
        [{"load-order": "abc"}, {"load-order": -1}, {"load-order": 1.5}, {"load-order": [1]}],
    )
    def test_orders_tables_by_numbers(
        self, dms: Any, task_request: dict[str, Any], change: dict[str, Any]
    ) -> None:
        rules = [MAPPINGS["rules"][0] | change, *MAPPINGS["rules"][1:]]
        request = task_request | {"TableMappings": json.dumps({"rules": rules})}
        assert error_of(dms.create_replication_task, **request) == (
            "InvalidParameterValueException"
        )

    def test_does_not_start_before_its_connections_are_tested(self, dms: Any, task: str) -> None:
        start = dms.start_replication_task
        assert error_of(
            start, ReplicationTaskArn=task, StartReplicationTaskType="start-replication"
        ) == ("InvalidResourceStateFault")

    def test_resumes_only_what_has_run(self, dms: Any, task: str) -> None:
        start = dms.start_replication_task
        assert error_of(
            start, ReplicationTaskArn=task, StartReplicationTaskType="resume-processing"
        ) == ("InvalidParameterCombinationException")

    def test_stops_and_reloads_only_what_runs(self, dms: Any, task: str) -> None:
        assert error_of(dms.stop_replication_task, ReplicationTaskArn=task) == (
            "InvalidResourceStateFault"
        )
        tables = [{"SchemaName": "public", "TableName": "orders"}]
        assert error_of(dms.reload_tables, ReplicationTaskArn=task, TablesToReload=tables) == (
            "InvalidResourceStateFault"
        )

    def test_keeps_its_endpoints_and_instance(
        self, dms: Any, task: str, source: str, available: str
    ) -> None:
        assert error_of(dms.delete_endpoint, EndpointArn=source) == "InvalidResourceStateFault"
        delete = dms.delete_replication_instance
        assert error_of(delete, ReplicationInstanceArn=available) == "InvalidResourceStateFault"

    def test_a_change_keeps_what_it_does_not_name(self, dms: Any, task: str) -> None:
        changed = {"FullLoadSettings": {"TargetTablePrepMode": "DO_NOTHING"}}
        dms.modify_replication_task(
            ReplicationTaskArn=task, ReplicationTaskSettings=json.dumps(changed)
        )
        by_arn = [{"Name": "replication-task-arn", "Values": [task]}]
        (shown,) = dms.describe_replication_tasks(Filters=by_arn)["ReplicationTasks"]
        settings = json.loads(shown["ReplicationTaskSettings"])
        assert settings["FullLoadSettings"]["TargetTablePrepMode"] == "DO_NOTHING"
        assert json.loads(shown["TableMappings"]) == MAPPINGS
        until(lambda: status(dms, task) == "ready")


def test_filters_that_are_not_known_are_refused(dms: Any) -> None:
    unknown = [{"Name": "colour", "Values": ["red"]}]
    for operation in ("endpoints", "replication_tasks", "replication_instances", "connections"):
        describe = getattr(dms, f"describe_{operation}")
        assert error_of(describe, Filters=unknown) == "InvalidParameterValueException"


def test_a_filter_that_finds_nothing_is_an_error(dms: Any) -> None:
    absent = {"replication_instances": "replication-instance-id", "endpoints": "endpoint-id"}
    for operation, name in absent.items():
        by_name = [{"Name": name, "Values": ["there-is-none"]}]
        assert error_of(getattr(dms, f"describe_{operation}"), Filters=by_name) == (
            "ResourceNotFoundFault"
        )


def test_pages_have_limits(dms: Any) -> None:
    assert error_of(dms.describe_endpoints, MaxRecords=5) == "InvalidParameterValueException"
    assert error_of(dms.describe_endpoints, Marker="?") == "InvalidParameterValueException"


def test_tags_are_added_changed_and_removed(dms: Any, available: str) -> None:
    dms.add_tags_to_resource(
        ResourceArn=available, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    )
    dms.add_tags_to_resource(ResourceArn=available, Tags=[{"Key": "a", "Value": "3"}])
    dms.remove_tags_from_resource(ResourceArn=available, TagKeys=["b"])
    tags = dms.list_tags_for_resource(ResourceArnList=[available])["TagList"]
    assert tags == [{"Key": "a", "Value": "3", "ResourceArn": available}]
    missing = "arn:aws:dms:us-east-1:123456789012:rep:NONE"
    assert error_of(dms.list_tags_for_resource, ResourceArn=missing) == "ResourceNotFoundFault"


def test_what_is_not_served_is_a_modelled_refusal(dms: Any) -> None:
    with pytest.raises(ClientError, match="NotImplemented"):
        dms.describe_certificates()
