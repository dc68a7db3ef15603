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
      - Redshift processing units that queries start with, V(4) or a multiple of 8 from V(8) on.
      - A workgroup that is made without it gets V(128), which is expensive.
    type: int
  max_capacity:
    description: Redshift processing units that queries get at most.
    type: int
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
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Make the namespace that the workgroup works on
  modern_data.warehouse.redshift_serverless_namespace:
    name: shop-dev
    db_name: analytics
    admin_username: warehouse_admin
    manage_admin_password: true

- name: Ask for a small workgroup, without waiting for it
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-dev
    namespace_name: shop-dev
    base_capacity: 8
    config_parameters:
      require_ssl: true
    wait: false

- name: Wait until it can be used
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-dev

- name: Delete it
  modern_data.warehouse.redshift_serverless_workgroup:
    name: shop-dev
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
    base_capacity: {description: Redshift processing units that queries start with., type: int, returned: always, sample: 8}
    config_parameters: {description: Database parameters by name., type: dict, returned: always, sample: {require_ssl: 'true'}}
    creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
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
    enhanced_vpc_routing:
      description: Whether C(COPY) and C(UNLOAD) go through the VPC.
      type: bool
      returned: when it exists
      sample: false
    max_capacity: {description: Redshift processing units that queries get at most., type: int, returned: when it is set, sample: 64}
    namespace_name: {description: The namespace that it works on., type: str, returned: always, sample: shop-dev}
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
    workgroup_arn:
      description: ARN of the workgroup.
      type: str
      returned: when it exists
      sample: arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd-0123-0123-0123-0123456789ab
    workgroup_id: {description: ID of the workgroup., type: str, returned: when it exists, sample: 0123abcd-0123-0123-0123-0123456789ab}
    workgroup_name: {description: Name of the workgroup., type: str, returned: always, sample: shop-dev}
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
