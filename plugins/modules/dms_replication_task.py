#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_task
short_description: Manage, start, stop and reload a replication task of AWS Database Migration Service
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
  replication_instance:
    description: Name of its replication instance, which is waited for. It can't be changed later. Required to make it.
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
  settings:
    description: Settings of the task as data or as JSON.
    type: json
    aliases: [replication_task_settings]
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 1800
attributes:
  idempotent:
    support: partial
    details: With O(state=reloaded) or O(reload_tables) each run of the task loads tables again.
seealso:
  - module: modern_data.warehouse.dms_endpoint
  - module: modern_data.warehouse.dms_replication_instance
  - module: modern_data.warehouse.dms_replication_config
    description: The same without an instance.
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - amazon.aws.tags
  - modern_data.warehouse.attributes
  - modern_data.warehouse.dms_migration
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

- name: Load one table again while it runs, and wait for that
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    reload_tables:
      - {schema_name: public, table_name: orders}
    wait_for_reload: true

- name: Stop it
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    state: stopped

- name: Change a setting, whether it runs or not
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    settings:
      ErrorBehavior: {DataErrorPolicy: SUSPEND_TABLE}

- name: Load all its tables again, and go on with their changes
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    state: reloaded

- name: Delete it
  modern_data.warehouse.dms_replication_task:
    identifier: shop-dev-ingestion
    state: absent
"""

RETURN = r"""
replication_task:
  description:
    - The task.
    - In check mode it is what it would be; what only AWS knows, such as its ARN, is missing.
  returned: when O(state) is not V(absent)
  type: dict
  contains:
    cdc_start_position: {description: Where capture began., type: str, returned: when it is set, sample: "2026-01-15T10:00:00"}
    cdc_stop_position: {description: Where capture stops., type: str, returned: when it is set, sample: "server_time:2026-01-15T12:00:00"}
    last_failure_message: {description: Why it failed last., type: str, returned: when it has failed, sample: No tables were found}
    migration_type:
      description: What it does.
      type: str
      returned: when known
      sample: full-load-and-cdc
    recovery_checkpoint: {description: How far its capture got., type: str, returned: once it has captured, sample: "checkpoint:V1#1#00000000/00000001"}
    replication_instance_arn:
      description: ARN of its replication instance.
      type: str
      returned: when it exists
      sample: "arn:aws:dms:us-east-1:123456789012:rep:ABCDEFGHIJKLMNOP"
    replication_task_arn:
      description: Its ARN, which ends in letters that AWS makes up.
      type: str
      returned: when it exists
      sample: arn:aws:dms:us-east-1:123456789012:task:ABCDEFGHIJKLMNOP
    replication_task_creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
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
    replication_task_start_date: {description: When it was started last., type: str, returned: once it was started, sample: '2026-01-15T10:00:00+00:00'}
    replication_task_stats:
      description: How far it is.
      type: dict
      returned: once it has run
      sample: {"tables_loaded": 1, "full_load_progress_percent": 100}
    source_endpoint_arn:
      description: ARN of its source endpoint.
      type: str
      returned: when it exists
      sample: "arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP"
    status:
      description: Its status.
      type: str
      returned: when it exists
      sample: running
    stop_reason: {description: Why it has stopped., type: str, returned: when it has stopped, sample: Stop Reason NORMAL}
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
    target_endpoint_arn:
      description: ARN of its target endpoint.
      type: str
      returned: when it exists
      sample: "arn:aws:dms:us-east-1:123456789012:endpoint:PONMLKJIHGFEDCBA"
    target_replication_instance_arn:
      description: ARN of the instance to which it was moved.
      type: str
      returned: when it is moved
      sample: "arn:aws:dms:us-east-1:123456789012:rep:PONMLKJIHGFEDCBA"
    task_data: {description: JSON that some stores need besides., type: str, returned: when it is set, sample: '{}'}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_migration import (
    MIGRATION_OPTIONS,
    MIGRATIONS,
    STATES,
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
                "choices": list(MIGRATIONS),
            },
            "settings": {"type": "json", "aliases": ["replication_task_settings"]},
            **MIGRATION_OPTIONS,
            **resource_options(states=STATES, timeout=1800),
        },
        supports_check_mode=True,
    )
    run_resource(module, Task)


if __name__ == "__main__":
    main()
