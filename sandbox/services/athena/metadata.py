"""The Data Catalog through Athena: databases and tables as the caller sees them.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.refusals import invalid

CATALOG = "AwsDataCatalog"
PAGE = 50


@operation("athena", "ListDataCatalogs")
def list_data_catalogs(
    call: Call, NextToken: str | None = None, MaxResults: int | None = None, **_: Any
) -> dict[str, Any]:
    """The one catalog that there is."""
    summary = {"CatalogName": CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE"}
    part, following = page([summary], NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"DataCatalogsSummary": part, "NextToken": following}


@operation("athena", "GetDataCatalog")
def get_data_catalog(call: Call, Name: str, **_: Any) -> dict[str, Any]:
    """The catalog of Glue."""
    _require_catalog(Name)
    catalog = {"Name": CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE"}
    return {"DataCatalog": catalog | {"Parameters": {"catalog-id": call.account}}}


@operation("athena", "ListDatabases")
def list_databases(
    call: Call,
    CatalogName: str,
    NextToken: str | None = None,
    MaxResults: int | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The databases that the caller sees."""
    _require_catalog(CatalogName)
    found = _every(call, "get_databases", "DatabaseList")
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"DatabaseList": [_database(one) for one in part], "NextToken": following}


@operation("athena", "GetDatabase")
def get_database(call: Call, CatalogName: str, DatabaseName: str, **_: Any) -> dict[str, Any]:
    """One database."""
    _require_catalog(CatalogName)
    answer = _ask(_glue(call).get_database, Name=DatabaseName)
    return {"Database": _database(answer["Database"])}


@operation("athena", "ListTableMetadata")
def list_table_metadata(
    call: Call,
    CatalogName: str,
    DatabaseName: str,
    Expression: str | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
    **_: Any,
) -> dict[str, Any]:
    """The tables of a database that the caller sees, those whose names fit the expression."""
    _require_catalog(CatalogName)
    named = {"Expression": Expression} if Expression else {}
    found = _every(call, "get_tables", "TableList", DatabaseName=DatabaseName, **named)
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"TableMetadataList": [_table(one) for one in part], "NextToken": following}


@operation("athena", "GetTableMetadata")
def get_table_metadata(
    call: Call, CatalogName: str, DatabaseName: str, TableName: str, **_: Any
) -> dict[str, Any]:
    """One table, with the columns that the caller sees."""
    _require_catalog(CatalogName)
    answer = _ask(_glue(call).get_table, DatabaseName=DatabaseName, Name=TableName)
    return {"TableMetadata": _table(answer["Table"])}


def _require_catalog(name: str) -> None:
    if name.lower() != CATALOG.lower():
        raise invalid(f"Data catalog {name} was not found.")


def _glue(call: Call) -> Any:
    return client_of(call.principal, call.runtime, "glue", call.region)


def _ask(operation: Callable[..., Any], **given: Any) -> Any:
    try:
        return operation(**given)
    except ClientError as error:
        raise _refusal(error) from None


def _every(call: Call, operation: str, member: str, **given: Any) -> list[dict[str, Any]]:
    try:
        pages = _glue(call).get_paginator(operation).paginate(**given)
        return [one for found in pages for one in found[member]]
    except ClientError as error:
        raise _refusal(error) from None


def _refusal(error: ClientError) -> AwsError:
    """What Glue refused, as Athena tells it."""
    return AwsError("MetadataException", error.response["Error"]["Message"])


def _database(database: dict[str, Any]) -> dict[str, Any]:
    told = {name: database[name] for name in ("Description", "Parameters") if database.get(name)}
    return {"Name": database["Name"], **told}


def _table(table: dict[str, Any]) -> dict[str, Any]:
    storage = table.get("StorageDescriptor") or {}
    told = {
        "Name": table["Name"],
        "TableType": table.get("TableType") or "",
        "CreateTime": table.get("CreateTime"),
        "Columns": [_column(column) for column in storage.get("Columns", [])],
        "PartitionKeys": [_column(column) for column in table.get("PartitionKeys", [])],
        "Parameters": table.get("Parameters") or {},
    }
    return {name: value for name, value in told.items() if value is not None}


def _column(column: dict[str, Any]) -> dict[str, Any]:
    return {name: column[name] for name in ("Name", "Type", "Comment") if column.get(name)}
