from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_subnet_group import (
    main,
)

ARN = "arn:aws:dms:us-east-1:123456789012:subgrp:shop"
ID = {"ReplicationSubnetGroupIdentifier": "shop"}
OPTIONS = {"identifier": "shop", "description": "Shop", "subnet_ids": ["subnet-b", "subnet-a"]}


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


@pytest.fixture
def describe(say):
    def line(*subnets: str) -> Any:
        request = {"Filters": [{"Name": "replication-subnet-group-id", "Values": ["shop"]}]}
        group = {
            **ID,
            "ReplicationSubnetGroupDescription": "Shop",
            "Subnets": [{"SubnetIdentifier": subnet} for subnet in subnets],
        }
        answer = {"ReplicationSubnetGroups": [group]} if subnets else "ResourceNotFoundFault"
        return say("dms", "DescribeReplicationSubnetGroups", request, answer)

    return line


@pytest.fixture
def tags(say):
    return say("dms", "ListTagsForResource", {"ResourceArn": ARN}, {"TagList": []})


class TestSubnetGroup:
    def test_is_created(self, run_module, say, account, describe, tags):
        request = {
            **ID,
            "ReplicationSubnetGroupDescription": "Shop",
            "SubnetIds": ["subnet-b", "subnet-a"],
        }
        script = [
            account,
            describe(),
            say("dms", "CreateReplicationSubnetGroup", request, {}),
            describe("subnet-a", "subnet-b"),
            tags,
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["replication_subnet_group"]["replication_subnet_group_arn"] == ARN

    def test_is_shown_and_not_created_in_check_mode(self, run_module, account, describe):
        result = run_module(main, [account, describe()], check=True, **OPTIONS)
        assert result["changed"]
        group = result["replication_subnet_group"]
        assert group["replication_subnet_group_arn"] == ARN
        assert [subnet["subnet_identifier"] for subnet in group["subnets"]] == OPTIONS["subnet_ids"]

    def test_subnets_count_in_any_order(self, run_module, account, describe, tags):
        for check in (False, True):
            script = [account, describe("subnet-a", "subnet-b"), tags]
            assert not run_module(main, script, check=check, **OPTIONS)["changed"]

    def test_a_third_subnet_is_a_change(self, run_module, say, account, describe, tags):
        three = ["subnet-a", "subnet-b", "subnet-c"]
        script = [
            account,
            describe("subnet-a", "subnet-b"),
            tags,
            say("dms", "ModifyReplicationSubnetGroup", {**ID, "SubnetIds": three}, {}),
            describe(*three),
            tags,
        ]
        assert run_module(main, script, identifier="shop", subnet_ids=three)["changed"]

    def test_is_described_anew_with_the_subnets_it_has(
        self, run_module, say, account, describe, tags
    ):
        request = {
            **ID,
            "ReplicationSubnetGroupDescription": "New",
            "SubnetIds": ["subnet-a", "subnet-b"],
        }
        script = [
            account,
            describe("subnet-a", "subnet-b"),
            tags,
            say("dms", "ModifyReplicationSubnetGroup", request, {}),
            describe("subnet-a", "subnet-b"),
            tags,
        ]
        assert run_module(main, script, identifier="shop", description="New")["changed"]

    def test_is_deleted(self, run_module, say, account, describe, tags):
        script = [
            account,
            describe("subnet-a"),
            tags,
            say("dms", "DeleteReplicationSubnetGroup", ID, {}),
            describe(),
        ]
        assert run_module(main, script, identifier="shop", state="absent")["changed"]

    def test_one_subnet_is_refused_before_any_call(self, run_module):
        result = run_module(main, [], identifier="shop", subnet_ids=["subnet-1", "subnet-1"])
        assert "subnet_ids names 1: it must name at least 2" in result["msg"]

    def test_bad_name_is_refused_before_any_call(self, run_module):
        result = run_module(main, [], identifier="Default", state="absent")
        assert "identifier must be 1 to 255" in result["msg"]
