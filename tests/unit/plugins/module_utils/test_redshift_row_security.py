"""What the statements of a change do to a small model of Redshift's row-level security."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_policies import (
    Policy,
    batches,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privilege_model import (
    Grantee,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_row_security_catalog import (
    Attachment,
    Current,
    Stored,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_row_security_plan import (
    Change,
    Wishes,
)
from hypothesis import given
from hypothesis import strategies as st

ROWS = frozenset({"low", "middle", "high"})
SHOWN = {
    "true": ROWS,
    "a < 3": {"low", "middle"},
    "a < 2": {"low"},
    "a > 1": {"middle", "high"},
    "false": set(),
}
"""The rows of which each expression is true."""
TABLES = [("s", "t"), ("s", "u")]
ROLES = ["r", "q"]
READERS = [
    {Grantee("role", "r")},
    {Grantee("role", "q")},
    {Grantee("role", name) for name in ROLES},
]
READERS = [one | {Grantee("public")} for one in READERS]
NAMES = re.compile(r'"([^"]+)"')

policies = st.sampled_from([Policy("RLS", "p", (("a", "INTEGER"),), using) for using in SHOWN])


@st.composite
def wishes(draw) -> Wishes:
    wanted = draw(
        st.dictionaries(st.tuples(st.sampled_from(TABLES), st.sampled_from(ROLES)), policies)
    )
    attached = {
        Attachment(policy.name, table, Grantee("role", role)): policy
        for (table, role), policy in wanted.items()
    }
    ignoring = draw(st.frozensets(st.sampled_from(ROLES)))
    return Wishes(attached, frozenset(TABLES), ignoring, purge_ignoring=True)


@st.composite
def states(draw) -> Current:
    """Made by anybody: policies with an alias or without, attached to anyone."""
    stored = draw(
        st.dictionaries(
            st.sampled_from(["by_hand", "mdw_forgotten"]),
            st.builds(Stored, st.sampled_from(sorted(SHOWN)), st.just("t")),
        )
    )
    ours = draw(st.lists(policies))
    for one in ours:  # altered since, where that can be told
        using = (
            draw(st.sampled_from([one.using, "true"])) if one.using.startswith("a") else one.using
        )
        stored[one.name] = Stored(using)
    who = [Grantee("public"), *(Grantee("role", role) for role in ROLES)]
    attached = set()
    for table in TABLES:
        alias = draw(st.sampled_from(["t", None]))
        names = [name for name, one in stored.items() if one.alias == alias]
        if names:
            pairs = st.tuples(st.sampled_from(names), st.sampled_from(who))
            attached |= {Attachment(name, table, one) for name, one in draw(st.sets(pairs))}
    secured = draw(st.dictionaries(st.sampled_from(TABLES), st.sampled_from(["and", "or"])))
    ignoring = draw(st.frozensets(st.sampled_from(ROLES)))
    return Current(stored, frozenset(attached), secured, ignoring)


def seen(state: Current, table, reader) -> frozenset[str]:
    """The rows that a reader sees who has some roles."""
    if table not in state.secured or any(one.name in state.ignoring for one in reader):
        return ROWS
    rows = [
        SHOWN[state.policies[one.policy].using]
        for one in state.attached
        if one.table == table and one.grantee in reader
    ]
    if state.secured[table] == "or":
        return frozenset().union(*rows)
    return ROWS.intersection(*rows) if rows else frozenset()


def run(state: Current, sql: str) -> Current:
    """What Redshift makes of a statement. It refuses what it refuses."""
    names = NAMES.findall(sql.partition(" USING ")[0])
    using = sql.partition(" USING ")[2][1:-1]
    policies, secured = dict(state.policies), dict(state.secured)
    match sql.split()[:2]:
        case ["GRANT", _]:
            return replace(state, ignoring=state.ignoring | {names[0]})
        case ["REVOKE", _]:
            assert names[0] in state.ignoring
            return replace(state, ignoring=state.ignoring - {names[0]})
        case ["CREATE", _]:
            assert names[0] not in policies
            policies[names[0]] = Stored(using)
        case ["ALTER", "RLS"]:
            policies[names[0]] = replace(policies[names[0]], using=using)
        case ["DROP", _]:
            assert names[0] not in {one.policy for one in state.attached}
            del policies[names[0]]
        case ["ALTER", "TABLE"] if sql.endswith(" OFF"):
            del secured[names[0], names[1]]
        case ["ALTER", "TABLE"]:
            assert sql.endswith(" ROW LEVEL SECURITY ON CONJUNCTION TYPE AND")
            secured[names[0], names[1]] = "and"
        case [verb, _]:
            return _attached(state, verb, names, " PUBLIC" in sql)
    return replace(state, policies=policies, secured=secured)


def _attached(state: Current, verb: str, names: list[str], public: bool) -> Current:
    name, *path = names[:3]
    who = [Grantee("role", role) for role in names[3:]] + [Grantee("public")] * public
    ones = {Attachment(name, tuple(path), one) for one in who}
    if verb == "DETACH":
        assert ones <= state.attached
        return replace(state, attached=state.attached - ones)
    assert not ones & state.attached
    after = state.attached | ones
    aliases = {state.policies[one.policy].alias for one in after if one.table == tuple(path)}
    assert len(aliases) == 1, "policies with two aliases on one table"
    return replace(state, attached=after)


def carry_out(state: Current, groups: list[list[str]]) -> Current:
    for group in groups:
        for sql in group:
            state = run(state, sql)
    return state


@given(wishes(), states())
def test_nothing_is_left_to_do_and_only_what_is_wanted_is_there(wanted, current):
    change = Change(wanted, current)
    after = carry_out(current, change.groups())
    assert after == change.after
    assert Change(wanted, after).groups() == []
    assert after.attached == set(wanted.attached)
    assert set(after.secured) == wanted.secured
    assert after.ignoring == wanted.ignoring
    for reader in READERS:
        for table in TABLES:
            rows = [
                SHOWN[policy.using]
                for one, policy in wanted.attached.items()
                if one.table == table and one.grantee in reader
            ]
            if table in wanted.secured and not any(one.name in wanted.ignoring for one in reader):
                assert seen(after, table, reader) == (ROWS.intersection(*rows) if rows else set())


@given(wishes(), states())
def test_between_two_statements_nobody_sees_more_than_before_or_after(wanted, current):
    change = Change(wanted, current)
    after = change.after
    state = current
    for group in change.groups():
        for sql in group:
            state = run(state, sql)
        for reader in READERS:
            for table in TABLES:
                rows = seen(state, table, reader)
                old, new = (seen(one, table, reader) for one in (current, after))
                assert rows <= old or rows <= new


@given(wishes(), states(), st.data())
def test_interrupted_anywhere_and_run_again_it_ends_the_same(wanted, current, data):
    change = Change(wanted, current)
    groups = change.groups()
    some = carry_out(current, groups[: data.draw(st.integers(0, len(groups)))])
    assert carry_out(some, Change(wanted, some).groups()) == change.after


@given(st.lists(wishes(), min_size=1, max_size=4), states())
def test_edits_in_any_order_end_as_the_last_one_alone(edits, current):
    state = current
    for wanted in edits:
        state = carry_out(state, Change(wanted, state).groups())
    last = edits[-1]
    alone = carry_out(current, Change(last, current).groups())
    assert (state.attached, state.secured, state.ignoring) == (
        alone.attached,
        alone.secured,
        alone.ignoring,
    )
    for name in last.policies:
        assert state.policies[name] == alone.policies[name]


@given(st.lists(st.lists(st.just("x"), min_size=1, max_size=40)))
def test_no_transaction_ends_amid_a_group_or_is_too_large(groups):
    found = batches(groups)
    assert [*chain(*found)] == [*chain(*groups)]
    assert all(len(batch) <= 40 for batch in found)
    ends, at = set(), 0
    for group in groups:
        at += len(group)
        ends.add(at)
    at = 0
    for batch in found:
        at += len(batch)
        assert at in ends


def test_a_long_name_is_cut_and_still_its_own():
    ones = [Policy("RLS", f"{'é' * 60}{end}", (), "true") for end in ("abcdefgh", "abcdefgi")]
    assert len({one.name for one in ones}) == 2
    assert max(len(one.name.encode()) for one in ones) <= 127
