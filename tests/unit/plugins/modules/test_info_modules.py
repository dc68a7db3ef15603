"""What the modules that only read have in common, by two of them."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules import (
    dms_replication_config_info,
    dms_replication_instance_info,
    dms_replication_subnet_group_info,
    redshift_serverless_namespace_info,
)

SERVERLESS = "redshift-serverless"
ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:namespace/"


def namespace(name: str):
    return {
        "namespaceName": name,
        "namespaceArn": ARN + name,
        "iamRoles": [
            f"IamRole(applyStatus=in-sync, iamRoleArn=arn:aws:iam::123456789012:role/{name})"
        ],
    }


@pytest.fixture
def tags(say):
    def tags(name: str, answer=None):
        found = {"tags": [{"key": "environment", "value": name}]}
        return say(SERVERLESS, "ListTagsForResource", {"resourceArn": ARN + name}, answer or found)

    return tags


def test_all_pages_are_read_and_tagged(run_module, say, tags):
    script = [
        say(
            SERVERLESS,
            "ListNamespaces",
            {},
            {"namespaces": [namespace("first")], "nextToken": "more"},
        ),
        say(SERVERLESS, "ListNamespaces", {"nextToken": "more"}, {"namespaces": []}),
        tags("first"),
    ]
    result = run_module(redshift_serverless_namespace_info.main, script)
    assert not result["changed"]
    [found] = result["namespaces"]
    assert found["tags"] == {"environment": "first"}
    assert found["iam_roles"] == ["arn:aws:iam::123456789012:role/first"]


@pytest.mark.parametrize("check", [False, True])
def test_one_is_chosen_by_its_name(run_module, say, tags, check):
    listed = {"namespaces": [namespace("first"), namespace("second")]}
    script = [say(SERVERLESS, "ListNamespaces", {}, listed), tags("second")]
    result = run_module(redshift_serverless_namespace_info.main, script, check, name="second")
    assert [found["namespace_name"] for found in result["namespaces"]] == ["second"]


def test_one_that_was_deleted_meanwhile_is_not_told(run_module, say, tags):
    script = [
        say(SERVERLESS, "ListNamespaces", {}, {"namespaces": [namespace("first")]}),
        tags("first", "ResourceNotFoundException"),
    ]
    assert run_module(redshift_serverless_namespace_info.main, script)["namespaces"] == []


def test_dms_calls_none_an_error_the_module_does_not(run_module, say):
    request = {"Filters": [{"Name": "replication-instance-id", "Values": ["shop"]}]}
    script = [say("dms", "DescribeReplicationInstances", request, "ResourceNotFoundFault")]
    result = run_module(dms_replication_instance_info.main, script, identifier="Shop")
    assert result["replication_instances"] == []


def test_a_subnet_group_is_told_with_its_arn_and_tags(run_module, say):
    arn = "arn:aws:dms:us-east-1:123456789012:subgrp:shop"
    request = {"Filters": [{"Name": "replication-subnet-group-id", "Values": ["shop"]}]}
    found = {"ReplicationSubnetGroups": [{"ReplicationSubnetGroupIdentifier": "shop"}]}
    listed = {"TagList": [{"Key": "environment", "Value": "dev"}]}
    script = [
        say("dms", "DescribeReplicationSubnetGroups", request, found),
        say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"}),
        say("dms", "ListTagsForResource", {"ResourceArn": arn}, listed),
    ]
    result = run_module(dms_replication_subnet_group_info.main, script, identifier="Shop")
    [group] = result["replication_subnet_groups"]
    assert group["replication_subnet_group_arn"] == arn
    assert group["tags"] == {"environment": "dev"}


def test_a_replication_is_told_with_what_it_does(run_module, say):
    arn = "arn:aws:dms:us-east-1:123456789012:replication-config:ABC"
    named = {"ReplicationConfigIdentifier": "shop", "ReplicationConfigArn": arn}
    config = {
        **named,
        "ComputeConfig": {"MaxCapacityUnits": 4, "ReplicationSubnetGroupId": "shop"},
        "TableMappings": '{"rules": []}',
    }
    other = {"ReplicationConfigIdentifier": "other", "ReplicationConfigArn": f"{arn}D"}
    configs = {"ReplicationConfigs": [config, other]}
    does = {"Replications": [{**named, "Status": "running"}]}
    script = [
        say("dms", "DescribeReplicationConfigs", {}, configs),
        say("dms", "DescribeReplications", {}, does),
        say("dms", "ListTagsForResource", {"ResourceArn": arn}, {"TagList": []}),
    ]
    result = run_module(dms_replication_config_info.main, script, identifier="Shop")
    [found] = result["replication_configs"]
    assert found["status"] == "running"
    assert found["compute_config"] == {"max_capacity_units": 4, "subnet_group": "shop"}
    assert found["table_mappings"] == {"rules": []}


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    script = [say(SERVERLESS, "ListNamespaces", {}, "AccessDeniedException")]
    result = run_module(redshift_serverless_namespace_info.main, script)
    assert "redshift-serverless:ListNamespaces" in result["msg"]
