"""Who may do what: explicit grants, those of everyone, LF-tags, and what is implicit.

https://docs.aws.amazon.com/lake-formation/latest/dg/implicit-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.engines.athena.model import Slice
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
    if (
        target.kind == "TABLE"
        and target.parts[1] != ALL_TABLES
        and by_column(lake, principal, target)
    ):
        permissions.add("SELECT")
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
    found = slices(lake, principal, target)
    return None if found is None else {name for one in found for name in one.columns}


def slices(lake: Lake, principal: str, target: Target) -> list[Slice] | None:
    """What a principal may read of a table: columns, and of which rows.

    What data cells filters open is told filter by filter; a principal may read all of it together.
    None where IAM alone decides.
    """
    columns = lake.columns(target)
    for grant in applying(lake, [IAM_ALLOWED], target):
        if "ALL" in grant.permissions or grant.select == Columns.every():
            return None
    whole: set[str] = set()
    for grant in applying(lake, _identities(lake, principal), target):
        whole |= grant.select.within(columns)
        if "ALL" in grant.permissions and grant.target.kind == "TABLE":
            whole |= set(columns)
    filtered = []
    for grant in lake.grants.current(_identities(lake, principal)):
        if {"ALL", "SELECT"} & grant.permissions:
            readable = _stands_for(lake, grant.target, target)
            rows = _rows(lake, grant.target)
            if rows is None:
                whole |= readable
            elif readable:
                filtered.append(Slice(frozenset(readable), rows))
    return ([Slice(frozenset(whole))] if whole else []) + filtered


def by_column(lake: Lake, principal: str, table: Target) -> set[str]:
    """The columns of a table that data cells filters and LF-tag policies let a principal read."""
    readable: set[str] = set()
    for grant in lake.grants.current(_identities(lake, principal)):
        if {"ALL", "SELECT"} & grant.permissions:
            readable |= _stands_for(lake, grant.target, table)
    return readable


def _stands_for(lake: Lake, granted: Target, table: Target) -> set[str]:
    if granted.kind == "DATA_CELLS_FILTER" and granted.parts[:2] == table.parts:
        cells = lake.filters.get(granted.parts)
        return targets.columns_of(cells).within(lake.columns(table)) if cells else set()
    if granted.kind == "LF_TAG_POLICY_TABLE":
        columns = lake.columns(table)
        return {name for name in columns if matches(lake, granted, (*table.parts, name))}
    return set()


def _rows(lake: Lake, granted: Target) -> str | None:
    """The condition of a data cells filter, None where it lets every row pass."""
    cells = lake.filters.get(granted.parts) if granted.kind == "DATA_CELLS_FILTER" else None
    if not cells or "AllRowsWildcard" in cells["RowFilter"]:
        return None
    return str(cells["RowFilter"]["FilterExpression"])


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
        return own.parts[0] == target.parts[0] and own.parts[1] == ("*",)
    if own.kind == f"LF_TAG_POLICY_{target.kind}" and ALL_TABLES not in target.parts:
        return matches(lake, own, target.parts)
    return False


# what an administrator holds without a grant, beyond seeing everything
_IMPLICIT = {
    "CATALOG": {"CREATE_DATABASE", "CREATE_LF_TAG", "CREATE_LF_TAG_EXPRESSION", "DESCRIBE"},
    "DATA_LOCATION": {"DATA_LOCATION_ACCESS"},
    "LF_TAG": set(PERMISSIONS["LF_TAG"]),
    "LF_TAG_EXPRESSION": set(PERMISSIONS["LF_TAG_EXPRESSION"]),
}
