# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading tables out of the catalog of Redshift.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_REDSHIFT_COLUMNS.html
https://docs.aws.amazon.com/redshift/latest/dg/r_PG_CLASS_INFO.html
https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html (names of constraints)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from .redshift_table_model import FIXED_ENCODINGS, PRIMARY_KEY, Column, Constraint, Table
from .redshift_types import catalog_type

Rows = list[dict[str, Any]]
MOST_TABLES = 500
"""In one query: its names must fit into the bytes that a statement may have."""
DIST_STYLES = {0: "even", 1: "key", 8: "all", 9: "auto", 10: "auto", 11: "auto", 12: "auto"}
"""Of PG_CLASS_INFO's effective distribution style."""


def literal(text: str) -> str:
    """Text as SQL takes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def read_catalog(
    ask: Callable[[list[str]], list[Rows]], database: str, tables: Sequence[Table]
) -> tuple[dict[str, Table], set[str]]:
    """Those of the tables that exist, by path, and the schemas that exist.

    `ask` returns the rows of each query. Raises ValueError for a name that is no table's.
    """
    found: dict[str, Table] = {}
    schemas: set[str] = set()
    for first in range(0, len(tables), MOST_TABLES):
        part = tables[first : first + MOST_TABLES]
        columns, layout, relations, keys, existing = ask(queries(database, part))
        found |= tables_of(part, columns, layout, relations, keys)
        schemas |= {row["nspname"] for row in existing}
    return found, schemas


def queries(database: str, tables: Iterable[Table]) -> list[str]:
    """What is asked of the catalog, for any number of tables at once."""
    schemas = ", ".join(literal(name) for name in sorted({table.schema for table in tables}))
    names = ", ".join(literal(name) for name in sorted({table.name for table in tables}))
    return [
        "SELECT table_schema, table_name, column_name, data_type, character_maximum_length,"
        " numeric_precision, numeric_scale, is_nullable, column_default FROM svv_columns"
        f" WHERE table_schema IN ({schemas}) AND table_name IN ({names})"
        " ORDER BY table_schema, table_name, ordinal_position",
        "SELECT schema_name, table_name, column_name, distkey, sortkey, encoding"
        " FROM svv_redshift_columns"
        f" WHERE database_name = {literal(database)} AND schema_name IN ({schemas})"
        f" AND table_name IN ({names})",
        "SELECT n.nspname, c.relname, c.relkind, c.releffectivediststyle FROM pg_class_info c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE n.nspname IN ({schemas}) AND c.relname IN ({names}) AND c.relkind IN ('r', 'v')",
        "SELECT t.table_schema::varchar AS table_schema, t.table_name::varchar AS table_name,"
        " t.constraint_name::varchar AS constraint_name,"
        " t.constraint_type::varchar AS constraint_type, k.column_name::varchar AS column_name"
        " FROM information_schema.table_constraints t"
        " JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name"
        " AND k.table_schema = t.table_schema AND k.table_name = t.table_name"
        f" WHERE t.table_schema IN ({schemas}) AND t.table_name IN ({names})"
        " ORDER BY k.ordinal_position",
        f"SELECT nspname FROM pg_namespace WHERE nspname IN ({schemas})",
    ]


def tables_of(
    asked: Iterable[Table], columns: Rows, layout: Rows, relations: Rows, keys: Rows
) -> dict[str, Table]:
    """Put the answers together."""
    found: dict[str, Table] = {}
    wanted = {table.path for table in asked}
    for row in relations:
        table = Table(row["nspname"], row["relname"])
        if table.path not in wanted:
            continue
        if row["relkind"] == "v":
            raise ValueError(f"{table.path} is a view: choose another name, or drop the view")
        style = DIST_STYLES.get(int(row["releffectivediststyle"] or 0))
        found[table.path] = replace(table, dist_style=style)
    for row in columns:
        path = f"{row['table_schema']}.{row['table_name']}"
        if path in found:
            found[path] = replace(found[path], columns=(*found[path].columns, _column(row)))
    for path, rows in _by_path(layout).items():
        if path in found:
            found[path] = _laid_out(found[path], rows)
    return {path: _keyed(table, keys) for path, table in found.items()}


def _column(row: dict[str, Any]) -> Column:
    sql_type = catalog_type(
        row["data_type"],
        row["character_maximum_length"],
        row["numeric_precision"],
        row["numeric_scale"],
    )
    nullable = str(row["is_nullable"]).upper() != "NO"
    return Column(row["column_name"], sql_type, nullable, row["column_default"] or None)


def _by_path(layout: Rows) -> dict[str, Rows]:
    by_path: dict[str, Rows] = {}
    for row in layout:
        by_path.setdefault(f"{row['schema_name']}.{row['table_name']}", []).append(row)
    return by_path


def _laid_out(table: Table, rows: Rows) -> Table:
    """Its keys. AUTO has a key of Redshift's own choice, which is nobody's wish."""
    key = next((row["column_name"] for row in rows if row["distkey"]), None)
    sorting = sorted((row for row in rows if row["sortkey"]), key=lambda row: abs(row["sortkey"]))
    interleaved = any(row["sortkey"] < 0 for row in sorting)
    fixed = {
        row["column_name"]: row["encoding"] for row in rows if row["encoding"] in FIXED_ENCODINGS
    }
    return replace(
        table,
        columns=tuple(replace(one, encode=fixed.get(one.name)) for one in table.columns),
        dist_key=key if table.dist_style == "key" else None,
        sort_key=tuple(row["column_name"] for row in sorting) or None,
        sort_style="interleaved" if interleaved else None,
    )


def _keyed(table: Table, keys: Rows) -> Table:
    """Its constraints, of which Redshift enforces none."""
    parts: dict[tuple[str, str], list[str]] = {}
    for row in keys:
        if f"{row['table_schema']}.{row['table_name']}" == table.path:
            constraint = (row["constraint_name"], row["constraint_type"])
            parts.setdefault(constraint, []).append(row["column_name"])
    constraints = tuple(
        Constraint(name, of, tuple(columns)) for (name, of), columns in sorted(parts.items())
    )
    primary = next((one.columns for one in constraints if one.type == PRIMARY_KEY), ())
    return replace(table, constraints=constraints, primary_key=primary)
