"""Subnets and security groups stay as long as something uses them, which moto doesn't ask."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation


def _backend(call: Call) -> EC2Backend:
    return ec2_backends[call.account][call.region]


@operation("ec2", "DeleteSubnet")
def delete_subnet(call: Call, SubnetId: str, **_: Any) -> dict[str, Any]:
    """Delete a subnet in which no network interface is.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
    """
    if any(interface.subnet.id == SubnetId for interface in _backend(call).enis.values()):
        message = f"The subnet '{SubnetId}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)
    return call.moto()


@operation("ec2", "DeleteSecurityGroup")
def delete_security_group(
    call: Call, GroupId: str = "", GroupName: str = "", **_: Any
) -> dict[str, Any]:
    """Delete a group that no network interface has and no rule of another group admits.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    ec2 = _backend(call)
    group = ec2.get_security_group_by_name_or_id(GroupId or GroupName)
    if group is not None and _used(ec2, group.id):
        raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")
    return call.moto()


def _used(ec2: EC2Backend, group: str) -> bool:
    interfaces = ec2.enis.values()
    if any(group in {one.id for one in interface.group_set} for interface in interfaces):
        return True
    others = [one for groups in ec2.groups.values() for one in groups.values() if one.id != group]
    return any(
        (rule.source_group or {}).get("GroupId") == group
        for other in others
        for rule in (*other.ingress_rules, *other.egress_rules)
    )
