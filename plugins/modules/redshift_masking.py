#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_masking
short_description: Declare which columns of Amazon Redshift a role sees masked
version_added: 0.1.0
description:
  - Makes the policies of dynamic data masking and attaches them, for any number of columns in one task,
    through the Data API. No connection to the database is needed.
  - Reads the catalog once, and runs what is needed as one transaction. More than 40 statements are
    several; those that put one mask in the place of another are never torn apart, so at no moment does
    anybody see a value that neither the old nor the new masks show. Running the task again finishes
    what was interrupted.
  - Who runs it has to be a superuser, or have the role C(sys:secadmin). The catalog shows others nothing.
author: modern_data.warehouse contributors (@modern-data)
options:
  policies:
    description: Masks. One that no entry of O(attachments) names isn't made.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the policy.
          - In the database it is longer. C(mdw_) stands before it, and behind it a digest of the
            columns and the expression; what is then longer than 127 bytes loses the end of its name.
            Redshift keeps expressions in a form of its own, in which they can't be compared with
            what a task says. So another expression makes another policy, which takes the place of
            the old one.
        type: str
        required: true
      input:
        description: Columns that the expression names. They need not be called as those of a table.
        type: list
        elements: dict
        required: true
        suboptions:
          name:
            description: Name of the column.
            type: str
            required: true
          type:
            description: Its data type, which the masked column has too.
            type: str
            required: true
      using:
        description: What is seen instead, an SQL expression of the type of the masked column.
        type: str
        required: true
  attachments:
    description:
      - Columns that are masked, and for whom. Others see them as they are, if they may read them.
      - A masked column can be read by none but who has a privilege on it.
    type: list
    elements: dict
    suboptions:
      policy:
        description: Name of an entry of O(policies).
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
      column:
        description: The column that is masked.
        type: str
        required: true
      input_columns:
        description:
          - Columns of the table that the policy takes, in the order of its O(policies[].input).
          - By default it takes the column that is masked.
        type: list
        elements: str
      role:
        description: Role of the database that sees the mask.
        type: str
        required: true
      priority:
        description:
          - Of the masks that reach a reader, by several roles, the one of the highest priority holds.
          - Two policies on one column can't have the same priority, also if for two roles.
        type: int
        default: 0
  tables:
    description: Tables whose masks are all said here. What else is attached to them, for whomever, is detached.
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
  only_attach:
    description:
      - Whether nothing is unmasked. Columns that have no mask for a role get the one of O(attachments);
        where there is another, that stays, and so does what O(tables) would detach.
      - So columns can be masked first, then rows be filtered (M(modern_data.warehouse.redshift_row_security)),
        and masks be taken off last.
    type: bool
    default: false
notes:
  - Policies whose names begin with C(mdw_) and that are attached to nothing are dropped.
  - A policy that somebody altered is altered back, if its expression lacks a column or a text that it
    should hold. What else was altered under a policy's name can't be told.
  - On one column, at most 20 roles can get another mask in one task.
seealso:
  - module: modern_data.warehouse.redshift_row_security
  - module: modern_data.warehouse.redshift_privileges
  - name: Dynamic data masking
    description: How Redshift masks columns.
    link: https://docs.aws.amazon.com/redshift/latest/dg/t_ddm.html
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

- name: Support sees the first letter of an address
  modern_data.warehouse.redshift_masking:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    policies:
      - name: partial
        input:
          - {name: address, type: varchar(320)}
        using: CAST(LEFT(address, 1) || '***' AS varchar(320))
    attachments:
      - {policy: partial, schema: sales, table: customers, column: email, role: support}
    tables:
      - {schema: sales, names: [customers, orders]}
"""

RETURN = r"""
statements:
  description: The SQL that was run in this order, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: ['DROP MASKING POLICY "mdw_partial_0123456789ab"']
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_connection import (
    CONNECTION_OPTIONS,
    EXCLUSIVE_OPTIONS,
    NEEDED_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_masking import (
    Masking,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_policy_task import (
    ensure,
)

TEXT = {"type": "str", "required": True}
NAMES = {"type": "list", "elements": "str"}
COLUMN_OPTIONS = {"name": TEXT, "type": TEXT}
POLICY_OPTIONS = {
    "name": TEXT,
    "input": {"type": "list", "elements": "dict", "required": True, "options": COLUMN_OPTIONS},
    "using": TEXT,
}
ATTACHMENT_OPTIONS = {
    "policy": TEXT,
    "schema": TEXT,
    "table": TEXT,
    "column": TEXT,
    "input_columns": NAMES,
    "role": TEXT,
    "priority": {"type": "int", "default": 0},
}
TABLES_OPTIONS = {"schema": TEXT, "names": {**NAMES, "required": True}}
OPTIONS = {
    "policies": {"type": "list", "elements": "dict", "options": POLICY_OPTIONS},
    "attachments": {"type": "list", "elements": "dict", "options": ATTACHMENT_OPTIONS},
    "tables": {"type": "list", "elements": "dict", "options": TABLES_OPTIONS},
    "only_attach": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**OPTIONS, **CONNECTION_OPTIONS},
        mutually_exclusive=EXCLUSIVE_OPTIONS,
        required_one_of=[*NEEDED_OPTIONS, ("attachments", "tables")],
        supports_check_mode=True,
    )
    try:
        result = ensure(module, Masking(module.params))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
