#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_instance
short_description: Manage a replication instance of AWS Database Migration Service
version_added: 0.1.0
description:
  - Creates, changes and deletes a replication instance.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of the instance; AWS keeps it in lower case.
    type: str
    required: true
    aliases: [name, replication_instance_identifier]
  state:
    description:
      - V(present) makes the instance, or changes it to what the options say.
      - V(absent) deletes it. Delete its tasks first.
    type: str
    choices: [present, absent]
    default: present
  instance_class:
    description: Class of the instance, such as V(dms.t3.medium). Required to make it.
    type: str
  allocated_storage:
    description: Storage in gigabytes, 5 to 6144.
    type: int
  engine_version:
    description:
      - Version of the replication engine, such as V(3.6.1).
      - For an instance that is there, V(3.6) is satisfied by any 3.6.x.
    type: str
  auto_minor_version_upgrade:
    description: Whether AWS upgrades minor versions in the maintenance window.
    type: bool
  multi_az:
    description: Whether a standby runs in another availability zone.
    type: bool
  subnet_group:
    description: Replication subnet group. It can't be changed later.
    type: str
  security_group_ids:
    description:
      - IDs of its security groups.
      - The list replaces the one that the instance has.
    type: list
    elements: str
  publicly_accessible:
    description: Whether it has a public address. It can't be changed later.
    type: bool
  kms_key_id:
    description: ID or ARN of the KMS key of its storage. It can't be changed later.
    type: str
  preferred_maintenance_window:
    description: When AWS may work on it, such as V(sun:04:00-sun:04:30).
    type: str
  allow_major_version_upgrade:
    description: Whether O(engine_version) may be a new major version.
    type: bool
    default: false
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
seealso:
  - module: modern_data.warehouse.dms_replication_subnet_group
  - module: modern_data.warehouse.dms_replication_task
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Ask for an instance in private subnets, and do not wait for it
  modern_data.warehouse.dms_replication_instance:
    identifier: shop-dev-ingestion
    instance_class: dms.t3.medium
    allocated_storage: 50
    subnet_group: shop-dev-ingestion
    publicly_accessible: false
    wait: false
"""

RETURN = r"""
replication_instance:
  description:
    - The instance.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    allocated_storage:
      description: Storage in gigabytes.
      type: int
      returned: always
      sample: 50
    engine_version:
      description: Version of the replication engine.
      type: str
      returned: always
      sample: 3.6.1
    replication_instance_arn:
      description: Its ARN, which ends in letters that AWS makes up.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:rep:ABCDEFGHIJKLMNOP
    replication_instance_class:
      description: Its class.
      type: str
      returned: always
      sample: dms.t3.medium
    replication_instance_identifier:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-ingestion
    replication_instance_status:
      description: Its status.
      type: str
      returned: when it exists
      sample: available
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    ignore_case,
    last_part,
    unordered,
    version_prefix,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import DmsResource
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)


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
    )

    def validate(self) -> None:
        super().validate()
        storage = self.params["allocated_storage"]
        if storage is not None and not 5 <= storage <= 6144:
            raise self.refuse(f"allocated_storage is {storage}: it must be 5 to 6144")

    def find(self) -> Values | None:
        return self.described(
            "DescribeReplicationInstances", "replication_instances", "replication-instance-id"
        )

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


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {
                "type": "str",
                "required": True,
                "aliases": ["name", "replication_instance_identifier"],
            },
            "instance_class": {"type": "str"},
            "allocated_storage": {"type": "int"},
            "engine_version": {"type": "str"},
            "auto_minor_version_upgrade": {"type": "bool"},
            "multi_az": {"type": "bool"},
            "subnet_group": {"type": "str"},
            "security_group_ids": {"type": "list", "elements": "str"},
            "publicly_accessible": {"type": "bool"},
            "kms_key_id": {"type": "str"},
            "preferred_maintenance_window": {"type": "str"},
            "allow_major_version_upgrade": {"type": "bool", "default": False},
            **resource_options(timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, ReplicationInstance)


if __name__ == "__main__":
    main()
