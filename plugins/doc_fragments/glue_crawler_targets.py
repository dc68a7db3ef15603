# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of what a crawler crawls."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.glue_crawler_targets`."""

    DOCUMENTATION = r"""
options:
  targets:
    description:
      - What it crawls; kinds can be mixed, but for catalog targets, which AWS takes only by
        themselves. Required to make it.
      - It replaces what was crawled before. Members of a target that are not set are left as they
        are, in a target of the same path, or of the same paths, tables or database.
    type: dict
    suboptions:
      catalog_targets:
        description: Tables of the catalog that it keeps current; it makes none.
        type: list
        elements: dict
        suboptions:
          database_name:
            description: Database of the tables.
            type: str
            required: true
          tables:
            description: Names of the tables.
            type: list
            elements: str
            required: true
          connection_name:
            description: Name of the NETWORK connection by which it reaches their files.
            type: str
          event_queue_arn:
            description: ARN of the SQS queue with S3's events, for V(CRAWL_EVENT_MODE).
            type: str
          dlq_event_queue_arn:
            description: ARN of the queue for events that could not be read.
            type: str
      s3_targets:
        description: Paths of S3 that it makes tables of.
        type: list
        elements: dict
        suboptions:
          path:
            description: Path such as V(s3://bucket/raw/public/orders/).
            type: str
            required: true
          connection_name:
            description: Name of the NETWORK connection by which it reaches S3 in a VPC; one for all paths.
            type: str
          exclusions:
            description: Glob patterns of what it passes over.
            type: list
            elements: str
          sample_size:
            description: How many files of a folder it reads, 1 to 249; all of them otherwise.
            type: int
          event_queue_arn:
            description: ARN of the SQS queue with S3's events, for V(CRAWL_EVENT_MODE).
            type: str
          dlq_event_queue_arn:
            description: ARN of the queue for events that could not be read.
            type: str
      jdbc_targets:
        description: Databases that it makes tables of.
        type: list
        elements: dict
        suboptions:
          connection_name:
            description: Name of the JDBC connection.
            type: str
            required: true
          path:
            description: Database, schema and table, such as V(shop/public/%); C(%) stands for any.
            type: str
            required: true
          exclusions:
            description: Glob patterns of what it passes over.
            type: list
            elements: str
          enable_additional_metadata:
            description: What its tables tell besides, types as the database names them and comments.
            type: list
            elements: str
            choices: [COMMENTS, RAWTYPES]
      dynamodb_targets:
        description: Tables of DynamoDB that it makes tables of.
        type: list
        elements: dict
        suboptions:
          path:
            description: Name of the DynamoDB table.
            type: str
            required: true
          scan_all:
            description: Whether it reads every record, AWS's default, or a sample.
            type: bool
          scan_rate:
            description: Share of the table's read capacity that it may use, 0.1 to 1.5.
            type: float
      mongodb_targets:
        description: Collections of MongoDB or Amazon DocumentDB that it makes tables of.
        type: list
        elements: dict
        suboptions:
          connection_name:
            description: Name of the MongoDB connection.
            type: str
            required: true
          path:
            description: Database and collection, such as V(shop/orders).
            type: str
            required: true
          scan_all:
            description: Whether it reads every record, AWS's default, or a sample.
            type: bool
      delta_targets:
        description: Tables of Delta Lake that it makes tables of.
        type: list
        elements: dict
        suboptions:
          delta_tables:
            description: Paths of the Delta tables in S3.
            type: list
            elements: str
            required: true
          connection_name:
            description: Name of the NETWORK connection by which it reaches S3 in a VPC.
            type: str
          write_manifest:
            description: Whether it writes manifests next to the tables, for engines that read them only so.
            type: bool
          create_native_delta_table:
            description: Whether it makes tables for engines that read the Delta log themselves.
            type: bool
      iceberg_targets:
        description: Tables of Apache Iceberg that it makes tables of.
        type: list
        elements: dict
        suboptions:
          paths:
            description: Paths in S3 below which their metadata lies.
            type: list
            elements: str
            required: true
          connection_name:
            description: Name of the NETWORK connection by which it reaches S3 in a VPC.
            type: str
          exclusions:
            description: Glob patterns of what it passes over.
            type: list
            elements: str
          maximum_traversal_depth:
            description: How many folders deep it looks for metadata, 1 to 20.
            type: int
      hudi_targets:
        description: Tables of Apache Hudi that it makes tables of.
        type: list
        elements: dict
        suboptions:
          paths:
            description: Paths in S3 below which their metadata lies.
            type: list
            elements: str
            required: true
          connection_name:
            description: Name of the NETWORK connection by which it reaches S3 in a VPC.
            type: str
          exclusions:
            description: Glob patterns of what it passes over.
            type: list
            elements: str
          maximum_traversal_depth:
            description: How many folders deep it looks for metadata, 1 to 20.
            type: int
"""
