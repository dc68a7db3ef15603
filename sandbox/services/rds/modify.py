"""ModifyDBInstance: at once, or left pending for the maintenance window, as AWS decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore import xform_name

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds import checks, database, versions
from sandbox.services.rds.credentials import check_password, new_managed_password
from sandbox.services.rds.describe import described, instances_of
from sandbox.services.rds.instance import MODIFY, Instance

# Without ApplyImmediately these wait for the maintenance window
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
WAITING = (
    "AllocatedStorage",
    "DBInstanceClass",
    "EngineVersion",
    "Iops",
    "MultiAZ",
    "StorageThroughput",
    "StorageType",
)
# What the sandbox does itself, so that moto must not.
OURS = {
    *WAITING,
    "ApplyImmediately",
    "DBPortNumber",
    "ManageMasterUserPassword",
    "MasterUserPassword",
    "RotateMasterUserPassword",
}
CREDENTIALS = "resetting-master-credentials"


@operation("rds", "ModifyDBInstance")
def modify_db_instance(
    call: Call, DBInstanceIdentifier: str, ApplyImmediately: bool = False, **changes: Any
) -> dict[str, Any]:
    """Change an instance: modifying or resetting-master-credentials, then available."""
    instances = instances_of(call)
    instance = instances.get(DBInstanceIdentifier)
    instance.require("available", "incompatible-parameters")
    if changes.get("NewDBInstanceIdentifier"):
        raise AwsError("NotImplemented", "The sandbox renames no DB instance.")
    waiting = _check(call, instance, changes)
    _check_credentials(instance, ApplyImmediately, changes)

    group = instance.parameter_group
    moto_changes = {xform_name(n): value for n, value in changes.items() if n not in OURS}
    if changes.get("PreferredMaintenanceWindow"):
        moto_changes["preferred_maintenance_window"] = changes["PreferredMaintenanceWindow"].lower()
    instances.backend.modify_db_instance(instances.key(instance), moto_changes)
    instance.group_replaced |= instance.parameter_group != group

    instance.pending |= waiting
    actions = _credential_actions(instance, changes)
    status = CREDENTIALS if actions else "modifying"
    port = changes.get("DBPortNumber")
    if port and port != instance.record.port:
        actions.append(lambda: instance.move(port))
        status = "modifying"
    if ApplyImmediately and instance.pending:
        actions.append(lambda: _apply_pending(instance))
        status = "modifying"
    if not actions:
        return described(call, instance)
    answer = described(call, instance, status)
    instance.change(status, MODIFY, lambda: _run(actions))
    return answer


def _check(call: Call, instance: Instance, changes: dict[str, Any]) -> dict[str, Any]:
    """Refuse what AWS refuses; return the changes that may have to wait."""
    record = instance.record
    if changes.get("EngineVersion"):
        changes["EngineVersion"] = versions.resolve(changes["EngineVersion"])
        checks.check_upgrade(
            record.engine_version,
            changes["EngineVersion"],
            changes.get("AllowMajorVersionUpgrade", False),
        )
    checks.check_common(call, record.engine_version, changes)
    storage_type = changes.get("StorageType") or record.storage_type
    if changes.get("AllocatedStorage"):
        size = checks.grown(record.allocated_storage, changes["AllocatedStorage"])
        checks.check_storage(size, storage_type)
        changes["AllocatedStorage"] = size
    return {
        member: changes[member]
        for member in WAITING
        if changes.get(member) is not None
        and changes[member] != getattr(record, xform_name(member), None)
    }


def _check_credentials(instance: Instance, immediately: bool, changes: dict[str, Any]) -> None:
    password = changes.get("MasterUserPassword")
    managed = instance.record.manage_master_user_password
    manage = changes.get("ManageMasterUserPassword", managed)
    if password and manage:
        raise AwsError(
            "InvalidParameterCombination",
            "MasterUserPassword cannot be given when ManageMasterUserPassword is enabled.",
        )
    if managed and not manage and not password:
        raise AwsError(
            "InvalidParameterCombination",
            "MasterUserPassword must be given when ManageMasterUserPassword is disabled.",
        )
    if changes.get("RotateMasterUserPassword") and not (managed and immediately):
        raise AwsError(
            "InvalidParameterCombination",
            "You must specify apply immediately when rotating the master user password."
            if managed
            else "RotateMasterUserPassword needs a master user password managed by RDS.",
        )
    if password:
        check_password(password)


def _credential_actions(instance: Instance, changes: dict[str, Any]) -> list[Callable[[], None]]:
    """Settle where the password is kept; return what then makes it the server's."""
    record = instance.record
    managed = bool(record.manage_master_user_password)
    manage = changes.get("ManageMasterUserPassword", managed)
    if manage != managed:
        record.update(
            manage_master_user_password=manage,
            master_user_secret_kms_key_id=changes.get("MasterUserSecretKmsKeyId"),
        )
    password = changes.get("MasterUserPassword")
    if (manage and not managed) or changes.get("RotateMasterUserPassword"):
        password = new_managed_password(record)
    if not password:
        return []
    user = str(record.master_username)
    return [lambda: database.set_password(instance.cluster, user, password)]


def _run(actions: list[Callable[[], None]]) -> None:
    for action in actions:
        action()


def _apply_pending(instance: Instance) -> None:
    for member, value in instance.pending.items():
        setattr(instance.record, xform_name(member), value)
    instance.pending.clear()
