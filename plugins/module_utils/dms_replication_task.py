# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replication task of AWS Database Migration Service."""

from __future__ import annotations

from typing import Any

from .compare import ignore_case, json_subset, parse_json
from .dms_migration import ENDPOINT, Migration, Operations, same_mappings
from .settings import Setting, Values

REFERENCES = {
    "replication_instance": (
        "DescribeReplicationInstances",
        "replication_instances",
        "replication_instance",
    ),
    "source_endpoint": ENDPOINT,
    "target_endpoint": ENDPOINT,
}
DOCUMENTS = {"table_mappings": "table_mappings", "settings": "replication_task_settings"}


def task_view(task: Values) -> Values:
    """A task as the modules return it: its documents as data."""
    return {**task, **{key: parse_json(task.get(key)) for key in DOCUMENTS.values()}}


class Task(Migration):
    """https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationTask.html"""

    kind = "DMS replication task"
    result = "replication_task"
    ready_statuses = frozenset({"ready", "stopped", "failed", "running"})
    required_to_create = (*REFERENCES, "migration_type", "table_mappings")
    settings = (
        *(Setting(name, compare=ignore_case, immutable=True) for name in REFERENCES),
        Setting("migration_type"),
        Setting("table_mappings", compare=same_mappings),
        Setting("settings", member="replication_task_settings", compare=json_subset, partial=True),
    )
    operations = Operations(
        arn="replication_task_arn",
        start="StartReplicationTask",
        start_type="start_replication_task_type",
        stop="StopReplicationTask",
        reload="ReloadTables",
        statistics="DescribeTableStatistics",
        statistics_items="table_statistics",
    )
    new = "ready"
    starting = frozenset({"starting"})
    kind_option = "migration_type"
    stats_member = "replication_task_stats"
    settings_member = "replication_task_settings"
    documents = DOCUMENTS
    references = REFERENCES

    def find(self) -> Values | None:
        found = self.described(
            "DescribeReplicationTasks", "replication_tasks", "replication-task-id"
        )
        return found and task_view(found)

    def arn_of(self, option: str, name: str) -> str:
        if option == "replication_instance":  # which is waited for
            return self.available_instance(name)
        return super().arn_of(option, name)

    def create(self, wanted: Values, tags: Any) -> None:
        references = {f"{name}_arn": self.arn_of(name, wanted[name]) for name in REFERENCES}
        self.api.call(
            "CreateReplicationTask",
            replication_task_identifier=self.name,
            tags=tags,
            migration_type=wanted["migration_type"],
            **references,
            **self.texts(wanted),
        )

    def update(self, changes: Values, current: Values) -> None:
        self.changed_at_rest(
            current,
            lambda: self.api.call(
                "ModifyReplicationTask",
                **self.named(current),
                migration_type=changes.get("migration_type"),
                **self.texts(changes),
            ),
        )

    def delete(self, current: Values) -> None:
        if current["status"] == "running":
            self.stop(current)
        self.api.call("DeleteReplicationTask", **self.named(current))

    def has_run(self, current: Values) -> bool:
        return current["status"] != "ready" or bool(current.get("replication_task_start_date"))

    def failure(self, current: Values) -> str:
        return str(current.get("last_failure_message") or current.get("stop_reason") or "")
