"""Row-level security: who sees which rows, through which statement.

The outcomes are those of the Redshift documentation's examples and usage notes:
https://docs.aws.amazon.com/redshift/latest/dg/t_rls-example.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_usage.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_combine_policies.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_ownership.html
"""

from __future__ import annotations

import pyarrow as pa

from tests.sandbox.redshift_tools import Bucket, Desk
from tests.sandbox.row_security.category import ROWS, attach, groups, switch


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
