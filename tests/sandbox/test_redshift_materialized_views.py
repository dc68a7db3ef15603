"""Materialized views: whose they are, and what they do not open.

The documentation's own examples are in redshift_corpus/materialized_views.yml.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("materialized")) as desk:
        for user in ("ann", "bob"):
            desk.run(f"create user {user} password 'Password1'")
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema where ann may make things, with a table t of the administrator's."""
    name = desk.schema()
    desk.run(
        f"grant usage, create on schema {name} to ann",
        f"grant usage on schema {name} to bob",
        f"create table {name}.t (n int, secret varchar(10))",
        f"insert into {name}.t values (1, 'x')",
    )
    return name


def test_a_materialized_view_needs_the_whole_table(desk: Desk, schema: str) -> None:
    made = f"create materialized view {schema}.mv as select n from {schema}.t"
    assert desk.error(made, user="ann").message == "permission denied for relation t"
    desk.run(f"grant select (n) on {schema}.t to ann")
    assert desk.error(made, user="ann").message == "permission denied for relation t"
    desk.run(
        f"revoke select (n) on {schema}.t from ann",
        f"grant select on {schema}.t to ann",
    )
    desk.run(made, user="ann")
    assert desk.value(f"select n from {schema}.mv", user="ann") == 1


def test_others_need_grants_and_only_its_owner_refreshes(desk: Desk, schema: str) -> None:
    mv = f"{schema}.mv"
    desk.run(f"grant select on {schema}.t to ann")
    desk.run(f"create materialized view {mv} as select * from {schema}.t", user="ann")
    assert "permission denied" in desk.error(f"select * from {mv}", user="bob").message
    desk.run(f"grant select (n) on {mv} to bob", user="ann")
    assert desk.rows(f"select * from {mv}", user="bob") == [(1,)]
    for statement in (
        f"refresh materialized view {mv}",
        f"drop materialized view {mv}",
        f"alter materialized view {mv} auto refresh yes",
        f"insert into {mv} values (2)",
    ):
        assert desk.error(statement, user="bob").sqlstate in ("42501", "42809")
    desk.run(f"revoke select on {schema}.t from ann")
    assert "permission denied" in desk.error(f"refresh materialized view {mv}", user="ann").message


def test_a_protected_table_is_no_base(desk: Desk, schema: str) -> None:
    table = f"{schema}.t"
    made = f"create materialized view {schema}.mv as select * from {table}"
    desk.run(
        f"create rls policy {schema} with (n int) using (n = 1)",
        f"attach rls policy {schema} on {table} to bob",
        f"alter table {table} row level security on",
    )
    assert "row-level security" in desk.error(made).message
    desk.run(
        f"alter table {table} row level security off",
        f"create masking policy {schema} with (secret varchar(10)) using ('***'::varchar(10))",
        f"attach masking policy {schema} on {table}(secret) to bob",
    )
    assert "masking policies" in desk.error(made).message


def test_a_base_is_not_protected_afterwards(desk: Desk, schema: str) -> None:
    table = f"{schema}.t"
    desk.run(
        f"create materialized view {schema}.mv as select * from {table}",
        f"create masking policy {schema} with (secret varchar(10)) using ('***'::varchar(10))",
    )
    for statement in (
        f"alter table {table} row level security on",
        f"attach masking policy {schema} on {table}(secret) to bob",
    ):
        assert "cannot be protected" in desk.error(statement).message
    desk.run(f"drop materialized view {schema}.mv", f"alter table {table} row level security on")


def test_who_sees_the_schema_sees_its_views_state(desk: Desk, schema: str) -> None:
    desk.run(f"create materialized view {schema}.mv auto refresh yes as select * from {schema}.t")
    told = (
        "select trim(name), trim(user_name), is_stale, state, autorefresh from svv_mv_info"
        f" where trim(schema_name) = '{schema}'"
    )
    assert desk.rows(told, user="bob") == [("mv", "admin", "f", 1, "t")]
    desk.run(f"alter materialized view {schema}.mv auto refresh no", f"truncate {schema}.t")
    assert desk.rows(told) == [("mv", "admin", "t", 1, "f")]
    desk.run(f"revoke usage on schema {schema} from bob")
    assert desk.rows(told, user="bob") == []


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("select n, count(*) as c from {t} group by n", 1),
        ("select a.n from {t} a join {t} b on a.n = b.n where left(a.secret, 1) = 'x'", 1),
        ("select s.n from (select n from {t}) s", 1),
        ("select a.n from {t} a left join {t} b on a.n = b.n", 0),
        ("select n from {t} union all select n from {t}", 0),
        ("select avg(n) as a from {t}", 0),
        ("select count(distinct n) as c from {t}", 0),
        ("select n, row_number() over (order by n) as r from {t}", 0),
        ("select n from {t} where n in (select n from {t})", 0),
        ("select date_trunc('day', sysdate) as d from {t}", 0),
    ],
)
def test_what_a_query_has_decides_on_its_refresh(
    desk: Desk, schema: str, query: str, state: int
) -> None:
    desk.run(f"create materialized view {schema}.mv as {query.format(t=f'{schema}.t')}")
    told = f"select state from stv_mv_info where trim(schema) = '{schema}'"
    assert desk.value(told) == state
