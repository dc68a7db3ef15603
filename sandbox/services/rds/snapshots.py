"""Snapshots are records only: what would need their data is refused."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.registry import operation, refuses
from sandbox.services.rds.describe import instances_of


@operation("rds", "CreateDBSnapshot")
def create_db_snapshot(call: Call, DBInstanceIdentifier: str, **_: Any) -> dict[str, Any]:
    """Record a snapshot of an instance that is available."""
    instances_of(call).get(DBInstanceIdentifier).require("available", "stopped")
    return call.moto()


refuses(
    "rds",
    "CreateDBCluster",
    "CreateDBInstanceReadReplica",
    "PromoteReadReplica",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceFromDBSnapshot",
    "RestoreDBInstanceFromS3",
    "RestoreDBInstanceToPointInTime",
    why="it would be a database without its data.",
)
