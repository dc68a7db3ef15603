#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_serverless_workgroup
short_description: Manage an Amazon Redshift Serverless workgroup
version_added: 0.1.0
description:
  - Creates, changes and deletes a workgroup, the computing power and the network end of a namespace
    of Amazon Redshift Serverless.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the workgroup, 3 to 64 lower-case letters, digits and hyphens.
    type: str
    required: true
    aliases: [workgroup_name]
  state:
    description:
      - V(present) makes the workgroup, or changes it to what the options say.
      - V(absent) deletes it. The data stay in its namespace.
    type: str
    choices: [present, absent]
    default: present
  namespace_name:
    description:
      - Name of the namespace that it works on. Needed to create it.
      - It can't be changed later.
    type: str
  base_capacity:
    description:
      - Redshift processing units that queries start with, V(4), a multiple of 8 up to V(512) or, in
        some regions, a multiple of 32 up to V(1024).
      - A workgroup that is made without it gets V(128), which is expensive.
    type: int
  max_capacity:
    description: Redshift processing units that queries get at most.
    type: int
  price_performance_target:
    description:
      - What AWS scales the workgroup for, between cost and speed. It chooses the capacity itself
        then, so O(base_capacity) can't be set.
    type: dict
    suboptions:
      status:
        description: Whether it is scaled so.
        type: str
        choices: [ENABLED, DISABLED]
        required: true
      level:
        description: From low cost, V(1), to high performance, V(100); V(50) is balanced.
        type: int
        choices: [1, 25, 50, 75, 100]
  ip_address_type:
    description: Internet protocols that it speaks. V(dualstack) needs subnets with IPv6 addresses.
    type: str
    choices: [ipv4, dualstack]
  track_name:
    description: Release track, such as V(current) or V(trailing).
    type: str
  subnet_ids:
    description:
      - IDs of the subnets, at best three in three availability zones.
      - The list replaces the one that the workgroup has.
    type: list
    elements: str
  security_group_ids:
    description:
      - IDs of the security groups.
      - The list replaces the one that the workgroup has.
    type: list
    elements: str
  enhanced_vpc_routing:
    description: Send the traffic of C(COPY) and C(UNLOAD) through the VPC.
    type: bool
  publicly_accessible:
    description: Give it an address that the internet can reach.
    type: bool
  port:
    description: TCP port, 5431 to 5455 or 8191 to 8215. AWS takes V(5439) where it isn't set.
    type: int
  config_parameters:
    description:
      - Database parameters by name, such as C(require_ssl) or C(max_query_execution_time).
      - Parameters that are not named are left as they are.
    type: dict
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
notes:
  - AWS takes one setting a call, so a change of several settings takes several calls, with a wait
    between them, also with O(wait=false).
seealso:
  - module: modern_data.warehouse.redshift_serverless_namespace
  - module: modern_data.warehouse.redshift_data_statement
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Make the namespace that the workgroup works on
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-test
    db_name: analytics
    admin_username: warehouse_admin
    manage_admin_password: true

- name: Ask for a small workgroup, without waiting for it
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-test
    namespace_name: shop-test
    base_capacity: 8
    config_parameters:
      require_ssl: true
    wait: false

- name: Wait until it can be used
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-test

- name: Let its queries get 64 RPU at most
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-test
    max_capacity: 64

- name: Let AWS choose the capacity, balanced between cost and speed
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-test
    price_performance_target:
      status: ENABLED
      level: 50

- name: Delete it
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-test
    state: absent
"""

RETURN = r"""
workgroup:
  description:
    - The workgroup.
    - In check mode it is what it would be; what only AWS knows, such as its ID, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    base_capacity: {description: Redshift processing units that queries start with., type: int, returned: when known, sample: 8}
    config_parameters: {description: Database parameters by name., type: dict, returned: when known, sample: {require_ssl: 'true'}}
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
    endpoint:
      description: Where a client connects.
      type: dict
      returned: when it is available
      contains:
        address:
          description: Host name.
          type: str
          returned: always
          sample: shop-dev.123456789012.us-east-1.redshift-serverless.amazonaws.com
        port: {description: TCP port., type: int, returned: always, sample: 5439}
        vpc_endpoints:
          description: Its endpoints in VPCs.
          type: list
          elements: dict
          returned: when it is available
          sample: [{"vpc_endpoint_id": "vpce-0123456789abcdef0", "vpc_id": "vpc-0123456789abcdef0"}]
    enhanced_vpc_routing:
      description: Whether C(COPY) and C(UNLOAD) go through the VPC.
      type: bool
      returned: when it exists
      sample: false
    extra_compute_for_automatic_optimization:
      description: Whether AWS adds capacity for its own upkeep.
      type: bool
      returned: when AWS tells it
      sample: false
    ip_address_type: {description: Internet protocols that it speaks., type: str, returned: when AWS tells it, sample: ipv4}
    max_capacity: {description: Redshift processing units that queries get at most., type: int, returned: when it is set, sample: 64}
    namespace_name: {description: The namespace that it works on., type: str, returned: when known, sample: shop-dev}
    patch_version: {description: Its patch version., type: str, returned: when AWS tells it, sample: "1.0.100000"}
    pending_track_name: {description: Release track that it goes to., type: str, returned: while it does, sample: trailing}
    port: {description: The TCP port that it was given., type: int, returned: when AWS tells it, sample: 5439}
    price_performance_target: {description: What AWS scales it for., type: dict, returned: when AWS tells it, sample: {"status": "DISABLED"}}
    publicly_accessible: {description: Whether the internet can reach it., type: bool, returned: when it exists, sample: false}
    security_group_ids:
      description: IDs of its security groups.
      type: list
      elements: str
      returned: when it exists
      sample: [sg-0123456789abcdef0]
    status: {description: Its status., type: str, returned: when it exists, sample: AVAILABLE}
    subnet_ids: {description: IDs of its subnets., type: list, elements: str, returned: when it exists, sample: [subnet-0123456789abcdef0]}
    tags: {description: Its tags., type: dict, returned: always, sample: {Environment: dev}}
    track_name: {description: Release track that it is on., type: str, returned: when AWS tells it, sample: current}
    workgroup_arn:
      description: ARN of the workgroup.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd-0123-0123-0123-0123456789ab
    workgroup_id: {description: ID of the workgroup., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    workgroup_name: {description: Name of the workgroup., type: str, returned: always, sample: shop-dev}
    workgroup_version: {description: Its version., type: str, returned: when AWS tells it, sample: "1.0.100000"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless import (
    Workgroup,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["workgroup_name"]},
            "namespace_name": {"type": "str"},
            "base_capacity": {"type": "int"},
            "max_capacity": {"type": "int"},
            "price_performance_target": {
                "type": "dict",
                "options": {
                    "status": {"type": "str", "choices": ["ENABLED", "DISABLED"], "required": True},
                    "level": {"type": "int", "choices": [1, 25, 50, 75, 100]},
                },
            },
            "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack"]},
            "track_name": {"type": "str"},
            "subnet_ids": {"type": "list", "elements": "str"},
            "security_group_ids": {"type": "list", "elements": "str"},
            "enhanced_vpc_routing": {"type": "bool"},
            "publicly_accessible": {"type": "bool"},
            "port": {"type": "int"},
            "config_parameters": {"type": "dict"},
            **resource_options(timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, Workgroup)


if __name__ == "__main__":
    main()
