from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_instance import main

ARN = "arn:aws:dms:us-east-1:123456789012:rep:ABC"


def instance(**members: Any) -> dict[str, Any]:
    found = {
        "ReplicationInstanceIdentifier": "shop",
        "ReplicationInstanceArn": ARN,
        "ReplicationInstanceClass": "dms.t3.medium",
        "ReplicationInstanceStatus": "available",
        "AllocatedStorage": 50,
        "EngineVersion": "3.6.1",
        "PubliclyAccessible": False,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "ReplicationSubnetGroup": {"ReplicationSubnetGroupIdentifier": "shop"},
    }
    return {**found, **members}


@pytest.fixture
def describe(say):
    def line(answer: Any) -> Any:
        request = {"Filters": [{"Name": "replication-instance-id", "Values": ["shop"]}]}
        shown = answer if isinstance(answer, str) else {"ReplicationInstances": [answer]}
        return say("dms", "DescribeReplicationInstances", request, shown)

    return line


@pytest.fixture
def tags(say):
    answer = {"TagList": [{"Key": "A", "Value": "1"}]}
    return say("dms", "ListTagsForResource", {"ResourceArn": ARN}, answer)


@pytest.fixture
def tasks(say):
    def line(*found: dict[str, Any]) -> Any:
        request = {"Filters": [{"Name": "replication-instance-arn", "Values": [ARN]}]}
        return say("dms", "DescribeReplicationTasks", request, {"ReplicationTasks": list(found)})

    return line


OPTIONS = {
    "identifier": "Shop",
    "instance_class": "dms.t3.medium",
    "engine_version": "3.6",
    "subnet_group": "SHOP",
    "security_group_ids": ["sg-1"],
    "tags": {"A": "1"},
}
MISSING = "ResourceNotFoundFault"


class TestInstance:
    def test_is_created_and_waited_for(self, run_module, say, describe, tags):
        request = {
            "ReplicationInstanceIdentifier": "shop",
            "ReplicationInstanceClass": "dms.t3.medium",
            "AllocatedStorage": 50,
            "Tags": [{"Key": "A", "Value": "1"}],
        }
        creating = instance(ReplicationInstanceStatus="creating")
        script = [
            describe(MISSING),
            say(
                "dms",
                "CreateReplicationInstance",
                request,
                {"ReplicationInstance": creating},
            ),
            describe(creating),
            describe(instance()),
            tags,
        ]
        options = {"instance_class": "dms.t3.medium", "allocated_storage": 50, "tags": {"A": "1"}}
        result = run_module(main, script, identifier="shop", **options)
        assert result["replication_instance"]["replication_instance_status"] == "available"

    def test_is_shown_and_not_created_in_check_mode(self, run_module, describe):
        result = run_module(main, [describe(MISSING)], check=True, **OPTIONS)
        assert result["changed"]
        assert result["replication_instance"] == {
            "replication_instance_identifier": "shop",
            "replication_instance_class": "dms.t3.medium",
            "engine_version": "3.6",
            "replication_subnet_group": {"replication_subnet_group_identifier": "SHOP"},
            "vpc_security_groups": [{"vpc_security_group_id": "sg-1"}],
            "tags": {"A": "1"},
        }

    def test_is_left_alone_when_it_is_right(self, run_module, describe, tags):
        for check in (False, True):
            script = [describe(instance()), tags]
            assert not run_module(main, script, check=check, **OPTIONS)["changed"]

    def test_that_is_being_made_is_not_waited_for_when_not_asked(self, run_module, describe, tags):
        script = [describe(instance(ReplicationInstanceStatus="creating")), tags]
        assert not run_module(main, script, wait=False, **OPTIONS)["changed"]

    def test_is_changed_at_once(self, run_module, say, describe, tags):
        request = {
            "ReplicationInstanceArn": ARN,
            "ApplyImmediately": True,
            "AllowMajorVersionUpgrade": False,
            "VpcSecurityGroupIds": ["sg-1", "sg-2"],
        }
        script = [
            describe(instance()),
            tags,
            say("dms", "ModifyReplicationInstance", request, "InvalidResourceStateFault"),
            say("dms", "ModifyReplicationInstance", request, {}),
            describe(instance(ReplicationInstanceStatus="modifying")),
            describe(instance()),
            tags,
        ]
        options = {"security_group_ids": ["sg-1", "sg-2"]}
        result = run_module(main, script, identifier="shop", **options)
        assert result["diff"]["before"]["security_group_ids"] == ["sg-1"]

    def test_cannot_move_to_another_subnet_group(self, run_module, describe, tags):
        script = [describe(instance()), tags]
        result = run_module(main, script, identifier="shop", subnet_group="other")
        assert "subnet_group can't be changed from 'shop' to 'other'" in result["msg"]

    def test_cannot_shrink(self, run_module, describe, tags):
        for check in (False, True):
            script = [describe(instance()), tags]
            result = run_module(main, script, check, identifier="shop", allocated_storage=20)
            assert "allocated_storage can't shrink from 50 to 20" in result["msg"]

    def test_is_deleted(self, run_module, say, describe, tags, tasks):
        gone = {"ReplicationInstanceArn": ARN}
        script = [
            describe(instance()),
            tags,
            tasks(),
            say("dms", "DeleteReplicationInstance", gone, {}),
            describe(instance(ReplicationInstanceStatus="deleting")),
            describe(MISSING),
        ]
        assert run_module(main, script, identifier="shop", state="absent")["changed"]

    def test_is_not_deleted_under_its_tasks(self, run_module, describe, tags, tasks):
        script = [describe(instance()), tags, tasks({"ReplicationTaskIdentifier": "t"})]
        result = run_module(main, script, identifier="shop", state="absent")
        assert "can't be deleted while it has tasks" in result["msg"]

    def test_whose_name_another_has_that_is_being_deleted_is_an_error(
        self, run_module, say, describe, tags
    ):
        request = {
            "ReplicationInstanceIdentifier": "shop",
            "ReplicationInstanceClass": "dms.t3.medium",
        }
        script = [
            describe(MISSING),
            say("dms", "CreateReplicationInstance", request, "ResourceAlreadyExistsFault"),
            describe(instance(ReplicationInstanceStatus="deleting")),
            tags,
        ]
        options = {"identifier": "shop", "instance_class": "dms.t3.medium"}
        result = run_module(main, script, **options)
        assert "dms:CreateReplicationInstance failed" in result["msg"]

    def test_that_failed_is_an_error(self, run_module, say, describe):
        script = [
            describe(MISSING),
            say(
                "dms",
                "CreateReplicationInstance",
                {
                    "ReplicationInstanceIdentifier": "shop",
                    "ReplicationInstanceClass": "dms.t3.medium",
                },
                {},
            ),
            describe(instance(ReplicationInstanceStatus="incompatible-network")),
        ]
        options = {"identifier": "shop", "instance_class": "dms.t3.medium"}
        assert "its status is incompatible-network" in run_module(main, script, **options)["msg"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"identifier": "1shop"}, "identifier must be 1 to 63"),
            ({"identifier": "shop--1"}, "identifier must be 1 to 63"),
            ({"identifier": "s" * 64}, "identifier must be 1 to 63"),
            ({"allocated_storage": 4}, "allocated_storage is 4: it must be 5 to 6144"),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"identifier": "shop", **options})["msg"]
