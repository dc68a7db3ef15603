"""Row-level security: who sees which rows, through which statement, and who decides it.

The outcomes are those of the Redshift documentation's examples and usage notes:
https://docs.aws.amazon.com/redshift/latest/dg/t_rls-example.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_usage.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_combine_policies.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_ownership.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.redshift_tools import Bucket, BucketStorage, Desk, opened

GROUPS = "select catgroup, count(*) from {schema}.category group by 1 order by 1"
ROWS = [("Concerts", 2), ("Shows", 1), ("Sports", 3)]
CATEGORY = """
    create table {schema}.category (
        catid smallint, catgroup varchar(10), catname varchar(10), secret varchar(10))
"""
FILLED = """
    insert into {schema}.category values
        (1, 'Sports', 'MLB', 'a'), (2, 'Sports', 'NHL', 'b'), (3, 'Sports', 'NBA', 'c'),
        (4, 'Shows', 'Opera', 'd'), (5, 'Concerts', 'Pop', 'e'), (6, 'Concerts', 'Jazz', 'f')
"""
CONCERTS = "create rls policy concerts with (catgroup varchar(10)) using (catgroup = 'Concerts')"
SPORTS = "create rls policy sports with (catgroup varchar(10)) using (catgroup = 'Sports')"
NBA = "create rls policy nba with (catname varchar(10)) using (catname = 'NBA')"


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("rows"), BucketStorage(bucket.s3)) as desk:
        desk.run(
            "create user bob password disable",
            "create user alice password disable",
            "create user joe password disable",
            "create role analyst",
            "create role consumer",
            "grant role sys:secadmin to bob",
            "grant role analyst to alice",
            "grant role consumer to joe",
            *(CONCERTS, SPORTS, NBA),
        )
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema of the documentation's table, which everybody may read and change."""
    name = desk.schema()
    desk.run(
        CATEGORY.format(schema=name),
        FILLED.format(schema=name),
        f"grant usage on schema {name} to public",
        f"grant select, insert, update, delete on {name}.category to public",
    )
    return name


def groups(desk: Desk, schema: str, user: str) -> list[tuple[Any, ...]]:
    return desk.rows(GROUPS.format(schema=schema), user=user)


def attach(schema: str, policy: str, whom: str) -> str:
    return f"attach rls policy {policy} on table {schema}.category to {whom}"


def switch(schema: str, how: str) -> str:
    return f"alter table {schema}.category row level security {how}"


def test_the_example_of_the_documentation(desk: Desk, schema: str) -> None:
    desk.run(switch(schema, "on"), user="bob")
    assert groups(desk, schema, "alice") == []  # on, and no policy
    assert groups(desk, schema, "admin") == ROWS
    assert groups(desk, schema, "bob") == ROWS
    desk.run(attach(schema, "concerts", "role analyst, joe"), user="bob")
    assert groups(desk, schema, "alice") == groups(desk, schema, "joe") == [("Concerts", 2)]
    assert groups(desk, schema, "nobody") == []
    # rows can be given, whatever the policy lets see
    desk.run(f"insert into {schema}.category values (7, 'Sports', 'NFL')", user="alice")
    desk.run(f"update {schema}.category set secret = 'seen'", user="alice")
    desk.run(f"delete from {schema}.category where catid in (1, 5)", user="alice")
    assert desk.rows(f"select catid, secret from {schema}.category order by 1") == [
        (1, "a"), (2, "b"), (3, "c"), (4, "d"), (6, "seen"), (7, None),
    ]  # fmt: skip
    desk.run("alter rls policy concerts using (catgroup = 'Shows')", user="bob")
    assert groups(desk, schema, "alice") == [("Shows", 1)]
    desk.run(
        "alter rls policy concerts using (catgroup = 'Concerts')",
        f"detach rls policy concerts on {schema}.category from role analyst",
        user="bob",
    )
    assert groups(desk, schema, "alice") == []
    desk.run(switch(schema, "off"), user="bob")
    assert groups(desk, schema, "alice") == [("Concerts", 1), ("Shows", 1), ("Sports", 4)]


def test_several_policies_are_joined_as_the_table_says(desk: Desk, schema: str) -> None:
    desk.run(
        attach(schema, "sports", "role analyst"),
        attach(schema, "nba", "alice"),
        switch(schema, "on"),
    )
    assert groups(desk, schema, "alice") == [("Sports", 1)]
    desk.run(f"detach rls policy nba on {schema}.category from alice")
    desk.run(attach(schema, "concerts", "public"), switch(schema, "on conjunction type or"))
    assert groups(desk, schema, "alice") == [("Concerts", 2), ("Sports", 3)]
    assert groups(desk, schema, "joe") == [("Concerts", 2)]
    found = "select rls_conjunction_type, is_rls_on from svv_rls_relation where relschema = "
    assert desk.rows(f"{found}'{schema}'") == [("or ", True)]


