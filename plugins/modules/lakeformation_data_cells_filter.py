#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_data_cells_filter
short_description: Manage a data cells filter of AWS Lake Formation
version_added: 0.1.0
description:
  - Creates, changes and deletes a filter that stands for some columns and some rows of a table.
  - Grant it with M(modern_data.warehouse.lakeformation_permissions).
  - What is left unset stays as it is. A change that somebody else makes at the same time is not
    overwritten; the filter is read again first.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the filter.
    type: str
    required: true
  database:
    description: Database of the table.
    type: str
    required: true
    aliases: [database_name]
  table:
    description: The table.
    type: str
    required: true
    aliases: [table_name]
  row_filter:
    description:
      - The rows - a condition in PartiQL, as in a WHERE clause.
      - V(TRUE) is the same as O(all_rows=true).
      - A new filter needs this or O(all_rows).
    type: str
  all_rows:
    description: V(true) for all rows; not together with O(row_filter).
    type: bool
  column_names:
    description:
      - The columns. Neither their order nor their case matters.
      - A new filter needs this or O(excluded_column_names).
    type: list
    elements: str
  excluded_column_names:
    description:
      - All columns but these, also those that the table gets later.
      - The empty list stands for all columns.
    type: list
    elements: str
  state:
    description:
      - V(present) makes the filter, or changes it.
      - V(absent) deletes it, and the grants on it with it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Orders of one country, without the address of who ordered
  modern_data.warehouse.lakeformation_data_cells_filter:
    name: german_orders
    database: analytics_db
    table: orders
    row_filter: country = 'DE'
    excluded_column_names: [email]

- name: Two columns of all rows
  modern_data.warehouse.lakeformation_data_cells_filter:
    name: amounts
    database: analytics_db
    table: orders
    all_rows: true
    column_names: [order_id, total_amount]

- name: Remove a filter
  modern_data.warehouse.lakeformation_data_cells_filter:
    name: amounts
    database: analytics_db
    table: orders
    state: absent
"""

RETURN = r"""
data_cells_filter:
  description:
    - The filter.
    - In check mode it is what it would be; what only AWS knows, such as its version, is missing.
  returned: when O(state=present)
  type: dict
  contains:
    all_rows:
      description: Whether it stands for all rows.
      type: bool
      returned: always
      sample: false
    catalog_id:
      description: The catalog of its table, which is an account's number.
      type: str
      returned: when it exists
      sample: "123456789012"
    column_names:
      description: Its columns.
      type: list
      elements: str
      returned: when it names its columns
      sample: [order_id, total_amount]
    database_name:
      description: Database of its table.
      type: str
      returned: always
      sample: analytics_db
    excluded_column_names:
      description: The columns that it leaves out.
      type: list
      elements: str
      returned: when it stands for all columns but these
      sample: [email]
    name:
      description: Its name.
      type: str
      returned: always
      sample: german_orders
    row_filter:
      description: The condition on its rows.
      type: str
      returned: when it has one
      sample: country = 'DE'
    table_name:
      description: Its table.
      type: str
      returned: always
      sample: orders
    version_id:
      description: Changes with every change of the filter.
      type: str
      returned: when it exists
      sample: 7a3f2d1c-5b64-4a6e-9f0d-0c1b2a394857
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_data_cells_filter import (
    DataCellsFilter,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "database": {"type": "str", "required": True, "aliases": ["database_name"]},
            "table": {"type": "str", "required": True, "aliases": ["table_name"]},
            "row_filter": {"type": "str"},
            "all_rows": {"type": "bool"},
            "column_names": {"type": "list", "elements": "str"},
            "excluded_column_names": {"type": "list", "elements": "str"},
            **resource_options(tags=False),
        },
        mutually_exclusive=[("column_names", "excluded_column_names")],
        supports_check_mode=True,
    )
    run_resource(module, DataCellsFilter)


if __name__ == "__main__":
    main()
