"""Runs one statement: the tables it reads are loaded, as its caller may see them, and queried."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from sandbox.engines.athena import binding, listings
from sandbox.engines.athena.errors import CANCELLED, OTHER, Cancelled, QueryFailed, at
from sandbox.engines.athena.files import rows_of, schema_of
from sandbox.engines.athena.hive import TIMESTAMP
from sandbox.engines.athena.model import Catalog, Column, Result, ResultColumn, Slice, Table
from sandbox.engines.athena.predicates import columns_of, to_engine
from sandbox.engines.athena.statements import Statement, read_query
from sandbox.engines.athena.values import result_column, text

CATALOG = "awsdatacatalog"
MEMORY = "1GB"
BATCH = 5000
DEEPEST_VIEW = 10
SOURCE = "landed"
# Nothing outside the process: no file, no network, no extension, no variable of Python.
_CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "memory_limit": MEMORY,
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "1",
}


class Session:
    """An engine of its own for one statement, gone with it.

    cutoff is how many bytes of files may be read, None for any number.
    """

    def __init__(self, catalog: Catalog, database: str, cutoff: int | None = None) -> None:
        self._catalog = catalog
        self._database = database.lower()
        self._cutoff = cutoff
        self._cancelled = threading.Event()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._tables: dict[tuple[str, str], Table] = {}
        self._wanted: dict[tuple[str, str], set[str]] = {}
        self._views: list[tuple[Table, exp.Query]] = []
        self.scanned_bytes = 0
        self.scanned_rows = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine is not None:
            self._engine.close()

    def cancel(self) -> None:
        """Let what runs end soon, with QueryFailed."""
        self._cancelled.set()
        if self._engine is not None:
            self._engine.interrupt()

    def run(self, statement: Statement) -> Result:
        """Run a query or a listing; QueryFailed where Athena's would fail."""
        if statement.problem:
            raise QueryFailed(statement.problem)
        if statement.tree is None:
            return listings.run(statement, self._database, self._catalog)
        try:
            relation, columns = self._bound(statement)
            assert self._engine is not None
            self._engine.execute(relation)
            return Result(columns, self._rows(columns, statement))
        except duckdb.Error as error:
            raise self._failure(error, statement) from error

    def table(self, statement: Statement) -> pa.Table:
        """The rows of a statement's query as they are to be written."""
        try:
            query, columns = self._bound(statement)
            assert self._engine is not None
            content = self._engine.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise self._failure(error, statement) from error
        arrays = [
            content.column(index).cast(_stored(column, content.schema.field(index).type))
            for index, column in enumerate(columns)
        ]
        return pa.table(arrays, names=[column.name for column in columns])

    def _bound(self, statement: Statement) -> tuple[str, list[ResultColumn]]:
        """The engine's SQL of a query, its tables loaded, and the columns that it gives."""
        assert statement.tree is not None
        tree = statement.tree.copy()
        self._engine = duckdb.connect(config=_CONFIG)
        self._engine.execute("SET integer_division = true; SET TimeZone = 'UTC'")
        self._resolve(statement.sql, tree, self._database, 0)
        self._load()
        self._engine.execute("SET lock_configuration = true")
        named = _marked(tree)
        relation = self._engine.sql(_written(tree))
        columns = [
            result_column(f"_col{index}" if name.startswith(named) else name, str(kind))
            for index, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True))
        ]
        return _written(tree), columns

    def _rows(
        self, columns: list[ResultColumn], statement: Statement
    ) -> Iterator[list[str | None]]:
        assert self._engine is not None
        single = [column.type == "float" for column in columns]
        try:
            while batch := self._engine.fetchmany(BATCH):
                for row in batch:
                    yield [text(value, one) for value, one in zip(row, single, strict=True)]
        except duckdb.Error as error:
            raise self._failure(error, statement) from error

    def _failure(self, error: duckdb.Error, statement: Statement) -> QueryFailed:
        if self._cancelled.is_set():
            return Cancelled(CANCELLED)
        assert statement.tree is not None
        return binding.failure(str(error), statement.sql, statement.tree)

    def _resolve(self, sql: str, tree: exp.Query, database: str, depth: int) -> None:
        """Find what a query and its views read, and let it name its tables with their databases."""
        for node in _tables(tree):
            if not isinstance(node.this, exp.Identifier):
                raise QueryFailed(f"NOT_SUPPORTED: Table function: {node.sql('trino')}")
            place = at(sql, next(iter(node.parts)).meta.get("start") or 0)
            if node.catalog and node.catalog.lower() != CATALOG:
                message = f"Catalog '{node.catalog}' does not exist"
                raise QueryFailed(f"CATALOG_NOT_FOUND: {place}: {message}")
            key = schema, name = (node.db or database).lower(), node.name.lower()
            node.set("catalog", None)
            node.set("db", exp.to_identifier(schema))
            if key not in self._tables:
                table = self._catalog.table(schema, name)
                if table is None:
                    raise self._missing(place, schema, name)
                if table.view:
                    self._resolve_view(table, depth)
                elif not table.visible:
                    raise binding.no_columns(sql, tree, table.name)
                self._tables[key] = table
            wanted = self._wanted.setdefault(key, set())
            wanted |= _mentioned(tree, self._tables[key].visible)

    def _resolve_view(self, view: Table, depth: int) -> None:
        if depth == DEEPEST_VIEW:
            raise QueryFailed(f"VIEW_IS_RECURSIVE: Statement is recursive: {view.name}")
        inner = read_query(view.view)
        self._resolve(view.view, inner, view.view_database or view.database, depth + 1)
        self._views.append((view, inner))

    def _missing(self, place: str, schema: str, name: str) -> QueryFailed:
        if not self._catalog.has_database(schema):
            return QueryFailed(f"SCHEMA_NOT_FOUND: {place}: Schema '{schema}' does not exist")
        message = f"Table '{CATALOG}.{schema}.{name}' does not exist"
        return QueryFailed(f"TABLE_NOT_FOUND: {place}: {message}")

    def _load(self) -> None:
        assert self._engine is not None
        for key, table in self._tables.items():
            self._engine.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(table.database)}")
            if not table.view:
                self._fill(table, self._wanted[key])
        for view, query in self._views:
            self._engine.execute(f"CREATE VIEW {_place(view)} AS {_written(query)}")
        if self._cancelled.is_set():
            raise Cancelled(CANCELLED)

    def _fill(self, table: Table, wanted: Collection[str]) -> None:
        """Make a table of the cells that may be read.

        Cells are withheld before the query sees them: else an error about a hidden value tells it.
        """
        assert self._engine is not None
        target, visible = _place(table), table.visible
        tested = set().union(*(columns_of(one.rows) for one in table.slices if one.rows))
        needed = [one for one in table.columns if one.name in tested | {c.name for c in visible}]
        cells = ", ".join(_cell(column.name, table.slices) for column in visible)
        readable = f"SELECT {cells} FROM {SOURCE}{_condition(table.slices)}"
        empty = schema_of(needed).empty_table()
        self._take(f"CREATE TABLE {target} AS {readable}", empty)
        for file in table.files():
            if self._cancelled.is_set():
                raise Cancelled(CANCELLED)
            body = file.read()
            self.scanned_bytes += len(body)
            if self._cutoff is not None and self.scanned_bytes > self._cutoff:
                raise Cancelled("Query cancelled! : Bytes scanned limit was exceeded")
            rows = rows_of(file, body, needed, tested | set(wanted))
            self.scanned_rows += rows.num_rows
            self._take(f"INSERT INTO {target} {readable}", rows)

    def _take(self, sql: str, rows: object) -> None:
        assert self._engine is not None
        self._engine.register(SOURCE, rows)
        try:
            self._engine.execute(sql)
        except duckdb.OutOfMemoryException as error:
            raise QueryFailed(binding.EXHAUSTED, OTHER) from error
        except duckdb.Error as error:  # its text may tell what the row filter hides
            message = "INVALID_ROW_FILTER: A row filter does not fit the table"
            raise QueryFailed(message) from error
        finally:
            self._engine.unregister(SOURCE)


