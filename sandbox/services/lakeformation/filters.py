"""Data cells filters: some columns and some rows of a table, to be granted as one.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateDataCellsFilter.html
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.call import Call
from sandbox.engines.athena import predicates
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, catalog, targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog
from sandbox.services.lakeformation.targets import Target, invalid

Key = tuple[str, str, str]


@operation("lakeformation", "CreateDataCellsFilter")
def create_data_cells_filter(call: Call, TableData: dict[str, Any]) -> None:
    """Define a filter; only who may pass on SELECT on its columns may."""
    lake = lake_of(call)
    key = _checked(call, lake, TableData)
    with lake.lock:
        if key in lake.filters:
            raise AwsError("AlreadyExistsException", f"Data cells filter {key[2]} already exists.")
        lake.filters[key] = _stored(TableData)


@operation("lakeformation", "UpdateDataCellsFilter")
def update_data_cells_filter(call: Call, TableData: dict[str, Any]) -> None:
    """Replace a filter; a VersionId that is not its current one is a conflict."""
    lake = lake_of(call)
    key = _checked(call, lake, TableData)
    with lake.lock:
        known = _known(lake, key)
        version = TableData.get("VersionId")
        if version and version != known["VersionId"]:
            raise AwsError(
                "ConcurrentModificationException", f"Filter {key[2]} has changed meanwhile."
            )
        lake.filters[key] = _stored(TableData)


@operation("lakeformation", "GetDataCellsFilter")
def get_data_cells_filter(
    call: Call, TableCatalogId: str, DatabaseName: str, TableName: str, Name: str
) -> dict[str, Any]:
    """One filter."""
    require_own_catalog(call, TableCatalogId)
    lake = lake_of(call)
    return {"DataCellsFilter": dict(_known(lake, _key(DatabaseName, TableName, Name)))}


@operation("lakeformation", "DeleteDataCellsFilter")
def delete_data_cells_filter(
    call: Call,
    TableCatalogId: str | None = None,
    DatabaseName: str = "",
    TableName: str = "",
    Name: str = "",
) -> None:
    """Remove a filter and the grants on it."""
    require_own_catalog(call, TableCatalogId)
    lake = lake_of(call)
    key = _key(DatabaseName, TableName, Name)
    _known(lake, key)
    _require_authority(call, lake, key, Columns.every())
    with lake.lock:
        lake.filters.pop(key, None)
    lake.grants.forget(lambda target: target == Target("DATA_CELLS_FILTER", key))


@operation("lakeformation", "ListDataCellsFilter")
def list_data_cells_filter(
    call: Call,
    Table: dict[str, Any] | None = None,
    NextToken: str | None = None,
    MaxResults: int | None = None,
) -> dict[str, Any]:
    """All filters, or those on one table."""
    lake = lake_of(call)
    wanted = targets.parse({"Table": Table})[0].parts if Table else None
    with lake.lock:
        found = [dict(one) for key, one in lake.filters.items() if wanted in {None, key[:2]}]
    page, more = page_of(found, NextToken, MaxResults)
    return {"DataCellsFilters": page, **more}


def _key(database: str, table: str, name: str) -> Key:
    return (database.lower(), table.lower(), name)


def _known(lake: Lake, key: Key) -> dict[str, Any]:
    try:
        return lake.filters[key]
    except KeyError:
        raise AwsError("EntityNotFoundException", f"Cell Filter not found: {key[2]}.") from None


def _checked(call: Call, lake: Lake, data: dict[str, Any]) -> Key:
    require_own_catalog(call, data["TableCatalogId"])
    key = _key(data["DatabaseName"], data["TableName"], data["Name"])
    columns = targets.columns_of(data)
    lake.require(targets.of_table(*key[:2]), columns)
    rows = data.get("RowFilter") or {}
    expression, everything = rows.get("FilterExpression"), rows.get("AllRowsWildcard")
    if (not expression) == (everything is None):
        raise invalid("Exactly one of FilterExpression and AllRowsWildcard must be given.")
    if expression:
        try:
            stored, partitions = catalog.types(call.account, call.region, *key[:2])
            predicates.check(expression, stored | partitions, partitions)
        except ValueError as error:
            raise invalid(f"Invalid row filter expression. {error}") from None
    _require_authority(call, lake, key, columns)
    return key


def _require_authority(call: Call, lake: Lake, key: Key, columns: Columns) -> None:
    table = targets.of_table(*key[:2])
    if "SELECT" not in authority.grantable(lake, call.principal.iam_arn, table, columns):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)


def _stored(data: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if value is not None}
    rows = kept["RowFilter"]
    if "AllRowsWildcard" in rows:
        rows = {"FilterExpression": "TRUE", "AllRowsWildcard": {}}
    return kept | {"RowFilter": rows, "VersionId": str(uuid.uuid4())}
