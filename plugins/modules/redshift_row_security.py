#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_row_security
short_description: Declare which rows of which tables of Amazon Redshift a role sees
version_added: 0.1.0
description:
  - Makes the policies of row-level security, attaches them, and turns row-level security on and off,
    for any number of tables in one task, through the Data API. No connection to the database is needed.
  - Reads the catalog once, and runs what is needed as one transaction. More than 40 statements are
    several. What restricts comes before what opens, so at no moment does anybody see a row that
    neither the old nor the new policies show; running the task again finishes what was interrupted.
  - Who runs it has to be a superuser, or have the role C(sys:secadmin). The catalog shows others nothing.
author: modern_data.warehouse contributors (@modern-data)
options:
  policies:
    description:
      - Which rows a role sees of a table. Each entry is one attachment.
      - Of a table with row-level security, a role without an entry sees no row, unless it is in
        O(ignoring). For a role that sees all of them, say V(true) in O(policies[].using).
      - If several policies reach a reader, by several roles, they see the rows that pass them all.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the policy. Entries may share one, if its columns and expression are the same.
          - In the database it is longer. C(mdw_) stands before it, and behind it a digest of the
            columns and the expression; what is then longer than 127 bytes loses the end of its name.
            Redshift keeps expressions in a form of its own, in which they can't be compared with
            what a task says. So another expression makes another policy, which takes the place of
            the old one.
        type: str
        required: true
      columns:
        description: Columns of the table that the expression names.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the column.
            type: str
            required: true
          type:
            description: Its data type, such as V(varchar(2\)).
            type: str
            required: true
      using:
        description: What is true of the rows that are seen, an SQL expression.
        type: str
        required: true
      schema:
        description: Schema that the table is in.
        type: str
        required: true
      table:
        description: The table. It has to be in O(tables) too.
        type: str
        required: true
      role:
        description: Role of the database that sees these rows.
        type: str
        required: true
  tables:
    description:
      - Tables whose row-level security is all said here. It is on if O(policies) has an entry for the
        table, otherwise off. What else is attached to it, to whomever, is detached.
      - Several policies on a table are joined by C(AND), as is the default of Redshift.
    type: list
    elements: dict
    suboptions:
      schema:
        description: Schema that they are in.
        type: str
        required: true
      names:
        description: Their names.
        type: list
        elements: str
        required: true
  ignoring:
    description:
      - Roles that see all rows of all tables (C(IGNORE RLS)), as one that loads them has to. It would
        insert again what it doesn't find.
    type: list
    elements: str
  purge_ignoring:
    description: Whether roles that aren't in O(ignoring) lose that. Those of the system keep it.
    type: bool
    default: false
notes:
  - Policies whose names begin with C(mdw_) and that are attached to nothing are dropped.
  - A policy that somebody altered is altered back, if its expression lacks a column or a text that it
    should hold. What else was altered under a policy's name can't be told.
seealso:
  - module: modern_data.warehouse.redshift_masking
  - module: modern_data.warehouse.redshift_privileges
  - name: Row-level security
    description: How Redshift filters rows.
    link: https://docs.aws.amazon.com/redshift/latest/dg/t_rls.html
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

- name: Support sees the customers of one country, finance all, and the load has to
  modern_data.warehouse.redshift_row_security:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    policies:
      - name: french_customers
        columns:
          - {name: country, type: varchar(2)}
        using: country = 'FR'
        schema: sales
        table: customers
        role: support
      - {name: all_rows, using: "true", schema: sales, table: customers, role: finance}
    tables:
      - {schema: sales, names: [customers, orders]}
    ignoring: [load]
    purge_ignoring: true
"""

RETURN = r"""
statements:
  description: The SQL that was run in this order, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: ['ALTER TABLE "sales"."orders" ROW LEVEL SECURITY OFF']
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_connection import (
    CONNECTION_OPTIONS,
    EXCLUSIVE_OPTIONS,
    NEEDED_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_policy_task import (
    ensure,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_row_security import (
    RowSecurity,
)

TEXT = {"type": "str", "required": True}
COLUMN_OPTIONS = {"name": TEXT, "type": TEXT}
POLICY_OPTIONS = {
    "name": TEXT,
    "columns": {"type": "list", "elements": "dict", "options": COLUMN_OPTIONS},
    "using": TEXT,
    "schema": TEXT,
    "table": TEXT,
    "role": TEXT,
}
TABLES_OPTIONS = {
    "schema": TEXT,
    "names": {"type": "list", "elements": "str", "required": True},
}
OPTIONS = {
    "policies": {"type": "list", "elements": "dict", "options": POLICY_OPTIONS},
    "tables": {"type": "list", "elements": "dict", "options": TABLES_OPTIONS},
    "ignoring": {"type": "list", "elements": "str"},
    "purge_ignoring": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**OPTIONS, **CONNECTION_OPTIONS},
        mutually_exclusive=EXCLUSIVE_OPTIONS,
        required_one_of=[*NEEDED_OPTIONS, ("policies", "tables", "ignoring")],
        supports_check_mode=True,
    )
    try:
        result = ensure(module, RowSecurity(module.params))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
