#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_role_info
short_description: List AWS IAM roles by what their names begin with and by their tags
version_added: 0.1.0
description:
  - Tells which roles the account has, with their tags.
  - Only the tags of roles whose names begin with O(name_prefix) are read, so nothing is asked for the
    others but C(iam:ListRoles).
author: modern_data.warehouse contributors (@modern-data)
options:
  name_prefix:
    description: Only roles whose names begin with this.
    type: str
    default: ""
  tags:
    description: Only roles that have all of these tags.
    type: dict
    default: {}
seealso:
  - module: modern_data.warehouse.iam_role
  - module: amazon.aws.iam_role_info
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: Roles that were made for the shop
  modern_data.warehouse.iam_role_info:
    name_prefix: shop-dev-
    tags: {platform: shop-dev}
  register: found

- name: Delete those that nobody has named
  modern_data.warehouse.iam_role:
    name: "{{ item.role_name }}"
    state: absent
  loop: "{{ found.roles | rejectattr('role_name', 'in', ['shop-dev-scheduler']) }}"
"""

RETURN = r"""
roles:
  description: The roles, by name.
  returned: always
  type: list
  elements: dict
  contains:
    arn: {description: ARN of the role., type: str, returned: always, sample: arn:aws:iam::123456789012:role/shop-dev-scheduler}
    description: {description: What it is for., type: str, returned: when it is set, sample: Starts the load}
    path: {description: Its path., type: str, returned: always, sample: /}
    role_name: {description: Its name., type: str, returned: always, sample: shop-dev-scheduler}
    tags: {description: Its tags., type: dict, returned: always, sample: {platform: shop-dev}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.iam_role import roles_with


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name_prefix": {"type": "str", "default": ""},
            "tags": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    try:
        found = roles_with(module)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, roles=found)


if __name__ == "__main__":
    main()
