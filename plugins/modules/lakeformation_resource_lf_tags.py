#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_resource_lf_tags
short_description: Give LF-tags to databases, tables and columns
version_added: 0.1.0
description:
  - Takes a list of databases, tables and columns with the LF-tags that they are to have, and writes
    what differs.
  - Tables inherit the LF-tags of their database, and columns those of their table. This module
    compares and writes only what a resource is given itself. What it inherits is told, and never
    taken away.
  - The LF-tags are made with M(modern_data.warehouse.lakeformation_lf_tag).
author: modern_data.warehouse contributors (@modern-data)
options:
  assignments:
    description: The resources. None may be named twice.
    type: list
    elements: dict
    required: true
    suboptions:
      resource:
        description: What has the LF-tags; exactly one of the suboptions.
        type: dict
        required: true
        suboptions:
          database:
            description: A database.
            type: dict
            suboptions:
              name:
                description: Its name.
                type: str
                required: true
          table:
            description: A table.
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
            description: Columns of a table, each of which has the LF-tags.
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
                required: true
      lf_tags:
        description:
          - The LF-tags, keys with their values. A resource has one value of a key.
          - Lake Formation keeps both in lower case.
          - With O(state=absent) only the keys matter.
        type: dict
        required: true
  state:
    description:
      - V(present) gives the LF-tags to the resources, in place of other values.
      - V(absent) takes the LF-tags with these keys from the resources.
    type: str
    choices: [present, absent]
    default: present
  purge_tags:
    description:
      - Whether LF-tags that a resource was given and that are not listed for it are taken away.
      - What it inherits stays.
    type: bool
    default: true
  catalog_id:
    description: The catalog of the resources, when it is not that of the caller's account.
    type: str
  wait_timeout:
    description: How many seconds to wait until AWS tells the LF-tags that were written.
    type: int
    default: 60
seealso:
  - module: modern_data.warehouse.lakeformation_lf_tag
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: All of a database is internal, but one column
  modern_data.warehouse.lakeformation_resource_lf_tags:
    assignments:
      - resource: {database: {name: analytics_db}}
        lf_tags: {sensitivity: internal}
      - resource: {table_with_columns: {database_name: analytics_db, name: orders, column_names: [email]}}
        lf_tags: {sensitivity: personal}

- name: One more LF-tag, whatever else the table has
  modern_data.warehouse.lakeformation_resource_lf_tags:
    assignments:
      - resource: {table: {database_name: analytics_db, name: orders}}
        lf_tags: {domain: sales}
    purge_tags: false

- name: The column is like the rest of the table again
  modern_data.warehouse.lakeformation_resource_lf_tags:
    assignments:
      - resource: {table_with_columns: {database_name: analytics_db, name: orders, column_names: [email]}}
        lf_tags: {sensitivity: personal}
    state: absent
"""

RETURN = r"""
assignments:
  description:
    - The databases, tables and columns that were named, each with its LF-tags.
    - In check mode they are what they would be.
  returned: always
  type: list
  elements: dict
  contains:
    resource:
      description: The database, the table, or one column.
      type: dict
      returned: always
      sample: {"table_with_columns": {"database_name": "analytics_db", "name": "orders", "column_names": ["email"]}}
    lf_tags: {description: The LF-tags that it was given itself., type: dict, returned: always, sample: {"sensitivity": "personal"}}
    inherited_lf_tags: {description: The LF-tags that it has from its table or its database., type: dict, returned: always, sample: {"domain": "sales"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_options import (
    RESOURCE_OPTIONS,
    name_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resource_lf_tags import (
    ResourceTags,
)

COLUMNS = {"type": "list", "elements": "str", "required": True}
TAGGED_OPTIONS = {
    "database": RESOURCE_OPTIONS["database"],
    "table": RESOURCE_OPTIONS["table"],
    "table_with_columns": {
        "type": "dict",
        "options": {**name_options("database_name", "name"), "column_names": COLUMNS},
    },
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "assignments": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "resource": {"type": "dict", "required": True, "options": TAGGED_OPTIONS},
                    "lf_tags": {"type": "dict", "required": True},
                },
            },
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "purge_tags": {"type": "bool", "default": True},
            "catalog_id": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    try:
        result = ResourceTags(module).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
