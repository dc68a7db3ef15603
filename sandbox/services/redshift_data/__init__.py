"""The Amazon Redshift Data API over the warehouses of Redshift Serverless.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
"""

from __future__ import annotations

from sandbox.registry import owns
from sandbox.services.redshift_data import catalog, execute, manage, permissions, results

__all__ = ["catalog", "execute", "manage", "permissions", "results"]

owns("redshift-data")
