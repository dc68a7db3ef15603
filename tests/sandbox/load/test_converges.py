"""However its files arrive, repeated and in any order, the warehouse ends up as the source is."""

from __future__ import annotations

import psycopg
import pytest

from tests.sandbox.load.world import (
    NOON,
    TABLE,
    Source,
    Warehouse,
    in_batches,
)


@pytest.fixture
def warehouse(connection, documents):
    documents.tables[:] = [TABLE]
    return Warehouse(connection, documents)


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
    warehouse.load_all(snapshot)
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
    warehouse.load_all(source.snapshot())
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
    warehouse.load_all([[(*row[:7], "9" * 35, None, None)]])
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
        (("X", "2026-01-15", 1, 1, "a", None, NOON, "1", None, None), "an unknown operation"),
        ((None, "2026-01-15", 1, 1, "a", None, NOON, "1", None, None), "no operation"),
        (("I", "2026-01-15", None, 1, "a", None, NOON, "1", None, None), "a key without a value"),
        (
            ("I", "2026-01-15", 1, 1, "a ", None, NOON, "1", None, None),
            "a key that ends with a blank",
        ),
        (
            ("I", "2026-01-15", 1, 1, "a", "maybe", NOON, "1", None, None),
            "a word that is no boolean",
        ),
        (
            ("I", "2026-01-15", 1, 1, "a", None, NOON, " ", None, None),
            "a change without a sequence",
        ),
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
