"""What the statements of a change do to a small model of Redshift's masks."""

from __future__ import annotations

import re
from dataclasses import replace

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_masking_catalog import (
    Attachment,
    Current,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_masking_plan import (
    Change,
    Wishes,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_policies import (
    Policy,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privilege_model import (
    Grantee,
)
from hypothesis import given
from hypothesis import strategies as st

TABLE = ("s", "t")
COLUMNS = ["a", "b"]
WHO = [Grantee("public"), Grantee("role", "r"), Grantee("role", "q")]
READERS = [{WHO[0]}, {WHO[0], WHO[1]}, {*WHO}]
NAMES = re.compile(r'"([^"]+)"')
MASKS = [Policy("MASKING", "m", (("v", "VARCHAR(9)"),), f"left(v, {at})") for at in range(4)]


def is_possible(attached) -> bool:
    """A column has one policy for each grantee, and one of each priority."""
    places = [(column, one) for one in attached for column in one.columns]
    return not any(
        column == other_column
        and one != other
        and (
            one.grantee == other.grantee
            or (one.priority == other.priority and one.policy != other.policy)
        )
        for column, one in places
        for other_column, other in places
    )


@st.composite
def wishes(draw) -> Wishes:
    attached: dict[Attachment, Policy] = {}
    for column in COLUMNS:
        for grantee in WHO[1:]:
            policy = draw(st.sampled_from([None, *MASKS]))
            if policy is None:
                continue
            priority = draw(st.integers(0, 2))
            one = Attachment(policy.name, TABLE, (column,), (column,), grantee, priority)
            if is_possible([*attached, one]):
                attached[one] = policy
    return Wishes(attached, frozenset({TABLE}))


@st.composite
def states(draw) -> Current:
    """Made by anybody, also with one mask for two columns."""
    names = ["by_hand", "mdw_forgotten", *(one.name for one in MASKS)]
    stored = {name: name for name in draw(st.sets(st.sampled_from(names)))}
    stored |= {one.name: one.using for one in MASKS if one.name in stored}
    attached: list[Attachment] = []
    for name in sorted(stored):
        for grantee in WHO:
            columns = draw(st.sampled_from([None, ("a",), ("b",), ("a", "b")]))
            if columns is None:
                continue
            one = Attachment(name, TABLE, columns, columns, grantee, draw(st.integers(0, 3)))
            if is_possible([*attached, one]):
                attached.append(one)
    return Current(stored, frozenset(attached))


def run(state: Current, sql: str) -> Current:
    """What Redshift makes of a statement. It refuses what it refuses."""
    names = NAMES.findall(sql.partition(" USING (v")[0])
    name = NAMES.findall(sql)[0]
    using = sql.partition(" USING ")[2][1:-1]
    policies = dict(state.policies)
    verb = sql.split(maxsplit=1)[0]
    if verb == "CREATE":
        assert name not in policies
        policies[name] = using
    elif verb == "ALTER":
        policies[name] = using
    elif verb == "DROP":
        assert name not in {one.policy for one in state.attached}
        del policies[name]
    elif verb == "DETACH":
        columns, who = _places(sql)
        found = [
            one
            for one in state.attached
            if (one.policy, one.columns, one.grantee) == (names[0], columns, who)
        ]
        assert len(found) == 1
        return replace(state, attached=state.attached - {*found})
    else:
        columns, who = _places(sql)
        assert name in policies
        one = Attachment(name, TABLE, columns, columns, who, int(sql.rsplit(maxsplit=1)[-1]))
        assert is_possible([*state.attached, one])
        return replace(state, attached=state.attached | {one})
    return replace(state, policies=policies)


def _places(sql: str) -> tuple[tuple[str, ...], Grantee]:
    columns = tuple(NAMES.findall(sql[sql.index("(") : sql.index(")")]))
    names = NAMES.findall(sql[sql.index(")") :])
    return columns, Grantee("role", names[0]) if names else Grantee("public")


def seen(state: Current, column: str, reader) -> str | None:
    """The policy that makes what a reader sees; None when they see the value."""
    masks = [
        (one.priority, one.policy)
        for one in state.attached
        if column in one.columns and one.grantee in reader
    ]
    return max(masks)[1] if masks else None


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
    assert after.attached == set(wanted.attached)
    assert Change(wanted, after).groups() == []
    assert {name for name in after.policies if name.startswith("mdw_")} == set(wanted.policies)


@given(wishes(), states())
def test_between_two_transactions_no_value_is_open_that_is_masked_before_and_after(wanted, current):
    change = Change(wanted, current)
    state = current
    for group in change.groups():
        state = carry_out(state, [group])
        for reader in READERS:
            for column in COLUMNS:
                if seen(state, column, reader) is None:
                    assert None in (
                        seen(current, column, reader),
                        seen(change.after, column, reader),
                    )


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
    assert state == carry_out(current, Change(edits[-1], current).groups())


@given(wishes(), states())
def test_where_it_only_attaches_each_mask_that_is_there_stays(wanted, current):
    change = Change(replace(wanted, only_attach=True), current)
    after = carry_out(current, change.groups())
    assert after == change.after
    assert after.attached >= current.attached
    assert Change(replace(wanted, only_attach=True), after).groups() == []
    if not current.attached:
        assert after.attached == set(wanted.attached)
