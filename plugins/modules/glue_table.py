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

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_table import Tables

COLUMN_OPTIONS = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "required": True},
    "comment": {"type": "str"},
}


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
        result = Tables(module).ensure()
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
