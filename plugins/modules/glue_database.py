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
        required: true
seealso:
  - module: modern_data.warehouse.glue_table
  - module: modern_data.warehouse.lakeformation_permissions
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A database whose tables nobody may read by IAM alone
  modern_data.warehouse.glue_database:
    name: analytics_db
    description: Landed changes of the shop
    create_table_default_permissions: []

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
      returned: always
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
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue import (
    CONFLICT,
    NAME_RULE,
    texts,
    wrong_names,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Setting,
    Values,
)

WRITABLE = ("description", "location_uri", "parameters", "target_database", "federated_database")


def grants_of(database: Values) -> list[Values]:
    """The default permissions of an answer as the option takes them."""
    return [
        {
            "principal": (grant.get("principal") or {}).get("data_lake_principal_identifier"),
            "permissions": grant.get("permissions") or [],
        }
        for grant in database.get("create_table_default_permissions") or []
    ]


def same_grants(wanted: list[Values], current: list[Values]) -> tuple[Any, Any]:
    """Compare default permissions; their order is of no meaning."""

    def ordered(grants: list[Values]) -> list[Values]:
        stable = [{**grant, "permissions": sorted(grant["permissions"])} for grant in grants]
        return sorted(stable, key=lambda grant: str(grant["principal"]))

    return ordered(current), ordered(wanted)


class Database(Resource):
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Database.html"""

    service = "glue"
    kind = "Glue database"
    result = "database"
    missing_codes = ("EntityNotFoundException",)
    settings = (
        Setting("description"),
        Setting("location_uri"),
        Setting("parameters", read=lambda database: database.get("parameters") or {}),
        Setting("create_table_default_permissions", compare=same_grants),
    )

    def validate(self) -> None:
        if wrong_names([self.name]):
            raise self.refuse(f"name must be {NAME_RULE}")

    def find(self) -> Values | None:
        answer = self.api.maybe("GetDatabase", missing=self.missing_codes, name=self.name)
        if answer is None:
            return None
        found = answer["database"]
        grants = {"create_table_default_permissions": grants_of(found)}
        return {**found, **grants, "database_arn": self.arn({})}

    def wanted(self, given: Values, current: Values | None) -> Values:
        if "parameters" in given:
            had = (current or {}).get("parameters") or {}
            given = {**given, "parameters": {**had, **texts(given["parameters"])}}
        return given

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call("CreateDatabase", database_input=self.input(wanted), tags=tags)

    def update(self, changes: Values, current: Values) -> None:
        # The call replaces the whole database, so what there is goes along.
        kept = {key: current.get(key) for key in (*WRITABLE, "create_table_default_permissions")}
        self.api.call(
            "UpdateDatabase",
            retry=CONFLICT,
            name=self.name,
            database_input=self.input(kept | changes),
        )

    def input(self, values: Values) -> Values:
        """Options as the API's DatabaseInput."""
        request = {"name": self.name, **values}
        if values.get("create_table_default_permissions") is not None:
            request["create_table_default_permissions"] = [
                {
                    "principal": {"data_lake_principal_identifier": grant["principal"]},
                    "permissions": grant["permissions"],
                }
                for grant in values["create_table_default_permissions"]
            ]
        return request

    def delete(self, current: Values) -> None:
        self.api.call("DeleteDatabase", retry=CONFLICT, name=self.name)

    def arn(self, current: Values) -> str:
        return self.build_arn(f"database/{self.name}")


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
                    "permissions": {"type": "list", "elements": "str", "required": True},
                },
            },
            **resource_options(),
        },
        supports_check_mode=True,
    )
    run_resource(module, Database)


if __name__ == "__main__":
    main()
