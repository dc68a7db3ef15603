# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the warehouse: the contract's, and those that the load keeps for itself.

They are written as the module redshift_table takes them.
"""

from __future__ import annotations

from typing import Any

from ..load_sql import AUDIT_TABLE
from ..model import Column, Contract, Table

_SEQUENCE = ("_seq", "VARCHAR(50)")
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


def _target(schema: str, table: Table) -> dict[str, Any]:
    columns = [
        {
            "name": column.name.lower(),
            "type": column.type.warehouse,
            "nullable": column not in table.key,
        }
        for column in table.columns
    ]
    return {
        "schema": schema,
        "name": table.name,
        "columns": [*columns, _needed(*_SEQUENCE), _needed("_loaded_at", "TIMESTAMP")],
        "primary_key": _names(table.key),
        **_layout(table),
    }


def _tombstones(schema: str, table: Table) -> dict[str, Any]:
    key = [_needed(column.name.lower(), column.type.warehouse) for column in table.key]
    return {
        "schema": schema,
        "name": f"tomb_{table.name}",
        "columns": [*key, _needed(*_SEQUENCE), _needed("deleted_at", "TIMESTAMP")],
        **_layout(table),
    }


def _lock(schema: str, table: Table) -> dict[str, Any]:
    return {
        "schema": schema,
        "name": f"lock_{table.name}",
        "columns": [_needed("fence", "BIGINT")],
    }


def _layout(table: Table) -> dict[str, Any]:
    """The key distributes and sorts, so that a MERGE only meets the blocks that it changes."""
    key = _names(table.key)
    return {"dist_key": key[0], "sort_key": key}


def _names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name.lower() for column in columns]


def _needed(name: str, of: str) -> dict[str, Any]:
    return {"name": name, "type": of, "nullable": False}
