#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_instance_info
short_description: List replication instances of AWS Database Migration Service
version_added: 0.1.0
description:
  - Tells the replication instances of an account in a region, with their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of one, in any case. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.dms_replication_instance
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All replication instances
  modern_data.warehouse.dms_replication_instance_info:
  register: found

- name: One of the replication instances
  modern_data.warehouse.dms_replication_instance_info:
    identifier: shop-dev-ingestion
"""

RETURN = r"""
replication_instances:
  description: The replication instances; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    replication_instance_identifier: {description: Its name., type: str, returned: always, sample: shop-dev}
    replication_instance_arn: {description: Its ARN., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:rep:ABCDEFGHIJKLMNOP"}
    replication_instance_class: {description: Its class., type: str, returned: always, sample: dms.t3.medium}
    replication_instance_status: {description: Its status., type: str, returned: always, sample: available}
    allocated_storage: {description: Its storage in GiB., type: int, returned: always, sample: 50}
    engine_version: {description: Its version., type: str, returned: always, sample: 3.5.4}
    multi_az: {description: Whether there is a standby in another zone., type: bool, returned: always, sample: false}
    publicly_accessible: {description: Whether the internet reaches it., type: bool, returned: always, sample: false}
    auto_minor_version_upgrade:
      description: Whether minor versions are installed by themselves.
      type: bool
      returned: when known
      sample: true
    availability_zone: {description: Its availability zone., type: str, returned: when known, sample: us-east-1a}
    dns_name_servers: {description: Name servers that it asks., type: str, returned: when it is set, sample: 10.0.0.2}
    instance_create_time: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    kms_key_id:
      description: KMS key of its storage.
      type: str
      returned: when known
      sample: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    network_type: {description: Internet protocols that it speaks., type: str, returned: when AWS tells it, sample: IPV4}
    pending_modified_values: {description: Changes that wait for the maintenance window., type: dict, returned: when it exists, sample: {}}
    preferred_maintenance_window: {description: When AWS maintains it., type: str, returned: when known, sample: sun:06:00-sun:14:00}
    replication_instance_ipv6_addresses: {description: Its IPv6 addresses., type: list, elements: str, returned: when AWS tells them, sample: []}
    replication_instance_private_ip_address: {description: Its private address., type: str, returned: when it exists, sample: 10.0.1.10}
    replication_instance_private_ip_addresses: {description: Its private addresses., type: list, elements: str, returned: when it exists, sample: [10.0.1.10]}
    replication_instance_public_ip_address: {description: Its public address., type: str, returned: when it has one, sample: 198.51.100.10}
    replication_instance_public_ip_addresses: {description: Its public addresses., type: list, elements: str, returned: when it exists, sample: []}
    replication_subnet_group:
      description: Its subnet group.
      type: dict
      returned: when it exists
      sample: {"replication_subnet_group_identifier": "shop-dev-ingestion"}
    secondary_availability_zone: {description: Zone of its standby., type: str, returned: when it has one, sample: us-east-1b}
    vpc_security_groups:
      description: Its security groups.
      type: list
      elements: dict
      returned: when it exists
      sample: [{"vpc_security_group_id": "sg-0123456789abcdef0", "status": "active"}]
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import (
    filtered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info

LISTING = Listing(
    service="dms",
    operation="DescribeReplicationInstances",
    items="replication_instances",
    kind="DMS replication instances",
    name="replication_instance_identifier",
    result="replication_instances",
    arn=lambda instance: instance["replication_instance_arn"],
    request=filtered("replication-instance-id"),
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"identifier": {"type": "str"}}, supports_check_mode=True
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
