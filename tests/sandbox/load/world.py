"""A source table under random change, the files that DMS would write of it, and their loads.

The statements run in PostgreSQL, whose SQL is close enough to Redshift's for the logic; a COPY is
played by its rows. The sandbox's own tests run them through the Redshift gate.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_table_model import (
    table_of,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.layers.warehouse_tables import (
    managed_tables,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_sql import (
    load_statements,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import build

from sandbox.engines.postgres import Cluster, reap

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
TABLE = {
    "source": "public.prices",
    "name": '"order"',
    "key": ["shop", "Code"],
    "columns": [
        {"name": "shop", "type": "integer"},
        {"name": "amount", "type": "numeric(12,2)"},
        {"name": "Code", "type": "varchar(20)"},
        {"name": "open", "type": "boolean"},
        {"name": "changed", "type": "timestamptz"},
    ],
}
LIVE = {"current": "TRUE", "soft_delete": "NOT _deleted", "scd2": "is_current"}
COLUMNS = 'shop, code, amount, "open", changed'


@contextmanager
def cluster(directory) -> Iterator[psycopg.Connection]:
    """A connection to a PostgreSQL of its own, with what the load asks of Redshift."""
    made = Cluster(directory, "load", password="secret")
    try:
        made.create()
        made.start()
        with psycopg.connect(made.dsn(), autocommit=True, prepare_threshold=None) as opened:
            opened.execute(
                "CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql"
                " AS 'SELECT clock_timestamp()::timestamp'"
            )
            yield opened
        made.remove()
    finally:
        reap(directory)


def in_batches(chance, files):
    while files:
        size = chance.randint(1, 6)
        yield files[:size]
        files = files[size:]


class Warehouse:
    """Target, tombstones and audit as the bootstrap makes them, and the loads into them."""

    def __init__(self, connection, documents):
        self.connection = connection
        self.snapshots = 0
        contract = build(*documents)
        [table] = contract.tables
        self.cdc = load_statements(contract.names, table, reload=False)
        self.reload = load_statements(contract.names, table, reload=True)
        connection.execute("DROP SCHEMA IF EXISTS analytics, etl CASCADE")
        connection.execute("CREATE SCHEMA analytics; CREATE SCHEMA etl")
        for option in managed_tables(contract):
            made, faults = table_of(option, absent=False)
            assert faults == []
            plain = replace(made, dist_style=None, dist_key=None, sort_key=None)
            connection.execute(plain.ddl())

    def load(self, files, *, reload=False, batch="b", fence=1):
        """One transaction; returns its last statement's row."""
        rows = [row for file in files for row in file]
        try:
            with self.connection.transaction():
                for sql in self.reload if reload else self.cdc:
                    if sql.startswith("COPY"):
                        self._copy(rows)
                        continue
                    text = sql.replace("{manifest_key}", "m").replace("{batch_id}", batch)
                    text = text.replace("{file_count}", str(len(files)))
                    text = text.replace("{followed}", "")
                    text = text.replace("{snapshot}", f"{20260115120000000 + self.snapshots}")
                    cursor = self.connection.execute(text.replace("{fence}", str(fence)))
                return cursor.fetchone()
        finally:
            temporary = ", ".join(f"{kind}_order" for kind in ("stg", "chg", "del", "old", "seq"))
            self.connection.execute(f"DROP TABLE IF EXISTS {temporary}")

    def load_all(self, files, **more):
        """A full load, which is a newer one than that before."""
        self.snapshots += 1
        return self.load(files, reload=True, **more)

    def _copy(self, rows):
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO stg_order VALUES ({', '.join(['%s'] * 10)})", rows)

    def query(self, columns, where="TRUE"):
        return self.connection.execute(
            f'SELECT {columns} FROM analytics."order" WHERE {where}'
        ).fetchall()

    def rows(self, where="TRUE"):
        """The values of each key."""
        found = self.query(COLUMNS, where)
        keyed = {(shop, code): (float(amount), *rest) for shop, code, amount, *rest in found}
        assert len(keyed) == len(found), "a key stands there twice"
        return keyed


