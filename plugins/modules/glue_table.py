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
    adds is no change. O(tables[].purge_columns) has it otherwise for columns.
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
      keep_location_below:
        description:
          - A folder, such as V(s3://bucket/current/orders/). A location that begins with it is left as it
            is, for what publishes there moves the table on from version to version.
          - Any other location is drift, and becomes the declared one. A new table gets that too.
        type: str
      purge_columns:
        description:
          - Remove columns that are there and not listed, and put the others into the listed order.
          - Not for a table whose columns a crawler keeps.
        type: bool
        default: false
      table_type:
        description: Its type, such as V(EXTERNAL_TABLE).
        type: str
      owner: {description: "Who owns it, as a note.", type: str}
      retention: {description: "How long data are kept, as a note.", type: int}
      target_table:
        description: The table that it is a link to. Such a table needs no O(tables[].storage_descriptor).
        type: dict
        suboptions:
          catalog_id: {description: "Account of the table.", type: str, required: true}
          database_name: {description: "Database of the table.", type: str, required: true}
          name: {description: "Name of the table.", type: str, required: true}
          region: {description: "Region of the table, where it is another.", type: str}
      view_original_text:
        description: Query of a view, as it was written.
        type: str
      view_expanded_text:
        description: Query of a view, with all names in full.
        type: str
      parameters:
        description: Properties by name, such as C(classification).
        type: dict
      partition_keys:
        description: Columns that the table is partitioned by.
        type: list
        elements: dict
        suboptions: &columns
          name: {description: "Name of the column, lower-case.", type: str, required: true}
          type:
            description: Its Hive type, such as V(decimal(12,2\)).
            type: str
            required: true
          comment: {description: "What the column holds.", type: str}
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
          input_format: {description: "Java class that reads the files.", type: str}
          output_format: {description: "Java class that writes them.", type: str}
          compressed: {description: "Whether the files are compressed.", type: bool}
          parameters:
            description: Properties of the data by name, such as C(compressionType).
            type: dict
          bucket_columns:
            description: Columns that the files are bucketed by.
            type: list
            elements: str
          number_of_buckets: {description: "How many buckets there are.", type: int}
          sort_columns:
            description: Columns that the files are sorted by.
            type: list
            elements: dict
            suboptions:
              column:
                description: Name of the column.
                type: str
                required: true
              sort_order:
                description: V(1) for ascending, V(0) for descending.
                type: int
                choices: [0, 1]
                required: true
          stored_as_sub_directories:
            description: Whether the data lie in folders of folders.
            type: bool
          serde_info:
            description: How rows are read and written.
            type: dict
            suboptions:
              name: {description: "A name for it.", type: str}
              serialization_library: {description: "Java class of the serializer.", type: str}
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
  - modern_data.warehouse.boto3
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
          location: s3://shop-dev-landing/raw/public/orders/
          input_format: org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat
          output_format: org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat
          serde_info:
            serialization_library: org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe
          columns:
            - {name: order_id, type: bigint}
            - {name: total_amount, type: "decimal(12,2)"}

- name: Add a column to it
  modern_data.warehouse.glue_table:
    database: analytics_db
    tables:
      - name: orders
        storage_descriptor:
          columns:
            - {name: created_at, type: timestamp}

- name: A table that a publication moves on, from one folder of files to the next
  modern_data.warehouse.glue_table:
    database: analytics_db
    tables:
      - name: orders
        keep_location_below: s3://shop-dev-landing/current/orders/
        purge_columns: true
        storage_descriptor:
          location: s3://shop-dev-landing/current/orders/0/
          columns:
            - {name: order_id, type: bigint}
            - {name: total_amount, type: "decimal(12,2)"}

- name: Delete it
  modern_data.warehouse.glue_table:
    database: analytics_db
    tables:
      - name: orders
    state: absent
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
    catalog_id: {description: The account whose catalog it is in., type: str, returned: when it exists, sample: "123456789012"}
    create_time: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    created_by: {description: ARN of who made it., type: str, returned: when it exists, sample: "arn:aws:iam::123456789012:role/platform"}
    database_name:
      description: Its database.
      type: str
      returned: always
      sample: analytics_db
    description: {description: What it holds., type: str, returned: when it is set, sample: Orders of the shop}
    federated_table: {description: What it stands for outside of the catalog., type: dict, returned: for a federated table, sample: {"identifier": "orders"}}
    iceberg_table_metadata: {description: Its metadata as an Iceberg table., type: dict, returned: for an Iceberg table, sample: {}}
    is_materialized_view: {description: Whether it is a materialized view., type: bool, returned: when AWS tells it, sample: false}
    is_multi_dialect_view: {description: Whether it is a view for several engines., type: bool, returned: when AWS tells it, sample: false}
    is_registered_with_lake_formation:
      description: Whether its location is registered with Lake Formation.
      type: bool
      returned: when it exists
      sample: true
    last_access_time: {description: When it was read last., type: str, returned: when AWS tells it, sample: '2026-01-15T10:00:00+00:00'}
    last_analyzed_time: {description: When its statistics were computed., type: str, returned: when AWS tells it, sample: '2026-01-15T10:00:00+00:00'}
    name:
      description: Its name.
      type: str
      returned: always
      sample: orders
    owner: {description: Its owner., type: str, returned: when it is set, sample: shop}
    parameters: {description: Its properties by name., type: dict, returned: when it is set, sample: {"classification": "parquet"}}
    partition_keys: {description: Columns that it is partitioned by., type: list, elements: dict, returned: when it is set, sample: []}
    retention: {description: For how long it is kept., type: int, returned: when it exists, sample: 0}
    rls_properties: {description: Its default security of rows., type: dict, returned: when AWS tells it, sample: {}}
    status:
      description: How far a change of it is that AWS makes in the background.
      type: dict
      returned: while there is one
      sample: {"state": "IN_PROGRESS"}
    storage_descriptor:
      description: Where and how the data lie.
      type: dict
      returned: but for a link
      sample: {"location": "s3://mdw-landing/raw/public/orders/", "columns": []}
    table_type: {description: Its type., type: str, returned: when it is set, sample: EXTERNAL_TABLE}
    target_table:
      description: The table that it is a link to.
      type: dict
      returned: for a link
      sample: {"database_name": "analytics_db", "name": "orders"}
    update_time: {description: When it was changed last., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    version_id: {description: "Its version, which counts its changes.", type: str, returned: when it exists, sample: "0"}
    view_definition: {description: Its definition., type: dict, returned: for a view, sample: {}}
    view_expanded_text: {description: "Its definition for Hive, written out.", type: str, returned: for a view, sample: select 1}
    view_original_text: {description: Its definition for Hive., type: str, returned: for a view, sample: select 1}
"""

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_table import Tables
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_table_options import (
    TABLE_OPTIONS,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "database": {"type": "str", "required": True, "aliases": ["database_name"]},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "tables": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": TABLE_OPTIONS,
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
