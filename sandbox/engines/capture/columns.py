"""The columns of a file, each able to take its values from rows or from changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.engines.capture.errors import RecordError
from sandbox.engines.capture.records import Change, Rows, moment
from sandbox.engines.capture.types import ValueType

OPERATIONS = {"I": "INSERT", "U": "UPDATE", "D": "DELETE"}


class FileColumn(Protocol):
    """A column of a file."""

    @property
    def name(self) -> str:
        """Its name in the file."""

    @property
    def arrow(self) -> pa.DataType:
        """Its type in the file."""

    def of_rows(self, rows: Rows) -> pa.Array:
        """Its values for rows of a full load."""

    def of_changes(self, changes: Sequence[Change]) -> pa.Array:
        """Its values for changes."""


@dataclass(frozen=True)
class LobLimit:
    """The most bytes kept of a large object; fatal makes one that has more an error.

    noticed is told of a column in which values were cut.
    """

    size: int
    fatal: bool
    noticed: Callable[[str, int], None]

    def apply(self, column: str, texts: pa.Array, *, binary: bool) -> pa.Array:
        """The texts, cut where they are too long; bytea comes in hexadecimal."""
        size = self.size * 2 + 2 if binary else self.size
        long = pc.fill_null(pc.greater(pc.binary_length(texts), size), False)
        rows = pc.indices_nonzero(long).to_pylist()
        if not rows:
            return texts
        if self.fatal:
            reason = f"{len(rows)} large object(s) over LobMaxSize {self.size // 1024} KB"
            raise RecordError(column, reason, rows, truncated=True)
        self.noticed(column, len(rows))
        values = texts.to_pylist()
        for row in rows:
            values[row] = values[row].encode()[:size].decode(errors="ignore")
        return pa.array(values, pa.string())


@dataclass(frozen=True)
class SourceColumn:
    """A column of the table; limit is set for large objects."""

    name: str
    position: int
    type: ValueType
    limit: LobLimit | None = None

    @property
    def arrow(self) -> pa.DataType:
        """The source type's type in the file."""
        return self.type.arrow

    def of_rows(self, rows: Rows) -> pa.Array:
        """The rows' values."""
        return self._convert(rows.texts[self.position])

    def of_changes(self, changes: Sequence[Change]) -> pa.Array:
        """The values that the changes show."""
        texts = [change.row[self.position] for change in changes]
        return self._convert(pa.array(texts, pa.string()))

    def _convert(self, texts: pa.Array) -> pa.Array:
        if self.limit is not None:
            binary = pa.types.is_binary(self.type.arrow)
            texts = self.limit.apply(self.name, texts, binary=binary)
        return self.type.convert(self.name, texts)


@dataclass(frozen=True)
class MissingColumn:
    """A column that files have, and the table no longer has."""

    name: str
    arrow: pa.DataType

    def of_rows(self, rows: Rows) -> pa.Array:
        """Nulls."""
        return pa.nulls(rows.count, self.arrow)

    def of_changes(self, changes: Sequence[Change]) -> pa.Array:
        """Nulls."""
        return pa.nulls(len(changes), self.arrow)


@dataclass(frozen=True)
class BeforeColumn:
    """A column with the value before an update or delete, null where there was none."""

    name: str
    source: SourceColumn

    @property
    def arrow(self) -> pa.DataType:
        """The type of the column it is the image of."""
        return self.source.arrow

    def of_rows(self, rows: Rows) -> pa.Array:
        """Nulls: what is loaded had no row before."""
        return pa.nulls(rows.count, self.arrow)

    def of_changes(self, changes: Sequence[Change]) -> pa.Array:
        """The values before the changes."""
        position = self.source.position
        texts = [None if change.before is None else change.before[position] for change in changes]
        return self.source.type.convert(self.name, pa.array(texts, pa.string()))


@dataclass(frozen=True)
class HeaderColumn:
    """A column that tells of the record rather than of its values.

    loaded gives the value for a full load, changed that of a change.
    """

    name: str
    arrow: pa.DataType
    loaded: Callable[[Rows], Any]
    changed: Callable[[Change], Any]

    def of_rows(self, rows: Rows) -> pa.Array:
        """One value for all rows."""
        value = pa.scalar(self.loaded(rows), self.arrow)
        return pa.repeat(value, rows.count)

    def of_changes(self, changes: Sequence[Change]) -> pa.Array:
        """One value a change."""
        return pa.array([self.changed(change) for change in changes], self.arrow)


def operation() -> HeaderColumn:
    """Op: I, U or D."""
    return HeaderColumn("Op", pa.string(), lambda _: "I", lambda change: change.operation)


def commit_time(name: str) -> HeaderColumn:
    """The timestamp column: the time of loading, or of the change's commit."""
    return HeaderColumn(
        name,
        pa.string(),
        lambda rows: moment(rows.time),
        lambda change: moment(change.transaction.commit),
    )


def header(name: str, kind: str, arrow: pa.DataType, schema: str, table: str) -> HeaderColumn:
    """An added column with a header of the record, or metadata of its table.

    Text headers that tell of a change are empty in a full load. Times are text or timestamps.
    """

    def timed(time: Any) -> Any:
        return moment(time) if pa.types.is_string(arrow) else time.replace(tzinfo=None)

    loaded: Callable[[Rows], Any]
    changed: Callable[[Change], Any]
    match kind:
        case "AR_H_CHANGE_SEQ":
            loaded, changed = (lambda _: ""), (lambda change: change.sequence)
        case "AR_H_STREAM_POSITION":
            loaded, changed = (lambda _: ""), (lambda change: change.transaction.position)
        case "AR_H_TRANSACTION_ID":
            loaded, changed = (lambda _: ""), (lambda change: f"{change.transaction.number:032X}")
        case "AR_H_OPERATION":
            loaded, changed = (lambda _: "INSERT"), (lambda change: OPERATIONS[change.operation])
        case "AR_H_TIMESTAMP" | "AR_H_COMMIT_TIMESTAMP":
            loaded, changed = (
                (lambda rows: timed(rows.time)),
                (lambda change: timed(change.transaction.commit)),
            )
        case "AR_M_SOURCE_SCHEMA":
            loaded, changed = (lambda _: schema), (lambda _: schema)
        case "AR_M_SOURCE_TABLE_NAME":
            loaded, changed = (lambda _: table), (lambda _: table)
        case _:
            raise ValueError(f"unknown header {kind}")
    return HeaderColumn(name, arrow, loaded, changed)


HEADERS = frozenset(
    {
        "AR_H_CHANGE_SEQ",
        "AR_H_STREAM_POSITION",
        "AR_H_TRANSACTION_ID",
        "AR_H_OPERATION",
        "AR_H_TIMESTAMP",
        "AR_H_COMMIT_TIMESTAMP",
        "AR_M_SOURCE_SCHEMA",
        "AR_M_SOURCE_TABLE_NAME",
    }
)
