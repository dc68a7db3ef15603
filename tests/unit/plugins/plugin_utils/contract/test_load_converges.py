"""However its files arrive, repeated and in any order, the warehouse ends up as the source is.

The statements run in PostgreSQL, whose SQL is close enough to Redshift's for the logic; a COPY is
played by its rows. The sandbox's own tests run them through the Redshift gate.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
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


class Warehouse:
    """Target, tombstones and audit as the bootstrap makes them, and the loads into them."""

    def __init__(self, connection, documents):
        self.connection = connection
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
                    cursor = self.connection.execute(text.replace("{fence}", str(fence)))
                return cursor.fetchone()
        finally:
            self.connection.execute("DROP TABLE IF EXISTS stg_order, chg_order")

    def _copy(self, rows):
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO stg_order VALUES ({', '.join(['%s'] * 10)})", rows)

    def rows(self):
        found = self.connection.execute(
            'SELECT shop, code, amount, "open", changed FROM analytics."order"'
        ).fetchall()
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

    @staticmethod
    def _row(op, key, values, sequence, before):
        amount, is_open, changed = values
        word = None if is_open is None else str(is_open).lower()
        moment = changed and changed.replace(tzinfo=None)
        return (op, "ts", key[0], amount, key[1], word, moment, sequence, *before)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    directory = tmp_path_factory.mktemp("cluster")
    cluster = Cluster(directory, "load", password="secret")
    try:
        cluster.create()
        cluster.start()
        with psycopg.connect(cluster.dsn(), autocommit=True) as opened:
            opened.execute(
                "CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql"
                " AS 'SELECT clock_timestamp()::timestamp'"
            )
            yield opened
        cluster.remove()
    finally:
        reap(directory)


@pytest.fixture
def warehouse(connection, documents):
    documents.tables[:] = [TABLE]
    documents.access["principals"] = []
    return Warehouse(connection, documents)


def in_batches(chance, files):
    while files:
        size = chance.randint(1, 6)
        yield files[:size]
        files = files[size:]


@pytest.mark.parametrize("seed", range(40))
def test_files_in_any_order_and_repeated_end_in_the_source(warehouse, seed):
    source = Source(seed)
    for _ in range(source.random.randint(0, 20)):
        source.change()
    since, snapshot = len(source.log), []
    for _ in range(source.random.randint(0, 20)):
        source.change()
    snapshot = source.snapshot()
    for _ in range(source.random.randint(0, 20)):
        source.change()
    if seed % 3 == 0:
        source.delivered_again()
    changes = source.files(since)
    delivered = changes + [source.random.choice(changes) for _ in range(2) if changes]
    source.random.shuffle(delivered)
    warehouse.load(snapshot, reload=True)
    for batch in in_batches(source.random, delivered):
        warehouse.load(batch)
    assert warehouse.rows() == source.rows


@pytest.mark.parametrize("seed", range(10))
def test_a_reload_puts_a_stale_target_right(warehouse, seed):
    source = Source(seed)
    for _ in range(30):
        source.change()
    lost = [file for file in source.files() if source.random.random() < 0.6]
    for batch in in_batches(source.random, lost):
        warehouse.load(batch)
    since = len(source.log)
    warehouse.load(source.snapshot(), reload=True)
    for _ in range(10):
        source.change()
    for batch in in_batches(source.random, source.files(since)):
        warehouse.load(batch)
    assert warehouse.rows() == source.rows


def test_loading_again_changes_nothing(warehouse):
    source = Source(1)
    for _ in range(30):
        source.change()
    warehouse.load(source.files())
    before = warehouse.rows()
    files, copied, upserted, deleted = warehouse.load(source.files(), batch="again")
    assert (files > 0, copied, upserted, deleted) == (True, len(source.log), 0, 0)
    assert warehouse.rows() == before == source.rows


@pytest.mark.parametrize("reload", [True, False])
def test_a_transaction_of_an_execution_that_lost_the_table_changes_nothing(warehouse, reload):
    source = Source(3)
    for _ in range(10):
        source.change()
    late = source.snapshot() if reload else source.files()
    for _ in range(10):
        source.change()
    warehouse.load(source.files(), fence=2)
    with pytest.raises(psycopg.errors.DivisionByZero):
        warehouse.load(late, reload=reload, fence=1)
    assert warehouse.rows() == source.rows
    warehouse.load(source.files(), batch="again", fence=2)


def test_a_full_loads_rows_are_older_than_any_change_whatever_their_sequence(warehouse):
    source = Source(4)
    source._put("I", (1, "a"), None)
    changes = source.files()
    [row] = source.log
    warehouse.load([[(*row[:7], "9" * 35, None, None)]], reload=True)
    source._put("U", (1, "a"), (1, "a"))
    warehouse.load(changes + source.files(since=1))
    assert warehouse.rows() == source.rows


def test_the_result_counts_files_and_rows(warehouse):
    source = Source(0)
    for key in ((1, "a"), (1, "b"), (2, "a")):
        source._put("I", key, None)
    assert warehouse.load([source.log[:2], source.log[2:]]) == (2, 3, 3, 0)
    del source.rows[1, "a"]
    source._log("D", (1, "a"), (None, None, None), (1, "a"))
    source._put("U", (1, "b"), (1, "b"))
    del source.rows[2, "a"]
    source._put("U", (2, "c"), (2, "a"))
    # a change of the key deletes the row of the old one
    assert warehouse.load([source.log[3:]], batch="second") == (1, 3, 2, 2)
    assert warehouse.rows() == source.rows


@pytest.mark.parametrize(
    ("row", "assertion"),
    [
        (("X", "ts", 1, 1, "a", None, NOON, "1", None, None), "an unknown operation"),
        ((None, "ts", 1, 1, "a", None, NOON, "1", None, None), "no operation"),
        (("I", "ts", None, 1, "a", None, NOON, "1", None, None), "a key without a value"),
        (("I", "ts", 1, 1, "a", "maybe", NOON, "1", None, None), "a word that is no boolean"),
        (("I", "ts", 1, 1, "a", None, NOON, " ", None, None), "a change without a sequence"),
    ],
)
def test_what_cannot_be_understood_stops_the_load_and_leaves_the_warehouse(
    warehouse, row, assertion
):
    source = Source(2)
    for _ in range(10):
        source.change()
    warehouse.load(source.files())
    with pytest.raises(psycopg.errors.DivisionByZero):
        warehouse.load([[row]])
    assert warehouse.rows() == source.rows, assertion
