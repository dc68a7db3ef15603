# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the warehouse: the contract's, and those that the load keeps for itself.

They are written as the module redshift_table takes them.
"""

from __future__ import annotations

from typing import Any

from .. import history
from ..load_sql import AUDIT_TABLE
from ..model import Column, Contract, Table

_VERSION = ("_seq", "VARCHAR(64)")
_AUDIT = (
    ("table_name", "VARCHAR(256)"),
    ("batch_id", "VARCHAR(256)"),
    ("manifest_key", "VARCHAR(1024)"),
    ("file_count", "INTEGER"),
    ("rows_copied", "BIGINT"),
    ("rows_upserted", "BIGINT"),
    ("rows_deleted", "BIGINT"),
    ("loaded_at", "TIMESTAMP"),
)


def managed_tables(contract: Contract) -> list[dict[str, Any]]:
    """Every table: for each of the contract its target, tombstones and lock, then the audit."""
    named = contract.names.as_dict()
    schema, etl = named["schema"], named["etl_schema"]
    tables: list[dict[str, Any]] = []
    for table in contract.tables:
        tables += [_target(schema, table), _tombstones(etl, table), _lock(etl, table)]
    audit = {
        "schema": etl,
        "name": AUDIT_TABLE,
        "columns": [_needed(*column) for column in _AUDIT],
        "sort_key": ["loaded_at"],
    }
    return [*tables, audit]


def bookkeeping_tables(contract: Contract) -> list[str]:
    """The names of the tables that the load keeps for each table of the contract."""
    return [f"{kind}_{table.name}" for table in contract.tables for kind in ("tomb", "lock")]


def _target(schema: str, table: Table) -> dict[str, Any]:
    columns = [
        {
            "name": column.name.lower(),
            "type": column.type.warehouse,
            "nullable": column not in table.key,
        }
        for column in table.columns
    ]
    past = [
        {"name": name, "type": of, "nullable": name in history.NULLABLE}
        for name, of in history.COLUMNS[table.history].items()
    ]
    version = [_VERSION[0]] if table.history in history.SEVERAL_ROWS_A_KEY else []
    return {
        "schema": schema,
        "name": table.name,
        "columns": [
            *columns,
            *past,
            _needed(*_VERSION),
            _needed("_loaded_at", "TIMESTAMP"),
        ],
        "primary_key": [*_names(table.key), *version],
        **_target_layout(table),
    }


def _tombstones(schema: str, table: Table) -> dict[str, Any]:
    key = [_needed(column.name.lower(), column.type.warehouse) for column in table.key]
    return {
        "schema": schema,
        "name": f"tomb_{table.name}",
        "columns": [*key, _needed(*_VERSION), _needed("deleted_at", "TIMESTAMP")],
        **_tombstones_layout(table),
    }


def _lock(schema: str, table: Table) -> dict[str, Any]:
    return {
        "schema": schema,
        "name": f"lock_{table.name}",
        "columns": [_needed("fence", "BIGINT")],
    }


def _target_layout(table: Table) -> dict[str, Any]:
    if table.distribution_style == "key":
        return {"dist_key": table.distribution_name, "sort_key": list(table.sort_names)}
    return {"dist_style": table.distribution_style, "sort_key": list(table.sort_names)}


def _tombstones_layout(table: Table) -> dict[str, Any]:
    """Beside the rows that they are compared with, where the key decides on which node those are."""
    key = list(table.key_names)
    by = table.distribution_name
    return {"dist_key": by if by in key else key[0], "sort_key": key}


def _names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name.lower() for column in columns]


def _needed(name: str, of: str) -> dict[str, Any]:
    return {"name": name, "type": of, "nullable": False}
