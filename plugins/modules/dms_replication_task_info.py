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
seealso:
  - module: modern_data.warehouse.dms_replication_task
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - modern_data.warehouse.info
"""

EXAMPLES = r"""
- name: All replication tasks
  modern_data.warehouse.dms_replication_task_info:
  register: found

- name: One of the replication tasks
  modern_data.warehouse.dms_replication_task_info:
    identifier: shop-dev
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
    replication_task_stats: {description: How far it is., type: dict, returned: once it has run, sample: {"tables_loaded": 1, "full_load_progress_percent": 100}}
    status: {description: Its status., type: str, returned: always, sample: running}
    stop_reason: {description: Why it has stopped., type: str, returned: when it has stopped, sample: Stop Reason NORMAL}
    table_mappings: {description: "Which tables it captures, and how.", type: dict, returned: always, sample: {"rules": []}}
    tags: {description: Its tags., type: dict, returned: always, sample: {"environment": "dev"}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import (
    filtered,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_replication_task import (
    task_view,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.info import Listing, run_info

LISTING = Listing(
    service="dms",
    operation="DescribeReplicationTasks",
    items="replication_tasks",
    kind="DMS replication tasks",
    name="replication_task_identifier",
    result="replication_tasks",
    arn=lambda task: task["replication_task_arn"],
    request=filtered("replication-task-id"),
    shape=task_view,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={"identifier": {"type": "str"}}, supports_check_mode=True
    )
    run_info(module, LISTING, "identifier")


if __name__ == "__main__":
    main()
