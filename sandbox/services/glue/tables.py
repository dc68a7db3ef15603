"""Tables of the Data Catalog, guarded by Lake Formation.

https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html
"""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from sandbox.authorization.gate import allowed
from sandbox.authorization.resources import arn_of
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.glue import events
from sandbox.services.glue.visibility import found, is_seen, narrowed, require_seen
from sandbox.services.lakeformation import authority, catalog
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.targets import TABLE_PERMISSIONS, of_database, of_table

PAGE = 100


@operation("glue", "CreateTable")
def create_table(
    call: Call, DatabaseName: str, TableInput: dict[str, Any] | None = None, **unserved: Any
) -> None:
    """Make a table; its creator owns it, and the database's default permissions apply to it.

    The name is kept in lower case; the first version is 0.
    """
    lake = lake_of(call)
    creator = call.principal.iam_arn
    database = catalog.database(call.account, call.region, DatabaseName)
    authority.require(lake, creator, "CREATE_TABLE", of_database(DatabaseName))
    given = _checked(TableInput)
    authority.require_location(lake, creator, catalog.location(given))
    backend = glue_backends[call.account][call.region]
    if given["Name"] in database.tables:
        raise AwsError("AlreadyExistsException", "Table already exists.")
    formats = unserved.get("OpenTableFormatInput")
    table: Any = backend.create_table(database.name, given["Name"], given, formats)
    # moto counts versions from 1
    table._current_version = 0
    table.versions = {"0": given}
    table.created_by = call.principal.arn
    target = of_table(database.name, table.name)
    lake.give(creator, target, sorted(TABLE_PERMISSIONS), pass_on=True)
    for default in database.input["CreateTableDefaultPermissions"]:
        principal = default["Principal"]["DataLakePrincipalIdentifier"]
        lake.give(principal, target, default["Permissions"])
    events.database_changed(call, database.name, [table.name])


@operation("glue", "UpdateTable")
def update_table(
    call: Call, DatabaseName: str, TableInput: dict[str, Any] | None = None, **unserved: Any
) -> None:
    """Replace a table's definition: what is not given is gone. The version counts up."""
    lake = lake_of(call)
    given = _checked(TableInput)
    table = found(call, DatabaseName, unserved.get("Name") or given["Name"])
    authority.require(lake, call.principal.iam_arn, "ALTER", of_table(DatabaseName, table.name))
    if catalog.location(given) != catalog.location(table.as_dict()):
        authority.require_location(lake, call.principal.iam_arn, catalog.location(given))
    version = unserved.get("VersionId")
    if version and version != str(table._current_version):
        raise AwsError("ConcurrentModificationException", "Update table failed: stale VersionId.")
    table.update(given)
    events.table_changed(call, table.database_name, table.name)


@operation("glue", "DeleteTable")
def delete_table(call: Call, DatabaseName: str, Name: str, **_: Any) -> None:
    """Remove a table and every grant on it."""
    _delete(call, DatabaseName, Name)
    events.database_changed(call, DatabaseName.lower(), [Name.lower()])


@operation("glue", "BatchDeleteTable")
def batch_delete_table(
    call: Call, DatabaseName: str, TablesToDelete: list[str], **_: Any
) -> dict[str, Any]:
    """Remove tables, each on its own."""
    errors, deleted = [], []
    for name in TablesToDelete:
        try:
            _delete(call, DatabaseName, name)
            deleted.append(name.lower())
        except AwsError as error:
            detail = {"ErrorCode": error.code, "ErrorMessage": str(error.message)}
            errors.append({"TableName": name, "ErrorDetail": detail})
    if deleted:
        events.database_changed(call, DatabaseName.lower(), deleted)
    return {"Errors": errors}


@operation("glue", "GetTable")
def get_table(call: Call, DatabaseName: str, Name: str, **_: Any) -> dict[str, Any]:
    """One table, with the columns that the caller may see."""
    lake = lake_of(call)
    require_seen(call, DatabaseName, Name)
    table = found(call, DatabaseName, Name)
    return {"Table": _shown(call, lake, table)}


@operation("glue", "GetTables")
def get_tables(
    call: Call,
    DatabaseName: str,
    Expression: str | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The tables of a database that the caller may see, by Lake Formation and by IAM.

    https://docs.aws.amazon.com/glue/latest/dg/security_iam_id-based-policy-examples.html
    """
    lake = lake_of(call)
    database = catalog.database(call.account, call.region, DatabaseName)
    backend = glue_backends[call.account][call.region]
    every = [
        _shown(call, lake, one)
        for one in backend.get_tables(database.name, Expression)
        if allowed(call, "glue:GetTables", arn_of(call, f"table/{database.name}/{one.name}"))
    ]
    shown = [table for table in every if table is not None]
    part, following = page(shown, NextToken, MaxResults or PAGE, "InvalidInputException")
    return {"TableList": part, "NextToken": following}


def _checked(given: dict[str, Any] | None) -> dict[str, Any]:
    if not given:
        raise AwsError("InvalidInputException", "TableInput must be given.")
    return {name: value for name, value in given.items() if value is not None} | {
        "Name": given["Name"].lower()
    }


def _delete(call: Call, database: str, name: str) -> None:
    lake = lake_of(call)
    table = found(call, database, name)
    authority.require(lake, call.principal.iam_arn, "DROP", of_table(database, table.name))
    glue_backends[call.account][call.region].delete_table(database.lower(), table.name)
    lake.forget(database.lower(), table.name)


def _shown(call: Call, lake: Lake, table: Any) -> dict[str, Any] | None:
    """A table as the caller sees it, None when it is hidden."""
    if not is_seen(call, table.database_name, table.name):
        return None
    described = table.as_dict()
    shown: dict[str, Any] = {
        "Retention": 0,
        "UpdateTime": described["CreateTime"],
        "CreatedBy": getattr(table, "created_by", f"arn:aws:iam::{call.account}:root"),
        **described,
        "IsRegisteredWithLakeFormation": lake.registered(catalog.location(described)) is not None,
    }
    return narrowed(call, table.database_name, table.name, shown)
