"""Decoder of PostgreSQL's pgoutput plugin, protocol version 1.

https://www.postgresql.org/docs/16/protocol-logicalrep-message-formats.html
"""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass
from enum import Enum

from sandbox.engines.capture.errors import CaptureError

EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class Unchanged(Enum):
    """The mark of a large value that an update left alone, and that the log does not repeat."""

    VALUE = "unchanged"


Value = str | Unchanged | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Begin:
    """A transaction begins; its changes follow."""

    commit_lsn: int
    commit_time: datetime.datetime
    transaction_id: int


@dataclass(frozen=True)
class Commit:
    """A transaction is complete; end_lsn is where the log goes on."""

    end_lsn: int


@dataclass(frozen=True)
class RelationColumn:
    """A column of a table as the next changes have it."""

    name: str
    type_oid: int
    modifier: int


@dataclass(frozen=True)
class Relation:
    """A table as it was when the next changes were made."""

    oid: int
    schema: str
    table: str
    columns: tuple[RelationColumn, ...]


@dataclass(frozen=True)
class RowChange:
    """An insert, update or delete.

    old is the row before: whole under replica identity FULL, else the key columns and None in the
    others. An update has it only if the key changed or the identity is FULL; whole tells which.
    """

    operation: str
    relation: Relation
    new: Row | None
    old: Row | None
    whole: bool


@dataclass(frozen=True)
class Truncate:
    """Tables were emptied."""

    relations: tuple[Relation, ...]


Message = Begin | Commit | Relation | RowChange | Truncate


class Decoder:
    """Decodes the messages of one read of a slot, which names each table before its changes."""

    def __init__(self) -> None:
        self._relations: dict[int, Relation] = {}

    def decode(self, data: bytes) -> Message | None:
        """One message; None for those that carry no change.

        Raises CaptureError for a message that protocol version 1 does not have.
        """
        reader = _Reader(data)
        match kind := reader.letter():
            case "B":
                lsn, micros, transaction = reader.take(">QqI")
                return Begin(lsn, EPOCH + datetime.timedelta(microseconds=micros), transaction)
            case "C":
                _, _, end, _ = reader.take(">BQQq")
                return Commit(end)
            case "R":
                relation = _relation(reader)
                self._relations[relation.oid] = relation
                return relation
            case "I" | "U" | "D":
                return self._row_change(kind, reader)
            case "T":
                count, _ = reader.take(">IB")
                oids = (reader.take(">I")[0] for _ in range(count))
                return Truncate(tuple(self._relations[oid] for oid in oids))
            case "O" | "Y" | "M":  # origin, type, message
                return None
        raise CaptureError(f"The source's log has a message of unknown kind {kind!r}.")

    def _row_change(self, operation: str, reader: _Reader) -> RowChange:
        relation = self._relations[reader.take(">I")[0]]
        new: Row | None = None
        old: Row | None = None
        whole = False
        part = reader.letter()
        if part in "KO":
            whole = part == "O"
            old = reader.row()
            part = reader.letter() if operation == "U" else ""
        if part == "N":
            new = reader.row()
        return RowChange(operation, relation, new, old, whole)


class _Reader:
    """Takes a message apart from its start."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._data, self._position)
        self._position += struct.calcsize(layout)
        return values

    def letter(self) -> str:
        self._position += 1
        return chr(self._data[self._position - 1])

    def text(self) -> str:
        end = self._data.index(0, self._position)
        value = self._data[self._position : end].decode()
        self._position = end + 1
        return value

    def row(self) -> Row:
        data = self._data
        position = self._position
        count = int.from_bytes(data[position : position + 2], "big")
        position += 2
        values: list[Value] = []
        for _ in range(count):
            kind = data[position]
            position += 1
            if kind == 0x74:  # t: the value's text follows
                end = position + 4 + int.from_bytes(data[position : position + 4], "big")
                values.append(data[position + 4 : end].decode())
                position = end
            else:
                values.append(None if kind == 0x6E else Unchanged.VALUE)  # n: null
        self._position = position
        return tuple(values)


def _relation(reader: _Reader) -> Relation:
    (oid,) = reader.take(">I")
    schema, table = reader.text() or "pg_catalog", reader.text()
    _, count = reader.take(">BH")
    columns = []
    for _ in range(count):
        reader.take(">B")
        name = reader.text()
        type_oid, modifier = reader.take(">Ii")
        columns.append(RelationColumn(name, type_oid, modifier))
    return Relation(oid, schema, table, tuple(columns))
