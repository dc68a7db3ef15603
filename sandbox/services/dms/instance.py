"""Replication instances: where tasks run. Here they are records; the sandbox does their work."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.services.dms import events
from sandbox.services.dms.maintenance import require_window
from sandbox.services.dms.offers import require_class, require_storage, require_version
from sandbox.services.dms.state import State
from sandbox.services.dms.subnet_group import SubnetGroup

# How long each takes on AWS, in seconds
CREATE, MODIFY, REBOOT, DELETE = 480.0, 300.0, 180.0, 300.0
FIRST_ADDRESS = 10  # AWS keeps the first four of each subnet
# What a change leaves for the maintenance window unless it is applied at once
DEFERRED = ("ReplicationInstanceClass", "AllocatedStorage", "MultiAZ", "EngineVersion")


@dataclass
class Instance:
    """A replication instance; settings are the members that a change may replace."""

    identifier: str
    arn: str
    group: SubnetGroup
    subnet: dict[str, Any]
    settings: dict[str, Any]
    security_groups: list[str]
    kms_key: str
    public: bool
    created: datetime.datetime
    status: str = "creating"
    pending: dict[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """As the API shows it."""
        address = str(ipaddress.ip_network(self.subnet["CidrBlock"])[FIRST_ADDRESS])
        return self.settings | {
            "ReplicationInstanceIdentifier": self.identifier,
            "ReplicationInstanceArn": self.arn,
            "ReplicationInstanceStatus": self.status,
            "InstanceCreateTime": self.created,
            "VpcSecurityGroups": [
                {"VpcSecurityGroupId": group, "Status": "active"} for group in self.security_groups
            ],
            "AvailabilityZone": self.subnet["AvailabilityZone"],
            "ReplicationSubnetGroup": self.group.described(),
            "PendingModifiedValues": dict(self.pending),
            "KmsKeyId": self.kms_key,
            "PubliclyAccessible": self.public,
            "ReplicationInstancePrivateIpAddress": address,
            "ReplicationInstancePrivateIpAddresses": [address],
            "ReplicationInstancePublicIpAddresses": [],
            "NetworkType": "IPV4",
        }

    def modify(self, state: State, changes: dict[str, Any], *, at_once: bool) -> None:
        """Take new settings, those that need it at once or in the maintenance window."""
        later = {name: value for name, value in changes.items() if name in DEFERRED}
        later = {name: value for name, value in later.items() if self.settings.get(name) != value}
        self.settings |= {name: value for name, value in changes.items() if name not in DEFERRED}
        self.pending |= later
        if not at_once or not self.pending:
            return
        self.status = "modifying"
        told = events.changes_of(self.pending)
        for begun, _ in told:
            events.of_instance(state, self, begun)

        def modified() -> None:
            if self.status == "modifying":
                self.settings |= self.pending
                self.pending = {}
                self.status = "available"
                for _, done in told:
                    events.of_instance(state, self, done)

        state.later(MODIFY, modified)


def checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a request; InvalidParameterValueException for those that cannot be."""
    wanted = {name: value for name, value in settings.items() if value is not None}
    if "ReplicationInstanceClass" in wanted:
        require_class(wanted["ReplicationInstanceClass"])
    if "AllocatedStorage" in wanted:
        require_storage(wanted["AllocatedStorage"])
    if "PreferredMaintenanceWindow" in wanted:
        require_window(wanted["PreferredMaintenanceWindow"])
    if "EngineVersion" in wanted:
        wanted["EngineVersion"] = require_version(wanted["EngineVersion"])
    return wanted


def subnet_in(group: SubnetGroup, zones: Sequence[str]) -> dict[str, Any] | None:
    """The group's first subnet in one of some zones, in any when there are none."""
    for subnet in group.subnets:
        if not zones or subnet["AvailabilityZone"] in zones:
            return subnet
    return None
