"""Granting and revoking permissions.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_GrantPermissions.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.grants import Change
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.principals import (
    require_own_catalog,
    require_own_resource,
    require_principal,
)
from sandbox.services.lakeformation.targets import PERMISSIONS, Target, invalid

BATCH = 20
KNOWN = frozenset().union(*PERMISSIONS.values())

Entry = dict[str, Any]


@operation("lakeformation", "GrantPermissions")
def grant_permissions(call: Call, CatalogId: str | None = None, **entry: Any) -> None:
    """Give a principal permissions on a resource, beside what it has."""
    require_own_catalog(call, CatalogId)
    _grant(call, entry)


@operation("lakeformation", "RevokePermissions")
def revoke_permissions(call: Call, CatalogId: str | None = None, **entry: Any) -> None:
    """Take permissions from a principal, all that is named or none."""
    require_own_catalog(call, CatalogId)
    _revoke(call, entry)


@operation("lakeformation", "BatchGrantPermissions")
def batch_grant_permissions(
    call: Call, Entries: list[Entry], CatalogId: str | None = None
) -> dict[str, Any]:
    """Grant up to 20 entries, each on its own."""
    return _batch(call, CatalogId, Entries, _grant)


@operation("lakeformation", "BatchRevokePermissions")
def batch_revoke_permissions(
    call: Call, Entries: list[Entry], CatalogId: str | None = None
) -> dict[str, Any]:
    """Revoke up to 20 entries, each on its own."""
    return _batch(call, CatalogId, Entries, _revoke)


def _batch(
    call: Call, catalog: str | None, requests: list[Entry], act: Callable[[Call, Entry], None]
) -> dict[str, Any]:
    require_own_catalog(call, catalog)
    if not 1 <= len(requests) <= BATCH:
        raise invalid(f"The number of entries must be between 1 and {BATCH}.")
    identifiers = [entry["Id"] for entry in requests]
    if len(set(identifiers)) != len(identifiers):
        raise invalid("The entries of a batch must have distinct Ids.")
    failures = []
    for entry in requests:
        try:
            act(call, entry)
        except AwsError as error:
            detail = {"ErrorCode": error.code, "ErrorMessage": str(error.message)}
            failures.append({"RequestEntry": entry, "Error": detail})
    return {"Failures": failures}


def _grant(call: Call, entry: Entry) -> None:
    lake = lake_of(call)
    changes = _changes(call, lake, entry)
    for change in changes:
        if not change.permissions:
            raise invalid("Permissions cannot be empty.")
        if not change.grantable <= change.permissions:
            extra = ", ".join(sorted(change.grantable - change.permissions))
            raise invalid(f"PermissionsWithGrantOption must be a subset of Permissions: [{extra}]")
        if change.grantable and change.columns.excluded:
            raise invalid(
                "SELECT with the grant option takes no ExcludedColumnNames: name columns."
            )
        require_principal(call, change.principal)
        _require_authority(call, lake, change)
    for change in changes:
        lake.grants.add(change)


def _revoke(call: Call, entry: Entry) -> None:
    lake = lake_of(call)
    changes = _changes(call, lake, entry)
    for change in changes:
        if not change.permissions | change.grantable:
            raise invalid("Permissions cannot be empty.")
        _require_authority(call, lake, change)
    lake.grants.remove(changes, lake.columns(changes[0].target))


def _changes(call: Call, lake: Lake, entry: Entry) -> list[Change]:
    """What an entry asks for, when its form is right and its resource is there.

    One change, but for several values of an LF-tag, which are each held on their own.
    """
    if not entry.get("Principal") or entry.get("Resource") is None:
        raise invalid("Principal and Resource must be given.")
    if entry.get("Condition"):
        raise AwsError("NotImplemented", "The sandbox does not serve conditions on permissions")
    permissions = frozenset(entry.get("Permissions") or [])
    grantable = frozenset(entry.get("PermissionsWithGrantOption") or [])
    unknown = sorted((permissions | grantable) - KNOWN)
    if unknown:
        raise invalid(
            "Please grant only valid Lake Formation permissions. "
            f"[{', '.join(unknown)}] are not all valid Lake Formation permissions."
        )
    target, columns = targets.parse(entry["Resource"])
    require_own_resource(call, entry["Resource"])
    _require_applicable(target, columns, permissions | grantable)
    lake.require(target, columns)
    each = [target]
    if target.kind == "LF_TAG":
        each = [targets.of_tag(target.parts[0], value) for value in target.parts[1]]
    return [
        Change(
            principal=entry["Principal"]["DataLakePrincipalIdentifier"],
            target=one,
            permissions=permissions,
            grantable=grantable,
            columns=columns or Columns(),
            by=call.principal.iam_arn,
        )
        for one in each
    ]


def _require_applicable(
    target: Target, columns: Columns | None, permissions: frozenset[str]
) -> None:
    # all columns of a table are the table
    part = columns is not None and columns != Columns.every()
    allowed = frozenset({"SELECT"}) if part else PERMISSIONS[target.kind]
    if not permissions <= allowed:
        extra = ", ".join(sorted(permissions - allowed))
        where = "columns" if part else target.kind.lower().replace("_", " ")
        raise invalid(f"Permissions modification is invalid. [{extra}] does not apply to {where}.")


def _require_authority(call: Call, lake: Lake, change: Change) -> None:
    """Only an administrator, or who holds it with the grant option, may grant or revoke."""
    passable = authority.grantable(lake, call.principal.iam_arn, change.target, change.columns)
    if not change.permissions | change.grantable <= passable:
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
