"""Listing who holds what: explicitly, in effect, and by where the data lies.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, catalog, targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.grants import Grant, entries, joined
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog, require_own_resource
from sandbox.services.lakeformation.targets import PERMISSIONS, Target, invalid

# a location may have been deregistered, a tag deleted: their grants can still be asked for
WITHOUT_RESOURCE = frozenset(
    {"DATA_LOCATION", "LF_TAG", "LF_TAG_POLICY_DATABASE", "LF_TAG_POLICY_TABLE"}
)
# what ResourceType calls otherwise
TYPES = {"LF_TAG_EXPRESSION": "LF_NAMED_TAG_EXPRESSION"}


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
    else gives explicit grants. A principal alone is refused.
    """
    require_own_catalog(call, CatalogId)
    if Principal and not Resource:
        raise invalid("Resource is mandatory if Principal is set in the input.")
    lake = lake_of(call)
    related = (IncludeRelated or "").upper() == "TRUE"
    if related and Principal:
        raise invalid("Principal must not be given together with IncludeRelated.")
    target = _wanted(call, lake, Resource) if Resource else None
    if target and target.kind != "LF_TAG" and not _may_see(call, lake, target):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    if Principal and target:
        found = _in_effect(lake, Principal["DataLakePrincipalIdentifier"], target)
    else:
        found = [
            grant
            for grant in lake.grants.listed()
            if (target is None or _is_on(grant.target, target, related))
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


def _is_on(granted: Target, asked: Target, related: bool) -> bool:
    """Whether a grant is on what was asked for; of an LF-tag, * asks for all of its values."""
    if granted.kind == asked.kind == "LF_TAG":
        (key, values), (wanted, chosen) = granted.parts, asked.parts
        return bool(key == wanted and (chosen == ("*",) or set(values) <= set(chosen)))
    if related and asked.kind == "TABLE" and granted.kind == "DATA_CELLS_FILTER":
        return bool(granted.parts[:2] == asked.parts)
    return granted == asked


def _in_effect(lake: Lake, principal: str, target: Target) -> list[Grant]:
    if authority.is_administrator(lake, principal):
        everything = set(PERMISSIONS[target.kind]) - {"SELECT"}
        columns = Columns.every() if target.kind == "TABLE" else Columns()
        return [Grant(principal, target, everything, set(everything), columns, columns)]
    return [
        grant
        for grant in lake.grants.listed()
        if grant.principal == principal
        and (_is_on(grant.target, target, False) or authority.reaches(lake, grant, target))
    ]


def _is_of_type(target: Target, kind: str | None) -> bool:
    if kind in {None, "ANY_RESOURCE", TYPES.get(target.kind, target.kind)}:
        return True
    return kind == "LF_TAG_POLICY" and target.kind.startswith("LF_TAG_POLICY")


def _entries(call: Call, lake: Lake, found: Iterable[Grant]) -> list[dict[str, Any]]:
    caller = call.principal.iam_arn
    return [
        entry
        for grant in joined(found)
        if grant.principal == caller or _may_see(call, lake, grant.target)
        for entry in entries(grant, lake.account)
    ]


def _may_see(call: Call, lake: Lake, target: Target) -> bool:
    caller = call.principal.iam_arn
    if authority.may_read_everything(lake, caller):
        return True
    # of LF-tags others see only what they are granted themselves
    return target.kind != "LF_TAG" and bool(authority.held(lake, caller, target))


def _places(lake: Lake) -> Iterable[tuple[Target, str]]:
    for name, database in catalog.databases(lake.account, lake.region).items():
        yield targets.of_database(name), catalog.location(database.as_dict())
        for table in database.tables.values():
            yield targets.of_table(name, table.name), catalog.location(table.as_dict())
