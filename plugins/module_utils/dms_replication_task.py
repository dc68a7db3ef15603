# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication task of AWS Database Migration Service, and how it is started and stopped."""

from __future__ import annotations

import json
from typing import Any

from .compare import ignore_case, json_document, json_subset, parse_json
from .dms import DmsResource
from .resource import Action
from .settings import Plan, Setting, Values
from .waiting import wait_until

RESTING = frozenset({"ready", "stopped", "failed"})
INSTANCE = ("DescribeReplicationInstances", "replication_instances", "replication_instance")
ENDPOINT = ("DescribeEndpoints", "endpoints", "endpoint")
REFERENCES = {
    "replication_instance": INSTANCE,
    "source_endpoint": ENDPOINT,
    "target_endpoint": ENDPOINT,
}
"""Options that name a resource: how it is described, listed, and how its members begin."""
DOCUMENTS = {"table_mappings": "table_mappings", "settings": "replication_task_settings"}
NO_TABLES = "No tables were found"


def task_view(task: Values) -> Values:
    """A task as the modules return it: its documents as data."""
    return {**task, **{key: parse_json(task.get(key)) for key in DOCUMENTS.values()}}


class Task(DmsResource):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationTask.html"""

    kind = "DMS replication task"
    result = "replication_task"
    ready_statuses = RESTING | {"running"}
    required_to_create = (*REFERENCES, "migration_type", "table_mappings")
    settings = (
        *(Setting(name, compare=ignore_case, immutable=True) for name in REFERENCES),
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
        return task_view(found)

    def wanted(self, given: Values, current: Values | None) -> Values:
        wanted = dict(given)
        for option in [option for option in DOCUMENTS if option in given]:
            wanted[option] = parse_json(given[option])
        if current is not None:
            # AWS tells ARNs; they are looked up only here, since a task is read often.
            for option in [option for option in REFERENCES if option in given]:
                current[option] = self.name_of(option, current[f"{option}_arn"])
        return wanted

    def returned(self, current: Values) -> Values:
        return {key: value for key, value in current.items() if key not in REFERENCES}

    def name_of(self, option: str, arn: str) -> str:
        """Name of the instance or endpoint with this ARN; the ARN when it is gone."""
        operation, items, member = REFERENCES[option]
        found = self.lookup(operation, items, f"{member.replace('_', '-')}-arn", arn)
        return str(found[f"{member}_identifier"]) if found else arn

    def arn_of(self, option: str, name: str) -> str:
        """ARN of the instance, which is waited for, or of an endpoint of this name."""
        operation, items, member = REFERENCES[option]
        if option == "replication_instance":
            return self.available_instance(name)
        found = self.lookup(operation, items, f"{member}-id", name.lower())
        if found is None:
            raise self.refuse(f"{option} {name} doesn't exist: make it first")
        return str(found[f"{member}_arn"])

    def create(self, wanted: Values, tags: Any) -> None:
        references = {f"{name}_arn": self.arn_of(name, wanted[name]) for name in REFERENCES}
        self.api.call(
            "CreateReplicationTask",
            replication_task_identifier=self.name,
            tags=tags,
            **references,
            **self.members(wanted),
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
        if was_running and self.params["state"] != "stopped":
            self.start(changed)

    def members(self, values: Values) -> Values:
        """Options as the API takes them, but for those that name other resources."""
        texts = {
            member: json.dumps(values[option])
            for option, member in DOCUMENTS.items()
            if option in values
        }
        return {"migration_type": values.get("migration_type"), **texts}

    def delete(self, current: Values) -> None:
        if current["status"] == "running":
            self.stop(current)
        self.api.call("DeleteReplicationTask", replication_task_arn=current["replication_task_arn"])

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        status = str(current.get("status") or "ready")
        state = self.params["state"]
        if state == "started" and status in RESTING and not is_done(current):
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
        if started["status"] != "failed":
            return
        reason = str(started.get("last_failure_message") or started.get("stop_reason") or "")
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


def loaded(task: Values) -> bool:
    """Whether the task has finished its full load."""
    return bool((task.get("replication_task_stats") or {}).get("full_load_finish_date"))


def is_done(task: Values) -> bool:
    """Whether the task has nothing left to do: a full load alone, which it has finished."""
    stopped = task.get("status") == "stopped"
    return stopped and task.get("migration_type") == "full-load" and loaded(task)


def start_type(task: Values) -> str:
    """How to start a task: for the first time, where it was, or with its full load once more.

    https://docs.aws.amazon.com/dms/latest/APIReference/API_StartReplicationTask.html
    """
    if task["status"] == "ready" and not task.get("replication_task_start_date"):
        return "start-replication"
    resumes = loaded(task) or task["migration_type"] == "cdc"
    return "resume-processing" if resumes else "reload-target"
