#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_task
short_description: Manage, start and stop a replication task of AWS Database Migration Service
version_added: 0.1.0
description:
  - Creates, changes, starts, stops and deletes a replication task.
  - Table mappings and settings are compared by meaning, settings only where they are set, since AWS
    fills in the rest. A running task is stopped for a change and started again where it was.
  - Options that are not set are left as they are.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of the task; AWS keeps it in lower case.
    type: str
    required: true
    aliases: [name, replication_task_identifier]
  state:
    description:
      - V(present) makes the task, or changes it to what the options say.
      - V(started) starts it besides. A new task begins with its full load; one that was stopped
        goes on where it was; one that failed before its full load was done begins anew. A full load
        alone that has finished is left as it is.
      - V(stopped) stops it. Its replication slot stays at the source, whose log grows meanwhile.
      - V(absent) stops and deletes it.
    type: str
    choices: [present, started, stopped, absent]
    default: present
  replication_instance:
    description: Name of its replication instance, which is waited for. Required to make it.
    type: str
  source_endpoint:
    description: Name of its source endpoint. It can't be changed later. Required to make it.
    type: str
  target_endpoint:
    description: Name of its target endpoint. It can't be changed later. Required to make it.
    type: str
  migration_type:
    description: What it does. Required to make it.
    type: str
    choices: [full-load, cdc, full-load-and-cdc]
  table_mappings:
    description: Which tables it captures and how, as data or as JSON. Required to make it.
    type: json
  settings:
    description: Settings of the task as data or as JSON.
    type: json
    aliases: [replication_task_settings]
  tables_required:
    description:
      - With V(false) a task that starts and finds no table to capture is a warning, not an error.
        The next run starts it again.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
seealso:
  - module: modern_data.warehouse.dms_endpoint
  - module: modern_data.warehouse.dms_replication_instance
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.waiting
"""

EXAMPLES = r"""
- name: Capture one table
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    replication_instance: shop-dev-ingestion
    source_endpoint: shop-dev-source
    target_endpoint: shop-dev-landing
    migration_type: full-load-and-cdc
    table_mappings:
      rules:
        - rule-type: selection
          rule-id: "1"
          rule-name: orders
          object-locator: {schema-name: public, table-name: orders}
          rule-action: include
    settings:
      ErrorBehavior: {DataErrorPolicy: STOP_TASK}
    state: started
"""

RETURN = r"""
replication_task:
  description:
    - The task.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state) is not V(absent)
  type: dict
  contains:
    migration_type:
      description: What it does.
      type: str
      returned: always
      sample: full-load-and-cdc
    replication_task_arn:
      description: Its ARN, which ends in letters that AWS makes up.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:task:ABCDEFGHIJKLMNOP
    replication_task_identifier:
      description: Its name.
      type: str
      returned: always
      sample: shop-dev-ingestion
    replication_task_settings:
      description: Its settings, as data.
      type: dict
      returned: when it exists
      sample: {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
    status:
      description: Its status.
      type: str
      returned: when it exists
      sample: running
    table_mappings:
      description: Which tables it captures, as data.
      type: dict
      returned: when it exists
      sample: {"rules": []}
    tags:
      description: Its tags.
      type: dict
      returned: always
      sample: {"Environment": "dev"}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_task import (
    Task,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {
                "type": "str",
                "required": True,
                "aliases": ["name", "replication_task_identifier"],
            },
            "replication_instance": {"type": "str"},
            "source_endpoint": {"type": "str"},
            "target_endpoint": {"type": "str"},
            "migration_type": {
                "type": "str",
                "choices": ["full-load", "cdc", "full-load-and-cdc"],
            },
            "table_mappings": {"type": "json"},
            "settings": {"type": "json", "aliases": ["replication_task_settings"]},
            "tables_required": {"type": "bool", "default": True},
            **resource_options(states=("present", "started", "stopped", "absent"), timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, Task)


if __name__ == "__main__":
    main()
