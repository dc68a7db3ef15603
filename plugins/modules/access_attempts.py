#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_attempts
short_description: Try to read data, and tell what AWS allows
version_added: 0.1.0
description:
  - Tries, one after the other, to read data with the caller's own credentials, and tells of each
    attempt whether it was allowed, or how AWS refused it. A refusal is no failure of the task.
  - What was read is thrown away. An attempt that is allowed does what it says, so statements should
    only read, but for those that are expected to be refused.
author: modern_data.warehouse contributors (@modern-data)
options:
  attempts:
    description: What to try. Each has a name, and one of the doors.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the attempt is called in the result.
        type: str
        required: true
      statement:
        description: A statement of Redshift Serverless, through the Data API, as the caller's database user.
        type: dict
        suboptions:
          workgroup_name: {description: The workgroup that runs it., type: str, required: true}
          database: {description: The database., type: str, required: true}
          sql: {description: The statement., type: str, required: true}
      statement_result:
        description: The result of a statement of the Redshift Data API.
        type: dict
        suboptions:
          id: {description: The statement's ID., type: str, required: true}
      query:
        description: A query of Athena.
        type: dict
        suboptions:
          workgroup: {description: The workgroup that runs it., type: str, default: primary}
          database: {description: The database of the catalog., type: str, required: true}
          sql: {description: The query., type: str, required: true}
          output_location: {description: The URL below which the result is written., type: str, required: true}
      object:
        description: An object of S3.
        type: dict
        suboptions:
          bucket: {description: Its bucket., type: str, required: true}
          key: {description: Its key., type: str, required: true}
      catalog_table:
        description: A table of the Glue Data Catalog.
        type: dict
        suboptions:
          database: {description: Its database., type: str, required: true}
          name: {description: Its name., type: str, required: true}
      secret:
        description: The value of a secret.
        type: dict
        suboptions:
          id: {description: Its name or ARN., type: str, required: true}
      session:
        description: A session of an IAM role.
        type: dict
        suboptions:
          role_arn: {description: The role's ARN., type: str, required: true}
          tags: {description: "Tags of the session, such as C(RedshiftDbRoles).", type: dict}
  wait_timeout:
    description: Seconds to wait for a statement or query.
    type: int
    default: 300
notes:
  - In check mode nothing is tried, and no outcomes are returned.
seealso:
  - module: modern_data.warehouse.redshift_data_statement
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: A session of the analyst
  amazon.aws.sts_assume_role:
    role_arn: arn:aws:iam::123456789012:role/shop-dev-analyst
    role_session_name: audit
  register: analyst

- name: What the analyst can read
  modern_data.warehouse.access_attempts:
    access_key: "{{ analyst.sts_creds.access_key }}"
    secret_key: "{{ analyst.sts_creds.secret_key }}"
    session_token: "{{ analyst.sts_creds.session_token }}"
    attempts:
      - name: amounts
        statement: {workgroup_name: shop-dev, database: analytics, sql: select total_amount from analytics.orders}
      - name: files
        object: {bucket: shop-dev-landing-0a1b2c3d, key: raw/public/orders/LOAD00000001.parquet}
  register: tried

- name: Files are closed
  ansible.builtin.assert:
    that: not tried.outcomes[1].allowed
"""

RETURN = r"""
outcomes:
  description: What came of each attempt, in their order.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: Its name., type: str, returned: always, sample: files}
    allowed: {description: Whether it was allowed., type: bool, returned: always, sample: false}
    error_code: {description: The code of the error; empty where the database refused., type: str, returned: always, sample: AccessDenied}
    error: {description: The words of the refusal., type: str, returned: always, sample: permission denied for relation orders}
    columns: {description: The columns that the catalog tells., type: list, elements: str, returned: of a table that could be read, sample: [order_id]}
    statement_id:
      description: ID of the statement.
      type: str
      returned: of a statement that was allowed
      sample: d9b6c0c9-0747-4bf4-b142-e8883122f766
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.access_attempts import (
    Attempts,
)


def _texts(*names: str, **others: dict) -> dict:
    texts = {name: {"type": "str", "required": True} for name in names}
    return {"type": "dict", "options": {**texts, **others}}


DOORS = {
    "statement": _texts("workgroup_name", "database", "sql"),
    "statement_result": _texts("id"),
    "query": _texts(
        "database", "sql", "output_location", workgroup={"type": "str", "default": "primary"}
    ),
    # no secret
    "object": _texts("bucket", key={"type": "str", "required": True, "no_log": False}),
    "catalog_table": _texts("database", "name"),
    "secret": {**_texts("id"), "no_log": False},
    "session": _texts("role_arn", tags={"type": "dict"}),
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "attempts": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {"name": {"type": "str", "required": True}, **DOORS},
                "mutually_exclusive": [tuple(DOORS)],
                "required_one_of": [tuple(DOORS)],
            },
            "wait_timeout": {"type": "int", "default": 300},
        },
        supports_check_mode=True,
    )
    attempts = Attempts(module)
    wanted = [] if module.check_mode else module.params["attempts"]
    module.exit_json(changed=False, outcomes=[attempts.tried(each) for each in wanted])


if __name__ == "__main__":
    main()
