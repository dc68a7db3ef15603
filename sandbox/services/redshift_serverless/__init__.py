"""Amazon Redshift Serverless: namespaces with real databases, workgroups that serve them.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from sandbox.registry import owns
from sandbox.services.redshift_serverless import (
    credentials,
    namespaces,
    permissions,
    resources,
    snapshots,
    tags,
    usage_limits,
    workgroups,
)

__all__ = [
    "credentials",
    "namespaces",
    "permissions",
    "resources",
    "snapshots",
    "tags",
    "usage_limits",
    "workgroups",
]

owns("redshift-serverless")
