# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DB instance of Amazon RDS for PostgreSQL, for the module rds_instance."""

from __future__ import annotations

import json
from typing import Any

from .compare import Views, last_part, unordered, version_prefix
from .resource import Action, Resource
from .settings import Plan, Setting, Values, plan_update
from .waiting import wait_until

PENDING_REBOOT = "pending-reboot"
APPLYING = "applying"
BUSY = ("InvalidDBInstanceState", "InvalidDBInstanceStateFault")


def at_least(wanted: int, current: int | None) -> Views:
    """Storage only grows: more than was asked for is right."""
    return (wanted, wanted) if current is not None and current >= wanted else (current, wanted)


def parameter_group(instance: Values) -> Values:
    """The instance's parameter group with its apply status."""
    groups = instance.get("db_parameter_groups") or [{}]
    return groups[0]


def port(instance: Values) -> int | None:
    """The port that it serves; DescribeDBInstances has 0 for it anywhere but in the endpoint."""
    return (instance.get("endpoint") or {}).get("port")


def security_group_ids(instance: Values) -> list[str]:
    groups = instance.get("vpc_security_groups") or []
    return [group["vpc_security_group_id"] for group in groups]


class Instance(Resource):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""

    service = "rds"
    kind = "DB instance"
    result = "instance"
    name_option = "identifier"
    missing_codes = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
    status_key = "db_instance_status"
    ready_statuses = frozenset({"available", "storage-optimization"})
    failed_statuses = frozenset(
        {
            "failed",
            "incompatible-create",
            "incompatible-network",
            "incompatible-option-group",
            "incompatible-parameters",
            "incompatible-restore",
            "insufficient-capacity",
            "restore-error",
            "stopped",
            "storage-full",
        }
    )
    tags_in_answer = True
    required_to_create = ("instance_class", "allocated_storage", "master_username")
    settings = (
        Setting("engine", immutable=True),
        Setting("engine_version", compare=version_prefix),
        Setting("auto_minor_version_upgrade"),
        Setting("instance_class", member="db_instance_class"),
        Setting("allocated_storage", compare=at_least),
        Setting("max_allocated_storage"),
        Setting("storage_type"),
        Setting("storage_encrypted", immutable=True),
        Setting("kms_key_id", compare=last_part, immutable=True),
        Setting("db_name", immutable=True),
        Setting("port", read=port),
        Setting("master_username", immutable=True),
        Setting(
            "manage_master_user_password",
            read=lambda instance: bool(instance.get("master_user_secret")),
        ),
        Setting(
            "parameter_group",
            member="db_parameter_group_name",
            read=lambda instance: parameter_group(instance).get("db_parameter_group_name"),
        ),
        Setting(
            "subnet_group",
            member="db_subnet_group_name",
            read=lambda instance: (instance.get("db_subnet_group") or {}).get(
                "db_subnet_group_name"
            ),
        ),
        Setting(
            "security_group_ids",
            member="vpc_security_group_ids",
            read=security_group_ids,
            compare=unordered,
        ),
        Setting("multi_az"),
        Setting("publicly_accessible"),
        Setting("backup_retention_period"),
        Setting("copy_tags_to_snapshot"),
        Setting("ca_certificate_identifier"),
        Setting("monitoring_interval"),
        Setting("monitoring_role_arn"),
        Setting(
            "performance_insights",
            member="enable_performance_insights",
            read=lambda instance: bool(instance.get("performance_insights_enabled")),
        ),
        Setting("deletion_protection"),
    )

    def validate(self) -> None:
        params = self.params
        days = params["backup_retention_period"]
        if days is not None and not 0 <= days <= 35:
            raise self.refuse(f"backup_retention_period is {days}: it must be 0 to 35")
        if params["monitoring_interval"] and not params["monitoring_role_arn"]:
            raise self.refuse("monitoring_interval needs monitoring_role_arn")
        skip, snapshot = params["skip_final_snapshot"], params["final_snapshot_identifier"]
        if params["state"] == "absent" and skip == bool(snapshot):
            raise self.refuse(
                "state=absent needs either final_snapshot_identifier or skip_final_snapshot=true"
            )

    def find(self) -> Values | None:
        answer = self.api.maybe(
            "DescribeDBInstances",
            missing=self.missing_codes,
            db_instance_identifier=self.name,
        )
        if answer is None or not answer["db_instances"]:
            return None
        instance = answer["db_instances"][0]
        pending = instance.get("pending_modified_values") or {}
        if not self.params["apply_immediately"]:
            # What waits for the maintenance window has been asked for already.
            instance = {**instance, **{key: pending[key] for key in pending if key in instance}}
        return {**instance, "tags": instance.get("tag_list") or []}

    def status(self, current: Values) -> str:
        # Only when its parameters are applied can be told whether they need a reboot.
        status = super().status(current)
        applying = parameter_group(current).get("parameter_apply_status") == APPLYING
        return f"{APPLYING} parameters" if status == "available" and applying else status

    def wanted(self, given: Values, current: Values | None) -> Values:
        secret = self.params["master_user_secret"]
        if current is None and not (secret or given.get("manage_master_user_password")):
            raise self.refuse(
                "doesn't exist, and creating it needs manage_master_user_password=true or"
                " master_user_secret"
            )
        if current is None and secret and "master_username" not in given:
            if self.module.check_mode:
                # The secret may be one that an earlier task would make.
                return {**given, "master_username": f"from secret {secret}"}
            return {**given, "master_username": self.secret_member(secret, "username")}
        return given

    def secret_member(self, secret: str, key: str) -> str:
        """A member of the JSON object that a secret holds."""
        answer = self.api_of("secretsmanager").call("GetSecretValue", secret_id=secret)
        try:
            value = json.loads(answer.get("secret_string") or "")[key]
        except (ValueError, KeyError, TypeError):
            raise self.refuse(
                f"master_user_secret {secret} must be a JSON object with the key {key}"
            ) from None
        return str(value)

    def create(self, wanted: Values, tags: Any) -> None:
        secret = self.params["master_user_secret"]
        password = None
        if secret:
            password = self.secret_member(secret, "password")
            self.module.no_log_values.add(password)
        self.api.call(
            "CreateDBInstance",
            # A role or a parameter group made a moment ago may not be known everywhere yet.
            retry=("DBParameterGroupNotFound",),
            db_instance_identifier=self.name,
            master_user_password=password,
            tags=tags,
            **self.request(wanted),
        )

    def update(self, changes: Values, current: Values) -> None:
        request = self.request(changes)
        if "port" in request:
            request["db_port_number"] = request.pop("port")
        immediately = self.params["apply_immediately"]
        self.api.call(
            "ModifyDBInstance",
            retry=BUSY,
            db_instance_identifier=self.name,
            apply_immediately=immediately,
            allow_major_version_upgrade=self.params["allow_major_version_upgrade"] or None,
            **request,
        )
        if immediately and self.params["wait"]:
            self.wait_applied(changes)

    def wait_applied(self, changes: Values) -> None:
        """Wait until the instance has the new values: it stays available for a while before."""

        def applied(instance: Values | None) -> bool:
            return (
                bool(instance) and not plan_update(self.settings, changes, instance or {}).changes
            )

        wait_until(
            self.find,
            applied,
            timeout=self.watch.timeout,
            what=f"{self.what} to have its new settings",
            state=lambda instance: self.status(instance or {}) or "absent",
        )

    def actions(self, current: Values, plan: Plan) -> list[Action]:
        waiting = parameter_group(current).get("parameter_apply_status") == PENDING_REBOOT
        foretold = (
            self.module.check_mode and bool(plan.before) and "parameter_group" in plan.changes
        )
        if not self.params["reboot"] or not (waiting or foretold):
            return []
        return [Action({"parameters": PENDING_REBOOT}, {"parameters": "in-sync"}, run=self.reboot)]

    def reboot(self) -> None:
        """Reboot, and see the reboot begin: the status stays available for a moment."""
        self.watch.wait_ready()
        self.api.call("RebootDBInstance", retry=BUSY, db_instance_identifier=self.name)
        if self.params["wait"]:
            wait_until(
                self.find,
                lambda found: (
                    parameter_group(found or {}).get("parameter_apply_status") == "in-sync"
                ),
                timeout=self.watch.timeout,
                what=f"{self.what} to reboot with its new parameters",
                state=lambda found: self.status(found or {}) or "absent",
            )

    def delete(self, current: Values) -> None:
        if current.get("deletion_protection"):
            raise self.refuse(
                "is protected: run once with deletion_protection=false, then delete it"
            )
        params = self.params
        self.api.call(
            "DeleteDBInstance",
            retry=BUSY,
            db_instance_identifier=self.name,
            skip_final_snapshot=params["skip_final_snapshot"],
            final_db_snapshot_identifier=params["final_snapshot_identifier"],
            delete_automated_backups=params["delete_automated_backups"],
        )

    def arn(self, current: Values) -> str:
        return current.get("db_instance_arn") or self.build_arn(f"db:{self.name.lower()}")

    def arn_key(self) -> str:
        return "db_instance_arn"

    def returned(self, current: Values) -> Values:
        known = {key: value for key, value in current.items() if key != "tag_list"}
        return {"db_instance_identifier": self.name, "tags": {}, **known}
