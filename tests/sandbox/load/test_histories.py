"""What each history mode keeps of the past, however the files arrive."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.sandbox.load.world import COLUMNS, NOON, TABLE, Road, Source, Warehouse, in_batches, live

MODES = ("current", "soft_delete", "append", "scd2")
SEEDS = range(12)


@pytest.fixture
def warehouse(connection, documents):
    """Called with a history mode, makes the warehouse of a table that has it."""

    def made(mode):
        documents.tables[:] = [{**TABLE, "history": mode}]
        return Warehouse(connection, documents)

    return made


@pytest.fixture(params=SEEDS)
def road(request, warehouse):
    """Called with a mode, the road of a random source into a warehouse of that mode."""
    return lambda mode: Road(Source(request.param), warehouse(mode))


@pytest.mark.parametrize("mode", MODES)
def test_the_rows_of_today_are_the_sources(road, mode):
    way = road(mode)
    way.change(20)
    since = way.full_load()
    way.change(20)
    way.source.delivered_again()
    way.deliver(since)
    assert live(way.warehouse, mode) == way.source.rows


@pytest.mark.parametrize("mode", MODES)
def test_a_second_full_load_mends_what_was_lost(road, mode):
    way = road(mode)
    way.change(20)
    since = way.full_load()
    way.change(20)
    half = since + (len(way.source.log) - since) // 2
    for batch in in_batches(way.source.random, way.source.files(since)[: half - since]):
        way.warehouse.load(batch)
    since = way.full_load()
    way.change(20)
    way.deliver(since)
    assert live(way.warehouse, mode) == way.source.rows


@pytest.mark.parametrize("mode", MODES)
def test_a_full_load_whose_cursor_was_lost_may_be_repeated_after_the_changes(road, mode):
    way = road(mode)
    way.change(20)
    since = way.full_load()
    way.change(20)
    way.deliver(since)
    before = way.warehouse.query("*", "TRUE ORDER BY _seq, shop, code")
    way.warehouse.load(way.files, reload=True, batch="again")
    way.deliver(since)
    assert live(way.warehouse, mode) == way.source.rows
    assert len(way.warehouse.query("*")) == len(before)


def test_soft_deleted_rows_stay_with_their_last_values(road):
    way = road("soft_delete")
    since = way.full_load()
    last = dict(way.source.past.get(way.taken, {}))
    way.change(30)
    way.deliver(since)
    for _, _, shop, amount, code, word, moment, *_ in way.source.log[since:]:
        if amount is not None:
            is_open = None if word is None else word == "true"
            last[shop, code] = (amount, is_open, moment and NOON)
    assert way.warehouse.rows() == last


def test_append_keeps_every_change_once(road):
    way = road("append")
    way.change(20)
    since = way.full_load()
    way.change(20)
    way.deliver(since)
    kept = way.warehouse.query(
        "_op, shop, code, SUBSTRING(_seq, 18)", f"_seq NOT LIKE '%{'0' * 35}'"
    )
    changes = [(row[0], row[2], row[4], row[7]) for row in way.source.log[since:]]
    moved = [
        ("D", *row[8:10], row[7])
        for row in way.source.log[since:]
        if row[0] == "U" and (row[2], row[4]) != row[8:10]
    ]
    assert sorted(kept) == sorted(changes + moved)


def test_scd2_tells_the_rows_of_any_moment(road):
    way = road("scd2")
    way.change(20)
    since = way.full_load()
    way.change(30)
    way.deliver(since)
    for clock in range(way.taken, way.source.clock + 1):
        moment = NOON.replace(tzinfo=None) + timedelta(seconds=clock)
        if clock == way.taken:
            continue  # changes of that second are on both sides of the full load
        held = f"valid_from <= '{moment}' AND (valid_to > '{moment}' OR valid_to IS NULL)"
        past = max(at for at in way.source.past if at <= clock)
        assert way.warehouse.rows(held) == way.source.past[past]


def test_scd2_versions_of_a_key_follow_each_other(road):
    way = road("scd2")
    since = way.full_load()
    way.change(30)
    way.deliver(since)
    versions = defaultdict(list)
    for shop, code, begins, ends, is_current in way.warehouse.query(
        "shop, code, valid_from, valid_to, is_current", "TRUE ORDER BY _seq"
    ):
        versions[shop, code].append((begins, ends, is_current))
    for chain in versions.values():
        for (begins, ends, is_current), (following, *_) in pairwise(chain):
            assert begins <= ends <= following
            assert not is_current


@pytest.mark.parametrize("mode", ["append", "scd2"])
def test_a_second_full_load_that_finds_nothing_changed_adds_no_version(road, mode):
    way = road(mode)
    way.change(20)
    way.warehouse.load_all(way.source.snapshot())
    first = way.warehouse.query(f"{COLUMNS}, _seq")
    way.warehouse.load_all(way.source.snapshot())
    added = len(way.warehouse.query("*")) - len(first)
    assert added == (len(first) if mode == "append" else 0)
