#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_subnet_group_info
short_description: List replication subnet groups of AWS Database Migration Service
version_added: 0.1.0
description:
  - Tells the replication subnet groups of an account in a region, with their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of one, in any case. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.dms_replication_subnet_group
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All replication subnet groups
  modern_data.warehouse.dms_replication_subnet_group_info:
  register: found

- name: One of the replication subnet groups
  modern_data.warehouse.dms_replication_subnet_group_info:
    identifier: shop-dev
"""

RETURN = r"""
replication_subnet_groups:
  description: The replication subnet groups; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    replication_subnet_group_identifier: {description: Its name., type: str, returned: always, sample: shop-dev}
    replication_subnet_group_arn: {description: Its ARN., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:subgrp:shop-dev"}
    replication_subnet_group_description: {description: What it is for., type: str, returned: always, sample: Private subnets of the shop}
    subnet_group_status: {description: Its status., type: str, returned: always, sample: Complete}
    subnets:
      description: Its subnets.
      type: list
      elements: dict
      returned: always
      sample: [{"subnet_identifier": "subnet-0123456789abcdef0", "subnet_status": "Active"}]
    supported_network_types: {description: The kinds of addresses of its subnets., type: list, elements: str, returned: always, sample: ["IPV4"]}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
    vpc_id: {description: VPC of its subnets., type: str, returned: always, sample: vpc-0123456789abcdef0}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import filtered
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info

KIND = "DMS replication subnet groups"


def with_arns(module: AnsibleAWSModule, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups with their ARNs, which AWS doesn't tell."""
    account = Api(module.client("sts"), KIND).call("GetCallerIdentity")["account"]
    api = Api(module.client("dms"), KIND)
    return [
        {
            **group,
            "replication_subnet_group_arn": api.arn(
                account, f"subgrp:{group['replication_subnet_group_identifier']}"
            ),
        }
        for group in groups
    ]


LISTING = Listing(
    service="dms",
    operation="DescribeReplicationSubnetGroups",
    items="replication_subnet_groups",
    kind=KIND,
    name="replication_subnet_group_identifier",
    result="replication_subnet_groups",
    arn=lambda group: group["replication_subnet_group_arn"],
    request=filtered("replication-subnet-group-id"),
    completed=with_arns,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"identifier": {"type": "str"}}, supports_check_mode=True
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
