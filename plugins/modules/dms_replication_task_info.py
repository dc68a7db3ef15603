#!/usr/bin/python
# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dms_replication_task_info
short_description: List replication tasks of AWS Database Migration Service
version_added: 0.1.0
description:
  - Tells the replication tasks of an account in a region, with their tags.
author: modern_data.warehouse contributors (@modern-data)
options:
  identifier:
    description: Name of one, in any case. Without it, all of them.
    type: str
  table_statistics:
    description: Whether to tell of each table that a task captures how far it is.
    type: bool
    default: false
seealso:
  - module: modern_data.warehouse.dms_replication_task
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - modern_data.warehouse.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All replication tasks
  modern_data.warehouse.dms_replication_task_info:
  register: found

- name: One of the replication tasks
  modern_data.warehouse.dms_replication_task_info:
    identifier: shop-dev-ingestion

- name: One with the state of its tables
  modern_data.warehouse.dms_replication_task_info:
    identifier: shop-dev-ingestion
    table_statistics: true
"""

RETURN = r"""
replication_tasks:
  description: The replication tasks; an empty list when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    replication_task_identifier: {description: Its name., type: str, returned: always, sample: shop-dev}
    replication_task_arn: {description: Its ARN., type: str, returned: always, sample: "arn:aws:dms:us-east-1:123456789012:task:ABCDEFGHIJKLMNOP"}
    migration_type: {description: What it does., type: str, returned: always, sample: full-load-and-cdc}
    replication_task_settings: {description: Its settings., type: dict, returned: always, sample: {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}}
    replication_task_stats:
      description: How far it is.
      type: dict
      returned: once it has run
      sample: {"tables_loaded": 1, "full_load_progress_percent": 100}
    status: {description: Its status., type: str, returned: always, sample: running}
    stop_reason: {description: Why it has stopped., type: str, returned: when it has stopped, sample: Stop Reason NORMAL}
    table_mappings: {description: "Which tables it captures, and how.", type: dict, returned: always, sample: {"rules": []}}
    cdc_start_position: {description: Where capture began., type: str, returned: when it is set, sample: "2026-01-15T10:00:00"}
    cdc_stop_position: {description: Where capture stops., type: str, returned: when it is set, sample: "server_time:2026-01-15T12:00:00"}
    last_failure_message: {description: Why it failed last., type: str, returned: when it has failed, sample: No tables were found}
    recovery_checkpoint: {description: How far its capture got., type: str, returned: once it has captured, sample: "checkpoint:V1#1#00000000/00000001"}
    replication_instance_arn:
      description: ARN of its replication instance.
      type: str
      returned: when it exists
      sample: "arn:aws:dms:us-east-1:123456789012:rep:ABCDEFGHIJKLMNOP"
    replication_task_creation_date: {description: When it was made., type: str, returned: when it exists, sample: '2026-01-15T10:00:00+00:00'}
    replication_task_start_date: {description: When it was started last., type: str, returned: once it was started, sample: '2026-01-15T10:00:00+00:00'}
    source_endpoint_arn:
      description: ARN of its source endpoint.
      type: str
      returned: when it exists
      sample: "arn:aws:dms:us-east-1:123456789012:endpoint:ABCDEFGHIJKLMNOP"
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
    table_statistics:
      description: The tables that it captures.
      returned: with O(table_statistics)
      type: list
      elements: dict
      sample: [{"schema_name": "public", "table_name": "orders", "table_state": "Table completed", "ddls": 0, "full_load_rows": 500}]
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from concurrent.futures import ThreadPoolExecutor

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import (
    filtered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_task import (
    task_view,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import (
    AT_ONCE,
    Listing,
    Values,
    run_info,
)

LARGEST_PAGE = 500


def with_statistics(module: AnsibleAWSModule, tasks: list[Values]) -> list[Values]:
    """The tasks, each with its tables when they are asked for."""
    if not module.params["table_statistics"]:
        return tasks
    api = Api(module.client("dms"), "tables of a DMS replication task")

    def told(task: Values) -> Values:
        tables = api.pages(
            "DescribeTableStatistics",
            "table_statistics",
            replication_task_arn=task["replication_task_arn"],
            max_records=LARGEST_PAGE,
        )
        return {**task, "table_statistics": list(tables)}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(told, tasks))


LISTING = Listing(
    service="dms",
    operation="DescribeReplicationTasks",
    items="replication_tasks",
    kind="DMS replication tasks",
    name="replication_task_identifier",
    result="replication_tasks",
    arn=lambda task: task["replication_task_arn"],
    request=filtered("replication-task-id"),
    completed=with_statistics,
    shape=task_view,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "identifier": {"type": "str"},
            "table_statistics": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
