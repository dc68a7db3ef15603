from __future__ import annotations

import json

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_config import main

ARNS = {name: f"arn:aws:dms:us-east-1:123456789012:endpoint:{name}" for name in ("from", "to")}
CONFIG = {"ReplicationConfigArn": "arn:aws:dms:us-east-1:123456789012:replication-config:ABC"}
MAPPINGS = {"rules": [{"rule-type": "selection", "rule-id": "1"}]}
STOP = {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
COMPUTE = {
    "MaxCapacityUnits": 4,
    "MinCapacityUnits": 1,
    "MultiAZ": False,
    "AvailabilityZone": "us-east-1a",
    "ReplicationSubnetGroupId": "shop",
    "VpcSecurityGroupIds": ["sg-1"],
    "DnsNameServers": "10.0.0.2,10.0.0.3",
}
OPTIONS = {
    "identifier": "Shop",
    "source_endpoint": "from",
    "target_endpoint": "to",
    "replication_type": "full-load-and-cdc",
    "compute_config": {"max_capacity_units": 4, "subnet_group": "shop"},
    "table_mappings": MAPPINGS,
    "settings": STOP,
}
RAN = {"StartReplicationType": "start-replication"}
LOADED = {**RAN, "ReplicationStats": {"FullLoadFinishDate": "2026-01-01T00:00:00Z"}}
LEAVING = {**LOADED, "ProvisionData": {"ProvisionState": "deprovisioning"}}
GONE = {**LOADED, "ProvisionData": {"ProvisionState": "deprovisioned"}}
TABLES = [{"schema_name": "public", "table_name": "orders"}]


class TestConfig:
    def test_is_created(
        self, run_module, say, config_describe, config_missing, config_tags, config_endpoint
    ):
        request = {
            "ReplicationConfigIdentifier": "shop",
            "SourceEndpointArn": ARNS["from"],
            "TargetEndpointArn": ARNS["to"],
            "ReplicationType": "full-load-and-cdc",
            "ComputeConfig": {"MaxCapacityUnits": 4, "ReplicationSubnetGroupId": "shop"},
            "TableMappings": json.dumps(MAPPINGS),
            "ReplicationSettings": json.dumps(STOP),
            "ResourceIdentifier": "own",
            "Tags": [{"Key": "Environment", "Value": "test"}],
        }
        script = [
            config_missing,
            config_endpoint("id", "from"),
            config_endpoint("id", "to"),
            say("dms", "CreateReplicationConfig", request, {}),
            *config_describe(),
            config_tags,
        ]
        wanted = {**OPTIONS, "resource_identifier": "own", "tags": {"Environment": "test"}}
        result = run_module(main, script, **wanted)
        assert result["replication_config"]["compute_config"]["dns_name_servers"] == [
            "10.0.0.2",
            "10.0.0.3",
        ]
        assert "resource_identifier" not in result["diff"]["after"]

    def test_is_shown_in_check_mode(self, run_module, config_missing):
        result = run_module(main, [config_missing], check=True, **OPTIONS, state="started")
        assert result["diff"]["after"]["status"] == "running"
        assert result["replication_config"]["replication_config_identifier"] == "shop"

    def test_needs_a_capacity(self, run_module, config_missing):
        wanted = {**OPTIONS, "compute_config": {"subnet_group": "shop"}}
        for check in (False, True):
            result = run_module(main, [config_missing], check=check, **wanted)
            assert "creating it needs compute_config.max_capacity_units" in result["msg"]

    def test_is_left_alone_when_it_means_the_same(
        self, run_module, config_describe, config_tags, config_endpoint
    ):
        for check in (False, True):
            script = [
                *config_describe("running", **LOADED),
                config_tags,
                config_endpoint("arn", "from"),
                config_endpoint("arn", "to"),
            ]
            assert not run_module(main, script, check=check, **OPTIONS, state="started")["changed"]

    def test_is_sent_whole_where_its_compute_changes(
        self, run_module, say, config_describe, config_tags
    ):
        whole = {**COMPUTE, "MaxCapacityUnits": 16, "MultiAZ": True}
        del whole["AvailabilityZone"]
        change = {**CONFIG, "ComputeConfig": whole}
        script = [
            *config_describe(),
            config_tags,
            say("dms", "ModifyReplicationConfig", change, {}),
            *config_describe("modifying"),
            *config_describe(),
            config_tags,
            *config_describe(),
            config_tags,
        ]
        changes = {"max_capacity_units": 16, "multi_az": True}
        result = run_module(main, script, identifier="shop", compute_config=changes)
        assert result["diff"]["before"]["compute_config"]["max_capacity_units"] == 4

    def test_keeps_the_rest_of_its_compute_in_check_mode(
        self, run_module, config_describe, config_tags
    ):
        changes = {"max_capacity_units": 16}
        script = [*config_describe(), config_tags]
        result = run_module(main, script, True, identifier="shop", compute_config=changes)
        predicted = result["replication_config"]["compute_config"]
        assert (predicted["max_capacity_units"], predicted["subnet_group"]) == (16, "shop")

    def test_takes_another_endpoint_before_it_has_run(
        self, run_module, say, config_describe, config_tags, config_endpoint
    ):
        changed = {**CONFIG, "SourceEndpointArn": ARNS["to"]}
        script = [
            *config_describe(),
            config_tags,
            config_endpoint("arn", "from"),
            config_endpoint("id", "to"),
            say("dms", "ModifyReplicationConfig", changed, {}),
            *config_describe(),
            config_tags,
            *config_describe(),
            config_tags,
        ]
        assert run_module(main, script, identifier="shop", source_endpoint="to")["changed"]

    def test_stays_where_it_is_once_it_has_run(
        self, run_module, config_describe, config_tags, config_endpoint
    ):
        wanted = {"source_endpoint": "to", "compute_config": {"availability_zone": "us-east-1b"}}
        for check in (False, True):
            script = [
                *config_describe("stopped", **LOADED),
                config_tags,
                config_endpoint("arn", "from"),
            ]
            result = run_module(main, script, check, identifier="shop", **wanted)
            assert "source_endpoint, compute_config.availability_zone can't be" in result["msg"]

    def test_that_runs_is_stopped_changed_and_started_where_it_was(
        self, run_module, say, config_describe, config_tags, config_start
    ):
        changed = {**CONFIG, "ReplicationType": "cdc"}
        script = [
            *config_describe("running", **LOADED),
            config_tags,
            say("dms", "StopReplication", CONFIG, {}),
            *config_describe("stopping", **LOADED),
            *config_describe("stopped", **LEAVING),
            say("dms", "ModifyReplicationConfig", changed, {}),
            *config_describe("modifying", **LEAVING),
            *config_describe("stopped", **LEAVING),
            config_tags,
            *config_describe("stopped", **LEAVING),  # it can't be started before that is over
            *config_describe("stopped", **GONE),
            config_start("resume-processing"),
            *config_describe("provisioning_capacity", **LOADED),
            *config_describe("running", **LOADED),
            config_tags,
            *config_describe("running", **LOADED),
            config_tags,
        ]
        result = run_module(main, script, identifier="shop", replication_type="cdc")
        assert result["diff"]["after"] == {"replication_type": "cdc"}

    def test_is_stopped_and_deleted_once_it_has_given_its_resources_back(
        self, run_module, say, config_describe, config_missing, config_tags
    ):
        script = [
            *config_describe("running", **LOADED),
            config_tags,
            say("dms", "StopReplication", CONFIG, {}),
            *config_describe("stopped", **LEAVING),
            *config_describe("stopped", **LEAVING),
            *config_describe("stopped", **GONE),
            say("dms", "DeleteReplicationConfig", CONFIG, {}),
            *config_describe("deleting", **GONE),
            config_missing,
        ]
        assert run_module(main, script, identifier="shop", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"supplemental_settings": "[]"}, "supplemental_settings must be a mapping"),
            ({"compute_config": {"dns_name_servers": ["a"]}}, "it must be an IP address"),
            ({"resource_identifier": "a--b"}, "resource_identifier is a--b: it must be"),
            ({"identifier": "a_b"}, "identifier must be 1 to 255"),
            ({"reload_tables": TABLES, "state": "stopped"}, "state can't be stopped"),
            ({"reload_tables": TABLES, "state": "reloaded"}, "must be present or started"),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"identifier": "shop", **options})["msg"]