def _tables(tree: exp.Query) -> list[exp.Table]:
    """The relations of a query that are no common table expressions of it."""
    found: dict[int, exp.Table] = {}
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                found[id(source)] = source
    return list(found.values())


def _mentioned(tree: exp.Query, visible: list[Column]) -> set[str]:
    """The columns that a query can have to do with: it names them, or says *."""
    every = {column.name for column in visible}
    natural = any(join.args.get("method") == "NATURAL" for join in tree.find_all(exp.Join))
    stars = (star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count))
    if natural or next(stars, None) is not None:
        return every
    return every & {identifier.name.lower() for identifier in tree.find_all(exp.Identifier)}


def _cell(name: str, slices: tuple[Slice, ...]) -> str:
    """A column, NULL in the rows where no slice shows it."""
    own = [one for one in slices if name in one.columns]
    column = _quoted(name)
    if any(one.rows is None for one in own) or len(own) == len(slices):
        return column
    return f"CASE WHEN {_any_of(own)} THEN {column} END AS {column}"


def _condition(slices: tuple[Slice, ...]) -> str:
    everything = any(one.rows is None for one in slices)
    return "" if everything else f" WHERE {_any_of(slices)}"


def _any_of(slices: Collection[Slice]) -> str:
    return " OR ".join(f"({to_engine(one.rows)})" for one in slices if one.rows is not None)


def _marked(tree: exp.Query) -> str:
    """Give columns without a name one that tells so, the prefix returned."""
    prefix = "unnamed "
    for index, projection in enumerate(tree.selects):
        named = projection.alias or isinstance(projection, exp.Column | exp.Dot)
        if not named and not projection.is_star:
            projection.replace(exp.alias_(projection.copy(), f"{prefix}{index}", quoted=True))
    return prefix


def _written(tree: exp.Query) -> str:
    return tree.sql("duckdb", identify=True)


def _stored(column: ResultColumn, found: pa.DataType) -> pa.DataType:
    """The type that a column is written with: sums are no wider than Trino's."""
    if column.type == "bigint":
        return pa.int64()
    return TIMESTAMP if column.type == "timestamp" else found


def _place(table: Table) -> str:
    return f"{_quoted(table.database)}.{_quoted(table.name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
