#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: glue_crawler
short_description: Manage an AWS Glue crawler
version_added: 0.1.0
description:
  - Creates, changes and deletes a crawler, and runs it on request.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  name:
    description: Name of the crawler.
    type: str
    required: true
  state:
    description:
      - V(present) makes the crawler, or changes it to what the options say.
      - V(crawled) runs it besides, and with O(wait=true) waits until the run has succeeded.
      - V(absent) deletes it.
      - Changing, running and deleting it wait until a run that is on its way has ended.
    type: str
    choices: [present, crawled, absent]
    default: present
  role:
    description:
      - Name or ARN of the IAM role that the crawler acts as. Required to make it.
    type: str
  database_name:
    description: Database that new tables are made in; not used with O(targets.catalog_targets).
    type: str
  description:
    description: What the crawler is for.
    type: str
  targets:
    description:
      - What it crawls. AWS takes catalog targets only by themselves. Required to make it.
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
  table_prefix:
    description: What the names of new tables begin with.
    type: str
  schedule:
    description: When it runs by itself, such as V(cron(15 3 * * ? *\)); an empty text for never.
    type: str
  schema_change_policy:
    description: What it does when files and catalog differ.
    type: dict
    suboptions:
      update_behavior:
        description: For columns that are new or have changed.
        type: str
        choices: [LOG, UPDATE_IN_DATABASE]
      delete_behavior:
        description: For tables whose files are gone. Deleting a table takes its grants along.
        type: str
        choices: [LOG, DELETE_FROM_DATABASE, DEPRECATE_IN_DATABASE]
  recrawl_policy:
    description: What it reads again.
    type: dict
    suboptions:
      recrawl_behavior:
        description: Everything, new folders only, or what S3 events name.
        type: str
        choices: [CRAWL_EVERYTHING, CRAWL_NEW_FOLDERS_ONLY, CRAWL_EVENT_MODE]
        required: true
  lake_formation_configuration:
    description: Whether it reads S3 by Lake Formation's credentials instead of its role's.
    type: dict
    suboptions:
      use_lake_formation_credentials:
        description: With V(true) it does.
        type: bool
        required: true
      account_id:
        description: Account of the data, where it is another.
        type: str
  configuration:
    description: Further settings as JSON, compared by meaning.
    type: json
  classifiers:
    description: Names of own classifiers, in the order in which they are tried.
    type: list
    elements: str
  security_configuration:
    description: Name of the Glue security configuration.
    type: str
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 900
attributes:
  idempotent:
    support: partial
    details: With O(state=crawled) each run of the task runs the crawler.
seealso:
  - module: modern_data.warehouse.glue_table
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: A crawler that keeps a declared table current
  modern_data.warehouse.glue_crawler:
    name: shop-dev-landing
    role: shop-dev-crawler
    targets:
      catalog_targets:
        - database_name: analytics_db
          tables: [orders]
    schema_change_policy:
      update_behavior: UPDATE_IN_DATABASE
      delete_behavior: LOG

- name: Run it now
  modern_data.warehouse.glue_crawler:
    name: shop-dev-landing
    state: crawled
"""

RETURN = r"""
crawler:
  description: The crawler. In check mode it is what it would be.
  returned: when O(state) is not V(absent)
  type: dict
  contains:
    crawler_arn:
      description: Its ARN.
      type: str
      returned: always
      sample: arn:aws:glue:us-east-1:123456789012:crawler/shop-dev-landing
    last_crawl:
      description: How its last run ended.
      type: dict
      returned: when it has run
      sample: {"status": "SUCCEEDED", "start_time": "2026-01-15T10:00:00+00:00"}
    name:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-landing
    role:
      description: Name of its IAM role.
      type: str
      returned: always
      sample: shop-dev-crawler
    state:
      description: Whether it is ready or runs.
      type: str
      returned: when it exists
      sample: READY
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
    targets:
      description: What it crawls.
      type: dict
      returned: always
      sample: {"catalog_targets": [{"database_name": "analytics_db", "tables": ["orders"]}]}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_crawler import Crawler
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource

POLICY_CHOICES = {
    "update_behavior": ["LOG", "UPDATE_IN_DATABASE"],
    "delete_behavior": ["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"],
}
RECRAWL_CHOICES = ["CRAWL_EVERYTHING", "CRAWL_NEW_FOLDERS_ONLY", "CRAWL_EVENT_MODE"]
QUEUE_OPTIONS = {"event_queue_arn": {"type": "str"}, "dlq_event_queue_arn": {"type": "str"}}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "role": {"type": "str"},
            "database_name": {"type": "str"},
            "description": {"type": "str"},
            "targets": {
                "type": "dict",
                "options": {
                    "catalog_targets": {
                        "type": "list",
                        "elements": "dict",
                        "options": {
                            "database_name": {"type": "str", "required": True},
                            "tables": {"type": "list", "elements": "str", "required": True},
                            **QUEUE_OPTIONS,
                        },
                    },
                    "s3_targets": {
                        "type": "list",
                        "elements": "dict",
                        "options": {
                            "path": {"type": "str", "required": True},
                            "exclusions": {"type": "list", "elements": "str"},
                            "sample_size": {"type": "int"},
                            **QUEUE_OPTIONS,
                        },
                    },
                },
            },
            "table_prefix": {"type": "str"},
            "schedule": {"type": "str"},
            "schema_change_policy": {
                "type": "dict",
                "options": {
                    name: {"type": "str", "choices": choices}
                    for name, choices in POLICY_CHOICES.items()
                },
            },
            "recrawl_policy": {
                "type": "dict",
                "options": {
                    "recrawl_behavior": {
                        "type": "str",
                        "choices": RECRAWL_CHOICES,
                        "required": True,
                    }
                },
            },
            "lake_formation_configuration": {
                "type": "dict",
                "options": {
                    "use_lake_formation_credentials": {"type": "bool", "required": True},
                    "account_id": {"type": "str"},
                },
            },
            "configuration": {"type": "json"},
            "classifiers": {"type": "list", "elements": "str"},
            "security_configuration": {"type": "str"},
            **resource_options(states=("present", "crawled", "absent"), timeout=900),
        },
        supports_check_mode=True,
    )
    run_resource(module, Crawler)


if __name__ == "__main__":
    main()
