"""Replication subnet groups and instances."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.runtime import Runtime
from tests.sandbox.dms_tools import (
    QUICKLY,
    account_roles,
    error_of,
    instance,
    subnets,
)


class TestSubnetGroups:
    def test_needs_the_accounts_role_for_vpcs(self, dms: Any, aws: Any, name: str) -> None:
        aws("iam").delete_role(RoleName="dms-vpc-role")
        request = {"ReplicationSubnetGroupIdentifier": name, "SubnetIds": subnets(aws)}
        create = dms.create_replication_subnet_group
        refused = error_of(create, ReplicationSubnetGroupDescription="d", **request)
        account_roles(aws)
        assert refused == "AccessDeniedFault"

    def test_covers_two_availability_zones(self, dms: Any, aws: Any, name: str) -> None:
        request = {"ReplicationSubnetGroupIdentifier": name, "SubnetIds": subnets(aws, 1)}
        create = dms.create_replication_subnet_group
        assert error_of(create, ReplicationSubnetGroupDescription="d", **request) == (
            "ReplicationSubnetGroupDoesNotCoverEnoughAZs"
        )

    def test_has_subnets_that_exist(self, dms: Any, name: str) -> None:
        request = {"ReplicationSubnetGroupIdentifier": name, "SubnetIds": ["subnet-0123"]}
        create = dms.create_replication_subnet_group
        assert error_of(create, ReplicationSubnetGroupDescription="d", **request) == (
            "InvalidSubnet"
        )

    def test_shows_its_real_subnets_and_tags(self, dms: Any, aws: Any, name: str) -> None:
        chosen = subnets(aws)
        dms.create_replication_subnet_group(
            ReplicationSubnetGroupIdentifier=name.upper(),
            ReplicationSubnetGroupDescription="d",
            SubnetIds=chosen,
            Tags=[{"Key": "team", "Value": "data"}],
        )
        by_name = [{"Name": "replication-subnet-group-id", "Values": [name]}]
        describe = dms.describe_replication_subnet_groups
        (group,) = describe(Filters=by_name)["ReplicationSubnetGroups"]
        assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == chosen
        vpc = aws("ec2").describe_subnets(SubnetIds=chosen)["Subnets"][0]["VpcId"]
        assert group["VpcId"] == vpc
        arn = f"arn:aws:dms:us-east-1:123456789012:subgrp:{name}"
        tags = dms.list_tags_for_resource(ResourceArn=arn)["TagList"]
        assert tags == [{"Key": "team", "Value": "data"}]
        dms.modify_replication_subnet_group(
            ReplicationSubnetGroupIdentifier=name, SubnetIds=subnets(aws, 3)
        )
        assert len(describe(Filters=by_name)["ReplicationSubnetGroups"][0]["Subnets"]) == 3
        dms.delete_replication_subnet_group(ReplicationSubnetGroupIdentifier=name)
        assert error_of(describe, Filters=by_name) == "ResourceNotFoundFault"

    def test_stays_while_an_instance_is_in_it(self, dms: Any, available: str, group: str) -> None:
        delete = dms.delete_replication_subnet_group
        assert error_of(delete, ReplicationSubnetGroupIdentifier=group) == (
            "InvalidResourceStateFault"
        )


class TestInstances:
    def test_comes_and_goes_as_the_waiters_expect(
        self, dms: Any, aws: Any, group: str, name: str
    ) -> None:
        arn = instance(aws, name, group)
        by_name = [{"Name": "replication-instance-id", "Values": [name]}]
        describe = dms.describe_replication_instances
        (shown,) = describe(Filters=by_name)["ReplicationInstances"]
        assert shown["EngineVersion"] == "3.6.1"
        assert shown["AllocatedStorage"] == 50
        nested = shown["ReplicationSubnetGroup"]
        assert nested["ReplicationSubnetGroupIdentifier"] == group
        dms.delete_replication_instance(ReplicationInstanceArn=arn)
        dms.get_waiter("replication_instance_deleted").wait(Filters=by_name, WaiterConfig=QUICKLY)

    def test_is_made_once(self, dms: Any, available: str) -> None:
        request = {"ReplicationInstanceIdentifier": "DMS-tests"}
        create = dms.create_replication_instance
        assert error_of(create, ReplicationInstanceClass="dms.t3.medium", **request) == (
            "ResourceAlreadyExistsFault"
        )

    def test_a_change_waits_for_the_window_unless_it_is_applied(
        self, dms: Any, aws: Any, group: str, name: str
    ) -> None:
        arn = instance(aws, name, group)
        modify = dms.modify_replication_instance
        later = modify(ReplicationInstanceArn=arn, AllocatedStorage=80)["ReplicationInstance"]
        assert later["PendingModifiedValues"] == {"AllocatedStorage": 80}
        assert later["AllocatedStorage"] == 50
        modify(ReplicationInstanceArn=arn, AllocatedStorage=80, ApplyImmediately=True)
        by_arn = [{"Name": "replication-instance-arn", "Values": [arn]}]
        waiter = dms.get_waiter("replication_instance_available")
        waiter.wait(Filters=by_arn, WaiterConfig=QUICKLY)
        describe = dms.describe_replication_instances
        assert describe(Filters=by_arn)["ReplicationInstances"][0]["AllocatedStorage"] == 80
        dms.delete_replication_instance(ReplicationInstanceArn=arn)

    @pytest.mark.parametrize(
        ("request_part", "code"),
        [
            *(
                ({"ReplicationInstanceClass": f"dms.{other}"}, "InvalidParameterValueException")
                for other in ("t9.huge", "t3.xlarge", "c5.8xlarge", "r4.16xlarge", "r6i.48xlarge")
            ),
            ({"EngineVersion": "1.0.0"}, "InvalidParameterValueException"),
            ({"AllocatedStorage": 3}, "InvalidParameterValueException"),
            ({"PreferredMaintenanceWindow": "sunday"}, "InvalidParameterValueException"),
            *(
                ({"PreferredMaintenanceWindow": window}, "InvalidParameterValueException")
                for window in ("sun:06:00-sun:06:29", "sun:24:00-mon:01:00", "sun:23:50-mon:00:10")
            ),
            ({"ReplicationInstanceIdentifier": "a--b"}, "InvalidParameterValueException"),
            ({"ReplicationSubnetGroupIdentifier": "none"}, "ResourceNotFoundFault"),
            ({"KmsKeyId": "alias/none"}, "KMSKeyNotAccessibleFault"),
        ],
    )
    def test_refuses_what_there_is_not(
        self, dms: Any, group: str, name: str, request_part: dict[str, Any], code: str
    ) -> None:
        request = {
            "ReplicationInstanceIdentifier": name,
            "ReplicationInstanceClass": "dms.t3.medium",
            "ReplicationSubnetGroupIdentifier": group,
        }
        assert error_of(dms.create_replication_instance, **request | request_part) == code

    def test_offers_what_it_takes(self, dms: Any) -> None:
        pages = dms.get_paginator("describe_orderable_replication_instances").paginate()
        offers = [offer for page in pages for offer in page["OrderableReplicationInstances"]]
        storage = {
            offer["ReplicationInstanceClass"]: offer["DefaultAllocatedStorage"]
            for offer in offers
            if offer["EngineVersion"] == "3.6.1"
        }
        small = dict.fromkeys(("dms.t2.micro", "dms.t3.medium"), 50)
        large = ("c4.4xlarge", "c5.9xlarge", "c6i.32xlarge", "c7i.large", "r4.8xlarge")
        larger = ("r5.8xlarge", "r5.24xlarge", "r6i.8xlarge", "r7i.48xlarge")
        assert (
            storage.items() >= (small | {f"dms.{each}": 100 for each in (*large, *larger)}).items()
        )
        versions = dms.describe_engine_versions()["EngineVersions"]
        assert versions[-1]["Version"] == "3.6.1"


def test_it_takes_its_time_where_time_is_simulated(
    dms: Any, aws: Any, sandbox: Runtime, group: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.clock, "_latency", 0.002)
    made = dms.create_replication_instance(
        ReplicationInstanceIdentifier=name,
        ReplicationInstanceClass="dms.t3.medium",
        ReplicationSubnetGroupIdentifier=group,
    )["ReplicationInstance"]
    arn = made["ReplicationInstanceArn"]
    assert made["ReplicationInstanceStatus"] == "creating"
    modify = dms.modify_replication_instance
    assert error_of(modify, ReplicationInstanceArn=arn, AllocatedStorage=80) == (
        "InvalidResourceStateFault"
    )
    by_name = [{"Name": "replication-instance-id", "Values": [name]}]
    dms.get_waiter("replication_instance_available").wait(Filters=by_name, WaiterConfig=QUICKLY)
    deleted = dms.delete_replication_instance(ReplicationInstanceArn=arn)["ReplicationInstance"]
    assert deleted["ReplicationInstanceStatus"] == "deleting"
    assert error_of(dms.delete_replication_instance, ReplicationInstanceArn=arn) == (
        "InvalidResourceStateFault"
    )
    dms.get_waiter("replication_instance_deleted").wait(Filters=by_name, WaiterConfig=QUICKLY)
