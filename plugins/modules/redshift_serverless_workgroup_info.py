#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_workgroup_info
short_description: List workgroups of Amazon Redshift Serverless
version_added: 0.1.0
description:
  - Tells the workgroups of an account in a region, with their endpoints and tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of one workgroup. Without it, all of them.
    type: str
seealso:
  - module: modern_data.warehouse.redshift_serverless_workgroup
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All workgroups
  modern_data.warehouse.redshift_serverless_workgroup_info:
  register: found

- name: One workgroup
  modern_data.warehouse.redshift_serverless_workgroup_info:
    name: shop-dev
"""

RETURN = r"""
workgroups:
  description: The workgroups; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    workgroup_name: {description: Its name., type: str, returned: always, sample: shop-dev}
    workgroup_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd-0123-0123-0123-0123456789ab"
    namespace_name: {description: Its namespace., type: str, returned: always, sample: shop-dev}
    base_capacity: {description: RPU that queries start with., type: int, returned: always, sample: 8}
    config_parameters: {description: Its database parameters by name., type: dict, returned: always, sample: {"require_ssl": "true"}}
    endpoint:
      description: Address and port of the database.
      type: dict
      returned: when it is available
      sample: {"address": "shop-dev.123456789012.us-east-1.redshift-serverless.amazonaws.com", "port": 5439}
    publicly_accessible: {description: Whether the internet reaches it., type: bool, returned: always, sample: false}
    security_group_ids: {description: Its security groups., type: list, elements: str, returned: always, sample: [sg-0123abcd]}
    subnet_ids: {description: Its subnets., type: list, elements: str, returned: always, sample: [subnet-0123abcd]}
    status: {description: Its status., type: str, returned: always, sample: AVAILABLE}
    creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    cross_account_vpcs: {description: VPCs of other accounts that reach it., type: list, elements: str, returned: when AWS tells it, sample: []}
    custom_domain_certificate_arn:
      description: Certificate of its own domain.
      type: str
      returned: when it has one
      sample: "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
    custom_domain_certificate_expiry_time:
      description: When that certificate ends.
      type: str
      returned: when it has one
      sample: '2026-01-15T10:00:00+00:00'
    custom_domain_name: {description: A domain of its own., type: str, returned: when it has one, sample: warehouse.shop.example}
    enhanced_vpc_routing: {description: Whether C(COPY) and C(UNLOAD) go through the VPC., type: bool, returned: when it exists, sample: false}
    extra_compute_for_automatic_optimization:
      description: Whether AWS adds capacity for its own upkeep.
      type: bool
      returned: when AWS tells it
      sample: false
    ip_address_type: {description: Internet protocols that it speaks., type: str, returned: when AWS tells it, sample: ipv4}
    max_capacity: {description: Redshift processing units that queries get at most., type: int, returned: when it is set, sample: 64}
    patch_version: {description: Its patch version., type: str, returned: when AWS tells it, sample: "1.0.100000"}
    pending_track_name: {description: Release track that it goes to., type: str, returned: while it does, sample: trailing}
    port: {description: The TCP port that it was given., type: int, returned: when AWS tells it, sample: 5439}
    price_performance_target: {description: What AWS scales it for., type: dict, returned: when AWS tells it, sample: {"status": "DISABLED"}}
    track_name: {description: Release track that it is on., type: str, returned: when AWS tells it, sample: current}
    workgroup_id: {description: Its ID., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    workgroup_version: {description: Its version., type: str, returned: when AWS tells it, sample: "1.0.100000"}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless import (
    workgroup_view,
)

LISTING = Listing(
    service="redshift-serverless",
    operation="ListWorkgroups",
    items="workgroups",
    kind="Redshift Serverless workgroups",
    name="workgroup_name",
    result="workgroups",
    arn=lambda workgroup: workgroup["workgroup_arn"],
    shape=workgroup_view,
)


def main() -> None:
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str"}}, supports_check_mode=True)
    run_info(module, LISTING, "name")


if __name__ == "__main__":
    main()
