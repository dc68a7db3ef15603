"""Grants in their normal form: what Lake Formation says in many words is compared as one set."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_grants import (
    Atom,
    atoms_of,
    covered,
    grants_of,
    options_of,
    revokes_of,
    shown,
)
from ansible_collections.modern_data.warehouse.plugins.module_utils.lakeformation_resources import (
    Thing,
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


def tag(key: str, *values: str) -> dict[str, Any]:
    return {"lf_tag": {"tag_key": key, "tag_values": list(values)}}


def policy(kind: str, *expression: tuple[str, list[str]]) -> dict[str, Any]:
    tags = [{"tag_key": key, "tag_values": values} for key, values in expression]
    return {"lf_tag_policy": {"resource_type": kind, "expression": tags}}


def select(column: str, *, grantable: bool = False) -> Atom:
    return Atom("arn:role", Thing("table", ("lake", "orders")), "SELECT", column, grantable)


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
        (
            grant({"table": {"database_name": "lake", "table_wildcard": {}}}, "SELECT"),
            grant(
                {
                    "table_with_columns": {
                        "database_name": "lake",
                        "name": "ALL_TABLES",
                        "column_wildcard": {},
                    }
                },
                "SELECT",
            ),
        ),
        (grant(tag("K", "B", "a"), "ALTER"), grant(tag("k", "a", "b", "b"), "ALTER")),
        (
            grant(policy("TABLE", ("b", ["y", "X"]), ("A", ["z"])), "SELECT"),
            grant(policy("TABLE", ("a", ["z"]), ("b", ["x", "y"])), "SELECT"),
        ),
        (
            grant({"data_location": {"resource_arn": "arn:aws:s3:::b/raw/"}}, "ALL"),
            grant({"data_location": {"resource_arn": "arn:aws:s3:::b/raw"}}, "ALL"),
        ),
    ],
)
def test_the_same_in_other_words_is_the_same(one, other):
    assert atoms_of(one) == atoms_of(other) != set()


def test_a_kind_that_is_not_known_has_no_atoms():
    function = {"user_defined_function": {"database_name": "lake", "name": "mask"}}
    assert atoms_of(grant(function, "EXECUTE")) == set()


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


def test_values_of_a_tag_are_granted_together_when_alike():
    held = atoms_of(grant(tag("k", "a", "b"), "ALTER", "DESCRIBE"))
    requests = grants_of(held | atoms_of(grant(tag("k", "c"), "DESCRIBE")))
    assert [(r["resource"], r["permissions"]) for r in requests] == [
        (tag("k", "a", "b"), ["ALTER", "DESCRIBE"]),
        (tag("k", "c"), ["DESCRIBE"]),
    ]


def test_a_request_names_at_most_fifty_values():
    atoms = atoms_of(grant(tag("k", *(f"{number:03}" for number in range(101))), "DESCRIBE"))
    sizes = [len(request["resource"]["lf_tag"]["tag_values"]) for request in grants_of(atoms)]
    assert sizes == [50, 50, 1]


def test_all_values_of_a_tag_cover_each():
    (every,) = atoms_of(grant(tag("k", "*"), "DESCRIBE"))
    (one,) = atoms_of(grant(tag("k", "a"), "DESCRIBE"))
    assert covered(one, {every})
    assert not covered(every, {one})


def test_conditions_keep_grants_apart():
    conditional = atoms_of({**grant(columns("a"), "SELECT"), "condition": {"expression": "x"}})
    assert not covered(select("a"), conditional)
    (request,) = revokes_of(conditional)
    assert request["condition"] == {"expression": "x"}
    assert shown(conditional) == ["arn:role: SELECT on table lake.orders (a) if x"]


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        ({"catalog": {}}, "ALTER on catalog"),
        (tag("k", "a", "b"), "ALTER on LF-tag k (a, b)"),
        (
            policy("TABLE", ("k", ["a", "b"]), ("l", ["c"])),
            "ALTER on tables tagged k=a|b and l=c",
        ),
        (
            {"lf_tag_policy": {"resource_type": "DATABASE", "expression_name": "open"}},
            "ALTER on databases tagged as open says",
        ),
        ({"lf_tag_expression": {"name": "open"}}, "ALTER on LF-tag expression open"),
    ],
)
def test_a_line_names_the_resource(resource, line):
    assert shown(atoms_of(grant(resource, "ALTER"))) == [f"arn:role: {line}"]


def test_as_an_option_all_columns_are_the_table():
    atoms = atoms_of(grant({"table": ORDERS}, "SELECT", "DESCRIBE", option=["SELECT"]))
    assert options_of(atoms | atoms_of(grant(every("a"), "SELECT"))) == [
        {
            "principal": "arn:role",
            "permissions": ["DESCRIBE", "SELECT"],
            "permissions_with_grant_option": ["SELECT"],
            "resource": {"table": ORDERS},
        },
        {
            "principal": "arn:role",
            "permissions": ["SELECT"],
            "permissions_with_grant_option": [],
            "resource": {"table_with_columns": {**ORDERS, "excluded_column_names": ["a"]}},
        },
    ]


names = st.sampled_from(["a", "b", "c"])
resources = st.one_of(
    st.just({"database": {"name": "lake"}}),
    st.just({"catalog": {}}),
    st.just({"data_location": {"resource_arn": "arn:aws:s3:::b"}}),
    st.just({"table": ORDERS}),
    st.just({"table": {"database_name": "lake", "table_wildcard": {}}}),
    st.just({"data_cells_filter": {"database_name": "l", "table_name": "t", "name": "F"}}),
    st.just({"lf_tag_expression": {"name": "Open"}}),
    st.just({"lf_tag_policy": {"resource_type": "DATABASE", "expression_name": "Open"}}),
    st.builds(lambda values: tag("k", *values), st.sets(names, min_size=1)),
    st.just(tag("k", "*")),
    st.builds(
        lambda kind, values: policy(kind, ("k", list(values)), ("l", ["x"])),
        st.sampled_from(["DATABASE", "TABLE"]),
        st.sets(names, min_size=1),
    ),
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


@given(st.lists(grants, max_size=6))
def test_options_say_exactly_the_atoms_that_they_are_made_of(granted):
    atoms = set().union(*(atoms_of(one) for one in granted))
    assert wanted_atoms_of(options_of(atoms)) == atoms


def wanted_atoms_of(options: list[dict[str, Any]]) -> set[Atom]:
    """As the modules read their option; whether permissions fit the resource is not asked here."""
    who = [{"data_lake_principal_identifier": option["principal"]} for option in options]
    written = ({**o, "principal": p} for o, p in zip(options, who, strict=True))
    return set().union(*map(atoms_of, written))
