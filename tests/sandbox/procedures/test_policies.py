"""Stored procedures open no way around row-level security and masks."""

from __future__ import annotations

import pytest

from tests.sandbox.redshift_tools import Desk, make_procedure

READS = {
    "static SQL": "select into o listagg(id || secret, ',') within group (order by id) from {t};",
    "SELECT INTO of a record": "select * into r from {t} order by id desc limit 1; o := r.id || r.secret;",
    "an expression": "o := (select max(id) || max(secret) from {t});",
    "a loop": "o := ''; for r in select * from {t} order by id loop o := o || r.id || r.secret; end loop;",
    "dynamic SQL": "execute 'select max(id) || max(secret) from {t}' into o;",
    "a cursor": "open c for select * from {t} order by id desc; fetch c into r; o := r.id || r.secret;",
    "a table of its own": "create temp table own as select * from {t};"
    " select max(id) || max(secret) into o from own;",
    "a condition": "o := '1***'; if exists (select 1 from {t} where secret = 'y') then o := 'seen'; end if;",
}


def protect(desk: Desk, schema: str) -> None:
    """bob sees one row of t, and no secret."""
    table, policy = f"{schema}.t", f"p_{schema}"
    desk.run(
        f"grant select on {table} to bob",
        f"create rls policy {policy} with (id int) using (id = 1)",
        f"attach rls policy {policy} on {table} to bob",
        f"alter table {table} row level security on",
        f"create masking policy {policy} with (secret varchar(10)) using ('***'::varchar(10))",
        f"attach masking policy {policy} on {table}(secret) to bob",
    )


@pytest.mark.parametrize("read", READS, ids=str)
def test_policies_of_the_caller_hold_inside(desk: Desk, schema: str, read: str) -> None:
    protect(desk, schema)
    body = READS[read].format(t=f"{schema}.t")
    declared = f"declare r record; c refcursor; begin {body} end"
    make_procedure(desk, f"{schema}.p", declared, arguments="o out varchar", user="ann")
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert desk.rows(f"call {schema}.p()", user="bob") == [("1***",)]


def test_a_definer_sees_what_its_owner_sees(desk: Desk, schema: str) -> None:
    protect(desk, schema)
    policy, table = f"p_{schema}", f"{schema}.t"
    desk.run(
        f"attach rls policy {policy} on {table} to ann",
        f"create masking policy {policy}_2 with (secret varchar(10)) using ('owner'::varchar(10))",
        f"attach masking policy {policy}_2 on {table}(secret) to ann priority 2",
    )
    body = f"begin {READS['static SQL'].format(t=table)} end"
    make_procedure(
        desk, f"{schema}.p", body, options="security definer", arguments="o out varchar", user="ann"
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert desk.rows(f"call {schema}.p()", user="bob") == [("1owner",)]


def test_who_is_masked_cannot_change_the_table_inside(desk: Desk, schema: str) -> None:
    protect(desk, schema)
    desk.run(f"grant update, delete on {schema}.t to bob")
    make_procedure(
        desk, f"{schema}.p", f"begin delete from {schema}.t where secret = 'y'; end", user="ann"
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert "masking policies" in desk.error(f"call {schema}.p()", user="bob").message


def test_a_definer_does_not_fetch_for_its_caller(desk: Desk, schema: str) -> None:
    protect(desk, schema)
    body = "declare r record; begin fetch c into r; o := r.id || r.secret; end"
    make_procedure(
        desk,
        f"{schema}.p",
        body,
        options="security definer",
        arguments="c inout refcursor, o out varchar",
        user="ann",
    )
    desk.run(f"grant execute on procedure {schema}.p(refcursor) to bob", user="ann")
    error = desk.error(
        f"declare mine cursor for select * from {schema}.t order by id desc",
        f"call {schema}.p('mine')",
        user="bob",
    )
    assert "as another user than opened it" in error.message


def test_what_a_definer_was_told_of_the_past_is_not_its_callers(desk: Desk, schema: str) -> None:
    desk.run(f"grant create on schema {schema} to bob")
    told = f"{schema}.told"
    desk.run(f"create view {told} as select query_text from sys_query_history", user="bob")
    reads = "begin select count(*) into o from sys_query_history; end"
    make_procedure(desk, f"{schema}.p", reads, arguments="o out int", options="security definer")
    desk.run(f"grant execute on procedure {schema}.p() to bob")
    assert desk.rows(f"call {schema}.p()", f"select * from {told}", user="bob") == []
