"""Grants in their normal form: what Lake Formation says in many words is compared as one set."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_grants import (
    Atom,
    atoms_of,
    covered,
    grants_of,
    revokes_of,
    shown,
)
from hypothesis import given
from hypothesis import strategies as st

WHO = {"data_lake_principal_identifier": "arn:role"}
ORDERS = {"database_name": "lake", "name": "orders"}


def grant(resource: dict[str, Any], *permissions: str, option: list[str] | None = None) -> Any:
    return {
        "principal": WHO,
        "resource": resource,
        "permissions": list(permissions),
        "permissions_with_grant_option": option,
    }


def columns(*names: str) -> dict[str, Any]:
    return {"table_with_columns": {**ORDERS, "column_names": list(names)}}


def every(*excluded: str) -> dict[str, Any]:
    wildcard = {"excluded_column_names": list(excluded)} if excluded else {}
    return {"table_with_columns": {**ORDERS, "column_wildcard": wildcard}}


def select(column: str, *, grantable: bool = False) -> Atom:
    return Atom("arn:role", "table", ("lake", "orders"), "SELECT", column, grantable)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (grant(columns("a", "b"), "SELECT"), grant(columns("B", "A"), "SELECT")),
        (grant({"table": ORDERS}, "SELECT"), grant(every(), "SELECT")),
        (
            grant({"database": {"name": "Lake"}}, "DROP"),
            grant({"database": {"name": "lake"}}, "DROP"),
        ),
        (
            grant({"table": {"database_name": "lake", "table_wildcard": {}}}, "DROP"),
            grant({"table": {"database_name": "lake", "name": "ALL_TABLES"}}, "DROP"),
        ),
        (
            grant({"table_with_columns": {**ORDERS, "excluded_column_names": ["a"]}}, "SELECT"),
            grant(every("A"), "SELECT"),
        ),
        (grant(columns("a"), option=["SELECT"]), grant(columns("a"), "SELECT", option=["SELECT"])),
    ],
)
def test_the_same_in_other_words_is_the_same(one, other):
    assert atoms_of(one) == atoms_of(other) != set()


def test_a_kind_that_is_not_known_has_no_atoms():
    assert atoms_of(grant({"lf_tag": {"tag_key": "k", "tag_values": []}}, "DESCRIBE")) == set()


@pytest.mark.parametrize(
    ("column", "held", "expected"),
    [
        ("a", "*", True),
        ("a", '*["b"]', True),
        ("b", '*["b"]', False),
        ("a", "b", False),
        ('*["b"]', "*", True),
        ('*["a", "b"]', '*["b"]', True),
        ('*["b"]', '*["a", "b"]', False),
        ("*", '*["b"]', False),
    ],
)
def test_all_columns_cover_those_that_they_do_not_leave_out(column, held, expected):
    assert covered(select(column), {select(held)}) is expected
    assert not covered(select(column, grantable=True), {select(held)})


def test_columns_of_a_permission_are_granted_together():
    atoms = atoms_of(grant(columns("b", "a"), "SELECT")) | atoms_of(
        grant({"table": ORDERS}, "DESCRIBE", "ALTER")
    )
    assert [(r["resource"], r["permissions"]) for r in grants_of(atoms)] == [
        ({"table": ORDERS}, ["ALTER", "DESCRIBE"]),
        (columns("a", "b"), ["SELECT"]),
    ]


def test_the_grant_option_goes_to_its_columns_alone():
    requests = grants_of({select("a"), select("b"), select("b", grantable=True)})
    assert [(r["resource"], r["permissions_with_grant_option"]) for r in requests] == [
        (columns("a"), None),
        (columns("b"), ["SELECT"]),
    ]


def test_taking_the_grant_option_away_leaves_the_permission():
    (request,) = revokes_of({select("a", grantable=True)})
    assert request["permissions"] is None
    assert request["permissions_with_grant_option"] == ["SELECT"]


def test_a_line_of_a_diff_names_the_columns():
    atoms = {select("b"), select("a"), select('*["c"]', grantable=True)}
    assert shown(atoms) == [
        "arn:role: SELECT on table lake.orders (a, b)",
        "arn:role: SELECT with grant option on table lake.orders (all but c)",
    ]


names = st.sampled_from(["a", "b", "c"])
resources = st.one_of(
    st.just({"database": {"name": "lake"}}),
    st.just({"catalog": {}}),
    st.just({"data_location": {"resource_arn": "arn:aws:s3:::b"}}),
    st.just({"table": ORDERS}),
    st.just({"table": {"database_name": "lake", "table_wildcard": {}}}),
    st.just({"data_cells_filter": {"database_name": "l", "table_name": "t", "name": "F"}}),
)
grants = st.one_of(
    st.builds(
        lambda resource, held, option: grant(
            resource, *held, option=[p for p in option if p in held]
        ),
        resources,
        st.sets(st.sampled_from(["SELECT", "DESCRIBE", "ALTER"]), min_size=1),
        st.sets(st.sampled_from(["SELECT", "DESCRIBE", "ALTER"])),
    ),
    st.builds(
        lambda found, option: grant(columns(*found), "SELECT", option=option),
        st.sets(names, min_size=1),
        st.sampled_from([None, ["SELECT"]]),
    ),
    st.builds(lambda found: grant(every(*found), "SELECT"), st.sets(names)),
)


@given(st.lists(grants, max_size=6))
def test_requests_say_exactly_the_atoms_that_they_are_made_of(granted):
    atoms = set().union(*(atoms_of(one) for one in granted))
    assert set().union(*(atoms_of(request) for request in grants_of(atoms))) == atoms
