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
    description:
      - Database that new tables are made in. Required for all targets but O(targets.catalog_targets),
        which make none.
    type: str
  description:
    description: What the crawler is for.
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
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
  - modern_data.warehouse.glue_crawler_targets
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

- name: Let it run every night
  modern_data.warehouse.glue_crawler:
    name: shop-dev-landing
    schedule: cron(15 3 * * ? *)

- name: Delete it
  modern_data.warehouse.glue_crawler:
    name: shop-dev-landing
    state: absent
"""

RETURN = r"""
crawler:
  description: The crawler. In check mode it is what it would be.
  returned: when O(state) is not V(absent)
  type: dict
  contains:
    classifiers: {description: Its classifiers., type: list, elements: str, returned: when known, sample: []}
    crawler_security_configuration: {description: Its security configuration., type: str, returned: when it is set, sample: encrypted}
    configuration: {description: Its configuration., type: raw, returned: when it is set, sample: '{"Version": 1.0}'}
    crawl_elapsed_time: {description: Milliseconds since its last run began., type: int, returned: when it exists, sample: 0}
    crawler_arn: {description: Its ARN., type: str, returned: always, sample: "arn:aws:glue:us-east-1:123456789012:crawler/shop-dev-landing"}
    creation_time: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    database_name: {description: Where it makes tables., type: str, returned: when it is set, sample: analytics_db}
    description: {description: What it is for., type: str, returned: when it is set, sample: Keeps landed tables current}
    lake_formation_configuration: {description: Its credentials., type: dict, returned: when known, sample: {"use_lake_formation_credentials": true}}
    last_crawl: {description: How its last run ended., type: dict, returned: when it has run, sample: {"status": "SUCCEEDED"}}
    last_updated: {description: When it was changed last., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    lineage_configuration: {description: Whether lineage is told., type: dict, returned: when known, sample: {"crawler_lineage_settings": "DISABLE"}}
    name: {description: Its name., type: str, returned: always, sample: shop-dev-landing}
    recrawl_policy: {description: What of S3 a run looks at., type: dict, returned: when known, sample: {"recrawl_behavior": "CRAWL_EVERYTHING"}}
    role: {description: Name of its IAM role., type: str, returned: when known, sample: shop-dev-crawler}
    schedule: {description: When it runs by itself., type: dict, returned: when it is set, sample: {"schedule_expression": "cron(15 3 * * ? *)"}}
    schema_change_policy:
      description: What it does about changes.
      type: dict
      returned: when known
      sample: {"update_behavior": "LOG", "delete_behavior": "LOG"}
    state: {description: Whether it is ready or runs., type: str, returned: when it exists, sample: READY}
    table_prefix: {description: What the names of its tables begin with., type: str, returned: when it is set, sample: landed_}
    tags: {description: Its tags., type: dict, returned: always, sample: {"Environment": "dev"}}
    targets: {description: What it crawls., type: dict, returned: when known, sample: {"catalog_targets": [{"tables": ["orders"]}]}}
    version: {description: "Its version, which counts its changes.", type: int, returned: when it exists, sample: 1}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_crawler import Crawler
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_crawler_targets import (
    TARGET_OPTIONS,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource

POLICY_CHOICES = {
    "update_behavior": ["LOG", "UPDATE_IN_DATABASE"],
    "delete_behavior": ["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"],
}
RECRAWL_CHOICES = ["CRAWL_EVERYTHING", "CRAWL_NEW_FOLDERS_ONLY", "CRAWL_EVENT_MODE"]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "role": {"type": "str"},
            "database_name": {"type": "str"},
            "description": {"type": "str"},
            "targets": {"type": "dict", "options": TARGET_OPTIONS},
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
