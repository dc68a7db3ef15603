# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load's SQL: the statements of one transaction for each table."""

from __future__ import annotations

from typing import Any

from .identifiers import quote
from .model import Column, Table
from .names import Names
from .shapes import newest, staged_columns, staged_types
from .sql import qualified, render

AUDIT_TABLE = "load_audit"


def tables_of(names: Names, table: Table) -> dict[str, str]:
    """The tables that a load of one table touches, written for SQL."""
    named = names.as_dict()
    etl = named["etl_schema"]
    return {
        "target": qualified(named["schema"], table.name),
        "tombstones": qualified(etl, f"tomb_{table.name}"),
        "lock": qualified(etl, f"lock_{table.name}"),
        "audit": qualified(etl, AUDIT_TABLE),
        "staging": quote(f"stg_{table.name}"),
        "changes": quote(f"chg_{table.name}"),
        "deletes": quote(f"del_{table.name}"),
        "before": quote(f"old_{table.name}"),
        "chain": quote(f"seq_{table.name}"),
    }


def load_statements(names: Names, table: Table, *, reload: bool) -> list[str]:
    """The statements of one load; the rows before a reload give way to it, in the same transaction."""
    return render(
        "load/load.sql.j2",
        table=table,
        bucket=names.bucket,
        reload=reload,
        staged=staged_columns(table),
        convert=_convert,
        **tables_of(names, table),
    )


def configuration(names: Names, table: Table) -> dict[str, Any]:
    """What the state machine must know to load one table; kept in S3."""
    return {
        "table": table.source,
        "schema": table.source_schema,
        "source_table": table.source_table,
        "name": table.name,
        "prefix": table.prefix,
        "shapes": [newest(table)],
        "staged": staged_types(table),
        "sql_cdc": load_statements(names, table, reload=False),
        "sql_reload": load_statements(names, table, reload=True),
        "sql_full_load": render("load/full_load.sql.j2", **tables_of(names, table))[0],
    }


def _convert(column: Column, staged: str = "") -> str:
    return column.type.conversion.format(column=staged or column.sql)
