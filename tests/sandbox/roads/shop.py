"""A source database with a table for each history mode, and random traffic in them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import psycopg

MOST_STATEMENTS = 6
LIVE = {"current": "TRUE", "soft_delete": "NOT _deleted", "scd2": "is_current"}


@dataclass(frozen=True)
class Column:
    """A column: its type at the source and in the contract, and values in the source's text."""

    name: str
    source: str
    type: str
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Table:
    """A table; the first columns are its key."""

    name: str
    history: str
    key: tuple[Column, ...]
    others: tuple[Column, ...]
    dropped: tuple[Column, ...] = ()
    """Columns that the source no longer has."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.key, *self.others)

    def contract(self) -> dict[str, Any]:
        """The table as tables.yml has it."""
        return {
            "source": f"public.{self.name}",
            "name": self.name,
            "key": [column.name for column in self.key],
            "history": self.history,
            "columns": [
                {"name": each.name, "type": each.type, "dropped": each in self.dropped}
                for each in (*self.columns, *self.dropped)
            ],
        }

    def ddl(self) -> str:
        columns = ", ".join(f"{each.name} {each.source}" for each in self.columns)
        return f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY ({_names(self.key)}))"

    def rows_now(self) -> str:
        """The query of the rows that the warehouse takes for the source's."""
        table, key = f"analytics.{self.name}", _names(self.key)
        where = LIVE.get(self.history) or (
            f"({key}, _seq) IN (SELECT {key}, MAX(_seq) FROM {table} GROUP BY {key}) AND _op <> 'D'"
        )
        return f"SELECT {_names(self.columns)} FROM {table} WHERE {where}"

    def rows(self) -> str:
        """The query of the source's rows."""
        return f"SELECT {_names(self.columns)} FROM {self.name}"


NUMBERS = ("1", "2", "3", "9223372036854775807", "-5")
WORDS = ("", "a", "Ω 🚀", 'a,"b"\n', "NULL", "it's")
AMOUNTS = ("0.00", "-12.50", "9999999999.99", None)
MOMENTS = ("2026-03-29 02:30:00.123456", "1900-01-01 00:00:00", None)
INSTANTS = ("2026-07-01 12:00:00.000001+02", "2026-01-01 00:00:00+00", None)
FLAGS = ("true", "false", None)
FURTHER = Column("points", "integer", "integer", ("1", "-7", None))
"""What the source adds to a table."""
TABLES = (
    Table(
        "carts",
        "current",
        (Column("cart_id", "bigint", "bigint", NUMBERS),),
        (
            Column("amount", "numeric(12,2)", "numeric(12,2)", AMOUNTS),
            Column("paid", "boolean", "boolean", FLAGS),
            Column("changed", "timestamptz", "timestamptz", INSTANTS),
        ),
    ),
    Table(
        "visits",
        "soft_delete",
        (
            Column("day", "date", "date", ("2026-01-01", "0001-01-01")),
            Column("shop", "integer", "integer", ("1", "2", "3")),
        ),
        (Column("note", "text", "varchar(200)", (*WORDS, None)),),
    ),
    Table(
        "prices",
        "append",
        (
            Column("shop", "smallint", "smallint", ("1", "2")),
            Column("code", "varchar(20)", "varchar(80)", WORDS[:2]),
            Column("since", "timestamp", "timestamp", MOMENTS[:2]),
        ),
        (Column("price", "double precision", "double precision", ("1.5", "1e+300", None)),),
    ),
    Table(
        "people",
        "scd2",
        (Column("email", "varchar(320)", "varchar(320)", WORDS),),
        (
            Column("born", "date", "date", ("2000-02-29", None)),
            Column("seen", "timestamp", "timestamp", MOMENTS),
        ),
    ),
)


