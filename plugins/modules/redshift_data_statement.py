#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_data_statement
short_description: Run SQL in Amazon Redshift through the Data API
version_added: 0.1.0
description:
  - Runs one statement, a list of statements or the statements of a file, in a workgroup of Amazon
    Redshift Serverless or in a cluster. No connection to the database is needed.
  - Several statements run in their order as one transaction. When one fails, none has happened.
  - Statements that only read never count as changes. A guard (O(unless)) makes others idempotent.
  - What only reads is told by the words of a statement, so a function of your own that writes isn't
    seen. C(SET) and what else ends with the transaction counts as reading.
author: modern_data.warehouse contributors (@modern-data)
options:
  sql:
    description:
      - One SQL statement.
      - Exactly one of O(sql), O(statements) and O(src) is needed.
    type: str
  statements:
    description:
      - SQL statements that run as one transaction, 40 at most.
      - Each is the text of a statement, or a dictionary with the keys V(sql) and V(unless), which is
        a guard of its own as in O(unless).
      - All guards are asked first, then the statements that are still needed run.
    type: list
    elements: raw
  src:
    description:
      - Path of a file with SQL statements, each ended by a semicolon, that run as one transaction.
    type: path
  unless:
    description:
      - A query. When it returns a row, O(sql) or the file of O(src) isn't needed and isn't run.
    type: str
  parameters:
    description:
      - Values for the C(:names) in the statements and guards.
      - They stand for values only, not for names of tables and columns, and can't be null or empty.
      - Several statements with parameters, and several guards, need botocore 1.42.87 or newer.
    type: dict
  client_token:
    description:
      - A text of up to 64 characters that stands for this request. For eight hours AWS answers the
        same token with the same statement instead of running it again, also if it has failed.
      - Without it the module takes a new one, which covers its own retries.
    type: str
  wait:
    description:
      - Wait for the end, and return the rows.
      - With V(false) the module returns the statement's ID as soon as AWS has taken it. Guards are
        waited for all the same.
    type: bool
    default: true
notes:
  - In check mode guards and statements that only read are run. If any of the needed statements
    writes, none is run, and they are returned and shown as the diff.
  - The SQL is part of the result. Set C(no_log=true) for a task whose SQL holds a secret.
seealso:
  - module: modern_data.warehouse.redshift_serverless_workgroup
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.redshift_data
  - modern_data.warehouse.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Statements that only read, and those with a guard that holds after they have run.
"""

EXAMPLES = r"""
- name: Find the secret of the administrator
  modern_data.warehouse.redshift_serverless_namespace_info:
    name: shop-dev
  register: found

- name: Run a file as one transaction
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    src: "{{ playbook_dir }}/files/bootstrap.sql"
    unless: select 1 from pg_namespace where nspname = 'analytics'

- name: Make a schema and a role, each unless it is there
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    statements:
      - sql: create schema etl
        unless: select 1 from pg_namespace where nspname = 'etl'
      - sql: create role reader
        unless: select 1 from svv_roles where role_name = 'reader'

- name: Count the orders of a day, as the user of the caller's IAM identity
  modern_data.warehouse.redshift_data_statement:
    workgroup_name: shop-dev
    database: analytics
    sql: select count(*) as orders from analytics.orders where created_at >= :day
    parameters:
      day: "2026-01-15"
  register: counted
"""

RETURN = r"""
statement_id:
  description: ID of the statement or batch.
  returned: when something was run
  type: str
  sample: d9b6c0c9-0747-4bf4-b142-e8883122f766
executed:
  description: The SQL that was run, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: [create schema etl]
not_needed:
  description: The SQL that wasn't needed, since its guard returned a row.
  returned: always
  type: list
  elements: str
  sample: [create role reader]
results:
  description: What came of each statement that was run and waited for.
  returned: always
  type: list
  elements: dict
  contains:
    sql:
      description: The statement.
      type: str
      returned: always
      sample: select count(*) as orders from analytics.orders
    row_count:
      description: Number of rows returned or changed; -1 for statements such as C(CREATE).
      type: int
      returned: always
      sample: 1
    columns:
      description: Names and types of the columns.
      type: list
      elements: dict
      returned: always
      sample: [{"name": "orders", "type": "int8"}]
    rows:
      description:
        - Rows by column name. Numbers, booleans and nulls are typed; decimals, dates and times are
          text. A second column C(id) is C(id_2).
      type: list
      elements: dict
      returned: always
      sample: [{"orders": 42}]
rows:
  description: The rows of the last statement that returned any.
  returned: always
  type: list
  elements: dict
  sample: [{"orders": 42}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_connection import (
    CONNECTION_OPTIONS,
    EXCLUSIVE_OPTIONS,
    NEEDED_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_script import Script


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "sql": {"type": "str"},
            "statements": {"type": "list", "elements": "raw"},
            "src": {"type": "path"},
            "unless": {"type": "str"},
            "parameters": {"type": "dict"},
            "client_token": {"type": "str", "no_log": False},
            "wait": {"type": "bool", "default": True},
            **CONNECTION_OPTIONS,
        },
        mutually_exclusive=[
            ("sql", "statements", "src"),
            *EXCLUSIVE_OPTIONS,
        ],
        required_one_of=[("sql", "statements", "src"), *NEEDED_OPTIONS],
        supports_check_mode=True,
    )
    try:
        result = Script(module).run()
    except ValueError as error:
        module.fail_json(msg=str(error))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
