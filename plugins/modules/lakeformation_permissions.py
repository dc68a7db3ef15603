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
  grants:
    description: The grants.
    type: list
    elements: dict
    required: true
    suboptions:
      principal:
        description: ARN of an IAM role or user, or V(IAM_ALLOWED_PRINCIPALS).
        type: str
        required: true
      permissions:
        description: What it may do.
        type: list
        elements: str
        required: true
        choices: &permissions
          - ALL
          - SELECT
          - ALTER
          - DROP
          - DELETE
          - INSERT
          - DESCRIBE
          - CREATE_DATABASE
          - CREATE_TABLE
          - DATA_LOCATION_ACCESS
      permissions_with_grant_option:
        description: What of it the principal may grant to others.
        type: list
        elements: str
        choices: *permissions
      resource:
        description: What it may do it with; exactly one of the suboptions.
        type: dict
        required: true
        suboptions:
          catalog:
            description: The catalog itself.
            type: dict
          database:
            description: A database.
            type: dict
            suboptions:
              name:
                description: Its name.
                type: str
                required: true
          table:
            description: A table, or with V(*) as its name all tables of the database.
            type: dict
            suboptions:
              database_name:
                description: Its database.
                type: str
                required: true
              name:
                description: Its name.
                type: str
                required: true
          table_with_columns:
            description: Columns of a table; only C(SELECT) is granted on them.
            type: dict
            suboptions:
              database_name:
                description: Database of the table.
                type: str
                required: true
              name:
                description: Name of the table.
                type: str
                required: true
              column_names:
                description: The columns.
                type: list
                elements: str
              excluded_column_names:
                description: All columns but these.
                type: list
                elements: str
          data_location:
            description: A registered location.
            type: dict
            suboptions:
              resource_arn:
                description: Its ARN.
                type: str
                required: true
          data_cells_filter:
            description: A data cells filter.
            type: dict
            suboptions:
              database_name:
                description: Database of its table.
                type: str
                required: true
              table_name:
                description: Its table.
                type: str
                required: true
              name:
                description: Its name.
                type: str
                required: true
  state:
    description:
      - V(present) grants what is missing.
      - V(absent) revokes what of the grants is there; V(ALL) with everything that it stands for.
    type: str
    choices: [present, absent]
    default: present
  purge:
    description:
      - Besides, revoke what O(grants) does not list on a database and its tables, and on all its
        tables at once, whoever holds it, C(IAM_ALLOWED_PRINCIPALS) too.
      - The data lake's administrators and the caller are left alone.
    type: dict
    suboptions:
      database:
        description: The database.
        type: str
        required: true
      tables:
        description: Its tables.
        type: list
        elements: str
        required: true
      unmanaged:
        description: ARNs of principals whose grants are left alone.
        type: list
        elements: str
        default: []
  wait_timeout:
    description: How many seconds to wait until AWS lists what was granted and revoked.
    type: int
    default: 60
seealso:
  - module: modern_data.warehouse.lakeformation_settings
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
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

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_permissions import (
    Permissions,
)

PERMISSIONS: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": [
        "ALL",
        "SELECT",
        "ALTER",
        "DROP",
        "DELETE",
        "INSERT",
        "DESCRIBE",
        "CREATE_DATABASE",
        "CREATE_TABLE",
        "DATA_LOCATION_ACCESS",
    ],
}


def name_options(*names: str) -> dict[str, Any]:
    """Options that are required texts."""
    return {name: {"type": "str", "required": True} for name in names}


RESOURCE_OPTIONS: dict[str, Any] = {
    "catalog": {"type": "dict"},
    "database": {"type": "dict", "options": name_options("name")},
    "table": {"type": "dict", "options": name_options("database_name", "name")},
    "table_with_columns": {
        "type": "dict",
        "options": {
            **name_options("database_name", "name"),
            "column_names": {"type": "list", "elements": "str"},
            "excluded_column_names": {"type": "list", "elements": "str"},
        },
        "mutually_exclusive": [("column_names", "excluded_column_names")],
    },
    "data_location": {"type": "dict", "options": name_options("resource_arn")},
    "data_cells_filter": {
        "type": "dict",
        "options": name_options("database_name", "table_name", "name"),
    },
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "grants": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "principal": {"type": "str", "required": True},
                    "permissions": {**PERMISSIONS, "required": True},
                    "permissions_with_grant_option": PERMISSIONS,
                    "resource": {"type": "dict", "required": True, "options": RESOURCE_OPTIONS},
                },
            },
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "purge": {
                "type": "dict",
                "options": {
                    "database": {"type": "str", "required": True},
                    "tables": {"type": "list", "elements": "str", "required": True},
                    "unmanaged": {"type": "list", "elements": "str", "default": []},
                },
            },
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