def test_owners_do_not_bypass_but_who_ignores_rls_does(desk: Desk, schema: str) -> None:
    desk.run(f"alter table {schema}.category owner to joe", switch(schema, "on"))
    assert groups(desk, schema, "joe") == []
    desk.run("create role careless", "grant role careless to joe")
    desk.run("grant ignore rls to role careless")
    assert groups(desk, schema, "joe") == ROWS
    granted = (
        "select identity_name from svv_system_privileges where system_privilege = 'IGNORE RLS'"
    )
    assert desk.rows(granted) == [("careless",)]
    desk.run("revoke ignore rls from role careless")
    assert groups(desk, schema, "joe") == []
    assert desk.error("grant ignore rls to role careless", user="joe").sqlstate == "42501"


def test_the_condition_is_shown_to_who_may_see_it(desk: Desk, schema: str) -> None:
    desk.run(attach(schema, "sports", "role consumer"), switch(schema, "on"))
    explain = f"explain select * from {schema}.category"
    assert "EXPLAIN RLS" in desk.error(explain, user="joe").message
    desk.run("grant explain rls to role consumer")
    assert any("Sports" in line for (line,) in desk.rows(explain, user="joe"))
    desk.run("revoke explain rls from role consumer")


def test_columns_and_rows_are_secured_together(desk: Desk, schema: str) -> None:
    """Who is filtered needs no right on the column of the condition."""
    desk.run(
        f"revoke select on {schema}.category from public",
        f"grant select (catid, catname) on {schema}.category to role analyst",
        attach(schema, "concerts", "role analyst"),
        switch(schema, "on"),
    )
    assert desk.rows(f"select * from {schema}.category order by 1", user="alice") == [
        (5, "Pop"), (6, "Jazz"),
    ]  # fmt: skip
    error = desk.error(f"select catgroup from {schema}.category", user="alice")
    assert error.message == "permission denied for relation category"


def test_views_are_filtered_for_who_queries_them(desk: Desk, schema: str) -> None:
    desk.run(
        f"create view {schema}.everything as select catgroup, catname from {schema}.category",
        f"create view {schema}.above as select * from {schema}.everything",
        f"grant select on {schema}.everything, {schema}.above to public",
        f"revoke select on {schema}.category from public",
        attach(schema, "sports", "role analyst"),
        switch(schema, "on"),
    )
    counted = f"select count(*) from {schema}.above"
    assert [desk.value(counted, user) for user in ("admin", "alice", "joe")] == [6, 3, 0]
    made = f"create temp table mine as select * from {schema}.everything"
    assert desk.rows(made, "select count(*) from mine", user="alice") == [(3,)]


def test_loads_are_not_filtered_and_a_merge_sees_what_its_user_sees(
    desk: Desk, bucket: Bucket, schema: str
) -> None:
    text = pa.string()
    key = bucket.parquet(
        f"{schema}/1",
        catid=(pa.int16(), [1]),
        catgroup=(text, ["Sports"]),
        catname=(text, ["New"]),
        secret=(text, ["n"]),
    )
    copy = f"copy {{}} from '{bucket.url(key)}' iam_role default format as parquet"
    load = (
        "create temp table stage (like {0}.category)",
        copy.format("stage"),
        """merge into {0}.category using stage on {0}.category.catid = stage.catid
           when matched then update set catname = stage.catname
           when not matched then insert values (stage.catid, stage.catgroup, stage.catname, stage.secret)""",
    )
    load = tuple(statement.format(schema) for statement in load)
    desk.run(switch(schema, "on"))
    desk.run(copy.format(f"{schema}.category"), user="joe")
    assert desk.value(f"select count(*) from {schema}.category where catid = 1") == 2
    desk.run(f"delete from {schema}.category where catname = 'New'")
    desk.run(*load, user="joe")  # no match: a second row of the same key
    assert desk.value(f"select count(*) from {schema}.category where catid = 1") == 2
    desk.run(f"delete from {schema}.category where catname = 'New'")
    desk.run("grant ignore rls to role consumer")
    try:
        desk.run(*load, user="joe")
    finally:
        desk.run("revoke ignore rls from role consumer")
    assert desk.rows(f"select catname from {schema}.category where catid = 1") == [("New",)]
    desk.run(f"revoke insert on {schema}.category from public")
    error = desk.error(copy.format(f"{schema}.category"), user="joe")
    assert error.message == "permission denied for relation category"


