"""The records of a file before they have their types: rows of a full load, and changes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa


@dataclass(frozen=True)
class Transaction:
    """The transaction that a change belongs to; commit is in UTC."""

    lsn: int
    commit: datetime.datetime
    number: int = 0

    @property
    def position(self) -> str:
        """The commit's place in the log, as PostgreSQL writes it."""
        return f"{self.lsn >> 32:X}/{self.lsn & 0xFFFFFFFF:X}"


class Change(NamedTuple):
    """One insert, update or delete, as the texts of a table's columns.

    row is what the record shows: the row after, or for a delete what the log has of the row
    before. before is the row before an update or delete, None for an insert; where the log only
    has the key, the other columns are None.
    """

    operation: str
    transaction: Transaction
    sequence: str
    row: Sequence[str | None]
    before: Sequence[str | None] | None


@dataclass(frozen=True)
class Rows:
    """Rows of a full load: one array of texts for each column of the table."""

    texts: Sequence[pa.Array]
    count: int
    time: datetime.datetime

    def without(self, positions: Sequence[int]) -> Rows:
        """The other rows."""
        left = sorted(set(range(self.count)) - set(positions))
        return Rows(
            [array.take(pa.array(left, pa.int64())) for array in self.texts], len(left), self.time
        )


def moment(time: datetime.datetime) -> str:
    """A time as DMS writes it into columns of text."""
    return f"{time:%Y-%m-%d %H:%M:%S.%f}"
