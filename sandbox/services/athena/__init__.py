"""Athena: queries of the Data Catalog's tables, with the rights of who asks.

https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from sandbox.registry import owns
from sandbox.services.athena import (
    executions,
    listing,
    metadata,
    permissions,
    results,
    submission,
    tags,
    workgroups,
)

__all__ = [
    "executions",
    "listing",
    "metadata",
    "permissions",
    "results",
    "submission",
    "tags",
    "workgroups",
]

owns("athena")
