"""Lake Formation: who may see which table and column of the catalog, and which location.

What other services ask of it: columns_granted, and for the Data Catalog the authority module.
"""

from __future__ import annotations

from sandbox.registry import owns
from sandbox.runtime import Runtime
from sandbox.services.lakeformation.authority import selectable
from sandbox.services.lakeformation.lake import Lake
from sandbox.services.lakeformation.targets import of_table

owns("lakeformation")

from sandbox.services.lakeformation import (  # noqa: E402  their operations belong to an owned service
    expressions,
    filters,
    listing,
    locations,
    permissions,
    resource_tags,
    settings,
    tags,
)

__all__ = [
    "columns_granted",
    "expressions",
    "filters",
    "listing",
    "locations",
    "permissions",
    "resource_tags",
    "settings",
    "tags",
]


def columns_granted(
    runtime: Runtime, account: str, region: str, principal_arn: str, database: str, table: str
) -> set[str] | None:
    """The columns of a catalog table that a user or role may read.

    None where IAM_ALLOWED_PRINCIPALS may read it: there IAM alone decides. principal_arn is the
    IAM ARN (Principal.iam_arn). Raises AwsError EntityNotFoundException if there is no such table.
    """
    lake = runtime.state(Lake, account, region)
    return selectable(lake, principal_arn, of_table(database, table))
