"""Any policy: who sees what equals the file, after any edits, and on the way nobody sees more."""

from __future__ import annotations

import copy
from itertools import chain, islice, permutations

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import errors
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.layers.governance import (
    layer,
)
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.model import build
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .access_engines import Lake, Redshift
from .access_oracle import seen
from .documents import Documents

SHIPPED = Documents("sandbox")
TAGS = {"orders": {"domain": "sales"}, "order_items": {"domain": "sales"}}
for table in SHIPPED.tables:
    table["tags"] = TAGS.get(table["name"], {"domain": "people"})
NAMES = ["ana", "ben", "cleo"]
ENTRIES = {
    "orders": [
        {"columns": ["order_id", "user_id"]},
        {"columns": ["order_id", "status"], "rows": "status = 'paid'"},
        {"columns": ["order_id", "email"], "changes": True},
        {"columns": ["order_id", "email"], "rows": "status = 'paid'"},
        {"columns": ["order_id"], "mask": {"email": "partial"}},
        {"exclude": "personal", "mask": {"status": "null"}},
    ],
    "customers": [
        {"exclude": "personal", "rows": "country = 'FR'", "changes": True},
        {"exclude": "personal", "rows": "country IN ('FR', 'DE')"},
        {"columns": ["customer_id"], "mask": {"email": "hash", "name": "null"}},
        {"mask": {"email": "partial", "name": "partial"}, "rows": "country = 'FR'"},
    ],
    "order*": [{"columns": ["order_id"]}, {"exclude": "personal"}],
    "*": [{"exclude": "personal"}, {"exclude": "personal", "changes": True}],
    "tag:domain=sales": [{"exclude": "personal"}],
    "tag:domain=people": [{"columns": ["customer_id", "country"]}],
}
selectors = st.lists(st.sampled_from(list(ENTRIES)), max_size=2, unique=True)
grants = selectors.flatmap(
    lambda keys: st.fixed_dictionaries({key: st.sampled_from(ENTRIES[key]) for key in keys})
)


@st.composite
def policies(draw):
    """A valid access.yml."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    trusted = ["arn:aws:iam::123456789012:root"]
    access = {
        "admins": [],
        "unmanaged": [],
        "principals": [{"name": one, "trusted": trusted, "tables": draw(grants)} for one in names],
    }
    if draw(st.booleans()):
        members = draw(st.lists(st.sampled_from(names), unique=True))
        access["principal_groups"] = [{"name": "all", "members": members, "tables": draw(grants)}]
    assume(not errors(SHIPPED.platform, SHIPPED.tables, access))
    return access


def governance(access, tables=SHIPPED.tables):
    return layer(build(SHIPPED.platform, tables, access))


def in_the_lake(found):
    """Lake Formation has no masks, so what is masked is not there."""
    return {cell: how for cell, how in found.items() if how[1] is None}


def readable(found):
    """Without the lake's changes, which are the same columns and some that tell of the change."""
    return {cell: how for cell, how in found.items() if not cell[1].endswith("_changes")}


@settings(max_examples=40, deadline=None)
@given(policies())
def test_who_sees_what_is_what_the_file_says(access):
    compiled, wanted = governance(access), seen(SHIPPED.tables, access)
    for engine, expected in ((Redshift(), wanted), (Lake(), in_the_lake(wanted))):
        for _step in engine.steps(compiled):
            pass
        assert readable(engine.seen()) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(policies(), st.integers(0, 6)), max_size=3), policies())
def test_edits_end_where_the_last_alone_would_though_each_was_cut_off(edits, last):
    for kind in (Redshift, Lake):
        edited, alone = kind(), kind()
        for access, steps in edits:
            for _step in islice(edited.steps(governance(access)), steps):
                pass
        for engine in (edited, alone):
            for _step in engine.steps(governance(last)):
                pass
        assert vars(edited) == vars(alone)


@pytest.mark.parametrize("engine", [Redshift, Lake])
@pytest.mark.parametrize("table", ["orders", "customers"])
def test_on_the_way_from_one_policy_to_the_next_nobody_sees_more_than_in_either(table, engine):
    one_by_one = [{}, *({table: entry} for entry in ENTRIES[table]), {"*": {"exclude": "personal"}}]
    compiled = [governance(_of_ana(tables)) for tables in one_by_one]
    for before, after in permutations(compiled, 2):
        changing, changed = engine(), engine()
        for _step in chain(changing.steps(before), changed.steps(after)):
            pass
        old, new = changing.seen(), changed.seen()
        for _step in changing.steps(after):
            for cell, how in changing.seen().items():
                assert any(cell in one and _within(how, one[cell]) for one in (old, new)), cell


def _of_ana(tables):
    trusted = ["arn:aws:iam::123456789012:root"]
    principal = {"name": "ana", "trusted": trusted, "tables": tables}
    return {"admins": [], "unmanaged": [], "principals": [principal]}


def _within(how, other):
    """Whether seeing a column so shows nothing that seeing it in the other way hides.

    One mask takes the place of another while rows come or go, so either may be seen with either.
    """
    (rows, mask), (all_rows, plain) = how, other
    return all_rows in (None, rows) and (plain is None or mask is not None)


@settings(max_examples=30, deadline=None)
@given(policies(), st.booleans())
def test_a_new_column_is_seen_by_those_alone_who_see_all(access, personal):
    tables = copy.deepcopy(SHIPPED.tables)
    tables[0]["columns"].append({"name": "note", "type": "varchar(9)", "personal": personal})
    assume(not errors(SHIPPED.platform, tables, access))
    for kind in (Redshift, Lake):
        old, new = kind(), kind()
        for engine, which in ((old, SHIPPED.tables), (new, tables)):
            for _step in engine.steps(governance(access, which)):
                pass
        added = {cell for cell in readable(new.seen()) if cell not in readable(old.seen())}
        assert added <= {(name, "orders", "note") for name in NAMES}
        assert not (added and personal)


def test_the_changes_of_a_table_show_the_columns_that_are_open_and_no_others():
    tables = {
        "orders": {"columns": ["order_id", "email"], "rows": "status = 'paid'", "changes": True}
    }
    current, changes = governance(_of_ana(tables))["lake_formation"]["filters"]
    assert (current["table"], changes["table"]) == ("orders", "orders_changes")
    assert current["row_filter"] == changes["row_filter"] == "status = 'paid'"
    assert changes["column_names"] == [
        "op",
        "dms_ts",
        "order_id",
        "email",
        "dms_seq",
        "bi_order_id",
    ]
