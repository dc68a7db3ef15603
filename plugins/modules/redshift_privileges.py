#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: redshift_privileges
short_description: Declare roles, users and privileges of Amazon Redshift
version_added: 0.1.0
description:
  - Creates roles and users, and grants and revokes any number of privileges in one task, through the
    Data API. No connection to the database is needed.
  - Reads the catalog once, and runs what is needed as one transaction, revokes first. More than 40
    statements are several transactions; running the task again finishes what was interrupted.
  - Who runs it has to see all privileges, so it should be an administrator of the database.
author: modern_data.warehouse contributors (@modern-data)
options:
  roles:
    description: Roles that there are to be.
    type: list
    elements: str
  users:
    description: Users that there are to be. A new one has no password, so it is for an IAM identity.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the user; V(IAMR:role) for an IAM role, V(IAM:user) for an IAM user.
        type: str
        required: true
      roles:
        description: Roles that the user has.
        type: list
        elements: str
      purge_roles:
        description: Whether the user loses the roles that aren't listed.
        type: bool
        default: false
  grants:
    description: Privileges that there are to be.
    type: list
    elements: dict
    suboptions: &privileges
      role:
        description: Role that has them. Exactly one of role, user, group and public is needed.
        type: str
      user:
        description: User who has them.
        type: str
      group:
        description: Group that has them.
        type: str
      public:
        description: Everybody.
        type: bool
        default: false
      database:
        description: Database that they are on. Exactly one of database, schema and iam_role is needed.
        type: str
      schema:
        description: Schema that they are on, or that the tables are in.
        type: str
      tables:
        description: Tables and views that they are on.
        type: list
        elements: str
      columns:
        description: Columns of one table that they are on.
        type: list
        elements: str
      iam_role:
        description: ARN of an IAM role, V(default) or V(all), that commands may take (C(ASSUMEROLE)).
        type: str
      privileges:
        description:
          - What may be done.
          - Of a database, C(CREATE), C(TEMP) and C(USAGE). Of a schema, C(CREATE), C(USAGE), C(ALTER)
            and C(DROP). Of a table, C(SELECT), C(INSERT), C(UPDATE), C(DELETE), C(REFERENCES),
            C(ALTER), C(DROP) and C(TRUNCATE). Of columns, C(SELECT) and C(UPDATE). Of an IAM role,
            C(COPY), C(UNLOAD), C(EXTERNAL FUNCTION) and C(CREATE MODEL).
        type: list
        elements: str
        required: true
  revokes:
    description:
      - Privileges that there are not to be.
      - What is revoked on all IAM roles is revoked on each.
    type: list
    elements: dict
    suboptions: *privileges
  purge:
    description:
      - Where every privilege that O(grants) doesn't list is revoked, from whoever has it.
    type: dict
    suboptions:
      roles:
        description: Roles that only those users have whose entry in O(users) lists them.
        type: list
        elements: str
      databases:
        description: Databases; not what is in them.
        type: list
        elements: str
      schemas:
        description: Schemas; not what is in them.
        type: list
        elements: str
      tables:
        description: Tables and views, with their columns.
        type: list
        elements: dict
        suboptions:
          schema:
            description: Schema that they are in.
            type: str
            required: true
          names:
            description: Their names. By default all that are in the schema, whatever made them.
            type: list
            elements: str
      default_privileges:
        description:
          - Schemas in which nobody may do anything to a new table but who made it.
          - What is to be granted on each new table (C(ALTER DEFAULT PRIVILEGES)) of these schemas, and of
            any schema, is revoked, and what is granted on all tables of these schemas and those to come
            (C(FOR TABLES IN SCHEMA)). O(grants) can't list such.
        type: list
        elements: str
      iam_roles:
        description: All privileges to use IAM roles.
        type: bool
        default: false
      keep:
        description: Who is left alone.
        type: dict
        suboptions:
          roles:
            description: Roles.
            type: list
            elements: str
          users:
            description: Users.
            type: list
            elements: str
          groups:
            description: Groups.
            type: list
            elements: str
  only_revoke:
    description:
      - Whether nobody gains anything - what is too much is revoked, new roles and users are made, and
        what O(grants) and the roles of O(users) lack is left for another task.
      - So what limits the new privileges, such as policies of row-level security, can be put in place
        between the two.
    type: bool
    default: false
