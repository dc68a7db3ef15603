# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication instance of AWS Database Migration Service."""

from __future__ import annotations

from typing import Any

from .compare import ignore_case, last_part, unordered, version_prefix
from .dms import MAINTENANCE_WINDOW, WINDOW_RULE, DmsResource
from .settings import Setting, Values


def group_name(instance: Values) -> str | None:
    """Name of the subnet group of an instance."""
    group = instance.get("replication_subnet_group") or {}
    name: str | None = group.get("replication_subnet_group_identifier")
    return name


class ReplicationInstance(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationInstance.html"""

    kind = "DMS replication instance"
    result = "replication_instance"
    status_key = "replication_instance_status"
    ready_statuses = frozenset({"available"})
    failed_statuses = frozenset({"failed", "incompatible-network", "incompatible-credentials"})
    required_to_create = ("instance_class",)
    identifier_pattern = r"(?=.{1,63}$)[a-z](-?[a-z0-9])*"
    identifier_rule = (
        "1 to 63 letters, digits and single hyphens, a letter first and no hyphen last"
    )
    settings = (
        Setting("instance_class", member="replication_instance_class"),
        Setting("allocated_storage"),
        Setting("engine_version", compare=version_prefix),
        Setting("auto_minor_version_upgrade"),
        Setting("multi_az"),
        Setting("availability_zone", immutable=True),
        Setting(
            "subnet_group",
            member="replication_subnet_group_identifier",
            read=group_name,
            compare=ignore_case,
            immutable=True,
        ),
        Setting(
            "security_group_ids",
            member="vpc_security_group_ids",
            read=lambda instance: [
                group["vpc_security_group_id"]
                for group in instance.get("vpc_security_groups") or []
            ],
            compare=unordered,
        ),
        Setting("publicly_accessible", immutable=True),
        Setting("kms_key_id", compare=last_part, immutable=True),
        Setting("preferred_maintenance_window", compare=ignore_case),
        Setting("resource_identifier", create_only=True),
    )

    def validate(self) -> None:
        super().validate()
        storage = self.params["allocated_storage"]
        if storage is not None and not 5 <= storage <= 6144:
            raise self.refuse(f"allocated_storage is {storage}: it must be 5 to 6144")
        if self.params["multi_az"] and self.params["availability_zone"]:
            raise self.refuse("availability_zone can't be set when multi_az is true: remove one")
        window = self.params["preferred_maintenance_window"]
        if window is not None and not MAINTENANCE_WINDOW.fullmatch(window):
            raise self.refuse(f"preferred_maintenance_window is {window}: it must be {WINDOW_RULE}")

    def find(self) -> Values | None:
        return self.described(
            "DescribeReplicationInstances", "replication_instances", "replication-instance-id"
        )

    def wanted(self, given: Values, current: Values | None) -> Values:
        had = (current or {}).get("allocated_storage", 0)
        if given.get("allocated_storage", had) < had:
            raise self.refuse(
                f"allocated_storage can't shrink from {had} to {given['allocated_storage']}: "
                "keep the old value, or make a new instance"
            )
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateReplicationInstance",
            replication_instance_identifier=self.name,
            tags=tags,
            **self.request(wanted),
        )

    def update(self, changes: Values, current: Values) -> None:
        self.api.call(
            "ModifyReplicationInstance",
            retry=("InvalidResourceStateFault",),
            replication_instance_arn=current["replication_instance_arn"],
            apply_immediately=True,
            allow_major_version_upgrade=self.params["allow_major_version_upgrade"],
            **self.request(changes),
        )

    def returned(self, current: Values) -> Values:
        # Check mode foretells what the requests say; answers say it otherwise.
        shown = super().returned(current)
        if group := shown.pop("replication_subnet_group_identifier", None):
            shown["replication_subnet_group"] = {"replication_subnet_group_identifier": group}
        if ids := shown.pop("vpc_security_group_ids", None):
            shown["vpc_security_groups"] = [{"vpc_security_group_id": each} for each in ids]
        return shown

    def delete(self, current: Values) -> None:
        arn = current["replication_instance_arn"]
        if self.lookup(
            "DescribeReplicationTasks", "replication_tasks", "replication-instance-arn", arn
        ):
            raise self.refuse("can't be deleted while it has tasks: delete them first")
        self.api.call("DeleteReplicationInstance", replication_instance_arn=arn)

    def arn(self, current: Values) -> str:
        # It ends in letters that AWS makes up, so it can't be told before the instance is there.
        return str(current.get("replication_instance_arn") or "")
