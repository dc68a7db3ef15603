# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DB instance of Amazon RDS for PostgreSQL, for the module rds_instance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .rds_instance_settings import (
    SETTINGS,
    for_change,
    for_creation,
    parameter_group,
    storage_problem,
    window_problem,
)
from .resource import Action, Resource
from .role_propagation import once_role_is_known
from .settings import Plan, Values, plan_update
from .waiting import wait_until

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

PENDING_REBOOT = "pending-reboot"
APPLYING = "applying"
BUSY = ("InvalidDBInstanceState", "InvalidDBInstanceStateFault")


class Instance(Resource):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html"""

    service = "rds"
    kind = "DB instance"
    result = "instance"
    name_option = "identifier"
    missing_codes = ("DBInstanceNotFound", "DBInstanceNotFoundFault")
    status_key = "db_instance_status"
    ready_statuses = frozenset(
        {"available", "storage-config-upgrade", "storage-initialization", "storage-optimization"}
    )
    failed_statuses = frozenset(
        {
            "failed",
            "inaccessible-encryption-credentials",
            "inaccessible-encryption-credentials-recoverable",
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
    # More storage, or another parameter group, is the way out.
    mendable_statuses = frozenset({"incompatible-parameters", "storage-full"})
    tags_in_answer = True
    required_to_create = ("instance_class", "allocated_storage", "master_username")
    settings = SETTINGS

    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self.name = self.name.lower()  # as RDS keeps it

    def validate(self) -> None:
        params = self.params
        days = params["backup_retention_period"]
        if days is not None and not 0 <= days <= 35:
            raise self.refuse(f"backup_retention_period is {days}: it must be 0 to 35")
        wrong = window_problem(params)
        if wrong:
            raise self.refuse(wrong)
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
        target = {**(current or {}), **given}
        if target.get("monitoring_interval") and not target.get("monitoring_role_arn"):
            raise self.refuse("monitoring_interval needs monitoring_role_arn")
        wrong = storage_problem(given, current or {})
        if wrong:
            raise self.refuse(wrong)
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
        self.send(
            "CreateDBInstance",
            # A parameter group made a moment ago may not be known everywhere yet.
            retry=("DBParameterGroupNotFound",),
            master_user_password=password,
            tags=tags,
            **for_creation(self.request(wanted)),
        )

    def send(self, operation: str, retry: tuple[str, ...], **request: Any) -> None:
        """Make or change it; its role for enhanced monitoring may have been made a moment ago."""

        def call() -> None:
            self.api.call(operation, retry=retry, db_instance_identifier=self.name, **request)

        once_role_is_known(call, ("required permissions for: ENHANCED_MONITORING",), self.what)

    def update(self, changes: Values, current: Values) -> None:
        request = for_change(self.request(changes), current)
        immediately = self.params["apply_immediately"]
        self.send(
            "ModifyDBInstance",
            retry=BUSY,
            apply_immediately=immediately,
            allow_major_version_upgrade=self.params["allow_major_version_upgrade"] or None,
            **request,
        )
        if immediately and self.params["wait"]:
            self.wait_applied(changes)

    def wait_applied(self, changes: Values) -> None:
        """Wait until the instance has the new values: it stays available for a while before."""

        def applied(instance: Values | None) -> bool:
            found = instance or {}
            return bool(found) and not plan_update(self.settings, changes, found).changes

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

    def failure(self, current: Values) -> str:
        if self.status(current) == "stopped":
            return "is stopped: start it in the console or by rds:StartDBInstance, then run again"
        return super().failure(current)

    def check_deletion(self, current: Values) -> None:
        if current.get("deletion_protection"):
            raise self.refuse(
                "is protected: run once with deletion_protection=false, then delete it"
            )

    def delete(self, current: Values) -> None:
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
        # Check mode foretells what the requests say; answers say it otherwise.
        hidden = ("tag_list", "port", "manage_master_user_password")
        shown = {key: value for key, value in current.items() if key not in hidden}
        if group := shown.pop("db_parameter_group_name", None):
            shown["db_parameter_groups"] = [{"db_parameter_group_name": group}]
        if group := shown.pop("db_subnet_group_name", None):
            shown["db_subnet_group"] = {"db_subnet_group_name": group}
        if ids := shown.pop("vpc_security_group_ids", None):
            shown["vpc_security_groups"] = [{"vpc_security_group_id": each} for each in ids]
        if "enable_performance_insights" in shown:
            shown["performance_insights_enabled"] = shown.pop("enable_performance_insights")
        return {"db_instance_identifier": self.name, "tags": {}, **shown}
