"""A platform whose VPC has changed leaves the groups of the one before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from sandbox.runtime import Runtime
from tests.sandbox.dms_tools import subnets
from tests.tasks import Account, run_tasks
from tests.unit.plugins.plugin_utils.contract.documents import Documents

PREFIX = "moved-sandbox"
LAYERS = ("source_database", "ingestion", "warehouse")


@pytest.fixture
def groups(aws: Callable[..., Any]) -> dict[str, list[str]]:
    """The groups of each layer by name: one in the default VPC, one in a VPC that was left."""
    ec2 = aws("ec2")
    default = [{"Name": "is-default", "Values": ["true"]}]
    now = ec2.describe_vpcs(Filters=default)["Vpcs"][0]["VpcId"]
    left = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    return {
        name: [
            ec2.create_security_group(GroupName=name, Description="test", VpcId=vpc)["GroupId"]
            for vpc in (now, left)
        ]
        for name in (f"{PREFIX}-source", f"{PREFIX}-ingestion", f"{PREFIX}-warehouse")
    }


def test_each_layer_takes_the_group_of_the_vpc_that_it_is_in(
    sandbox: Runtime, aws: Callable[..., Any], groups: dict[str, list[str]], tmp_path: Path
) -> None:
    documents = Documents("sandbox").only("orders")
    documents.platform["platform"]["name"] = "moved"
    documents.platform["network"] = {"vpc_id": "vpc-0", "subnet_ids": subnets(aws, 3)}
    tasks = [
        {
            "name": layer,
            "ansible.builtin.include_role": {
                "name": f"modern_data.warehouse.{layer}",
                "tasks_from": "start",
            },
            "vars": {"contract": derive(*documents)},
        }
        for layer in LAYERS
    ]
    account = Account.of_sandbox(sandbox.settings.endpoint_url)
    ran, errors = run_tasks(tasks, account, tmp_path, "moved")
    assert [each.failure for each in ran if each.failure] == [], errors
    source = aws("rds").describe_db_instances(DBInstanceIdentifier=f"{PREFIX}-source")
    by_id = [{"Name": "replication-instance-id", "Values": [f"{PREFIX}-ingestion"]}]
    instance = aws("dms").describe_replication_instances(Filters=by_id)
    workgroup = aws("redshift-serverless").get_workgroup(workgroupName=PREFIX)
    taken = [
        [each["VpcSecurityGroupId"] for each in held["VpcSecurityGroups"]]
        for held in (source["DBInstances"][0], instance["ReplicationInstances"][0])
    ]
    taken.append(workgroup["workgroup"]["securityGroupIds"])
    assert taken == [ids[:1] for ids in groups.values()]
