"""What the engine asks of the lake, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Column:
    """A column of a catalog table; type is a Hive type, such as decimal(12,2)."""

    name: str
    type: str


@dataclass(frozen=True)
class Slice:
    """What one grant lets a principal read: some columns, of all rows or of those that meet it."""

    columns: frozenset[str]
    rows: str | None = None


@dataclass(frozen=True)
class DataFile:
    """A Parquet file of a table; partition has the values of the table's partition keys."""

    uri: str
    read: Callable[[], bytes]
    partition: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table as its reader may see it.

    columns are all that it has, partition keys last; slices say which cells of them may be read.
    A view has the text of its query, the database of what that names without one, and no files.
    """

    database: str
    name: str
    columns: tuple[Column, ...]
    slices: tuple[Slice, ...]
    files: Callable[[], Iterable[DataFile]] = tuple
    view: str = ""
    view_database: str = ""

    @property
    def visible(self) -> list[Column]:
        """The columns of which some cell may be read."""
        readable = frozenset().union(*(one.columns for one in self.slices))
        return [column for column in self.columns if column.name in readable]


class Catalog(Protocol):
    """The Data Catalog as one caller sees it; QueryFailed for what is refused."""

    def table(self, database: str, name: str) -> Table | None:
        """A table to be queried, None where there is none."""

    def has_database(self, name: str) -> bool:
        """Whether the caller sees such a database."""

    def databases(self) -> list[str]:
        """The databases that the caller sees."""

    def tables(self, database: str) -> list[str]:
        """The tables of a database that the caller sees."""

    def described(self, database: str, name: str) -> list[Column] | None:
        """The columns of a table that the caller sees, None where there is no such table."""


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result; type, precision and scale as GetQueryResults tells them."""

    name: str
    type: str
    precision: int = 0
    scale: int = 0


@dataclass
class Result:
    """What a statement answers: rows of texts, None for NULL, to be read once."""

    columns: list[ResultColumn]
    rows: Iterator[list[str | None]]
    is_table: bool = True
    """Whether it is a table with a header, as that of a query; a list of SHOW or DESCRIBE isn't."""
