"""RebootDBInstance, StopDBInstance, StartDBInstance."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.describe import described, instances_of


@operation("rds", "RebootDBInstance")
def reboot_db_instance(
    call: Call, DBInstanceIdentifier: str, ForceFailover: bool = False
) -> dict[str, Any]:
    """Restart the server with what its parameter group asks for: rebooting, then available."""
    instance = instances_of(call).get(DBInstanceIdentifier)
    instance.require("available", "incompatible-parameters")
    if ForceFailover and not instance.record.multi_az:
        raise AwsError(
            "InvalidParameterCombination",
            "ForceFailover cannot be specified when the DB instance is not in Multi-AZ.",
        )
    answer = described(call, instance, "rebooting")
    instance.reboot()
    return answer


@operation("rds", "StopDBInstance")
def stop_db_instance(
    call: Call, DBInstanceIdentifier: str, DBSnapshotIdentifier: str | None = None
) -> dict[str, Any]:
    """Stop the server: stopping, then stopped."""
    instances = instances_of(call)
    instance = instances.get(DBInstanceIdentifier)
    instance.require("available")
    if DBSnapshotIdentifier:
        instances.snapshot(instance, DBSnapshotIdentifier)
    answer = described(call, instance, "stopping")
    instance.stop()
    return answer


@operation("rds", "StartDBInstance")
def start_db_instance(call: Call, DBInstanceIdentifier: str) -> dict[str, Any]:
    """Start the server again: starting, then available."""
    instance = instances_of(call).get(DBInstanceIdentifier)
    instance.require("stopped")
    answer = described(call, instance, "starting")
    instance.start()
    return answer
