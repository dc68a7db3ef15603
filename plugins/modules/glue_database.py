#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: glue_database
short_description: Manage a database of the AWS Glue Data Catalog
version_added: 0.1.0
description:
  - Creates, changes and deletes a database of the Data Catalog.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the database, at most 255 lower-case letters, digits, C(_) and C(-).
    type: str
    required: true
    aliases: [database_name]
  state:
    description:
      - V(present) makes the database, or changes it to what the options say.
      - V(absent) deletes it with its tables.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: What the database holds.
    type: str
  location_uri:
    description: Where tables lie that say no location of their own, such as V(s3://bucket/path/).
    type: str
  parameters:
    description:
      - Properties of the database, by name.
      - Properties that are not listed are left as they are.
    type: dict
  create_table_default_permissions:
    description:
      - What new tables of the database are granted.
      - An empty list closes what AWS opens otherwise - every principal that IAM allows could read
        every new table. It is best set before the first table is made.
    type: list
    elements: dict
    suboptions:
      principal:
        description: ARN of a principal, or V(IAM_ALLOWED_PRINCIPALS).
        type: str
        required: true
      permissions:
        description: What is granted.
        type: list
        elements: str
        choices: [ALL, SELECT, ALTER, DROP, DELETE, INSERT, CREATE_DATABASE, CREATE_TABLE,
          DATA_LOCATION_ACCESS]
        required: true
  target_database:
    description:
      - The database that this one is a link to, such as one that another account shares.
      - It is given when the link is made, and stays.
    type: dict
    suboptions:
      catalog_id: {description: Account of the database., type: str, required: true}
      database_name: {description: Name of the database., type: str, required: true}
      region: {description: "Region of the database, where it is another.", type: str}
seealso:
  - module: modern_data.warehouse.glue_table
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A database whose tables nobody may read by IAM alone
  modern_data.warehouse.glue_database:
    name: analytics_db
    description: Landed changes of the shop
    create_table_default_permissions: []

- name: Describe it anew, its permissions as before
  modern_data.warehouse.glue_database:
    name: analytics_db
    description: Landed changes of the shop, as parquet files

- name: Delete it with its tables
  modern_data.warehouse.glue_database:
    name: analytics_db
    state: absent
"""

RETURN = r"""
database:
  description:
    - The database.
    - In check mode it is what it would be.
  returned: when O(state=present)
  type: dict
  contains:
    catalog_id:
      description: The account whose catalog it is in.
      type: str
      returned: when it exists
      sample: "123456789012"
    create_table_default_permissions:
      description: What new tables are granted.
      type: list
      elements: dict
      returned: when known
      sample: []
    create_time:
      description: When it was made.
      type: str
      returned: when it exists
      sample: "2026-01-15T10:00:00+00:00"
    database_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:glue:us-east-1:123456789012:database/analytics_db
    description:
      description: What it holds.
      type: str
      returned: when set
      sample: Landed changes of the shop
    federated_database:
      description: What it stands for outside of the catalog.
      type: dict
      returned: for a federated database
      sample: {"identifier": "shop"}
    location_uri:
      description: Where its tables lie by default.
      type: str
      returned: when set
      sample: s3://mdw-landing/raw/
    name:
      description: Its name.
      type: str
      returned: always
      sample: analytics_db
    parameters: {description: Its properties by name., type: dict, returned: when it is set, sample: {"owner": "shop"}}
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
    target_database:
      description: The database that it is a link to.
      type: dict
      returned: for a link
      sample: {"catalog_id": "123456789012", "database_name": "analytics_db"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_database import Database
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource

DATA_PERMISSIONS = ["SELECT", "ALTER", "DROP", "DELETE", "INSERT"]
PERMISSIONS = ["ALL", *DATA_PERMISSIONS, "CREATE_DATABASE", "CREATE_TABLE", "DATA_LOCATION_ACCESS"]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True, "aliases": ["database_name"]},
            "description": {"type": "str"},
            "location_uri": {"type": "str"},
            "parameters": {"type": "dict"},
            "create_table_default_permissions": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "principal": {"type": "str", "required": True},
                    "permissions": {
                        "type": "list",
                        "elements": "str",
                        "choices": PERMISSIONS,
                        "required": True,
                    },
                },
            },
            "target_database": {
                "type": "dict",
                "options": {
                    "catalog_id": {"type": "str", "required": True},
                    "database_name": {"type": "str", "required": True},
                    "region": {"type": "str"},
                },
            },
            **resource_options(),
        },
        supports_check_mode=True,
    )
    run_resource(module, Database)


if __name__ == "__main__":
    main()
