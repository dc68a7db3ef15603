"""DeleteDBInstance: deleting, then gone with all its files."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.describe import described, instances_of


@operation("rds", "DeleteDBInstance")
def delete_db_instance(
    call: Call,
    DBInstanceIdentifier: str,
    SkipFinalSnapshot: bool = False,
    FinalDBSnapshotIdentifier: str | None = None,
    DeleteAutomatedBackups: bool = True,
) -> dict[str, Any]:
    """Begin to delete an instance that is not protected."""
    instances = instances_of(call)
    instance = instances.get(DBInstanceIdentifier)
    if instance.status == "deleting":
        raise AwsError(
            "InvalidDBInstanceState", f"Instance {instance.identifier} is already being deleted."
        )
    if instance.record.deletion_protection:
        raise AwsError(
            "InvalidParameterCombination",
            "Cannot delete protected DB Instance, please disable deletion protection and try "
            "again.",
        )
    if not SkipFinalSnapshot and not FinalDBSnapshotIdentifier:
        raise AwsError(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
    if SkipFinalSnapshot and FinalDBSnapshotIdentifier:
        raise AwsError(
            "InvalidParameterCombination",
            "You cannot specify both FinalDBSnapshotIdentifier and SkipFinalSnapshot",
        )
    if FinalDBSnapshotIdentifier:
        instance.require("available", "stopped")
        instances.snapshot(instance, FinalDBSnapshotIdentifier)
    answer = described(call, instance, "deleting")
    instance.delete(lambda: instances.drop(instance, DeleteAutomatedBackups))
    return answer
