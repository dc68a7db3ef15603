"""SHOW of what a database holds: databases, schemas, tables, columns, and how they were made.

https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift import settings
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, literal, path_sql
from sandbox.engines.redshift.plan import Plan, Query
from sandbox.engines.redshift.procedures import definitions

MOST = 10_000
"""Rows that a SHOW may ask for."""
UNSERVED = (
    "GRANTS",
    "CONSTRAINTS",
    "PROCEDURES",
    "FUNCTIONS",
    "PARAMETERS",
    "DATASHARES",
)


def show(tree: Nodes) -> Plan:
    """SHOW: one query of a function that sees with the user's rights, or of a parameter."""
    reader = Reader(tree)
    reader.expect("SHOW")
    if reader.take("PROCEDURE"):
        return definitions.show(reader)
    if unserved := reader.choose(*UNSERVED):
        raise RedshiftError(f"SHOW {unserved} is not supported by this sandbox", "0A000")
    if reader.take("DATABASES"):
        if reader.take("FROM"):
            raise RedshiftError(
                "SHOW DATABASES FROM DATA CATALOG is not supported by this sandbox", "0A000"
            )
        return _listed("databases", [], "database_name", reader)
    if reader.take("SCHEMAS"):
        reader.expect("FROM", "DATABASE")
        database = reader.identifier().name
        return _listed("schemas", [database], "schema_name", reader)
    if reader.take("TABLES"):
        reader.expect("FROM", "SCHEMA")
        return _listed("tables", _owner(reader, 1), "table_name", reader)
    if reader.take("COLUMNS"):
        reader.expect("FROM", "TABLE")
        return _listed("columns", _owner(reader, 2), "column_name", reader)
    for kind in ("TABLE", "VIEW"):
        if reader.take(kind):
            return _definition(kind.title(), reader)
    return settings.show(tree)


def _owner(reader: Reader, size: int) -> list[str]:
    """The database and what follows it; "" stands for what is left out."""
    path = reader.path()
    if len(path) > size + 1:
        raise reader.error()
    return [""] * (size + 1 - len(path)) + path


def _listed(things: str, owner: Sequence[str], name: str, reader: Reader) -> Plan:
    """… [LIKE 'pattern'] [LIMIT number]"""
    arguments = ", ".join(literal(part) for part in owner)
    sql = f"SELECT * FROM pg_catalog.redshift_show_{things}({arguments})"
    if reader.take("LIKE"):
        sql += f" WHERE {name} LIKE {literal(reader.string())}"
    if reader.take("LIMIT"):
        limit = reader.number()
        if not limit.isdigit() or int(limit) > MOST:
            raise RedshiftError(f"LIMIT must be between 0 and {MOST}", "22023")
        sql += f" LIMIT {limit}"
    reader.end()
    return Plan([Query(sql)], tag="SHOW")


def _definition(kind: str, reader: Reader) -> Plan:
    name = literal(path_sql(reader.path()))
    reader.end()
    function = f"pg_catalog.redshift_show_{kind.lower()}"
    return Plan([Query(f'SELECT {function}({name}) AS "Show {kind} DDL statement"')], tag="SHOW")
