#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: glue_table
short_description: Declare tables of the AWS Glue Data Catalog
version_added: 0.1.0
description:
  - Creates, changes and deletes any number of tables of one database in one task.
  - A column, parameter or property that is there and not listed is left as it is, so what a crawler
    adds is no change.
author: modern_data.warehouse contributors (@modern-data)
options:
  database:
    description: Name of the database.
    type: str
    required: true
    aliases: [database_name]
  tables:
    description: The tables.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the table, lower-case.
        type: str
        required: true
      description:
        description: What the table holds.
        type: str
      table_type:
        description: Its type, such as V(EXTERNAL_TABLE).
        type: str
      parameters:
        description: Properties by name, such as C(classification).
        type: dict
      partition_keys:
        description: Columns that the table is partitioned by.
        type: list
        elements: dict
        suboptions: &columns
          name:
            description: Name of the column, lower-case.
            type: str
            required: true
          type:
            description: Its Hive type, such as V(decimal(12,2\)).
            type: str
            required: true
          comment:
            description: What the column holds.
            type: str
      storage_descriptor:
        description: Where and how the data lie. Required to make a table.
        type: dict
        suboptions:
          columns:
            description: The columns, in the order of the files.
            type: list
            elements: dict
            suboptions: *columns
          location:
            description: Where the files lie, such as V(s3://bucket/raw/public/orders/).
            type: str
          input_format:
            description: Java class that reads the files.
            type: str
          output_format:
            description: Java class that writes them.
            type: str
          compressed:
            description: Whether the files are compressed.
            type: bool
          serde_info:
            description: How rows are read and written.
            type: dict
            suboptions:
              name:
                description: A name for it.
                type: str
              serialization_library:
                description: Java class of the serializer.
                type: str
              parameters:
                description: Its parameters.
                type: dict
  state:
    description:
      - V(present) makes the tables, or changes them to what the options say.
      - V(absent) deletes them, and with them what was granted on them.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: modern_data.warehouse.glue_crawler
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.attributes
"""

EXAMPLES = r"""
- name: A table of parquet files that a grant can name before there is any data
  modern_data.warehouse.glue_table:
    database: analytics_db
    tables:
      - name: orders
        table_type: EXTERNAL_TABLE
        parameters: {classification: parquet}
        storage_descriptor:
          location: s3://mdw-landing/raw/public/orders/
          input_format: org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat
          output_format: org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat
          serde_info:
            serialization_library: org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe
          columns:
            - {name: order_id, type: bigint}
            - {name: total_amount, type: "decimal(12,2)"}
"""

RETURN = r"""
tables:
  description:
    - The tables, in the order given.
    - In check mode they are what they would be.
  returned: when O(state=present)
  type: list
  elements: dict
  contains:
    database_name:
      description: Its database.
      type: str
      returned: always
      sample: analytics_db
    name:
      description: Its name.
      type: str
      returned: always
      sample: orders
    storage_descriptor:
      description: Where and how the data lie.
      type: dict
      returned: always
      sample: {"location": "s3://mdw-landing/raw/public/orders/", "columns": []}
"""

import re
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import scrub, subset
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError

Values = dict[str, Any]

COLUMN_OPTIONS = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "required": True},
    "comment": {"type": "str"},
}
WRITABLE = (
    "description",
    "owner",
    "parameters",
    "partition_keys",
    "retention",
    "storage_descriptor",
    "table_type",
    "target_table",
    "view_expanded_text",
    "view_original_text",
)


def merged_columns(wanted: list[Values], current: list[Values]) -> list[Values]:
    """The columns there are, in their order, as wanted where they are; new ones at the end."""
    declared = {column["name"]: column for column in wanted}
    known = {column["name"] for column in current}
    kept = [{**column, **declared.get(column["name"], {})} for column in current]
    return kept + [column for column in wanted if column["name"] not in known]


def merged(wanted: Any, current: Any) -> Any:
    """What there is, with what is wanted laid over it, key by key."""
    if isinstance(wanted, dict) and isinstance(current, dict):
        both = {key: merged(value, current.get(key)) for key, value in wanted.items()}
        if "columns" in wanted:
            both["columns"] = merged_columns(wanted["columns"], current.get("columns") or [])
        return {**current, **both}
    return current if wanted is None else wanted


class Tables:
    """https://docs.aws.amazon.com/glue/latest/webapi/API_Table.html"""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.check_mode: bool = module.check_mode
        self.database: str = module.params["database"]
        self.given: list[Values] = [scrub(table) for table in module.params["tables"]]
        self.api = Api(module.client("glue"), f"tables of Glue database {self.database}")
        self.before: Values = {}
        self.after: Values = {}
        self.found: list[Values] = []

    def ensure_present(self) -> None:
        """Make or change each table."""
        for table in self.given:
            current = self.find(table["name"])
            target = merged(table, self.input(current)) if current else table
            # only what was declared is compared, so that AWS's own additions are no change
            before, after = subset(self.comparable(target, table), self.input(current or {}))
            if current is None:
                before = {}
                if "storage_descriptor" not in table:
                    raise ResourceError(
                        f"table {table['name']} doesn't exist: it needs storage_descriptor"
                    )
            if before != after:
                self.before[table["name"]], self.after[table["name"]] = before, after
                self.write("CreateTable" if current is None else "UpdateTable", target)
            made = {"database_name": self.database, "name": table["name"]}
            self.found.append({**(current or {}), **made, **target})

    def ensure_absent(self) -> None:
        """Delete each table that is there."""
        for table in self.given:
            current = self.find(table["name"])
            if current is None:
                continue
            self.before[table["name"]] = self.input(current)
            if not self.check_mode:
                self.api.call("DeleteTable", database_name=self.database, name=table["name"])

    def find(self, name: str) -> Values | None:
        """One table, None when it, or its database, isn't there."""
        answer = self.api.maybe(
            "GetTable", missing=("EntityNotFoundException",), database_name=self.database, name=name
        )
        return answer and answer["table"]

    def write(self, operation: str, target: Values) -> None:
        if not self.check_mode:
            self.api.call(
                operation,
                retry=("ConcurrentModificationException",),
                database_name=self.database,
                table_input=target,
            )

    @staticmethod
    def input(current: Values) -> Values:
        """A table of an answer as the API takes it."""
        return {key: current[key] for key in ("name", *WRITABLE) if current.get(key) is not None}

    @staticmethod
    def comparable(target: Values, declared: Values) -> Values:
        """The declared keys of the target: its columns with those that were there already."""
        return {key: target[key] for key in declared}


def check(tables: list[Values]) -> None:
    """Refuse bad names before any call."""
    names = [table["name"] for table in tables]
    wrong = [name for name in names if not re.fullmatch(r"[a-z0-9_]{1,255}", name)]
    if wrong:
        raise ResourceError(
            f"tables.name is {wrong[0]}: it must be 1 to 255 lower-case letters, digits and _"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ResourceError(f"tables lists {', '.join(twice)} more than once")


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "database": {"type": "str", "required": True, "aliases": ["database_name"]},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "tables": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "name": {"type": "str", "required": True},
                    "description": {"type": "str"},
                    "table_type": {"type": "str"},
                    "parameters": {"type": "dict"},
                    "partition_keys": {
                        "type": "list",
                        "elements": "dict",
                        "options": COLUMN_OPTIONS,
                    },
                    "storage_descriptor": {
                        "type": "dict",
                        "options": {
                            "columns": {
                                "type": "list",
                                "elements": "dict",
                                "options": COLUMN_OPTIONS,
                            },
                            "location": {"type": "str"},
                            "input_format": {"type": "str"},
                            "output_format": {"type": "str"},
                            "compressed": {"type": "bool"},
                            "serde_info": {
                                "type": "dict",
                                "options": {
                                    "name": {"type": "str"},
                                    "serialization_library": {"type": "str"},
                                    "parameters": {"type": "dict"},
                                },
                            },
                        },
                    },
                },
            },
        },
        supports_check_mode=True,
    )
    try:
        check(module.params["tables"])
        tables = Tables(module)
        absent = module.params["state"] == "absent"
        tables.ensure_absent() if absent else tables.ensure_present()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    result: Values = {"changed": tables.before != tables.after}
    if not absent:
        result["tables"] = tables.found
    if module._diff:
        result["diff"] = {"before": tables.before, "after": tables.after}
    module.exit_json(**result)


if __name__ == "__main__":
    main()
