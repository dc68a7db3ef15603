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
        goes on where it was; one that failed before its full load was done begins anew.
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

import json
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.modern_data.warehouse.plugins.module_utils.arguments import (
    resource_options,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.compare import (
    json_document,
    json_subset,
    parse_json,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms import DmsResource
from ansible_collections.modern_data.warehouse.plugins.module_utils.lifecycle import run_resource
from ansible_collections.modern_data.warehouse.plugins.module_utils.resource import Action
from ansible_collections.modern_data.warehouse.plugins.module_utils.settings import (
    Plan,
    Setting,
    Values,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.waiting import wait_until

RESTING = frozenset({"ready", "stopped", "failed"})
REFERENCES = {
    "replication_instance": (
        "DescribeReplicationInstances",
        "replication_instances",
        "replication-instance-id",
        "replication_instance_arn",
    ),
    "source_endpoint": ("DescribeEndpoints", "endpoints", "endpoint-id", "endpoint_arn"),
    "target_endpoint": ("DescribeEndpoints", "endpoints", "endpoint-id", "endpoint_arn"),
}
ARN_MEMBERS = {
    "replication_instance": "replication_instance_arn",
    "source_endpoint": "source_endpoint_arn",
    "target_endpoint": "target_endpoint_arn",
}
NO_TABLES = "No tables were found"


class Task(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationTask.html"""

    kind = "DMS replication task"
    result = "replication_task"
    ready_statuses = RESTING | {"running"}
    required_to_create = (*REFERENCES, "migration_type", "table_mappings")
    settings = (
        *(Setting(name, immutable=True) for name in REFERENCES),
        Setting("migration_type"),
        Setting("table_mappings", compare=json_document),
        Setting("settings", member="replication_task_settings", compare=json_subset),
    )

    def validate(self) -> None:
        super().validate()
        mappings = parse_json(self.params["table_mappings"])
        if mappings is not None and not (isinstance(mappings, dict) and mappings.get("rules")):
            raise self.refuse("table_mappings must be a mapping with a list of rules")
        settings = parse_json(self.params["settings"])
        if settings is not None and not isinstance(settings, dict):
            raise self.refuse("settings must be a mapping, or the JSON text of one")

    def find(self) -> Values | None:
        found = self.described(
            "DescribeReplicationTasks", "replication_tasks", "replication-task-id"
        )
        if found is None:
            return None
        names = {name: found.get(ARN_MEMBERS[name]) for name in REFERENCES}
        documents = {
            key: parse_json(found.get(key))
            for key in ("table_mappings", "replication_task_settings")
        }
        return {**found, **names, **documents}

    def wanted(self, given: Values, current: Values | None) -> Values:
        wanted = dict(given)
        for option in ("table_mappings", "settings"):
            if option in given:
                wanted[option] = parse_json(given[option])
        for option in REFERENCES.keys() & given.keys():
            wanted[option] = self.arn_of(option, given[option])
        return wanted

    def arn_of(self, option: str, name: str) -> str:
        """ARN of an instance or endpoint by its name; in check mode it need not be there yet."""
        operation, items, filter_name, key = REFERENCES[option]
        found = self.lookup(operation, items, filter_name, name.lower())
        if found is None and not self.module.check_mode:
            raise self.refuse(f"{option} {name} doesn't exist: make it first")
        return str(found[key]) if found else name

    def create(self, wanted: Values, tags: Any) -> None:
        self.wait_for_instance()
        self.api.call(
            "CreateReplicationTask",
            replication_task_identifier=self.name,
            tags=tags,
            **self.members(wanted),
        )

    def wait_for_instance(self) -> None:
        name = self.params["replication_instance"]
        operation, items, filter_name, _ = REFERENCES["replication_instance"]
        wait_until(
            lambda: self.lookup(operation, items, filter_name, name.lower()) or {},
            lambda found: found.get("replication_instance_status") == "available",
            timeout=self.watch.timeout,
            what=f"replication instance {name} to be available",
            state=lambda found: str(found.get("replication_instance_status") or "absent"),
        )

    def update(self, changes: Values, current: Values) -> None:
        was_running = current["status"] == "running"
        if was_running:
            self.stop(current)
        self.api.call(
            "ModifyReplicationTask",
            replication_task_arn=current["replication_task_arn"],
            **self.members(changes),
        )
        changed = self.watch.wait_ready()
        if was_running and self.params["state"] == "present":
            self.start(changed)

    def members(self, values: Values) -> Values:
        """Options as the API takes them."""
        members = {ARN_MEMBERS[name]: values[name] for name in REFERENCES if name in values}
        if "migration_type" in values:
            members["migration_type"] = values["migration_type"]
        if "table_mappings" in values:
            members["table_mappings"] = json.dumps(values["table_mappings"])
        if "settings" in values:
            members["replication_task_settings"] = json.dumps(values["settings"])
        return members

    def delete(self, current: Values) -> None:
        if current["status"] == "running":
            self.stop(current)
        self.api.call("DeleteReplicationTask", replication_task_arn=current["replication_task_arn"])

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        status = str(current.get("status") or "ready")
        state = self.params["state"]
        if state == "started" and status in RESTING:
            return [Action({"status": status}, {"status": "running"}, lambda: self.start(current))]
        if state == "stopped" and status == "running":
            return [Action({"status": status}, {"status": "stopped"}, lambda: self.stop(current))]
        return []

    def start(self, current: Values) -> None:
        """Start it in the way that fits what it has done; wait until it runs if asked to."""
        self.api.call(
            "StartReplicationTask",
            replication_task_arn=current["replication_task_arn"],
            start_replication_task_type=start_type(current),
        )
        if not self.params["wait"]:
            return
        started = self.watch.wait_ready()
        reason = str(started.get("last_failure_message") or started.get("stop_reason") or "")
        if started["status"] != "failed":
            return
        if NO_TABLES in reason and not self.params["tables_required"]:
            self.module.warn(
                f"{self.what} found no table to capture: once the source has the tables of the "
                "mappings, run this again"
            )
            return
        raise self.refuse(f"it started and failed: {reason or 'see its log'}")

    def stop(self, current: Values) -> None:
        """Stop it, and wait until it has stopped."""
        self.api.call("StopReplicationTask", replication_task_arn=current["replication_task_arn"])
        wait_until(
            self.find,
            lambda found: found is not None and found["status"] in RESTING,
            timeout=self.watch.timeout,
            what=f"{self.what} to stop",
            state=lambda found: str((found or {}).get("status")),
        )

    def arn(self, current: Values) -> str:
        # It ends in letters that AWS makes up, so it can't be told before the task is there.
        return str(current.get("replication_task_arn") or "")


def start_type(task: Values) -> str:
    """How to start a task: anew, where it was, or with its full load once more.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_StartReplicationTask.html
    """
    if task["status"] == "ready":
        return "start-replication"
    done = (task.get("replication_task_stats") or {}).get("full_load_finish_date")
    return "resume-processing" if done or task["migration_type"] == "cdc" else "reload-target"


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
