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
    description: Storage in gigabytes, 5 to 6144. It can grow, not shrink.
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
  availability_zone:
    description:
      - Availability zone to run in; not with O(multi_az). AWS's default is any.
      - It can't be changed later.
    type: str
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
  resource_identifier:
    description:
      - The end of its ARN, up to 31 letters, digits and single hyphens. Without it AWS makes one up.
      - It is used when the instance is made, and not looked at later.
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
  - modern_data.warehouse.boto3
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

- name: Wait until it is available
  modern_data.warehouse.dms_replication_instance:
    identifier: shop-dev-ingestion

- name: Give it more storage
  modern_data.warehouse.dms_replication_instance:
    identifier: shop-dev-ingestion
    allocated_storage: 100

- name: Delete it
  modern_data.warehouse.dms_replication_instance:
    identifier: shop-dev-ingestion
    state: absent
"""

RETURN = r"""
replication_instance:
  description:
    - The instance.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    allocated_storage: {description: Storage in gigabytes., type: int, returned: when known, sample: 50}
    auto_minor_version_upgrade: {description: Whether minor versions are installed by themselves., type: bool, returned: when known, sample: true}
    availability_zone: {description: Its availability zone., type: str, returned: when known, sample: us-east-1a}
    engine_version: {description: Version of the replication engine., type: str, returned: when known, sample: 3.6.1}
    instance_create_time: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    kms_key_id: {description: KMS key of its storage., type: str, returned: when known, sample: "arn:aws:kms:us-east-1:123456789012:key/shop"}
    multi_az: {description: Whether there is a standby in another zone., type: bool, returned: when known, sample: false}
    network_type: {description: Internet protocols that it speaks., type: str, returned: when AWS tells it, sample: IPV4}
    pending_modified_values: {description: Changes that wait for the maintenance window., type: dict, returned: when it exists, sample: {}}
    preferred_maintenance_window: {description: When AWS maintains it., type: str, returned: when known, sample: sun:06:00-sun:14:00}
    publicly_accessible: {description: Whether the internet reaches it., type: bool, returned: when known, sample: false}
    replication_instance_arn:
      description: Its ARN, which ends in letters that AWS makes up.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:rep:ABCDEFGHIJKLMNOP
    replication_instance_class: {description: Its class., type: str, returned: when known, sample: dms.t3.medium}
    replication_instance_identifier: {description: Its name., type: str, returned: always, sample: shop-dev-ingestion}
    replication_instance_private_ip_address: {description: Its private address., type: str, returned: when it exists, sample: 10.0.1.10}
    replication_instance_private_ip_addresses: {description: Its private addresses., type: list, elements: str, returned: when it exists, sample: [10.0.1.10]}
    replication_instance_public_ip_addresses: {description: Its public addresses., type: list, elements: str, returned: when it exists, sample: []}
    replication_instance_status: {description: Its status., type: str, returned: when it exists, sample: available}
    replication_subnet_group:
      description: Its subnet group.
      type: dict
      returned: when it exists
      sample: {"replication_subnet_group_identifier": "shop-dev-ingestion"}
    secondary_availability_zone: {description: Zone of its standby., type: str, returned: when it has one, sample: us-east-1b}
    tags: {description: Its tags., type: dict, returned: always, sample: {"Environment": "dev"}}
    vpc_security_groups: {description: Its security groups., type: list, elements: dict, returned: when it exists, sample: [{"status": "active"}]}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_instance import (
    ReplicationInstance,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


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
            "availability_zone": {"type": "str"},
            "subnet_group": {"type": "str"},
            "security_group_ids": {"type": "list", "elements": "str"},
            "publicly_accessible": {"type": "bool"},
            "kms_key_id": {"type": "str"},
            "preferred_maintenance_window": {"type": "str"},
            "resource_identifier": {"type": "str"},
            "allow_major_version_upgrade": {"type": "bool", "default": False},
            **resource_options(timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, ReplicationInstance)


if __name__ == "__main__":
    main()
