"""The tables of one capture: their layouts as they change, their statistics."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.engines.capture import catalog
from sandbox.engines.capture.catalog import Column, Table, Types
from sandbox.engines.capture.layout import Layout, LayoutMaker
from sandbox.engines.capture.pgoutput import Relation, RelationColumn
from sandbox.engines.capture.source import Connection
from sandbox.engines.capture.statistics import TableStatistics

Log = Callable[[str], None]


@dataclass
class CapturedTable:
    """A table, the relation that its next changes have, and the layout of their files."""

    table: Table
    statistics: TableStatistics
    layout: Layout
    first: Layout
    relation: Relation | None = None

    @property
    def title(self) -> str:
        """Schema and name."""
        return f"{self.table.schema}.{self.table.name}"

    def altered(self, relation: Relation) -> bool:
        """Whether a relation has other columns than the table had so far."""
        if self.relation is not None:
            return relation.columns != self.relation.columns
        known = (c for c in self.table.columns if not c.generated)
        return relation.columns != tuple(
            RelationColumn(column.name, column.type_oid, column.modifier) for column in known
        )


class CapturedTables:
    """Makes and keeps the captured tables; statistics outlive it."""

    def __init__(
        self,
        maker: LayoutMaker,
        statistics: dict[tuple[str, str], TableStatistics],
        log: Log,
    ) -> None:
        self._maker = maker
        self._statistics = statistics
        self._log = log
        self._tables: dict[int, CapturedTable] = {}

    def select(self, connection: Connection) -> list[Table]:
        """The tables of the source that the mapping selects, in their order of loading."""
        mapping = self._maker.mapping
        found = [
            table
            for table in catalog.tables(connection)
            if mapping.selects(table.schema, table.name)
        ]
        return sorted(found, key=lambda table: -mapping.load_order(table.schema, table.name))

    def add(self, table: Table, connection: Connection) -> CapturedTable:
        """Capture a table; UnsupportedTableError when its files cannot be."""
        statistics = self.statistics_of(table.schema, table.name)
        layout = self._maker.make(table, Types(connection), self._noticed(table))
        captured = CapturedTable(table, statistics, layout, layout)
        self._tables[table.oid] = captured
        return captured

    def statistics_of(self, schema: str, name: str) -> TableStatistics:
        """The statistics of a table, made when there are none."""
        return self._statistics.setdefault((schema, name), TableStatistics(schema, name))

    def get(self, oid: int) -> CapturedTable | None:
        """A captured table by its object identifier."""
        return self._tables.get(oid)

    def named(self, schema: str, name: str) -> CapturedTable | None:
        """A captured table by its name."""
        for captured in self:
            if (captured.table.schema, captured.table.name) == (schema, name):
                return captured
        return None

    def forget(self, captured: CapturedTable) -> None:
        """A table is gone."""
        self._tables.pop(captured.table.oid, None)

    def __iter__(self) -> Iterator[CapturedTable]:
        return iter(list(self._tables.values()))

    def follow(
        self, captured: CapturedTable, relation: Relation, connection: Connection, *, alter: bool
    ) -> None:
        """Give a table the columns that its next changes have.

        alter False keeps the columns of its files. Raises UnsupportedTableError.
        """
        columns = tuple(Column(c.name, c.type_oid, c.modifier) for c in relation.columns)
        key = self._key(captured, {column.name for column in columns}, connection)
        table = dataclasses.replace(captured.table, columns=columns, key=key)
        types, noticed = Types(connection), self._noticed(table)
        if alter or not captured.altered(relation):
            captured.layout = self._maker.make(table, types, noticed)
        else:
            captured.layout = self._maker.remake(table, types, noticed, captured.first)
        captured.table = table
        captured.relation = relation

    def _key(
        self, captured: CapturedTable, names: set[str], connection: Connection
    ) -> tuple[str, ...]:
        """The key as it is now, unless it has been changed since the log was written."""
        for table in catalog.tables(connection):
            if table.oid == captured.table.oid and set(table.key) <= names:
                return table.key
        return tuple(name for name in captured.table.key if name in names)

    def _noticed(self, table: Table) -> Callable[[str, int], None]:
        def noticed(column: str, number: int) -> None:
            self._log(
                f"Table {table.schema}.{table.name}: {number} large object(s) of column {column} "
                "were truncated to LobMaxSize"
            )

        return noticed