notes:
  - What the owner of an object may do is no privilege, and is never revoked.
  - A privilege on a table takes one on its columns along when it is revoked. The module grants the
    columns that are listed anew, in the same transaction.
  - A privilege on a column can't be revoked from who has it on the whole table, which is an error.
seealso:
  - module: modern_data.warehouse.redshift_table
  - name: GRANT
    description: What Redshift grants.
    link: https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
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

- name: Analysts read three columns of one table, and nobody else reads it
  modern_data.warehouse.redshift_privileges:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    roles: [analyst]
    users:
      - {name: "IAMR:shop-dev-analyst", roles: [analyst], purge_roles: true}
    grants:
      - {role: analyst, schema: sales, privileges: [USAGE]}
      - role: analyst
        schema: sales
        tables: [orders]
        columns: [order_id, total, created_at]
        privileges: [SELECT]
    purge:
      tables:
        - {schema: sales, names: [orders]}

- name: Not everybody makes temporary tables, nor copies with any IAM role
  modern_data.warehouse.redshift_privileges:
    workgroup_name: shop-dev
    database: analytics
    secret_arn: "{{ found.namespaces[0].admin_password_secret_arn }}"
    revokes:
      - {public: true, database: analytics, privileges: [TEMP]}
      - {public: true, iam_role: all, privileges: [COPY, UNLOAD, EXTERNAL FUNCTION, CREATE MODEL]}
"""

RETURN = r"""
statements:
  description: The SQL that was run in this order, or, in check mode, would be.
  returned: always
  type: list
  elements: str
  sample: ['GRANT USAGE ON SCHEMA "sales" TO ROLE "analyst"']
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_connection import (
    CONNECTION_OPTIONS,
    EXCLUSIVE_OPTIONS,
    NEEDED_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privileges import (
    Privileges,
)

NAMES = {"type": "list", "elements": "str"}
PRIVILEGE_OPTIONS = {
    "role": {"type": "str"},
    "user": {"type": "str"},
    "group": {"type": "str"},
    "public": {"type": "bool", "default": False},
    "database": {"type": "str"},
    "schema": {"type": "str"},
    "tables": NAMES,
    "columns": NAMES,
    "iam_role": {"type": "str"},
    "privileges": {**NAMES, "required": True},
}
USER_OPTIONS = {
    "name": {"type": "str", "required": True},
    "roles": NAMES,
    "purge_roles": {"type": "bool", "default": False},
}
TABLES_OPTIONS = {
    "schema": {"type": "str", "required": True},
    "names": NAMES,
}
PURGE_OPTIONS = {
    "roles": NAMES,
    "databases": NAMES,
    "schemas": NAMES,
    "tables": {"type": "list", "elements": "dict", "options": TABLES_OPTIONS},
    "default_privileges": NAMES,
    "iam_roles": {"type": "bool", "default": False},
    "keep": {"type": "dict", "options": {"roles": NAMES, "users": NAMES, "groups": NAMES}},
}
OPTIONS = {
    "roles": NAMES,
    "users": {"type": "list", "elements": "dict", "options": USER_OPTIONS},
    "grants": {"type": "list", "elements": "dict", "options": PRIVILEGE_OPTIONS},
    "revokes": {"type": "list", "elements": "dict", "options": PRIVILEGE_OPTIONS},
    "purge": {"type": "dict", "options": PURGE_OPTIONS},
    "only_revoke": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={**OPTIONS, **CONNECTION_OPTIONS},
        mutually_exclusive=EXCLUSIVE_OPTIONS,
        required_one_of=[*NEEDED_OPTIONS, ("roles", "users", "grants", "revokes", "purge")],
        supports_check_mode=True,
    )
    try:
        result = Privileges(module).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
