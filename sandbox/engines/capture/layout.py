"""The columns of a table's files, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from sandbox.engines.capture import columns as file_columns
from sandbox.engines.capture.catalog import Column, Table, Types
from sandbox.engines.capture.columns import (
    BeforeColumn,
    FileColumn,
    LobLimit,
    MissingColumn,
    SourceColumn,
)
from sandbox.engines.capture.errors import UnsupportedTableError
from sandbox.engines.capture.mapping import Mapping
from sandbox.engines.capture.records import Change, Rows
from sandbox.engines.capture.settings import Behaviour, Target
from sandbox.engines.capture.types import TypeOptions, ValueType, value_type

Noticed = Callable[[str, int], None]


@dataclass(frozen=True)
class Layout:
    """The files of one table, as long as its columns stay as they are.

    The order is: operation, timestamp column, the table's columns, added columns, before image.
    """

    table: Table
    loaded: tuple[FileColumn, ...]
    changed: tuple[FileColumn, ...]
    sources: tuple[SourceColumn, ...]

    def of_rows(self, rows: Rows) -> pa.Table:
        """Rows of a full load as the file has them; RecordError where a value does not fit."""
        return _table(self.loaded, [column.of_rows(rows) for column in self.loaded])

    def of_changes(self, changes: Sequence[Change]) -> pa.Table:
        """Changes as the file has them; RecordError where a value does not fit."""
        return _table(self.changed, [column.of_changes(changes) for column in self.changed])


@dataclass(frozen=True)
class LayoutMaker:
    """Makes the layouts of one capture's tables."""

    mapping: Mapping
    target: Target
    behaviour: Behaviour

    def make(self, table: Table, types: Types, noticed: Noticed) -> Layout:
        """The layout of a table as it is now; noticed hears of columns with values cut.

        Raises UnsupportedTableError for what files cannot carry.
        """
        sources = tuple(self._sources(table, types, noticed))
        names = (table.schema, table.name)
        added: list[FileColumn] = [
            file_columns.header(rule.name, rule.header, rule.type, *names)
            for rule in self.mapping.added(*names)
        ]
        middle = [*sources, *added, *self._before(table, sources)]
        return Layout(
            table,
            tuple(self._begin(self.target.operation_in_full_load) + middle),
            tuple(self._begin(self.target.operation_in_changes) + middle),
            sources,
        )

    def remake(self, table: Table, types: Types, noticed: Noticed, first: Layout) -> Layout:
        """The layout of a changed table whose files keep the columns that they began with."""
        now = self.make(table, types, noticed)
        sources = {column.name: column for column in now.sources}

        def kept(column: FileColumn) -> FileColumn:
            if isinstance(column, SourceColumn):
                return sources.get(column.name) or MissingColumn(column.name, column.arrow)
            return column

        before = {column.name: column for column in now.changed}
        changed = tuple(
            before.get(column.name, column) if isinstance(column, BeforeColumn) else kept(column)
            for column in first.changed
        )
        return Layout(table, tuple(kept(c) for c in first.loaded), changed, now.sources)

    def _begin(self, operation: bool) -> list[FileColumn]:
        begin: list[FileColumn] = [file_columns.operation()] if operation else []
        if self.target.timestamp_column:
            begin.append(file_columns.commit_time(self.target.timestamp_column))
        return begin

    def _sources(self, table: Table, types: Types, noticed: Noticed) -> list[SourceColumn]:
        found = []
        for position, column in enumerate(table.columns):
            if self.mapping.removes(table.schema, table.name, column.name):
                continue
            if column.generated:
                raise UnsupportedTableError(
                    f"Table {table.schema}.{table.name}: column {column.name} is generated, which "
                    "the log does not carry; leave it out with a remove-column rule"
                )
            kind = self._type(table, column, types)
            if kind.lob and not self.behaviour.lobs:
                continue
            limit = self._limit(table, column, noticed) if kind.lob else None
            found.append(SourceColumn(column.name, position, kind, limit))
        return found

    def _type(self, table: Table, column: Column, types: Types) -> ValueType:
        source, modifier = types.of(column)
        where = f"Table {table.schema}.{table.name}: column {column.name}"
        if source.array and not table.key:
            raise UnsupportedTableError(f"{where} is an array, and the table has no primary key")
        options = TypeOptions(
            self.target.booleans, self.target.milliseconds, self.behaviour.trim_char
        )
        try:
            return value_type(source, modifier, options)
        except UnsupportedTableError as error:
            raise UnsupportedTableError(f"{where} is {error}") from None

    def _limit(self, table: Table, column: Column, noticed: Noticed) -> LobLimit:
        size = self.behaviour.lob_bytes
        if size is None:
            raise UnsupportedTableError(
                f"Table {table.schema}.{table.name}: column {column.name} is a large object, and "
                "the target has no full LOB mode; set TargetMetadata.LimitedSizeLobMode"
            )
        fatal = self.behaviour.truncation_error in {"STOP_TASK", "SUSPEND_TABLE"}
        return LobLimit(size, fatal, noticed)

    def _before(self, table: Table, sources: Sequence[SourceColumn]) -> list[FileColumn]:
        rule = self.mapping.before_image(table.schema, table.name)
        if rule is None:
            return []
        return [
            BeforeColumn(f"{rule.prefix}{column.name}{rule.suffix}", column)
            for column in sources
            if rule.columns == "all"
            or (rule.columns == "non-lob" and not column.type.lob)
            or (rule.columns == "pk-only" and column.name in table.key)
        ]


def _table(columns: Sequence[FileColumn], arrays: Sequence[pa.Array]) -> pa.Table:
    fields = [pa.field(column.name, column.arrow) for column in columns]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))
