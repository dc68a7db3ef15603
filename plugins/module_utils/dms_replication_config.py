# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A serverless replication of AWS Database Migration Service, and its configuration."""

from __future__ import annotations

from typing import Any

from .compare import ignore_case, json_document, json_subset, parse_json
from .dms_compute import compute_problem, compute_request, compute_view, fixed_parts, same_compute
from .dms_migration import ENDPOINT, Migration, Operations, same_mappings
from .settings import Setting, Values
from .waiting import wait_until

REFERENCES = {"source_endpoint": ENDPOINT, "target_endpoint": ENDPOINT}
DOCUMENTS = {
    "table_mappings": "table_mappings",
    "settings": "replication_settings",
    "supplemental_settings": "supplemental_settings",
}
REPLICATIONS = ("DescribeReplications", "replications")
CONFIGS = ("DescribeReplicationConfigs", "replication_configs")
NAME = "replication_config_identifier"


def config_view(config: Values, replication: Values) -> Values:
    """A configuration as the modules return it: what its replication does, documents as data."""
    found = {**replication, **config}
    return {
        **found,
        **{key: parse_json(found[key]) for key in DOCUMENTS.values() if key in found},
        "compute_config": compute_view(config),
    }


class ReplicationConfig(Migration):
    """https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Serverless.Components.html"""

    kind = "DMS replication config"
    result = "replication_config"
    ready_statuses = frozenset({"created", "stopped", "failed", "running"})
    required_to_create = (*REFERENCES, "replication_type", "table_mappings", "compute_config")
    settings = (
        *(Setting(name, compare=ignore_case) for name in REFERENCES),
        Setting("replication_type"),
        Setting("compute_config", compare=same_compute, partial=True),
        Setting("table_mappings", compare=same_mappings),
        Setting("settings", member="replication_settings", compare=json_subset, partial=True),
        Setting("supplemental_settings", compare=json_document),
        Setting("resource_identifier", create_only=True),
    )
    operations = Operations(
        arn="replication_config_arn",
        start="StartReplication",
        start_type="start_replication_type",
        stop="StopReplication",
        reload="ReloadReplicationTables",
        statistics="DescribeReplicationTableStatistics",
        statistics_items="replication_table_statistics",
    )
    new = "created"
    starting = frozenset(
        {
            "initializing",
            "preparing_metadata_resources",
            "testing_connection",
            "fetching_metadata",
            "calculating_capacity",
            "provisioning_capacity",
            "replication_starting",
        }
    )
    kind_option = "replication_type"
    stats_member = "replication_stats"
    settings_member = "replication_settings"
    documents = DOCUMENTS
    references = REFERENCES

    def validate(self) -> None:
        super().validate()
        problem = compute_problem(self.params["compute_config"] or {})
        if problem:
            raise self.refuse(problem)

    def find(self) -> Values | None:
        replication = self.described(*REPLICATIONS, "replication-config-id")
        if replication is None:
            return None
        config = self.lookup(*CONFIGS, "replication-config-arn", self.arn(replication))
        return config and config_view(config, replication)

    def wanted(self, given: Values, current: Values | None) -> Values:
        wanted = super().wanted(given, current)
        if current is None:
            if "max_capacity_units" not in wanted.get("compute_config", {"max_capacity_units": 0}):
                raise self.refuse("creating it needs compute_config.max_capacity_units")
        elif self.has_run(current):
            self.require_same_place(wanted, current)
        return wanted

    def require_same_place(self, wanted: Values, current: Values) -> None:
        """ResourceError for a change of what is fixed once it has been started."""
        moved = [
            option
            for option in REFERENCES
            if option in wanted and wanted[option].lower() != current[option].lower()
        ]
        moved += [
            f"compute_config.{option}"
            for option in fixed_parts(wanted.get("compute_config", {}), current["compute_config"])
        ]
        if moved:
            raise self.refuse(
                f"{', '.join(moved)} can't be changed once it has been started: delete it first, "
                "or keep the old value"
            )

    def create(self, wanted: Values, tags: Any) -> None:
        self.api.call(
            "CreateReplicationConfig",
            replication_config_identifier=self.name,
            tags=tags,
            resource_identifier=wanted.get("resource_identifier"),
            **self.members(wanted, {}),
        )

    def update(self, changes: Values, current: Values) -> None:
        self.changed_at_rest(
            current,
            lambda: self.api.call(
                "ModifyReplicationConfig",
                **self.named(current),
                **self.members(changes, current["compute_config"]),
            ),
        )

    def members(self, values: Values, compute: Values) -> Values:
        """Options as the API takes them, the compute configuration whole."""
        found: Values = {
            f"{option}_arn": self.arn_of(option, values[option])
            for option in REFERENCES
            if option in values
        }
        if "compute_config" in values:
            found["compute_config"] = compute_request({**compute, **values["compute_config"]})
        return {
            **found,
            "replication_type": values.get("replication_type"),
            **self.texts(values),
        }

    def delete(self, current: Values) -> None:
        if current["status"] == "running":
            self.stop(current)
            current = self.watch.wait_settled() or current
        self.settle(current)
        self.api.call("DeleteReplicationConfig", **self.named(current))

    def settle(self, current: Values) -> None:
        if not deprovisions(current):
            return
        wait_until(
            self.find,
            lambda found: not deprovisions(found or {}),
            timeout=self.watch.timeout,
            what=f"{self.what} to give its resources back",
            state=lambda found: "deprovisioning",
        )

    def has_run(self, current: Values) -> bool:
        fresh = current["status"] in ("created", "modifying")
        return not fresh or bool(current.get("start_replication_type"))

    def failure(self, current: Values) -> str:
        told = "; ".join(current.get("failure_messages") or [])
        return told or str(current.get("stop_reason") or "")


def deprovisions(current: Values) -> bool:
    """Whether it gives its resources back: until then it can't be started again, or deleted."""
    return (current.get("provision_data") or {}).get("provision_state") == "deprovisioning"