def test_conditions_of_every_form(desk: Desk, schema: str) -> None:
    """What access policies are written in: comparisons, IN, BETWEEN, LIKE, IS NULL, AND, OR, NOT."""
    desk.run(
        """create rls policy forms with (catid smallint, catgroup varchar(10), secret varchar(10)) as t
           using (t.catgroup in ('Sports', 'Shows') and (t.catid between 2 and 4 or secret is null)
                  and not t.catgroup like 'Sh%' and t.catid <> 3)""",
        attach(schema, "forms", "role analyst"),
        switch(schema, "on"),
    )
    assert desk.rows(f"select catid from {schema}.category", user="alice") == [(2,)]
    shown = "select polalias, polatts, polqual from svv_rls_policy where polname = 'concerts'"
    assert desk.rows(shown) == [
        (
            "rls_table",
            '[{"colname":"catgroup","type":"character varying(10)"}]',
            '"rls_table"."catgroup" = CAST(\'Concerts\' AS TEXT)',
        )
    ]
    # all policies of a table have the same alias
    assert "same alias" in desk.error(attach(schema, "concerts", "joe")).message
    desk.run("drop rls policy forms cascade")
    assert desk.rows(f"select catid from {schema}.category", user="alice") == []


def test_a_policy_may_have_a_long_name(desk: Desk, schema: str) -> None:
    name = "rows_" + 122 * "x"
    desk.run(
        f"create rls policy {name} with (catid smallint) using (catid < 3)",
        attach(schema, name, "role analyst"),
        switch(schema, "on"),
    )
    assert desk.value(f"select count(*) from {schema}.category", "alice") == 2
    desk.run(f"drop rls policy if exists {name} cascade")
    error = desk.error(f"create rls policy {name}x using (true)")
    assert error.sqlstate == "42622"


def test_who_may_decide_and_who_may_look(desk: Desk, schema: str) -> None:
    for statement in (
        "create rls policy mine using (true)",
        "alter rls policy concerts using (true)",
        attach(schema, "concerts", "joe"),
        f"detach rls policy concerts on {schema}.category from joe",
        "drop rls policy concerts",
        switch(schema, "on"),
    ):
        assert desk.error(statement, user="joe").sqlstate == "42501"
    desk.run(attach(schema, "concerts", "role analyst"))
    seen = f"select grantor, grantee, granteekind, is_rls_on from svv_rls_attached_policy where relschema = '{schema}'"
    assert desk.rows(seen, user="bob") == [("admin", "analyst", "role", False)]
    assert desk.rows(seen, user="joe") == []


@pytest.mark.parametrize(
    ("statement", "sqlstate"),
    [
        ("create rls policy concerts using (true)", "42710"),
        ("create rls policy broken with (a int) using (b = 1)", "42703"),
        ("create rls policy broken with (a int) using (a + 1)", "42804"),
        ("create rls policy broken using (exists (select 1))", "0A000"),
        ("create rls policy broken using (pg_sleep(1) is null)", "42883"),
        ("attach rls policy gone on {0}.category to joe", "42704"),
        ("attach rls policy concerts on {0}.gone to joe", "42P01"),
        ("attach rls policy concerts on {0}.category to role gone", "42704"),
        ("attach rls policy concerts on {0}.category to bob", "42501"),
        ("attach rls policy concerts on {0}.category to role sys:secadmin", "42501"),
        ("attach rls policy sports on {0}.category to public", "42710"),
        ("attach rls policy sports on {0}.other to public", "42703"),
        ("attach rls policy sports on {0}.typed to public", "42804"),
        ("attach rls policy sports on {0}.seen to public", "0A000"),
        ("detach rls policy nba on {0}.category from public", "42704"),
        ("drop rls policy sports", "2BP01"),
        ("drop role consumer force", "2BP01"),
        ("drop user alice", "2BP01"),
        ("alter table {0}.category drop column catgroup cascade", "2BP01"),
        ("alter table {0}.category rename column catgroup to x", "2BP01"),
        ("alter table {0}.category alter column catgroup type varchar(20)", "2BP01"),
        ("grant ignore rls to joe", "42601"),
        ("set session authorization alice", "0A000"),
    ],
)
def test_what_is_refused(desk: Desk, schema: str, statement: str, sqlstate: str) -> None:
    desk.run(
        f"create table {schema}.other (a int)",
        f"create table {schema}.typed (catgroup int)",
        f"create view {schema}.seen as select * from {schema}.category",
        attach(schema, "sports", "public, alice, role consumer"),
    )
    error = desk.error(statement.format(schema), transaction=False)
    assert (error.sqlstate, error.message) == (sqlstate, error.message)
    desk.run(f"detach rls policy sports on {schema}.category from public, alice, role consumer")
