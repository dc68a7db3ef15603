"""Policies of row-level security: what they may say, who decides of them, what is refused.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_RLS_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_ownership.html
https://docs.aws.amazon.com/redshift/latest/dg/t_rls_usage.html
"""

from __future__ import annotations

import pytest

from tests.sandbox.redshift_tools import Desk
from tests.sandbox.row_security.category import attach, switch


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