class Shop:
    """The source's side of a road."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        connection.execute("SET timezone TO 'UTC'")
        self.tables = list(TABLES)
        """As they are now."""
        for table in self.tables:
            connection.execute(table.ddl())

    def trade(self, chance: random.Random, transactions: int) -> None:
        """So many transactions over all tables, some rolled back."""
        for _ in range(transactions):
            with self._connection.transaction(force_rollback=chance.random() < 0.15):
                for _ in range(chance.randint(1, MOST_STATEMENTS)):
                    self._change(chance, chance.choice(self.tables))

    def alter(self, chance: random.Random) -> Table:
        """Add a column to a table, or drop its last one, and change a row; the table as it is now."""
        place = chance.randrange(len(self.tables))
        table = self.tables[place]
        *kept, last = table.others
        if last == FURTHER or (kept and chance.random() < 0.5):
            now = replace(table, others=tuple(kept), dropped=(*table.dropped, last))
            self._connection.execute(f"ALTER TABLE {table.name} DROP COLUMN {last.name}")
        else:
            dropped = tuple(column for column in table.dropped if column != FURTHER)
            now = replace(table, others=(*table.others, FURTHER), dropped=dropped)
            self._add_column(table, FURTHER)
        self.tables[place] = now
        key, values = ([each.values[0] for each in columns] for columns in (now.key, now.others))
        places = ", ".join(["%s"] * len(now.columns))
        self._connection.execute(
            f"INSERT INTO {now.name} ({_names(now.columns)}) VALUES ({places})"
            f" ON CONFLICT ({_names(now.key)}) DO UPDATE SET {_assigned(now.others)}",
            [*key, *values, *values],
        )
        return now

    def restore(self) -> bool:
        """Give the tables the columns that they began with; whether any had others."""
        altered = self.tables != list(TABLES)
        for table, first in zip(self.tables, TABLES, strict=True):
            if FURTHER in table.others:
                self._connection.execute(f"ALTER TABLE {table.name} DROP COLUMN {FURTHER.name}")
            for column in first.others:
                if column not in table.others:
                    self._add_column(table, column)
        self.tables = list(TABLES)
        return altered

    def _add_column(self, table: Table, column: Column) -> None:
        self._connection.execute(
            f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.source}"
        )

    def truncate(self, table: Table) -> None:
        self._connection.execute(f"TRUNCATE {table.name}")

    def rows(self, table: Table) -> list[tuple[str | None, ...]]:
        return as_text(self._connection.execute(table.rows()).fetchall())

    def position(self) -> str:
        """Where the log is; the mark that is written then comes behind it."""
        [position] = self._connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
        self._connection.execute(
            "INSERT INTO carts (cart_id) VALUES (7) ON CONFLICT (cart_id) DO UPDATE SET amount = 7"
        )
        return str(position)

    def captured(self, position: str) -> bool:
        """Whether all before a position has been written to files."""
        slots = self._connection.execute(
            "SELECT confirmed_flush_lsn > %s::pg_lsn FROM pg_replication_slots", (position,)
        ).fetchall()
        return slots == [(True,)]

    def _change(self, chance: random.Random, table: Table) -> None:
        keys = list(product(*(column.values for column in table.key)))
        key, another = chance.choice(keys), chance.choice(keys)
        values = [chance.choice(column.values) for column in table.others]
        where = " AND ".join(f"{column.name} = %s" for column in table.key)
        what = chance.choice(["insert", "insert", "update", "update", "move", "delete"])
        if what == "insert":
            places = ", ".join(["%s"] * len(table.columns))
            self._connection.execute(
                f"INSERT INTO {table.name} ({_names(table.columns)}) VALUES ({places})"
                " ON CONFLICT DO NOTHING",
                [*key, *values],
            )
        elif what == "update":
            self._connection.execute(
                f"UPDATE {table.name} SET {_assigned(table.others)} WHERE {where}", [*values, *key]
            )
        elif what == "move":
            taken = f"EXISTS (SELECT FROM {table.name} WHERE {where})"
            self._connection.execute(
                f"UPDATE {table.name} SET {_assigned(table.key)} WHERE {where} AND NOT {taken}",
                [*another, *key, *another],
            )
        else:
            self._connection.execute(f"DELETE FROM {table.name} WHERE {where}", key)


def as_text(rows: Sequence[Sequence[Any]]) -> list[tuple[str | None, ...]]:
    """Rows in an order of their own, every value as text."""
    found = [tuple(None if value is None else str(value) for value in row) for row in rows]
    return sorted(found, key=repr)


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)


def _assigned(columns: Sequence[Column]) -> str:
    return ", ".join(f"{column.name} = %s" for column in columns)
