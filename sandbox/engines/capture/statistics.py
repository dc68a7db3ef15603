"""What a capture has done, table by table."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

TableState = Literal[
    "Table does not exist",
    "Before load",
    "Full load",
    "Table completed",
    "Table cancelled",
    "Table error",
    "Table is being reloaded",
]


def now() -> datetime.datetime:
    """The time in UTC."""
    return datetime.datetime.now(datetime.UTC)


@dataclass
class TableStatistics:
    """Counts of one table: rows of the last full load, changes written since."""

    schema: str
    name: str
    state: TableState = "Before load"
    inserts: int = 0
    updates: int = 0
    deletes: int = 0
    ddls: int = 0
    load_rows: int = 0
    load_error_rows: int = 0
    load_begin: datetime.datetime | None = None
    load_end: datetime.datetime | None = None
    reloaded: bool = False
    updated: datetime.datetime = field(default_factory=now)

    def begin_load(self, *, again: bool) -> None:
        """A full load begins; again tells that it is a reload while changes are captured."""
        self.state = "Table is being reloaded" if again else "Full load"
        self.load_rows = self.load_error_rows = 0
        self.load_begin, self.load_end = now(), None
        self.reloaded = again
        self.updated = now()

    def end_load(self, state: TableState = "Table completed") -> None:
        """The full load is over."""
        self.state = state
        self.load_end = self.updated = now()

    def count(self, operation: str, number: int = 1) -> None:
        """Changes have been written; the operation is I, U or D."""
        match operation:
            case "I":
                self.inserts += number
            case "U":
                self.updates += number
            case "D":
                self.deletes += number
        self.updated = now()

    def count_ddl(self) -> None:
        """The table itself has changed."""
        self.ddls += 1
        self.updated = now()

    @property
    def loaded(self) -> bool:
        """Whether the full load is complete."""
        return self.state == "Table completed"

    @property
    def suspended(self) -> bool:
        """Whether nothing more of the table is written."""
        return self.state in {"Table error", "Table does not exist"}
