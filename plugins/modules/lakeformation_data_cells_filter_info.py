#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lakeformation_data_cells_filter_info
short_description: List data cells filters of AWS Lake Formation
version_added: 0.1.0
description:
  - Tells which filters some tables have, and what each stands for.
  - A table that doesn't exist has no filters.
author: modern_data.warehouse contributors (@modern-data)
options:
  database:
    description: Database of the tables.
    type: str
    required: true
    aliases: [database_name]
  tables:
    description: The tables.
    type: list
    elements: str
    required: true
  name_prefix:
    description: Only filters whose names begin with this.
    type: str
    default: ""
seealso:
  - module: modern_data.warehouse.lakeformation_data_cells_filter
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: Filters of two tables
  modern_data.warehouse.lakeformation_data_cells_filter_info:
    database: analytics_db
    tables: [orders, customers]
  register: found

- name: Delete those that nobody has named
  modern_data.warehouse.lakeformation_data_cells_filter:
    name: "{{ item.name }}"
    database: "{{ item.database_name }}"
    table: "{{ item.table_name }}"
    state: absent
  loop: "{{ found.data_cells_filters | rejectattr('name', 'in', ['german_orders']) }}"
"""

RETURN = r"""
data_cells_filters:
  description: The filters, by table and name.
  returned: always
  type: list
  elements: dict
  contains:
    all_rows: {description: Whether it stands for all rows., type: bool, returned: always, sample: false}
    catalog_id: {description: "The catalog of its table, which is an account's number.", type: str, returned: always, sample: "123456789012"}
    column_names: {description: Its columns., type: list, elements: str, returned: when it names its columns, sample: [order_id, total_amount]}
    database_name: {description: Database of its table., type: str, returned: always, sample: analytics_db}
    excluded_column_names:
      description: The columns that it leaves out.
      type: list
      elements: str
      returned: when it stands for all columns but these
      sample: [email]
    name: {description: Its name., type: str, returned: always, sample: german_orders}
    row_filter: {description: The condition on its rows., type: str, returned: when it has one, sample: country = 'DE'}
    table_name: {description: Its table., type: str, returned: always, sample: orders}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import error_code
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_data_cells_filter import (
    in_words,
)

MISSING = "EntityNotFoundException"


def find(module: AnsibleAWSModule) -> list[dict[str, Any]]:
    """The filters of the tables, in the words of the module that makes them."""
    params = module.params
    account = Api(module.client("sts"), "the caller").call("GetCallerIdentity")["account"]
    api = Api(module.client("lakeformation"), "the data cells filters of Lake Formation")
    found = []
    for table in params["tables"]:
        for answer in _of_table(api, account, params["database"].lower(), table.lower()):
            place = {name: answer[name] for name in ("name", "database_name", "table_name")}
            words = in_words(answer)
            # it says nothing of the filter, and whoever compares two answers would have to leave it out
            del words["version_id"]
            found.append(
                {**place, **{key: value for key, value in words.items() if value is not None}}
            )
    return sorted(
        (one for one in found if one["name"].startswith(params["name_prefix"])),
        key=lambda one: (one["table_name"], one["name"]),
    )


def _of_table(api: Api, account: str, database: str, table: str) -> list[dict[str, Any]]:
    place = {"catalog_id": account, "database_name": database, "name": table}
    try:
        return api.pages("ListDataCellsFilter", "data_cells_filters", table=place)
    except AnsibleAWSError as error:
        if error_code(error) != MISSING:
            raise
        return []


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "database": {"type": "str", "required": True, "aliases": ["database_name"]},
            "tables": {"type": "list", "elements": "str", "required": True},
            "name_prefix": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    try:
        found = find(module)
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(changed=False, data_cells_filters=found)


if __name__ == "__main__":
    main()
