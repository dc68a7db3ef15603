#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_table
short_description: Declare tables of Amazon Redshift
version_added: 0.1.0
description:
  - Creates, changes and drops any number of tables in one task, through the Data API. No connection
    to the database is needed.
  - Reads the catalog once, and runs what is needed as one transaction. Widening a column and
    changing a distribution or sort key, which Redshift takes only outside of a transaction, come
    after it, one by one. Running the task again finishes what was interrupted.
  - What Redshift can't do to a table that is there is refused before anything is run, for all tables
    at once. That is to say, the type of a column other than a longer C(VARCHAR), whether a column
    may be null, and a new column in the primary key.
author: modern_data.warehouse contributors (@modern-data)
options:
  tables:
    description: The tables.
    type: list
    elements: dict
    required: true
    suboptions:
      schema:
        description: Schema that the table is in.
        type: str
        required: true
      name:
        description: Name of the table, lower-case.
        type: str
        required: true
      columns:
        description:
          - The columns, in order. A column that is missing is added at the end.
          - Needed with O(state=present).
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the column, lower-case.
            type: str
            required: true
          type:
            description: Its type, such as V(BIGINT), V(NUMERIC(12,2\)) or V(VARCHAR(256\)), in any spelling of Redshift's.
            type: str
            required: true
          nullable:
            description: Whether it may be null. A new one may, unless it is in the primary key.
            type: bool
          default:
            description: An SQL expression for its default. For a new column only.
            type: str
          encode:
            description: Its compression encoding. For a new column only.
            type: str
            choices: [raw, az64, bytedict, delta, delta32k, lzo, mostly8, mostly16, mostly32, runlength, text255, text32k, zstd]
      primary_key:
        description:
          - Columns of the primary key, which Redshift doesn't enforce. They can't be null.
          - A table that is there gets it, or another one, if its columns were made C(NOT NULL).
        type: list
        elements: str
      dist_style:
        description: How the rows are distributed. Redshift decides in a new table without it.
        type: str
        choices: [auto, even, key, all]
      dist_key:
        description: Column whose values distribute the rows. Implies O(tables[].dist_style=key).
        type: str
      sort_key:
        description: Columns that the rows are sorted by. An empty list is no sort key.
        type: list
        elements: str
      sort_style:
        description: How the columns of O(tables[].sort_key) sort. For a new table only.
        type: str
        choices: [compound, interleaved]
  state:
    description:
      - V(present) makes the tables, or changes them to what the options say.
      - V(absent) drops them with all their rows.
    type: str
    choices: [present, absent]
    default: present
  purge_columns:
    description: Whether to drop columns that aren't listed, and what is in them.
    type: bool
    default: false
  create_schemas:
    description: Whether to make the schemas that are missing.
    type: bool
    default: false
seealso:
  - module: modern_data.warehouse.redshift_data_statement
  - module: modern_data.warehouse.redshift_privileges
  - name: ALTER TABLE
    description: What Redshift can change about a table.
    link: https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.redshift_data
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: Find the secret of the administrator
  modern_data.warehouse.redshift_serverless_namespace_info:
    name: shop-dev
  register: found

- name: A table, and the schema that it is in
  modern_data.warehouse.redshift_table:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    create_schemas: true
    tables:
      - schema: sales
        name: orders
        columns:
          - {name: order_id, type: BIGINT}
          - {name: email, type: VARCHAR(128)}
          - {name: total, type: "NUMERIC(12,2)"}
        primary_key: [order_id]
        dist_key: order_id
        sort_key: [order_id]

- name: The same table later, with a longer and a new column
  modern_data.warehouse.redshift_table:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    tables:
      - schema: sales
        name: orders
        columns:
          - {name: order_id, type: BIGINT}
          - {name: email, type: VARCHAR(320)}
          - {name: total, type: "NUMERIC(12,2)"}
          - {name: created_at, type: TIMESTAMP}

- name: Drop it
  modern_data.warehouse.redshift_table:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    tables:
      - {schema: sales, name: orders}
    state: absent
"""

RETURN = r"""
statements:
  description: The SQL that was run in this order, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: ['ALTER TABLE "sales"."orders" ADD COLUMN "created_at" TIMESTAMP']
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_connection import (
    CONNECTION_OPTIONS,
    EXCLUSIVE_OPTIONS,
    NEEDED_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table import Tables
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    ENCODINGS,
)

COLUMN_OPTIONS = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "required": True},
    "nullable": {"type": "bool"},
    "default": {"type": "str"},
    "encode": {"type": "str", "choices": list(ENCODINGS)},
}
TABLE_OPTIONS = {
    "schema": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "columns": {"type": "list", "elements": "dict", "options": COLUMN_OPTIONS},
    "primary_key": {"type": "list", "elements": "str", "no_log": False},
    "dist_style": {"type": "str", "choices": ["auto", "even", "key", "all"]},
    "dist_key": {"type": "str", "no_log": False},
    "sort_key": {"type": "list", "elements": "str", "no_log": False},
    "sort_style": {"type": "str", "choices": ["compound", "interleaved"]},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "tables": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": TABLE_OPTIONS,
            },
            "purge_columns": {"type": "bool", "default": False},
            "create_schemas": {"type": "bool", "default": False},
            **CONNECTION_OPTIONS,
            **resource_options(tags=False),
        },
        mutually_exclusive=EXCLUSIVE_OPTIONS,
        required_one_of=NEEDED_OPTIONS,
        supports_check_mode=True,
    )
    try:
        result = Tables(module).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
