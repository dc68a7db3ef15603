#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: athena_statement
short_description: Run SQL in Amazon Athena
version_added: 0.1.0
description:
  - Runs one statement over the tables of the Data Catalog, waits for its end, and returns the rows.
  - Athena reads with the rights of the caller, so what it returns is what they may see.
author: modern_data.warehouse contributors (@modern-data)
options:
  sql:
    description: One SQL statement.
    type: str
    required: true
  parameters:
    description:
      - Values for the question marks in the statement, in their order.
      - Each is written as SQL is, a text in quotes.
    type: list
    elements: str
  workgroup:
    description: Workgroup that the statement runs in.
    type: str
    default: primary
  database:
    description: Database of tables that are named without one.
    type: str
  catalog:
    description: Data catalog that the database is in; by default that of AWS Glue.
    type: str
  output_location:
    description:
      - Where the result is stored, C(s3://bucket/path/). A workgroup may say that itself, and may not
        allow anything else.
      - Athena stores a result also where only the rows are wanted, and the caller has to be able to
        write and read it.
    type: str
  wait_timeout:
    description: How many seconds to wait for the end. A query that takes longer is stopped.
    type: int
    default: 600
notes:
  - In check mode nothing is run, and no rows are returned. What is read by Athena costs.
  - Queries (C(SELECT), C(SHOW), C(DESCRIBE), C(EXPLAIN)) are no change; all else is.
  - The result is part of the module's result. Set C(no_log=true) for a task whose rows hold a secret.
seealso:
  - module: modern_data.warehouse.redshift_data_statement
  - module: modern_data.warehouse.lakeformation_permissions
  - name: StartQueryExecution
    description: How Athena takes a statement.
    link: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.attributes
attributes:
  idempotent:
    support: partial
    details:
      - Queries are; other statements run each time.
"""

EXAMPLES = r"""
- name: Look up an order in the lake
  modern_data.warehouse.athena_statement:
    database: shop_dev
    output_location: s3://shop-dev-results/looked-up/
    sql: select order_id, total_amount from orders where order_id = ?
    parameters: ["42"]
  register: found
"""

RETURN = r"""
query_execution_id:
  description: ID of the query.
  returned: when something was run
  type: str
  sample: 4f0f8c9e-6f4b-4cf1-9a0e-0a1f3b4f6d7c
columns:
  description: Names and types of the columns of the result.
  returned: always
  type: list
  elements: dict
  sample: [{"name": "order_id", "type": "bigint"}]
rows:
  description:
    - Rows by column name. Whole numbers, floating-point numbers, booleans and nulls are typed; decimals,
      dates and times are text. A second column C(id) is C(id_2).
  returned: always
  type: list
  elements: dict
  sample: [{"order_id": 42}]
update_count:
  description: Number of rows that were written.
  returned: when something was run
  type: int
  sample: 0
output_location:
  description: Where the result is stored.
  returned: when something was run
  type: str
  sample: s3://shop-dev-results/4f0f8c9e-6f4b-4cf1-9a0e-0a1f3b4f6d7c.csv
data_scanned_in_bytes:
  description: How much was read.
  returned: when something was run
  type: int
  sample: 1024
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.athena_statement import (
    Statement,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "sql": {"type": "str", "required": True},
            "parameters": {"type": "list", "elements": "str"},
            "workgroup": {"type": "str", "default": "primary"},
            "database": {"type": "str"},
            "catalog": {"type": "str"},
            "output_location": {"type": "str"},
            "wait_timeout": {"type": "int", "default": 600},
        },
        supports_check_mode=True,
    )
    result: dict[str, object] = {"columns": [], "rows": []}
    try:
        statement = Statement(module)
        if not module.check_mode:
            result |= statement.run()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    result["changed"] = statement.changes
    if module._diff:
        after = f"{module.params['sql'].strip()}\n" if statement.changes else ""
        result["diff"] = {"before": "", "after": after}
    module.exit_json(**result)


if __name__ == "__main__":
    main()
