# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers see at the lake's door: grants of Lake Formation, and filters for rows.

Lake Formation has no masks, so a column that is only read masked is not granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import history
from ..access.entries import Grant
from ..model import Contract, Principal, Table
from .catalog import changes_columns

FILTER_PREFIX = "mdw_"
"""What the names of the collection's own filters begin with."""


def lake_formation(contract: Contract) -> dict[str, Any]:
    """Filters and grants, and where every other one is revoked."""
    database = contract.names.as_dict()["catalog_database"]
    return {
        "database": database,
        "tables": contract.catalog_tables,
        # a table that one of these made is its own
        "makers": [principal.arn for principal in contract.principals if principal.data_location],
        "locations": [contract.names.s3_arn(prefix) for prefix in ("raw", "current")],
        "filter_prefix": FILTER_PREFIX,
        "filters": [
            one for _principal, found in _opened(contract) for one in found if _is_filter(one)
        ],
        "grants": _grants(contract, database),
        # what these may do is the catalog's and the publication's to say
        "unmanaged": [
            contract.names.role_arn("crawler"),
            contract.names.role_arn("publish"),
            *contract.unmanaged,
        ],
    }


def _grants(contract: Contract, database: str) -> list[dict[str, Any]]:
    grants: list[dict[str, Any]] = []
    for principal, opened in _opened(contract):
        if opened or principal.data_location:
            permissions = ["DESCRIBE", *(["CREATE_TABLE"] if principal.data_location else [])]
            grants.append(_grant(principal, {"database": {"name": database}}, permissions))
        if principal.data_location:
            location = {"data_location": {"resource_arn": contract.names.s3_arn("raw")}}
            grants.append(_grant(principal, location, ["DATA_LOCATION_ACCESS"]))
        for one in opened:
            grants.append(_grant(principal, _resource(database, one), ["SELECT"]))
    return grants


def _grant(
    principal: Principal, resource: dict[str, Any], permissions: list[str]
) -> dict[str, Any]:
    return {"principal": principal.arn, "resource": resource, "permissions": permissions}


def _resource(database: str, opened: dict[str, Any]) -> dict[str, Any]:
    if _is_filter(opened):
        place = {"database_name": database, "table_name": opened["table"]}
        return {"data_cells_filter": {**place, "name": opened["name"]}}
    place = {"database_name": database, "name": opened["table"]}
    return {"table_with_columns": {**place, "column_names": opened["column_names"]}}


def _is_filter(opened: dict[str, Any]) -> bool:
    return "row_filter" in opened


def _opened(contract: Contract) -> list[tuple[Principal, list[dict[str, Any]]]]:
    """For each principal what of which catalog table is open: with rows it is a filter."""
    return [
        (
            principal,
            [
                one
                for table in contract.tables
                if table.name in principal.grants
                for one in _of_table(principal, table, principal.grants[table.name])
            ],
        )
        for principal in contract.principals
    ]


def _of_table(principal: Principal, table: Table, grant: Grant) -> Iterator[dict[str, Any]]:
    if not grant.columns:
        return
    name = f"{FILTER_PREFIX}{principal.database_role}"
    rows = {"name": name, "row_filter": grant.rows.text} if grant.rows else {}
    # without its history's columns a row of the past looks like one of today
    columns = [*grant.columns, *history.COLUMNS[table.history]]
    yield {"table": table.name, "column_names": columns, **rows}
    if grant.changes:
        # as the capture writes them, booleans are words
        booleans = {column.name for column in table.columns if column.type.warehouse == "BOOLEAN"}
        if grant.rows:
            rows["row_filter"] = grant.rows.text_where(frozenset(booleans))
        columns = changes_columns(table, grant.columns)
        yield {"table": table.changes_name, "column_names": columns, **rows}
