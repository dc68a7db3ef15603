"""Replication subnet groups: real subnets of one VPC, in two availability zones at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import listing
from sandbox.services.dms.identifiers import group_identifier
from sandbox.services.dms.roles import VPC_ROLE, account_role
from sandbox.services.dms.state import State, refuse_taken, state_of
from sandbox.services.dms.tags import set_tags

LEAST_ZONES = 2


@dataclass
class SubnetGroup:
    """A subnet group; subnets are as EC2 describes them."""

    identifier: str
    arn: str
    description: str
    subnets: list[dict[str, Any]]

    @property
    def vpc(self) -> str:
        """The VPC of all its subnets."""
        vpc: str = self.subnets[0]["VpcId"]
        return vpc

    def described(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "ReplicationSubnetGroupIdentifier": self.identifier,
            "ReplicationSubnetGroupDescription": self.description,
            "VpcId": self.vpc,
            "SubnetGroupStatus": "Complete",
            "Subnets": [
                {
                    "SubnetIdentifier": subnet["SubnetId"],
                    "SubnetAvailabilityZone": {"Name": subnet["AvailabilityZone"]},
                    "SubnetStatus": "Active",
                }
                for subnet in self.subnets
            ],
            "SupportedNetworkTypes": ["IPV4"],
        }


@operation("dms", "CreateReplicationSubnetGroup")
def create_replication_subnet_group(
    call: Call,
    ReplicationSubnetGroupIdentifier: str,
    ReplicationSubnetGroupDescription: str,
    SubnetIds: Sequence[str],
    Tags: Sequence[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """Make a group; AccessDeniedFault without the account's dms-vpc-role."""
    state = state_of(call)
    name = group_identifier(ReplicationSubnetGroupIdentifier)
    arn = state.arn("subgrp", name)
    account_role(state, VPC_ROLE, arn)
    subnets = _subnets(state, SubnetIds)
    with state.lock:
        refuse_taken(state.subnet_groups.values(), name, "Replication Subnet Group")
        set_tags(state, arn, Tags)
        group = SubnetGroup(name, arn, ReplicationSubnetGroupDescription, subnets)
        state.subnet_groups[arn] = group
        return {"ReplicationSubnetGroup": group.described()}


@operation("dms", "ModifyReplicationSubnetGroup")
def modify_replication_subnet_group(
    call: Call,
    ReplicationSubnetGroupIdentifier: str,
    SubnetIds: Sequence[str],
    ReplicationSubnetGroupDescription: str | None = None,
) -> dict[str, Any]:
    """Change a group; SubnetAlreadyInUse when an instance needs a subnet that would go."""
    state = state_of(call)
    name = ReplicationSubnetGroupIdentifier.lower()
    account_role(state, VPC_ROLE, state.arn("subgrp", name))
    group = group_named(state, name)
    subnets = _subnets(state, SubnetIds)
    with state.lock:
        left = {subnet["SubnetId"] for subnet in subnets}
        for instance in state.instances.values():
            if instance.group is group and instance.subnet["SubnetId"] not in left:
                raise AwsError(
                    "SubnetAlreadyInUse",
                    f"Subnet {instance.subnet['SubnetId']} is in use by replication instance "
                    f"{instance.identifier}",
                )
        group.subnets = subnets
        if ReplicationSubnetGroupDescription is not None:
            group.description = ReplicationSubnetGroupDescription
        return {"ReplicationSubnetGroup": group.described()}


@operation("dms", "DescribeReplicationSubnetGroups")
def describe_replication_subnet_groups(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The groups of the account."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(
            state.subnet_groups.values(),
            Filters,
            {"replication-subnet-group-id": lambda group: [group.identifier]},
        )
        groups = listing.described(found, Filters, "Replication Subnet Groups")
        shown = [group.described() for group in groups]
    return listing.page(shown, "ReplicationSubnetGroups", MaxRecords, Marker)


@operation("dms", "DeleteReplicationSubnetGroup")
def delete_replication_subnet_group(
    call: Call, ReplicationSubnetGroupIdentifier: str
) -> dict[str, Any]:
    """Delete a group that no instance and no replication config is in."""
    state = state_of(call)
    with state.lock:
        group = group_named(state, ReplicationSubnetGroupIdentifier)
        if any(instance.group is group for instance in state.instances.values()):
            raise AwsError(
                "InvalidResourceStateFault",
                f"The Replication Subnet Group {group.identifier} is in use by a replication "
                "instance and cannot be deleted",
            )
        for replication in state.replications.values():
            if replication.group is group:
                raise AwsError(
                    "InvalidResourceStateFault",
                    f"The Replication Subnet Group {group.identifier} is in use by the replication "
                    f"config {replication.identifier} and cannot be deleted",
                )
        state.forget(state.subnet_groups, group.arn)
    return {}


def group_named(state: State, identifier: str) -> SubnetGroup:
    """A group by its identifier; ResourceNotFoundFault when there is none."""
    for group in state.subnet_groups.values():
        if group.identifier == identifier.lower():
            return group
    raise AwsError("ResourceNotFoundFault", f"Replication Subnet Group {identifier} not found.")


def default_group(state: State) -> SubnetGroup:
    """The group of the default VPC's subnets, for an instance that names none."""
    chosen = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = state.client("ec2").describe_subnets(Filters=chosen)["Subnets"]
    _require_zones(subnets)
    return SubnetGroup("default", state.arn("subgrp", "default"), "default", subnets)


def _subnets(state: State, identifiers: Sequence[str]) -> list[dict[str, Any]]:
    if not identifiers:  # EC2 takes that for all of its subnets
        _require_zones([])
    try:
        found = state.client("ec2").describe_subnets(SubnetIds=list(identifiers))["Subnets"]
    except ClientError as error:
        message = error.response["Error"]["Message"]
        raise AwsError("InvalidSubnet", message) from None
    if len({subnet["VpcId"] for subnet in found}) > 1:
        raise AwsError("InvalidSubnet", "The subnets must all be in the same VPC.")
    _require_zones(found)
    return sorted(found, key=lambda subnet: list(identifiers).index(subnet["SubnetId"]))


def _require_zones(subnets: Sequence[dict[str, Any]]) -> None:
    zones = {subnet["AvailabilityZone"] for subnet in subnets}
    if len(zones) < LEAST_ZONES:
        raise AwsError(
            "ReplicationSubnetGroupDoesNotCoverEnoughAZs",
            f"The subnets cover {len(zones)} availability zone(s): a replication subnet group "
            f"must cover at least {LEAST_ZONES}.",
        )
