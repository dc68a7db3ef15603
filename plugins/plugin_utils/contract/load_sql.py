# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load's SQL: the statements of one transaction for each table."""

from __future__ import annotations

from typing import Any

from .identifiers import quote
from .model import Column, Table
from .names import Names
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
    }


def load_statements(names: Names, table: Table, *, reload: bool) -> list[str]:
    """The statements of one load; a reload first empties the target, in the same transaction."""
    return render(
        "load/load.sql.j2",
        table=table,
        bucket=names.bucket,
        reload=reload,
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
        "sql_cdc": load_statements(names, table, reload=False),
        "sql_reload": load_statements(names, table, reload=True),
    }


def _convert(column: Column, staged: str = "") -> str:
    return column.type.conversion.format(column=staged or column.sql)
