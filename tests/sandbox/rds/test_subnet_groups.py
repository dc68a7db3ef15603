"""DB subnet groups: two zones of one VPC, and none goes that an instance is in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def subnets(aws: Any) -> Iterator[list[str]]:
    """Three subnets in three zones."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.77.{number}.0/24", AvailabilityZone=f"us-east-1{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("abc")
    ]
    yield made
    for subnet in made:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


@pytest.fixture
def group(aws: Any, subnets: list[str]) -> Iterator[str]:
    rds = aws("rds")
    made = {"DBSubnetGroupName": "Three-Zones", "DBSubnetGroupDescription": "first"}
    created = rds.create_db_subnet_group(**made, SubnetIds=subnets)["DBSubnetGroup"]
    yield created["DBSubnetGroupName"]
    rds.delete_db_subnet_group(DBSubnetGroupName=created["DBSubnetGroupName"])


def code_of(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    code: str = refused.value.response["Error"]["Code"]
    return code


def test_a_modified_group_is_still_there(aws: Any, group: str, subnets: list[str]) -> None:
    rds = aws("rds")
    assert group == "three-zones"
    rds.modify_db_subnet_group(
        DBSubnetGroupName=group, DBSubnetGroupDescription="second", SubnetIds=subnets[:2]
    )
    (shown,) = rds.describe_db_subnet_groups(DBSubnetGroupName="THREE-zones")["DBSubnetGroups"]
    assert shown["DBSubnetGroupDescription"] == "second"
    assert [each["SubnetIdentifier"] for each in shown["Subnets"]] == subnets[:2]


def test_a_group_needs_subnets_of_two_zones_that_there_are(
    aws: Any, group: str, subnets: list[str]
) -> None:
    rds = aws("rds")
    told = {"DBSubnetGroupName": "new", "DBSubnetGroupDescription": "new"}
    for wanted, code in (
        ({"SubnetIds": subnets[:1]}, "DBSubnetGroupDoesNotCoverEnoughAZs"),
        ({"SubnetIds": [*subnets, "subnet-00000000000000000"]}, "InvalidSubnet"),
        ({"SubnetIds": subnets, "DBSubnetGroupName": group}, "DBSubnetGroupAlreadyExists"),
        ({"SubnetIds": subnets, "DBSubnetGroupName": "default"}, "InvalidParameterValue"),
    ):
        assert code_of(rds.create_db_subnet_group, **told | wanted) == code
    unknown = {"DBSubnetGroupName": "unknown", "SubnetIds": subnets}
    assert code_of(rds.modify_db_subnet_group, **unknown) == "DBSubnetGroupNotFoundFault"


def test_a_group_stays_as_long_as_an_instance_is_in_it(aws: Any, group: str) -> None:
    rds = aws("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="in-three-zones",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="some-password",
        DBSubnetGroupName=group,
    )
    refused = code_of(rds.delete_db_subnet_group, DBSubnetGroupName=group)
    assert refused == "InvalidDBSubnetGroupStateFault"
    gone = {"DBInstanceIdentifier": "in-three-zones"}
    rds.get_waiter("db_instance_available").wait(**gone, WaiterConfig={"Delay": 1})
    rds.delete_db_instance(**gone, SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(**gone, WaiterConfig={"Delay": 1})
