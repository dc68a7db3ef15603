"""Sets of columns as Lake Formation knows them: some by name, or all but some."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Columns:
    """Columns of one table: those named, or, when excluded is not None, all but the excluded."""

    names: frozenset[str] = frozenset()
    excluded: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return self.excluded is not None or bool(self.names)

    @classmethod
    def every(cls, *, but: Iterable[str] = ()) -> Columns:
        """All columns of a table, also those that it gets later, but the given ones."""
        return cls(excluded=frozenset(but))

    def within(self, table: Iterable[str]) -> set[str]:
        """Which of a table's columns these are."""
        if self.excluded is None:
            return {name for name in table if name in self.names}
        return {name for name in table if name not in self.excluded}

    def covers(self, other: Columns, table: Iterable[str]) -> bool:
        """Whether all of the other set, in this table, is in this one."""
        listed = list(table)
        return bool(self) and other.within(listed) <= self.within(listed)

    def joined(self, other: Columns) -> Columns:
        """Both sets together."""
        if self.excluded is None and other.excluded is None:
            return Columns(names=self.names | other.names)
        if self.excluded is not None and other.excluded is not None:
            return Columns(excluded=self.excluded & other.excluded)
        if self.excluded is not None:
            return Columns(excluded=self.excluded - other.names)
        return other.joined(self)

    def without(self, other: Columns, table: Iterable[str]) -> Columns:
        """This set less the other."""
        if self.excluded is None:
            left = (
                self.names - other.names
                if other.excluded is None
                else (self.names & other.excluded)
            )
            return Columns(names=left)
        if other.excluded is not None:
            return Columns(names=other.excluded - self.excluded)
        left_out = Columns(excluded=self.excluded | other.names)
        return left_out if left_out.within(table) else Columns()

    def member(self) -> dict[str, Any]:
        """The members of TableWithColumns that say the same."""
        if self.excluded is None:
            return {"ColumnNames": sorted(self.names)}
        if self.excluded:
            return {"ColumnWildcard": {"ExcludedColumnNames": sorted(self.excluded)}}
        return {"ColumnWildcard": {}}
