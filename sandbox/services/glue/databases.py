"""Databases of the Data Catalog, guarded by Lake Formation.

https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDatabase.html
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
from sandbox.services.lakeformation import authority, catalog
from sandbox.services.lakeformation.lake import lake_of
from sandbox.services.lakeformation.targets import CATALOG, DATABASE_PERMISSIONS, of_database

PAGE = 100


@operation("glue", "CreateDatabase")
def create_database(
    call: Call,
    DatabaseInput: dict[str, Any],
    CatalogId: str | None = None,
    Tags: dict[str, str] | None = None,
) -> None:
    """Make a database; its creator owns it, and the default permissions apply to it.

    The name is kept in lower case. Without CreateTableDefaultPermissions, those of the data lake
    settings become the database's.
    """
    lake = lake_of(call)
    creator = call.principal.iam_arn
    authority.require(lake, creator, "CREATE_DATABASE", CATALOG)
    given = {name: value for name, value in DatabaseInput.items() if value is not None}
    given["Name"] = given["Name"].lower()
    given.setdefault(
        "CreateTableDefaultPermissions", lake.settings["CreateTableDefaultPermissions"]
    )
    authority.require_location(lake, creator, catalog.location(given))
    if given["Name"] in catalog.databases(call.account, call.region):
        raise AwsError("AlreadyExistsException", "Database already exists.")
    glue_backends[call.account][call.region].create_database(given["Name"], given, Tags)
    target = of_database(given["Name"])
    lake.give(creator, target, sorted(DATABASE_PERMISSIONS), pass_on=True)
    for default in lake.settings["CreateDatabaseDefaultPermissions"]:
        principal = default["Principal"]["DataLakePrincipalIdentifier"]
        lake.give(principal, target, default["Permissions"])
    events.database_changed(call, given["Name"])


@operation("glue", "GetDatabase")
def get_database(call: Call, Name: str, CatalogId: str | None = None) -> dict[str, Any]:
    """One database, for whoever holds anything on it or its tables."""
    lake = lake_of(call)
    found = catalog.database(call.account, call.region, Name)
    if not authority.sees_database(lake, call.principal.iam_arn, Name):
        authority.require(lake, call.principal.iam_arn, "DESCRIBE", of_database(Name))
    return {"Database": _shown(found)}


@operation("glue", "GetDatabases")
def get_databases(
    call: Call, NextToken: str | None = None, MaxResults: int | None = None, **_: Any
) -> dict[str, Any]:
    """The databases that the caller may see."""
    lake = lake_of(call)
    found = [
        _shown(database)
        for name, database in catalog.databases(call.account, call.region).items()
        if authority.sees_database(lake, call.principal.iam_arn, name)
        and allowed(call, "glue:GetDatabases", arn_of(call, f"database/{name}"))
    ]
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidInputException")
    return {"DatabaseList": part, "NextToken": following}


@operation("glue", "UpdateDatabase")
def update_database(
    call: Call, Name: str, DatabaseInput: dict[str, Any], CatalogId: str | None = None
) -> None:
    """Replace a database's description, location and parameters."""
    lake = lake_of(call)
    found = catalog.database(call.account, call.region, Name)
    authority.require(lake, call.principal.iam_arn, "ALTER", of_database(Name))
    given = {name: value for name, value in DatabaseInput.items() if value is not None}
    if given["Name"].lower() != found.name:
        raise AwsError("InvalidInputException", "A database cannot be renamed.")
    if catalog.location(given) != catalog.location(found.input):
        authority.require_location(lake, call.principal.iam_arn, catalog.location(given))
    kept = {"CreateTableDefaultPermissions": found.input["CreateTableDefaultPermissions"]}
    found.input = kept | given | {"Name": found.name}


@operation("glue", "DeleteDatabase")
def delete_database(call: Call, Name: str, CatalogId: str | None = None) -> None:
    """Remove a database with its tables, and every grant on them."""
    lake = lake_of(call)
    found = catalog.database(call.account, call.region, Name)
    authority.require(lake, call.principal.iam_arn, "DROP", of_database(Name))
    backend = glue_backends[call.account][call.region]
    backend.delete_database(found.name)
    arn = f"arn:aws:glue:{call.region}:{call.account}:database/{found.name}"
    backend.tagger.delete_all_tags_for_resource(arn)
    lake.forget(found.name)
    events.database_changed(call, found.name)


def _shown(database: Any) -> dict[str, Any]:
    return {name: value for name, value in database.as_dict().items() if value is not None}