class Source:
    """A source table under random change, and the files that DMS would write of it."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows = {}
        self.log = []
        self.clock = 0
        self.past = {}
        """The rows as they were, by the clock."""

    def change(self):
        chance = self.random
        keys = list(self.rows)
        what = chance.choice("IIUUUDKK") if keys else "I"
        key = (chance.randint(1, 2), chance.choice("abc"))
        self.clock += chance.choice([0, 0, 1])
        if what == "I" and key not in self.rows:
            self._put("I", key, None)
        elif what == "U":
            old = chance.choice(keys)
            self._put("U", old, old)
        elif what == "D":
            old = chance.choice(keys)
            del self.rows[old]
            self._log("D", old, (None, None, None), old)
        elif what == "K" and key not in self.rows:
            old = chance.choice(keys)
            del self.rows[old]
            self._put("U", key, old)
        self.past[self.clock] = dict(self.rows)

    def snapshot(self):
        """Files of a full load: no sequence, no before image."""
        rows = [self._row("I", key, values, "", (None, None)) for key, values in self.rows.items()]
        return [rows[::2], rows[1::2]]

    def files(self, since=0):
        """Files of the changes, of random sizes."""
        rows, files = self.log[since:], []
        while rows:
            size = self.random.randint(1, 5)
            files.append(rows[:size])
            rows = rows[size:]
        return files

    def delivered_again(self):
        """The tail once more, under new sequence numbers, as after a restart of the task."""
        start = self.random.randrange(len(self.log)) if self.log else 0
        for row in self.log[start:]:
            self.log.append((*row[:7], self._sequence(), *row[8:]))

    def _put(self, op, key, before):
        chance = self.random
        values = (chance.randint(1, 99), chance.choice([True, False, None]), NOON)
        self.rows[key] = values
        self._log(op, key, values, before or (None, None))

    def _log(self, op, key, values, before):
        self.log.append(self._row(op, key, values, self._sequence(), before))

    def _sequence(self):
        return f"{self.clock:016}{len(self.log):019}"

    def now(self):
        """The clock as the files write it, and as the warehouse reads it."""
        return NOON.replace(tzinfo=None) + timedelta(seconds=self.clock)

    def _row(self, op, key, values, sequence, before):
        amount, is_open, changed = values
        word = None if is_open is None else str(is_open).lower()
        moment = changed and changed.replace(tzinfo=None)
        return (op, str(self.now()), key[0], amount, key[1], word, moment, sequence, *before)


@dataclass
class Road:
    """One table through its life: a full load, changes, perhaps a second full load."""

    source: Source
    warehouse: Warehouse

    def change(self, most):
        for _ in range(self.source.random.randint(0, most)):
            self.source.change()

    def full_load(self):
        """The snapshot is taken in the midst of the changes that follow it in the files.

        Returns the place in the log of the first of these.
        """
        since = len(self.source.log)
        self.change(10)
        self.files = self.source.snapshot()
        self.taken = self.source.clock
        self.warehouse.load_all(self.files)
        return since

    def deliver(self, since):
        """The files of the changes, some twice, in any order."""
        chance = self.source.random
        files = self.source.files(since)
        files += [chance.choice(files) for _ in range(2) if files]
        chance.shuffle(files)
        for batch in in_batches(chance, files):
            self.warehouse.load(batch)


def live(warehouse, mode):
    """The rows that the source has now, as the warehouse tells them."""
    if mode != "append":
        return warehouse.rows(LIVE[mode])
    newest = (
        '(shop, code, _seq) IN (SELECT shop, code, MAX(_seq) FROM analytics."order"'
        " GROUP BY shop, code) AND _op <> 'D'"
    )
    return warehouse.rows(newest)
