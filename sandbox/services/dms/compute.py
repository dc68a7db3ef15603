"""The compute configuration of a serverless replication: its capacity and its place.

https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html
"""

from __future__ import annotations

import ipaddress
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.dms.instance import subnet_in
from sandbox.services.dms.instances import security_groups
from sandbox.services.dms.keys import key
from sandbox.services.dms.maintenance import DEFAULT_WINDOW, require_window
from sandbox.services.dms.roles import VPC_ROLE, account_role
from sandbox.services.dms.state import State
from sandbox.services.dms.subnet_group import SubnetGroup, default_group, group_named

UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384)
MOST_NAME_SERVERS = 4
FIXED = (
    "ReplicationSubnetGroupId",
    "AvailabilityZone",
    "KmsKeyId",
    "DnsNameServers",
)
"""What a replication that has run keeps."""

Compute = dict[str, Any]


def complete(state: State, wanted: Compute, replication_arn: str) -> tuple[Compute, SubnetGroup]:
    """A compute configuration with what AWS takes where it says nothing, and its subnet group.

    InvalidParameterValueException or InvalidParameterCombinationException for what cannot be,
    ResourceNotFoundFault for a subnet group that is not there, InvalidSubnet for a zone that it
    does not reach, KMSKeyNotAccessibleFault for a key that is not there,
    AccessDeniedFault without the account's dms-vpc-role.
    """
    given = {name: value for name, value in wanted.items() if value not in (None, [], "")}
    _check(given)
    account_role(state, VPC_ROLE, replication_arn)
    name = given.get("ReplicationSubnetGroupId")
    group = group_named(state, name) if name else default_group(state)
    zone = given.get("AvailabilityZone")
    if zone and subnet_in(group, [zone]) is None:
        raise AwsError(
            "InvalidSubnet", f"The subnet group {group.identifier} has no subnet in {zone}."
        )
    defaults = {"MinCapacityUnits": 1, "MultiAZ": False}
    return defaults | given | {
        "ReplicationSubnetGroupId": group.identifier,
        "VpcSecurityGroupIds": security_groups(state, given.get("VpcSecurityGroupIds"), group),
        "KmsKeyId": key(state, given.get("KmsKeyId")),
        "PreferredMaintenanceWindow": given.get(
            "PreferredMaintenanceWindow", DEFAULT_WINDOW
        ).lower(),
    }, group


def _check(given: Compute) -> None:
    if "MaxCapacityUnits" not in given:
        raise _refused("The parameter MaxCapacityUnits must be provided.")
    for name in ("MinCapacityUnits", "MaxCapacityUnits"):
        if name in given and given[name] not in UNITS:
            raise _refused(
                f"{name} is {given[name]}: it must be one of {', '.join(map(str, UNITS))}"
            )
    if given.get("MinCapacityUnits", 1) > given["MaxCapacityUnits"]:
        raise _refused("MinCapacityUnits must not be greater than MaxCapacityUnits.")
    if given.get("MultiAZ") and "AvailabilityZone" in given:
        raise AwsError(
            "InvalidParameterCombinationException",
            "AvailabilityZone can't be set when MultiAZ is true.",
        )
    if "PreferredMaintenanceWindow" in given:
        require_window(given["PreferredMaintenanceWindow"])
    if "DnsNameServers" in given:
        _check_name_servers(given["DnsNameServers"])


def _check_name_servers(listed: str) -> None:
    servers = listed.split(",")
    try:
        for server in servers:
            ipaddress.ip_address(server.strip())
    except ValueError:
        raise _refused(f"DnsNameServers is {listed}: it must be a list of addresses") from None
    if len(servers) > MOST_NAME_SERVERS:
        raise _refused(f"DnsNameServers has more than {MOST_NAME_SERVERS} addresses")


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)
