from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privilege_model import (
    PRIVILEGES,
    Grantee,
    Privilege,
    privileges_of,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_privilege_plan import (
    Scope,
    Wishes,
    plan,
    render,
)
from hypothesis import given
from hypothesis import strategies as st

READER = Grantee("role", "reader")
TABLE = ("sales", "orders")
grantees = st.sampled_from([READER, Grantee("user", "me"), Grantee("public")])
kinds = st.sampled_from(
    [("table", TABLE), ("column", (*TABLE, "a")), ("column", (*TABLE, "b")), ("schema", ("sales",))]
)
privileges = st.builds(
    lambda who, of, name: Privilege(who, *of, PRIVILEGES[of[0]][name]),
    grantees,
    kinds,
    st.integers(0, 1),
)
states = st.frozensets(privileges, max_size=8)


def possible(state: frozenset[Privilege]) -> frozenset[Privilege]:
    """Redshift has no privilege on a column beside the same on its table."""
    return frozenset(one for one in state if not (one.kind == "column" and one.table in state))


def apply(state: frozenset[Privilege], change) -> frozenset[Privilege]:
    """What Redshift makes of the statements, revokes first."""
    for one in change.revoke:
        assert one in state, "revokes what is not granted"
    taken = {one for one in state if one.kind == "column" and one.table in change.revoke}
    state = state - change.revoke - taken
    for one in change.grant:
        assert one.kind != "table" or not any(
            other.kind == "column" and other.table == one for other in state
        ), "grants a table whose columns are granted"
    return state | change.grant


scopes = st.sampled_from(
    [
        Scope(),
        Scope(frozenset({("table", TABLE), ("schema", ("sales",))})),
        Scope(frozenset({("table", TABLE)}), frozenset({READER})),
    ]
)


@given(states, states, states, scopes)
def test_nothing_is_left_to_do_after_a_change(granted, revoked, current, scope):
    wishes = Wishes(granted, revoked - granted, scope)
    current = possible(current)
    try:
        change = plan(wishes, current)
    except ResourceError:
        assert any(one.kind == "column" for one in wishes.revoked)
        return
    after = apply(current, change)
    assert after == change.after
    again = plan(wishes, after)
    assert (again.revokes, again.grants) == ([], [])
    for one in granted:
        assert one in after or one.table in after
    for one in after - granted:
        assert one not in revoked
        assert one.kind != "column" or one.table not in revoked


def test_a_column_cannot_be_taken_from_who_has_the_table():
    column = Privilege(READER, "column", (*TABLE, "email"), "SELECT")
    with pytest.raises(ResourceError, match="has it on the whole table: revoke that"):
        plan(Wishes(revoked=frozenset({column})), frozenset({column.table}))


def test_revoking_a_table_takes_what_is_granted_on_its_columns_alone():
    column = Privilege(READER, "column", (*TABLE, "email"), "SELECT")
    change = plan(Wishes(revoked=frozenset({column.table})), frozenset({column}))
    assert change.revokes == ['REVOKE SELECT ("email") ON "sales"."orders" FROM ROLE "reader"']


@given(states, states)
def test_without_purge_nobody_loses_what_was_not_named(granted, current):
    current = possible(current)
    after = apply(current, plan(Wishes(granted), current))
    assert all(one in after or one.table in after for one in current)


@given(states, states)
def test_purge_leaves_exactly_what_is_listed(granted, current):
    scope = Scope(frozenset({("table", TABLE), ("schema", ("sales",))}))
    current = possible(current)
    assert apply(current, plan(Wishes(granted, scope=scope), current)) == possible(granted)


@given(states)
def test_as_many_statements_as_needed_and_no_more(state):
    sqls = render("GRANT", "TO", state)
    assert len(set(sqls)) == len(sqls) <= len(state)


def test_tables_with_the_same_privileges_share_a_statement():
    state = {Privilege(READER, "table", ("s", name), "SELECT") for name in ("a", "b")}
    assert render("GRANT", "TO", state) == ['GRANT SELECT ON "s"."a", "s"."b" TO ROLE "reader"']


def test_no_statement_is_longer_than_the_data_api_takes():
    names = [f"{at:04}{'n' * 123}" for at in range(450)]
    state = {Privilege(READER, "table", ("s" * 127, name), "SELECT") for name in names}
    sqls = render("GRANT", "TO", state)
    assert [sql.count(" ON ") for sql in sqls] == [1, 1, 1]
    assert max(map(len, sqls)) < 100 * 1024


def test_names_are_quoted():
    who = Grantee("user", 'IAMR:a"b')
    [sql] = render("GRANT", "TO", [Privilege(who, "database", ("d",), "TEMP")])
    assert sql == 'GRANT TEMP ON DATABASE "d" TO "IAMR:a""b"'


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"schema": "s", "privileges": ["USAGE"]}, "exactly one of role, user, group, public"),
        ({"role": "r", "privileges": ["USAGE"]}, "exactly one of database, schema, iam_role"),
        ({"role": "r", "schema": "s", "privileges": []}, "privileges is empty"),
        ({"role": "r", "schema": "s", "tables": [], "privileges": ["USAGE"]}, "tables is empty"),
        (
            {"role": "r", "schema": "s", "privileges": ["SELECT"]},
            "SELECT is no privilege of a schema",
        ),
        (
            {"role": "r", "database": "d", "tables": ["t"], "privileges": ["TEMP"]},
            "needs the schema",
        ),
    ],
)
def test_what_is_wrong_is_told(option, told):
    _found, faults = privileges_of(option, "grants, entry 1")
    assert faults[0].startswith("grants, entry 1: ")
    assert told in faults[0]


def test_case_and_order_of_names_are_no_difference():
    one = {"role": "r", "schema": "S", "tables": ["T"], "columns": ["B", "a"]}
    other = {"role": "r", "schema": "s", "tables": ["t"], "columns": ["a", "b"]}
    assert privileges_of({**one, "privileges": ["select"]}, "") == privileges_of(
        {**other, "privileges": ["SELECT"]}, ""
    )
