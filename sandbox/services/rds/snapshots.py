"""Snapshots are records only: what would need their data is refused."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.describe import instances_of


@operation("rds", "CreateDBSnapshot")
def create_db_snapshot(call: Call, DBInstanceIdentifier: str, **_: Any) -> dict[str, Any]:
    """Record a snapshot of an instance that is available."""
    instances_of(call).get(DBInstanceIdentifier).require("available", "stopped")
    return call.moto()


def _refuse(name: str) -> None:
    @operation("rds", name)
    def refuse(call: Call, **_: Any) -> None:
        raise AwsError(
            "NotImplemented",
            f"The sandbox does not serve rds:{name}: it would be a database without its data.",
        )


for _name in (
    "CreateDBCluster",
    "CreateDBInstanceReadReplica",
    "PromoteReadReplica",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceFromDBSnapshot",
    "RestoreDBInstanceFromS3",
    "RestoreDBInstanceToPointInTime",
):
    _refuse(_name)
