"""Amazon RDS for PostgreSQL: moto's control plane with real databases behind it.

Parameter groups decide the settings of a real server, statuses follow what it does, and an
endpoint is given when it accepts connections.
"""

from __future__ import annotations

from sandbox.services.rds import (
    create,
    defaults,
    delete,
    describe,
    groups,
    modify,
    permissions,
    power,
    snapshots,
    subnet_groups,
    versions,
)

__all__ = [
    "create",
    "defaults",
    "delete",
    "describe",
    "groups",
    "modify",
    "permissions",
    "power",
    "snapshots",
    "subnet_groups",
    "versions",
]
