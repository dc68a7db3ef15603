"""What happens at a source to the rows of one table: its rows, and its log of changes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product

from tests.sandbox.load.shapes import KEYS_A_LIFE, NULL, Shape, Value

NOON = datetime(2026, 1, 15, 12)
MOST_CHANGES_A_TRANSACTION = 4
Row = tuple[Value, ...]
Told = tuple[str | None, ...]


def told(row: Row) -> Told:
    """The texts that the warehouse tells of these values."""
    return tuple(value.told for value in row)


def moment(when: datetime) -> str:
    """What the sequences of changes begin with that were committed then."""
    return f"{when:%Y%m%d%H%M%S}00"


@dataclass(frozen=True)
class Change:
    """A committed change, as the log has it; a delete has no values.

    Changes of one transaction have one time. `before` is the key that there was. `altered` tells
    whether the source had altered the table.
    """

    op: str
    key: Row
    values: Row
    before: Row | None
    sequence: str
    committed: datetime
    altered: bool


class Life:
    """Rows that come and go, in transactions that may be rolled back."""

    def __init__(self, chance: random.Random, shape: Shape, place: int) -> None:
        self._random, self._shape = chance, shape
        first, *further = (column.kind for column in shape.key)
        own = first.keys[place * KEYS_A_LIFE : (place + 1) * KEYS_A_LIFE]
        pools = [own, *(chance.sample(kind.keys, 2) for kind in further)]
        self.keys = list(product(*pools))
        self.rows: dict[Row, Row] = {}
        """With the last values that were captured of columns that the source has dropped."""
        self.altered = False
        self.log: list[Change] = []
        self.clock = 0
        self._written = self._emptied = 0

    def live(self, transactions: int) -> None:
        """Let so many transactions happen."""
        for _ in range(transactions):
            self._transaction()

    def redeliver(self) -> None:
        """The log from some change on once more, numbered anew, as after a restart of the task."""
        first = max(self._emptied, len(self.log) - 8)
        if first < len(self.log):
            start = self._random.randrange(first, len(self.log))
            self.clock += 1
            for change in self.log[start:]:
                self.log.append(replace(change, sequence=self._sequence()))

    def truncate(self, clock: int) -> None:
        """Lose all rows at this time, which no change tells."""
        self.rows.clear()
        self.clock, self._emptied = clock, len(self.log)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.clock)

    def _transaction(self) -> None:
        self.clock += self._random.choice([0, 1, 1])
        rows, log = dict(self.rows), list(self.log)
        for _ in range(self._random.randint(1, MOST_CHANGES_A_TRANSACTION)):
            self._change()
        if self._random.random() < 0.15:
            self.rows, self.log = rows, log

    def _change(self) -> None:
        chance, key = self._random, self._random.choice(self.keys)
        old = chance.choice(list(self.rows)) if self.rows else None
        what = chance.choice("IUUDK")
        if old is None or what == "I":
            if key not in self.rows:
                self._put("I", key, None)
        elif what == "U":
            self._put("U", old, old)
        elif what == "D":
            del self.rows[old]
            self._write("D", old, tuple(NULL for _ in self._shape.others), old)
        elif key not in self.rows:
            del self.rows[old]
            self._put("U", key, old)

    def _put(self, op: str, key: Row, before: Row | None) -> None:
        present = self._shape.at_source(self.altered)
        values = tuple(
            self._random.choice(column.kind.values) if column in present else NULL
            for column in self._shape.others
        )
        self.rows[key] = values
        self._write(op, key, values, before)

    def _write(self, op: str, key: Row, values: Row, before: Row | None) -> None:
        sequence = self._sequence()
        self.log.append(Change(op, key, values, before, sequence, self.now(), self.altered))

    def _sequence(self) -> str:
        self._written += 1
        return f"{moment(self.now())}{self._written:019d}"
