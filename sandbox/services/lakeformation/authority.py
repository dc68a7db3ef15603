"""Who may do what: explicit grants, those of everyone, LF-tags, and what is implicit.

https://docs.aws.amazon.com/lake-formation/latest/dg/implicit-permissions.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sandbox.errors import AwsError
from sandbox.services.lakeformation import targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.grants import Grant
from sandbox.services.lakeformation.lake import IAM_ALLOWED, Lake
from sandbox.services.lakeformation.tagging import matches
from sandbox.services.lakeformation.targets import ALL_TABLES, PERMISSIONS, Target

NOT_AUTHORIZED = (
    "Resource does not exist or requester is not authorized to access requested permissions."
)


def is_administrator(lake: Lake, principal: str) -> bool:
    """Whether the settings name this principal a data lake administrator."""
    return any(
        admin["DataLakePrincipalIdentifier"] == principal
        for admin in lake.settings["DataLakeAdmins"]
    )


def may_read_everything(lake: Lake, principal: str) -> bool:
    """Whether the principal sees all grants: an administrator or a read-only one."""
    return is_administrator(lake, principal) or any(
        admin["DataLakePrincipalIdentifier"] == principal
        for admin in lake.settings["ReadOnlyAdmins"]
    )


def applying(lake: Lake, principals: Iterable[str], target: Target) -> list[Grant]:
    """The grants that reach a resource: its own, its wildcard's, its LF-tags'."""
    return [grant for grant in lake.grants.current(principals) if reaches(lake, grant, target)]


def held(lake: Lake, principal: str, target: Target) -> set[str]:
    """The permissions of a principal on a resource, whatever they come from."""
    permissions: set[str] = set()
    for grant in applying(lake, _identities(lake, principal), target):
        permissions |= grant.permissions | ({"SELECT"} if grant.select else set())
    if is_administrator(lake, principal):
        permissions |= _IMPLICIT.get(target.kind, {"DESCRIBE"})
    return set(PERMISSIONS[target.kind]) if "ALL" in permissions else permissions


def grantable(lake: Lake, principal: str, target: Target, columns: Columns) -> set[str]:
    """The permissions that a principal may pass on; SELECT only if on all of the columns."""
    if is_administrator(lake, principal):
        return set(PERMISSIONS[target.kind])
    permissions: set[str] = set()
    for grant in applying(lake, [principal], target):
        permissions |= grant.grantable
        if grant.select_grantable.covers(columns, lake.columns(target)):
            permissions.add("SELECT")
    return set(PERMISSIONS[target.kind]) if "ALL" in permissions else permissions


def require(lake: Lake, principal: str, permission: str, target: Target) -> None:
    """AccessDeniedException, worded as the Data Catalog does, unless the principal holds it."""
    if permission not in held(lake, principal, target):
        wanted = permission.replace("_", " ").title()
        label = target.label
        raise AwsError(
            "AccessDeniedException",
            f"Insufficient Lake Formation permission(s): Required {wanted} on {label}",
        )


def require_location(lake: Lake, principal: str, arn: str) -> None:
    """AccessDeniedException unless the principal may make catalog entries that point there.

    Only registered locations are guarded, and not those in hybrid access mode.
    """
    location = lake.registered(arn) if arn else None
    if location is None or location.get("HybridAccessEnabled"):
        return
    if "DATA_LOCATION_ACCESS" not in held(lake, principal, Target("DATA_LOCATION", (arn,))):
        path = arn.removeprefix("arn:aws:s3:::")
        raise AwsError(
            "AccessDeniedException", f"Insufficient Lake Formation permission(s) on s3://{path}"
        )


def sees_database(lake: Lake, principal: str, name: str) -> bool:
    """Whether a principal holds anything on a database or on a table of it."""
    if held(lake, principal, targets.of_database(name)):
        return True
    return any(
        grant.target.database == name.lower()
        for grant in lake.grants.current(_identities(lake, principal))
    )


def selectable(lake: Lake, principal: str, target: Target) -> set[str] | None:
    """The columns of a table that a principal may read; None where IAM alone decides."""
    columns = lake.columns(target)
    for grant in applying(lake, [IAM_ALLOWED], target):
        if "ALL" in grant.permissions or grant.select == Columns.every():
            return None
    readable: set[str] = set()
    for grant in applying(lake, _identities(lake, principal), target):
        readable |= grant.select.within(columns)
        if "ALL" in grant.permissions and grant.target.kind == "TABLE":
            readable |= set(columns)
    for grant in lake.grants.current(_identities(lake, principal)):
        if {"ALL", "SELECT"} & grant.permissions:
            readable |= _by_column(lake, grant.target, target, columns)
    return readable


def _by_column(lake: Lake, granted: Target, table: Target, columns: list[str]) -> set[str]:
    """The columns of a table that a data cells filter or an LF-tag expression stands for."""
    if granted.kind == "DATA_CELLS_FILTER" and granted.parts[:2] == table.parts:
        cells = lake.filters.get(granted.parts)
        return targets.columns_of(cells).within(columns) if cells else set()
    if granted.kind == "LF_TAG_POLICY_TABLE":
        expression = json.loads(granted.parts[0])
        return {name for name in columns if matches(lake, expression, (*table.parts, name))}
    return set()


def _identities(lake: Lake, principal: str) -> list[str]:
    return [principal, IAM_ALLOWED, f"{lake.account}:IAMPrincipals"]


def reaches(lake: Lake, grant: Grant, target: Target) -> bool:
    """Whether a grant applies to a resource, directly or by wildcard, path or LF-tags."""
    own = grant.target
    if own == target:
        return True
    if own.kind == target.kind == "TABLE":
        return own.parts == (target.parts[0], ALL_TABLES)
    if own.kind == target.kind == "DATA_LOCATION":
        return bool(target.parts[0].startswith(own.parts[0] + "/"))
    if own.kind == target.kind == "LF_TAG":
        return own.parts[0] == target.parts[0] and (
            "*" in own.parts[1] or set(target.parts[1]) <= set(own.parts[1])
        )
    if own.kind == f"LF_TAG_POLICY_{target.kind}" and ALL_TABLES not in target.parts:
        return matches(lake, json.loads(own.parts[0]), target.parts)
    return False


# what an administrator holds without a grant, beyond seeing everything
_IMPLICIT = {
    "CATALOG": {"CREATE_DATABASE", "CREATE_LF_TAG", "DESCRIBE"},
    "DATA_LOCATION": {"DATA_LOCATION_ACCESS"},
    "LF_TAG": set(PERMISSIONS["LF_TAG"]),
}
