#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_permissions
short_description: Grant and revoke permissions of AWS Lake Formation
version_added: 0.1.0
description:
  - Takes a list of grants, compares it with what is granted, and grants what is missing in as few
    calls as AWS allows.
  - Grants are compared by meaning - the order of columns does not matter, and a grant of two columns
    is satisfied by one of three unless O(purge) asks for exactly what is listed.
author: modern_data.warehouse contributors (@modern-data)
options:
  state:
    description:
      - V(present) grants what is missing.
      - V(absent) revokes what of the grants is there; V(ALL) with everything that it stands for, a
        table with each of its columns. A column cannot be revoked from who holds the whole table.
    type: str
    choices: [present, absent]
    default: present
  purge:
    description:
      - Besides, revoke what O(grants) does not list.
      - With O(purge.database), what is granted on a database, on its tables and their data cells
        filters, and on all its tables at once, whoever holds it, C(IAM_ALLOWED_PRINCIPALS) too.
      - With O(purge.data_locations), who may make tables over these locations.
      - With O(purge.principals), what these principals hold, on every database of the catalog.
      - The data lake's administrators and the caller are left alone in all of them, even when they are
        named. A caller in a session of a role is known by C(iam:GetRole) on that role or by
        C(iam:ListRoles); without both, the role is taken to have no path.
    type: dict
    suboptions:
      database:
        description: The database. O(purge.tables) goes with it.
        type: str
      tables:
        description: Its tables.
        type: list
        elements: str
      other_tables:
        description:
          - Whether what is granted on its other tables and their data cells filters is revoked too, such as
            on one that O(purge.tables) doesn't name any more. Needs O(purge.database).
          - All grants of the catalog are read for it, which AWS shows to administrators only.
        type: bool
        default: false
      makers:
        description:
          - ARNs of principals that make tables in the database. On other tables than O(purge.tables), each
            keeps what it holds where it holds C(DROP), as who makes a table does.
          - Goes with O(purge.other_tables=true).
        type: list
        elements: str
        default: []
      data_locations:
        description: ARNs of registered locations.
        type: list
        elements: str
      principals:
        description:
          - ARNs of principals that are to hold what O(grants) lists for them and nothing else.
          - That takes away what they were given as creators of databases, tables and LF-tags, and
            what others granted them on databases that this task does not name.
          - Groups that stand for everybody, such as C(IAM_ALLOWED_PRINCIPALS), are refused, since
            that would close every database at once. Use O(purge.database) for them.
          - All grants of the catalog are read for it, which AWS shows to administrators only.
        type: list
        elements: str
      resource_types:
        description:
          - On what O(purge.principals) takes away. V(table) stands for columns too.
          - V(catalog) (who makes databases and LF-tags) and V(data_location) (who makes tables
            there) are left alone unless they are named, for these belong to those who build the lake.
          - Does not matter to O(purge.database) and O(purge.data_locations).
        type: list
        elements: str
        choices:
          - catalog
          - data_cells_filter
          - data_location
          - database
          - lf_tag
          - lf_tag_expression
          - lf_tag_policy
          - table
        default: [database, table, data_cells_filter, lf_tag, lf_tag_policy, lf_tag_expression]
      unmanaged:
        description: ARNs of principals whose grants are left alone.
        type: list
        elements: str
        default: []
  catalog_id:
    description:
      - The catalog that the resources are in, when it is not that of the caller's account - the
        number of another account, or a catalog within one, such as V(123456789012:sales).
    type: str
  wait_timeout:
    description: How many seconds to wait until AWS lists what was granted and revoked.
    type: int
    default: 60
seealso:
  - module: modern_data.warehouse.lakeformation_permissions_info
  - module: modern_data.warehouse.lakeformation_resource_lf_tags
  - module: modern_data.warehouse.lakeformation_settings
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
  - modern_data.warehouse.lakeformation.grants
"""

EXAMPLES = r"""
- name: Three columns of a table, and nothing else on it to anybody
  modern_data.warehouse.lakeformation_permissions:
    grants:
      - principal: arn:aws:iam::123456789012:role/shop-dev-analyst
        resource: {database: {name: analytics_db}}
        permissions: [DESCRIBE]
      - principal: arn:aws:iam::123456789012:role/shop-dev-analyst
        resource:
          table_with_columns:
            database_name: analytics_db
            name: orders
            column_names: [order_id, user_id, total_amount]
        permissions: [SELECT]
    purge:
      database: analytics_db
      tables: [orders]
      unmanaged: [arn:aws:iam::123456789012:role/shop-dev-crawler]

- name: What is public may be read, wherever it is, and nothing else by this role
  modern_data.warehouse.lakeformation_permissions:
    grants:
      - principal: arn:aws:iam::123456789012:role/shop-dev-analyst
        resource:
          lf_tag_policy:
            resource_type: TABLE
            expression:
              - tag_key: sensitivity
                tag_values: [public]
        permissions: [SELECT]
    purge:
      principals: [arn:aws:iam::123456789012:role/shop-dev-analyst]

- name: A steward may say what is public
  modern_data.warehouse.lakeformation_permissions:
    grants:
      - principal: arn:aws:iam::123456789012:role/shop-dev-steward
        resource: {lf_tag: {tag_key: sensitivity, tag_values: [public, internal]}}
        permissions: [ASSOCIATE, DESCRIBE]

- name: Revoke one of them
  modern_data.warehouse.lakeformation_permissions:
    grants:
      - principal: arn:aws:iam::123456789012:role/shop-dev-analyst
        resource: {database: {name: analytics_db}}
        permissions: [DESCRIBE]
    state: absent
"""

RETURN = r"""
granted:
  description: What was granted, or would be in check mode, one line a permission.
  returned: always
  type: list
  elements: str
  sample: ["arn:aws:iam::123456789012:role/analyst: SELECT on table analytics_db.orders (order_id)"]
revoked:
  description: What was revoked, or would be in check mode, one line a permission.
  returned: always
  type: list
  elements: str
  sample: ["IAM_ALLOWED_PRINCIPALS: ALL on table analytics_db.orders"]
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    GRANT_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_permissions import (
    Permissions,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_purge import (
    PURGE_OPTIONS,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "grants": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": GRANT_OPTIONS,
            },
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "purge": {
                "type": "dict",
                "options": PURGE_OPTIONS,
                "required_together": [("database", "tables")],
                "required_one_of": [("database", "data_locations", "principals")],
                "required_if": [("other_tables", True, ["database"])],
            },
            "catalog_id": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    try:
        result = Permissions(module).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
