"""Listing who holds what: explicitly, in effect, and by where the data lies.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox import limits
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, catalog, targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.grants import Grant, entries
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog, require_own_resource
from sandbox.services.lakeformation.targets import PERMISSIONS, Target, invalid

# a location may have been deregistered, a tag deleted: their grants can still be asked for
WITHOUT_RESOURCE = frozenset({"DATA_LOCATION", "LF_TAG"})


@operation("lakeformation", "ListPermissions")
def list_permissions(
    call: Call,
    CatalogId: str | None = None,
    Principal: dict[str, str] | None = None,
    ResourceType: str | None = None,
    Resource: dict[str, Any] | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
    IncludeRelated: str | None = None,
) -> dict[str, Any]:
    """The grants that the caller may see, by principal, resource or kind of resource.

    Principal and Resource together give what holds in effect, wildcards included; everything
    else gives explicit grants.
    """
    limits.check("lakeformation", "ListPermissions", call.params, "InvalidInputException")
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    target = _wanted(call, lake, Resource) if Resource else None
    principal = Principal["DataLakePrincipalIdentifier"] if Principal else None
    if target and not _may_see(call, lake, target):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    if principal and target:
        found = _in_effect(lake, principal, target)
    else:
        found = [
            grant
            for grant in lake.grants.listed()
            if (principal is None or grant.principal == principal)
            and (target is None or grant.target == target)
            and _is_of_type(grant.target, ResourceType)
        ]
    page, more = page_of(_entries(call, lake, found), NextToken, MaxResults)
    return {"PrincipalResourcePermissions": page, **more}


@operation("lakeformation", "GetEffectivePermissionsForPath")
def get_effective_permissions_for_path(
    call: Call,
    ResourceArn: str,
    CatalogId: str | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
) -> dict[str, Any]:
    """The grants on databases and tables whose data lies at or under an S3 path."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    path = ResourceArn.rstrip("/")
    there = {target for target, arn in _places(lake) if arn == path or arn.startswith(path + "/")}
    found = [grant for grant in lake.grants.listed() if grant.target in there]
    page, more = page_of(_entries(call, lake, found), NextToken, MaxResults)
    return {"Permissions": page, **more}


def _wanted(call: Call, lake: Lake, resource: dict[str, Any]) -> Target:
    if resource.get("TableWithColumns") is not None:
        raise invalid("ListPermissions does not take TableWithColumns: ask for the Table.")
    target, _ = targets.parse(resource)
    require_own_resource(call, resource)
    if target.kind not in WITHOUT_RESOURCE:
        lake.require(target, None)
    return target


def _in_effect(lake: Lake, principal: str, target: Target) -> list[Grant]:
    if authority.is_administrator(lake, principal):
        everything = set(PERMISSIONS[target.kind]) - {"SELECT"}
        columns = Columns.every() if target.kind == "TABLE" else Columns()
        return [Grant(principal, target, everything, set(everything), columns, columns)]
    return [
        grant
        for grant in lake.grants.listed()
        if grant.principal == principal and authority.reaches(lake, grant, target)
    ]


def _is_of_type(target: Target, kind: str | None) -> bool:
    if kind in {None, "ANY_RESOURCE", target.kind}:
        return True
    return kind == "LF_TAG_POLICY" and target.kind.startswith("LF_TAG_POLICY")


def _entries(call: Call, lake: Lake, found: Iterable[Grant]) -> list[dict[str, Any]]:
    caller = call.principal.iam_arn
    return [
        entry
        for grant in found
        if grant.principal == caller or _may_see(call, lake, grant.target)
        for entry in entries(grant, lake.account)
    ]


def _may_see(call: Call, lake: Lake, target: Target) -> bool:
    caller = call.principal.iam_arn
    return authority.may_read_everything(lake, caller) or bool(authority.held(lake, caller, target))


def _places(lake: Lake) -> Iterable[tuple[Target, str]]:
    for name, database in catalog.databases(lake.account, lake.region).items():
        yield targets.of_database(name), catalog.location(database.as_dict())
        for table in database.tables.values():
            yield targets.of_table(name, table.name), catalog.location(table.as_dict())
