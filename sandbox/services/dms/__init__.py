"""AWS Database Migration Service: replication instances, endpoints, tasks and serverless
replications from PostgreSQL to parquet in S3, with a capture that really reads the one and writes the other."""

from __future__ import annotations

from sandbox.registry import owns
from sandbox.services.dms import (
    connection,
    endpoints,
    instances,
    notices,
    offers,
    replications,
    subnet_group,
    subscriptions,
    table_statistics,
    tags,
    tasks,
)

owns("dms")

__all__ = [
    "connection",
    "endpoints",
    "instances",
    "notices",
    "offers",
    "replications",
    "subnet_group",
    "subscriptions",
    "table_statistics",
    "tags",
    "tasks",
]
