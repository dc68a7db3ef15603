"""Configurations of serverless replications as far as they need not run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.capture_tools import until
from tests.sandbox.dms_tools import MAPPINGS, create_target, error_of

MISSING = "arn:aws:dms:us-east-1:123456789012:replication-config:NONE"


@pytest.fixture
def config_request(source: str, target: str, group: str, name: str) -> dict[str, Any]:
    return {
        "ReplicationConfigIdentifier": name,
        "SourceEndpointArn": source,
        "TargetEndpointArn": target,
        "ComputeConfig": {"MaxCapacityUnits": 2, "ReplicationSubnetGroupId": group},
        "ReplicationType": "full-load-and-cdc",
        "TableMappings": json.dumps(MAPPINGS),
    }


def delete(dms: Any, config: str) -> None:
    dms.delete_replication_config(ReplicationConfigArn=config)
    until(lambda: not status(dms, config))


def status(dms: Any, config: str) -> str | None:
    by_arn = [{"Name": "replication-config-arn", "Values": [config]}]
    try:
        return dms.describe_replications(Filters=by_arn)["Replications"][0]["Status"]
    except dms.exceptions.ResourceNotFoundFault:
        return None


def shown(dms: Any, config: str) -> dict[str, Any]:
    by_arn = [{"Name": "replication-config-arn", "Values": [config]}]
    return dms.describe_replication_configs(Filters=by_arn)["ReplicationConfigs"][0]


@pytest.fixture
def config(dms: Any, config_request: dict[str, Any]) -> Iterator[str]:
    made = dms.create_replication_config(
        **config_request, Tags=[{"Key": "Environment", "Value": "test"}]
    )["ReplicationConfig"]
    yield made["ReplicationConfigArn"]
    until(lambda: status(dms, made["ReplicationConfigArn"]) in ("created", "failed"))
    delete(dms, made["ReplicationConfigArn"])


class TestConfig:
    def test_comes_back_filled_up(self, dms: Any, config: str, name: str, group: str) -> None:
        found = shown(dms, config)
        assert found["ReplicationConfigIdentifier"] == name
        assert ":replication-config:" in found["ReplicationConfigArn"]
        compute = found["ComputeConfig"]
        assert (compute["MinCapacityUnits"], compute["MaxCapacityUnits"]) == (1, 2)
        assert compute["ReplicationSubnetGroupId"] == group
        assert compute["VpcSecurityGroupIds"][0].startswith("sg-")
        assert compute["KmsKeyId"].startswith("arn:aws:kms:")
        assert json.loads(found["ReplicationSettings"])["ErrorBehavior"]["DataErrorPolicy"]
        assert json.loads(found["TableMappings"]) == MAPPINGS
        tags = dms.list_tags_for_resource(ResourceArn=config)["TagList"]
        assert tags == [{"Key": "Environment", "Value": "test"}]
        assert status(dms, config) == "created"

    @pytest.mark.parametrize(
        ("compute", "error"),
        [
            ({"MinCapacityUnits": 1}, "InvalidParameterValueException"),
            ({"MaxCapacityUnits": 3}, "InvalidParameterValueException"),
            ({"MaxCapacityUnits": 1, "MinCapacityUnits": 2}, "InvalidParameterValueException"),
            (
                {"MaxCapacityUnits": 1, "MultiAZ": True, "AvailabilityZone": "us-east-1a"},
                "InvalidParameterCombinationException",
            ),
            ({"MaxCapacityUnits": 1, "AvailabilityZone": "us-east-1z"}, "InvalidSubnet"),
            (
                {"MaxCapacityUnits": 1, "ReplicationSubnetGroupId": "there-is-none"},
                "ResourceNotFoundFault",
            ),
            (
                {"MaxCapacityUnits": 1, "VpcSecurityGroupIds": ["sg-00000000"]},
                "InvalidParameterValueException",
            ),
            ({"MaxCapacityUnits": 1, "KmsKeyId": "alias/none"}, "KMSKeyNotAccessibleFault"),
            (
                {"MaxCapacityUnits": 1, "PreferredMaintenanceWindow": "sunday"},
                "InvalidParameterValueException",
            ),
            (
                {"MaxCapacityUnits": 1, "DnsNameServers": "one.example"},
                "InvalidParameterValueException",
            ),
            (
                {"MaxCapacityUnits": 1, "DnsNameServers": ",".join(["10.0.0.2"] * 5)},
                "InvalidParameterValueException",
            ),
        ],
    )
    def test_refuses_capacity_and_places_that_cannot_be(
        self, dms: Any, config_request: dict[str, Any], compute: dict[str, Any], error: str
    ) -> None:
        request = config_request | {"ComputeConfig": compute}
        assert error_of(dms.create_replication_config, **request) == error

    @pytest.mark.parametrize(
        "change",
        [
            {"TableMappings": "{}"},
            {"ReplicationSettings": '{"Colour": "red"}'},
            {"SupplementalSettings": "no json"},
            {"ReplicationConfigIdentifier": "a_b"},
            {"ResourceIdentifier": "a--b"},
        ],
    )
    def test_refuses_what_a_task_refuses(
        self, dms: Any, config_request: dict[str, Any], change: dict[str, Any]
    ) -> None:
        create = dms.create_replication_config
        assert error_of(create, **config_request | change) == "InvalidParameterValueException"

    def test_has_a_name_of_its_own(
        self, dms: Any, config: str, config_request: dict[str, Any]
    ) -> None:
        assert (
            error_of(dms.create_replication_config, **config_request)
            == "ResourceAlreadyExistsFault"
        )

    def test_keeps_its_endpoints_and_its_subnet_group(
        self, dms: Any, config: str, source: str, group: str
    ) -> None:
        assert error_of(dms.delete_endpoint, EndpointArn=source) == "InvalidResourceStateFault"
        delete_group = dms.delete_replication_subnet_group
        refused = error_of(delete_group, ReplicationSubnetGroupIdentifier=group)
        assert refused == "InvalidResourceStateFault"

    def test_a_change_keeps_what_it_does_not_name(self, dms: Any, config: str) -> None:
        dms.modify_replication_config(
            ReplicationConfigArn=config,
            ReplicationType="cdc",
            ComputeConfig={"MaxCapacityUnits": 16},
            SupplementalSettings='{"a": 1}',
        )
        until(lambda: status(dms, config) == "created")
        found = shown(dms, config)
        assert found["ReplicationType"] == "cdc"
        assert found["ComputeConfig"]["MaxCapacityUnits"] == 16
        assert found["ComputeConfig"]["ReplicationSubnetGroupId"] == "dms-tests"
        assert json.loads(found["SupplementalSettings"]) == {"a": 1}
        assert json.loads(found["TableMappings"]) == MAPPINGS

    def test_takes_other_endpoints_before_it_has_run(
        self, dms: Any, aws: Any, bucket: str, config: str, target: str, name: str
    ) -> None:
        other = create_target(dms, aws, bucket, f"{name}-other")["EndpointArn"]
        modify = dms.modify_replication_config
        modify(ReplicationConfigArn=config, TargetEndpointArn=other)
        assert shown(dms, config)["TargetEndpointArn"] == other
        until(lambda: status(dms, config) == "created")
        modify(ReplicationConfigArn=config, TargetEndpointArn=target)
        until(lambda: status(dms, config) == "created")
        dms.delete_endpoint(EndpointArn=other)


class TestReplication:
    def test_stops_and_reloads_only_what_runs(self, dms: Any, config: str) -> None:
        stop, reload = dms.stop_replication, dms.reload_replication_tables
        tables = [{"SchemaName": "public", "TableName": "orders"}]
        refused = {
            error_of(stop, ReplicationConfigArn=config),
            error_of(reload, ReplicationConfigArn=config, TablesToReload=tables),
        }
        assert refused == {"InvalidResourceStateFault"}

    def test_resumes_only_what_has_run(self, dms: Any, config: str) -> None:
        start = {"ReplicationConfigArn": config, "StartReplicationType": "resume-processing"}
        assert error_of(dms.start_replication, **start) == "InvalidParameterCombinationException"

    def test_has_no_statistics_before_it_runs(self, dms: Any, config: str) -> None:
        found = dms.describe_replication_table_statistics(ReplicationConfigArn=config)
        assert found["ReplicationTableStatistics"] == []

    def test_fails_when_its_source_is_out_of_reach(self, dms: Any, config: str) -> None:
        dms.start_replication(ReplicationConfigArn=config, StartReplicationType="start-replication")
        until(lambda: status(dms, config) == "failed")
        by_arn = [{"Name": "replication-config-arn", "Values": [config]}]
        (found,) = dms.describe_replications(Filters=by_arn)["Replications"]
        assert "Test connection failed for endpoint" in found["FailureMessages"][0]
        assert found["StopReason"] == "Stop Reason FATAL_ERROR Error Level FATAL"
        assert "ProvisionedCapacityUnits" not in found["ProvisionData"]

    def test_that_is_not_there_is_not_found(self, dms: Any) -> None:
        arn = {"ReplicationConfigArn": MISSING}
        tables = [{"SchemaName": "public", "TableName": "orders"}]
        calls = {
            "modify": error_of(dms.modify_replication_config, **arn),
            "delete": error_of(dms.delete_replication_config, **arn),
            "start": error_of(
                dms.start_replication, StartReplicationType="start-replication", **arn
            ),
            "stop": error_of(dms.stop_replication, **arn),
            "reload": error_of(dms.reload_replication_tables, TablesToReload=tables, **arn),
            "statistics": error_of(dms.describe_replication_table_statistics, **arn),
            "tags": error_of(dms.list_tags_for_resource, ResourceArn=MISSING),
        }
        assert set(calls.values()) == {"ResourceNotFoundFault"}
