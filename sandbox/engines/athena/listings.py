"""SHOW and DESCRIBE: lists of the catalog, in the form of Hive.

https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from sandbox.engines.athena.errors import QueryFailed
from sandbox.engines.athena.model import Catalog, Column, Result, ResultColumn
from sandbox.engines.athena.statements import Statement

WIDTH = 20


def run(statement: Statement, database: str, catalog: Catalog) -> Result:
    """What a listing answers; QueryFailed where what it is of is not there."""
    names = [name.lower() if name else None for name in statement.names]
    if statement.kind == "SHOW_DATABASES":
        return _list(["database_name"], _like(catalog.databases(), statement.names[0]))
    if statement.kind == "SHOW_TABLES":
        found = _tables(catalog, names[0] or database)
        return _list(["tab_name"], _like(found, statement.names[1]))
    if statement.kind == "SHOW_COLUMNS":
        columns = _columns(catalog, names[0] or names[2] or database, names[1] or "")
        return _list(["field"], (column.name.ljust(WIDTH) for column in columns))
    columns = _columns(catalog, names[0] or database, names[1] or "")
    return _list(["col_name", "data_type", "comment"], map(_description, columns))


def _description(column: Column) -> str:
    return "\t".join((column.name.ljust(WIDTH), column.type.ljust(WIDTH), " " * WIDTH))


def _tables(catalog: Catalog, database: str) -> list[str]:
    if not catalog.has_database(database):
        raise QueryFailed(
            f"FAILED: SemanticException [Error 10072]: Database does not exist: {database}"
        )
    return catalog.tables(database)


def _columns(catalog: Catalog, database: str, table: str) -> list[Column]:
    columns = catalog.described(database, table)
    if columns is None:
        raise QueryFailed(f"FAILED: SemanticException [Error 10001]: Table not found {table}")
    return columns


def _like(names: Iterable[str], pattern: str | None) -> list[str]:
    """Names that match a pattern of Hive, in which * is any text and | is or."""
    wanted = (pattern or "*").lower().split("|")
    return sorted(name for name in names if any(fnmatch.fnmatchcase(name, one) for one in wanted))


def _list(heads: list[str], lines: Iterable[str]) -> Result:
    columns = [ResultColumn(head, "string") for head in heads]
    return Result(columns, iter([line] for line in lines), is_table=False)
