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
  - amazon.aws.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All replication instances
  modern_data.warehouse.dms_replication_instance_info:
  register: found

- name: One of the replication instances
  modern_data.warehouse.dms_replication_instance_info:
    identifier: shop-dev
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
