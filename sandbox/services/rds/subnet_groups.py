"""DB subnet groups: subnets of one VPC in two zones at least, which moto doesn't ask.

moto also forgets a group that is modified.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError
from moto.rds.models import DBSubnetGroup

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.instance import Instances

LEAST_ZONES = 2


@operation("rds", "CreateDBSubnetGroup")
def create_db_subnet_group(
    call: Call, DBSubnetGroupName: str, SubnetIds: Sequence[str], **_: Any
) -> dict[str, Any]:
    """Make a group; the name `default` is the account's own.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    if DBSubnetGroupName.lower() == "default":
        raise AwsError("InvalidParameterValue", "The name default is reserved.")
    _require_subnets(call, SubnetIds)
    if DBSubnetGroupName in _groups(call):
        message = f"The DB subnet group '{DBSubnetGroupName}' already exists."
        raise AwsError("DBSubnetGroupAlreadyExists", message)
    return call.moto()


@operation("rds", "ModifyDBSubnetGroup")
def modify_db_subnet_group(
    call: Call, DBSubnetGroupName: str, SubnetIds: Sequence[str], **_: Any
) -> dict[str, Any]:
    """Change the subnets or the description of a group.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html
    """
    group = _group_named(call, DBSubnetGroupName)
    vpc = _require_subnets(call, SubnetIds)
    if vpc != group.vpc_id:
        raise AwsError(
            "InvalidParameterValue",
            f"The new subnets are not in the same VPC ({group.vpc_id}) as the DB subnet group.",
        )
    answer = call.moto()
    _groups(call)[group.name] = group
    return answer


@operation("rds", "DeleteDBSubnetGroup")
def delete_db_subnet_group(call: Call, DBSubnetGroupName: str) -> None:
    """Delete a group that no instance is in."""
    group = _group_named(call, DBSubnetGroupName)
    for identifier, instance in _backend(call).databases.items():
        if getattr(instance, "db_subnet_group", None) is group:
            raise AwsError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{group.name}' because at least one database "
                f"instance: {identifier} is still using it.",
            )
    del _groups(call)[group.name]


def _group_named(call: Call, name: str) -> DBSubnetGroup:
    try:
        return _groups(call)[name]
    except KeyError:
        message = f"DB subnet group '{name}' does not exist."
        raise AwsError("DBSubnetGroupNotFoundFault", message) from None


def _require_subnets(call: Call, identifiers: Sequence[str]) -> str:
    """The VPC of subnets that may be one group."""
    ec2 = call.runtime.client("ec2", region=call.region)
    try:
        subnets = ec2.describe_subnets(SubnetIds=list(identifiers))["Subnets"]
    except ClientError as error:
        raise AwsError("InvalidSubnet", error.response["Error"]["Message"]) from None
    if len({subnet["VpcId"] for subnet in subnets}) > 1:
        raise AwsError("InvalidSubnet", "The subnets must all be in the same VPC.")
    zones = {subnet["AvailabilityZone"] for subnet in subnets}
    if len(zones) < LEAST_ZONES:
        raise AwsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(sorted(zones))}. Add subnets to cover at least "
            f"{LEAST_ZONES} AZs.",
        )
    vpc: str = subnets[0]["VpcId"]
    return vpc


def _groups(call: Call) -> Any:
    return _backend(call).subnet_groups


def _backend(call: Call) -> Any:
    return call.runtime.state(Instances, call.account, call.region).backend
