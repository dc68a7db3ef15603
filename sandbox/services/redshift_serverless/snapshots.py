"""Snapshots: what the API says of them. No data is kept, and nothing can be restored.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateSnapshot.html
"""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_serverless.inventory import (
    SERVICE,
    Inventory,
    Namespace,
    invalid,
    inventory_of,
    missing,
)
from sandbox.services.redshift_serverless.tags import checked_tags

CREATE_SECONDS = 60
FOR_EVER = -1
MOST_DAYS = 3653


def take_snapshot(
    inventory: Inventory,
    namespace: Namespace,
    name: str,
    retention: int | None,
    tags: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Record a snapshot of a namespace; hold the inventory's lock.

    Raises ConflictException when the name is taken, ValidationException for a wrong retention.
    """
    retention = FOR_EVER if retention is None else retention
    _check_retention(retention)
    if name in inventory.snapshots:
        raise AwsError("ConflictException", f"The snapshot {name} already exists.")
    now = inventory.runtime.clock.now()
    _, arn = inventory.identity("snapshot")
    snapshot: dict[str, Any] = {
        "snapshotName": name,
        "snapshotArn": arn,
        "namespaceName": namespace.name,
        "namespaceArn": namespace.arn,
        "adminUsername": namespace.database.logins.admin_user,
        "kmsKeyId": namespace.kms_key_id,
        "ownerAccount": inventory.account,
        "snapshotCreateTime": now,
        "snapshotRetentionStartTime": now,
        "snapshotRetentionPeriod": retention,
        "status": "CREATING",
    }
    inventory.snapshots[name] = snapshot
    inventory.tags[arn] = tags or {}
    inventory.runtime.clock.later(CREATE_SECONDS, lambda: snapshot.update(status="AVAILABLE"))
    return snapshot


@operation(SERVICE, "CreateSnapshot")
def create_snapshot(
    call: Call,
    namespaceName: str,
    snapshotName: str,
    retentionPeriod: int | None = None,
    tags: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """Take a snapshot of a namespace that has a workgroup."""
    inventory = inventory_of(call)
    checked = checked_tags(tags or [])
    with inventory.lock:
        namespace = inventory.namespace(namespaceName)
        if not inventory.workgroup_of(namespace):
            raise invalid(
                "You can't create a snapshot because there isn't a workgroup created for the "
                "namespace."
            )
        snapshot = take_snapshot(inventory, namespace, snapshotName, retentionPeriod, checked)
        return {"snapshot": _document(call, snapshot)}


@operation(SERVICE, "GetSnapshot")
def get_snapshot(
    call: Call, snapshotName: str = "", snapshotArn: str = "", ownerAccount: str = ""
) -> dict[str, Any]:
    """One snapshot, by its name or its ARN."""
    if not snapshotName and not snapshotArn:
        raise invalid("You must specify snapshotName or snapshotArn.")
    for snapshot in inventory_of(call).snapshots.values():
        if snapshotName in {"", snapshot["snapshotName"]} and snapshotArn in {
            "",
            snapshot["snapshotArn"],
        }:
            return {"snapshot": _document(call, snapshot)}
    raise missing("Snapshot", snapshotName or snapshotArn)


@operation(SERVICE, "ListSnapshots")
def list_snapshots(
    call: Call,
    maxResults: int = 100,
    nextToken: str | None = None,
    startTime: datetime.datetime | None = None,
    endTime: datetime.datetime | None = None,
    **wanted: str,
) -> dict[str, Any]:
    """The snapshots of a namespace, or all, in pages."""
    found = [
        _document(call, snapshot)
        for snapshot in inventory_of(call).snapshots.values()
        if all(snapshot[name] == value for name, value in wanted.items())
        and (startTime is None or snapshot["snapshotCreateTime"] >= startTime)
        and (endTime is None or snapshot["snapshotCreateTime"] <= endTime)
    ]
    shown, following = page(found, nextToken, maxResults)
    return {"snapshots": shown, "nextToken": following}


@operation(SERVICE, "UpdateSnapshot")
def update_snapshot(
    call: Call, snapshotName: str, retentionPeriod: int | None = None
) -> dict[str, Any]:
    """Change how many days a snapshot is kept."""
    inventory = inventory_of(call)
    with inventory.lock:
        snapshot = _snapshot(inventory, snapshotName)
        if retentionPeriod is not None:
            _check_retention(retentionPeriod)
            snapshot["snapshotRetentionPeriod"] = retentionPeriod
        return {"snapshot": _document(call, snapshot)}


@operation(SERVICE, "DeleteSnapshot")
def delete_snapshot(call: Call, snapshotName: str) -> dict[str, Any]:
    """Delete a snapshot that is complete."""
    inventory = inventory_of(call)
    with inventory.lock:
        snapshot = _snapshot(inventory, snapshotName)
        if snapshot["status"] != "AVAILABLE":
            message = f"The snapshot {snapshotName} is {snapshot['status']}."
            raise AwsError("ConflictException", message)
        del inventory.snapshots[snapshotName]
        del inventory.tags[snapshot["snapshotArn"]]
        return {"snapshot": _document(call, snapshot) | {"status": "DELETED"}}


def _snapshot(inventory: Inventory, name: str) -> dict[str, Any]:
    if name not in inventory.snapshots:
        raise missing("Snapshot", name)
    return inventory.snapshots[name]


def _document(call: Call, snapshot: dict[str, Any]) -> dict[str, Any]:
    days = snapshot["snapshotRetentionPeriod"]
    if days == FOR_EVER:
        return dict(snapshot)
    age = call.runtime.clock.now() - snapshot["snapshotRetentionStartTime"]
    return snapshot | {"snapshotRemainingDays": max(days - age.days, 0)}


def _check_retention(days: int) -> None:
    if days != FOR_EVER and not 1 <= days <= MOST_DAYS:
        raise invalid(f"The retention period {days} is not valid: it must be -1 or 1-{MOST_DAYS}.")
