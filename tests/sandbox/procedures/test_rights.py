"""Stored procedures: who may run them, and as whom they run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.engines.redshift import RedshiftError
from sandbox.engines.redshift.lexer import split
from sandbox.engines.redshift.session import Session
from tests.sandbox.redshift_tools import DATABASE, Desk, make_procedure

# privileges


def test_a_new_procedure_is_its_owners_and_superusers(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end", user="ann")
    desk.run(f"call {schema}.p()", user="ann")
    desk.run(f"call {schema}.p()")
    error = desk.error(f"call {schema}.p()", user="bob")
    assert (error.message, error.sqlstate) == ("permission denied for procedure p", "42501")


@pytest.mark.parametrize(
    "what", ["procedure {0}.p(a int)", "procedure {0}.p(int)", "all procedures in schema {0}"]
)
def test_execute_is_granted_and_revoked(desk: Desk, schema: str, what: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end", arguments="a int", user="ann")
    granted = what.format(schema)
    desk.run(f"grant execute on {granted} to bob", user="ann")
    desk.run(f"call {schema}.p(1)", user="bob")
    desk.run(f"revoke execute on {granted} from bob", user="ann")
    assert "permission denied" in desk.error(f"call {schema}.p(1)", user="bob").message


def test_replacing_a_procedure_keeps_its_grants(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end", user="ann")
    desk.run(f"grant execute on procedure {schema}.p() to public", user="ann")
    again = f"create or replace procedure {schema}.p() as $$ begin null; end $$ language plpgsql"
    desk.run(again, user="ann")
    desk.run(f"call {schema}.p()", user="bob")


def test_a_same_name_elsewhere_on_the_path_grants_nothing(desk: Desk, schema: str) -> None:
    other = desk.schema()
    desk.run(
        f"grant create, usage on schema {other} to ann", f"grant usage on schema {other} to bob"
    )
    make_procedure(desk, f"{other}.p", "begin null; end", user="ann")
    desk.run(
        f"set search_path to {schema}, {other}",
        "create procedure p() as $$ begin null; end $$ language plpgsql",
        user="ann",
    )
    assert "permission denied" in desk.error(f"call {schema}.p()", user="bob").message


def test_default_privileges_hold_for_new_procedures_only(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.before", "begin null; end", user="ann")
    desk.run("alter default privileges grant execute on procedures to bob", user="ann")
    make_procedure(desk, f"{schema}.after", "begin null; end", user="ann")
    desk.run(f"call {schema}.after()", user="bob")
    assert "permission denied" in desk.error(f"call {schema}.before()", user="bob").message
    assert "permission denied" in desk.error(f"call {schema}.after()", user="cleo").message
    listed = "select object_type, privilege_type, grantee_name from svv_default_privileges"
    assert desk.rows(listed) == [("PROCEDURE", "EXECUTE", "bob")]
    desk.run("alter default privileges revoke execute on procedures from bob", user="ann")
    assert desk.rows(listed) == []
    make_procedure(desk, f"{schema}.last", "begin null; end", user="ann")
    assert "permission denied" in desk.error(f"call {schema}.last()", user="bob").message


def test_default_privileges_of_a_schema_may_name_public(desk: Desk, schema: str) -> None:
    scope = f"alter default privileges in schema {schema}"
    desk.run(f"{scope} grant execute on procedures to public", user="ann")
    make_procedure(desk, f"{schema}.p", "begin null; end", user="ann")
    desk.run(f"call {schema}.p()", user="cleo")
    desk.run(f"{scope} revoke execute on procedures from public", user="ann")


def test_a_user_who_had_procedures_can_be_dropped(desk: Desk, schema: str) -> None:
    desk.run(
        "create user dora password 'Password1'", f"grant create, usage on schema {schema} to dora"
    )
    made = f"create procedure {schema}.of_dora() as $$ begin null; end $$ language plpgsql"
    desk.run(
        "alter default privileges grant execute on procedures to bob",
        made,
        "alter default privileges revoke execute on procedures from bob",
        f"drop procedure {schema}.of_dora()",
        user="dora",
    )
    desk.run(f"revoke all on schema {schema} from dora", "drop user dora")


def test_others_change_nothing(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end", user="ann")
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    for statement in (
        f"drop procedure {schema}.p()",
        f"alter procedure {schema}.p() rename to q",
        f"alter procedure {schema}.p() owner to bob",
        f"create or replace procedure {schema}.p() as $$ begin null; end $$ language plpgsql",
    ):
        desk.error(statement, user="bob")
    desk.run(f"grant execute on procedure {schema}.p() to cleo", user="bob")  # a warning only
    assert "permission denied" in desk.error(f"call {schema}.p()", user="cleo").message
    error = desk.error(f"alter procedure {schema}.p() owner to cleo", user="ann")
    assert error.message == "must be superuser to change owner"
    desk.run(f"alter procedure {schema}.p() owner to cleo")
    desk.run(f"call {schema}.p()", user="cleo")


def test_making_procedures_needs_the_schema_and_the_language(desk: Desk, schema: str) -> None:
    made = f"create procedure {schema}.p() as $$ begin null; end $$ language plpgsql"
    assert "permission denied for schema" in desk.error(made, user="bob").message
    desk.run("revoke usage on language plpgsql from public")
    try:
        assert desk.error(made, user="ann").message == "permission denied for language plpgsql"
    finally:
        desk.run("grant usage on language plpgsql to public")


# invoker and definer


def test_an_invokers_procedure_needs_the_callers_privileges(desk: Desk, schema: str) -> None:
    make_procedure(
        desk,
        f"{schema}.p",
        f"begin select max(id) into o from {schema}.t; end",
        arguments="o out int",
        user="ann",
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert (
        desk.error(f"call {schema}.p()", user="bob").message == "permission denied for relation t"
    )
    desk.run(f"grant select (id) on {schema}.t to bob", user="ann")
    assert desk.rows(f"call {schema}.p()", user="bob") == [(2,)]


def test_a_definers_procedure_truncates_for_others(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"declare n int; begin truncate {t}; select count(*) into o from {t}; end"
    make_procedure(
        desk, f"{schema}.p", body, options="security definer", arguments="o out int", user="ann"
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert desk.rows(f"call {schema}.p()", user="bob", transaction=False) == [(0,)]
    assert "permission denied" in desk.error(f"select * from {t}", user="bob").message


@pytest.fixture
def bob(desk: Desk) -> Iterator[Session]:
    session = desk.warehouse.session("bob", DATABASE, None)
    yield session
    session.close()


def run(session: Session, sql: str) -> list[tuple[str | None, ...]]:
    """Run a statement in a transaction of its own."""
    session.begin()
    try:
        outcome = session.carry_out(session.plan(split(sql)[0]))
        result = outcome.result
        rows = range(result.ntuples if result is not None else 0)
        found = [
            tuple(_text(result.get_value(row, c)) for c in range(result.nfields)) for row in rows
        ]
        session.commit()
        return found
    except RedshiftError:
        session.rollback()
        raise


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@pytest.mark.parametrize(
    "end",
    [
        "null;",
        "commit;",
        "rollback;",
        "commit; insert into {t} values (3);",
        "commit; raise exception 'x';",
        "execute 'select 1 / 0';",
        "raise exception 'x'; exception when others then insert into {t} values (4);",
        "create table {t}2 (a int); grant select on {t}2 to bob;",
    ],
)
def test_a_definers_identity_ends_with_its_call(
    desk: Desk, schema: str, bob: Session, end: str
) -> None:
    body = f"begin {end} end".replace("{t}", f"{schema}.t")
    make_procedure(desk, f"{schema}.p", body, options="security definer", user="ann")
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    try:
        run(bob, f"call {schema}.p()")
    except RedshiftError as error:
        assert error.message in ("x", "Divide by zero")
    assert (bob.user, bob.backend.role, bob.superuser) == ("bob", "bob", False)
    assert run(bob, "select current_user, session_user") == [("bob", "bob")]
    with pytest.raises(RedshiftError, match="permission denied"):
        run(bob, f"select * from {schema}.t")
    bob.begin()
    assert bob.internal_rows("select session_user") == [("rdsdb",)]
    assert bob.rows("select session_user, current_setting('is_superuser')") == [("bob", "off")]
    bob.commit()
    assert bob.rows("select session_user") == [("bob",)]


def test_a_definer_is_the_current_user_and_the_caller_the_sessions(desk: Desk, schema: str) -> None:
    body = (
        "begin a := current_user; execute 'select session_user' into b; b := b || session_user; end"
    )
    make_procedure(
        desk,
        f"{schema}.p",
        body,
        options="security definer",
        arguments="a out varchar, b out varchar",
        user="ann",
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    assert desk.rows(f"call {schema}.p()", user="bob") == [("ann", "bobbob")]


def test_a_definers_procedure_calls_as_its_owner(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.inner_one", f"begin delete from {schema}.t; end", user="ann")
    make_procedure(
        desk,
        f"{schema}.p",
        f"begin call {schema}.inner_one(); end",
        options="security definer",
        user="ann",
    )
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    desk.run(f"call {schema}.p()", user="bob")
    assert desk.value(f"select count(*) from {schema}.t") == 0
    assert "permission denied" in desk.error(f"call {schema}.inner_one()", user="bob").message


def test_calls_are_shown_to_whom_they_ran_for(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end", options="security definer", user="ann")
    desk.run(f"grant execute on procedure {schema}.p() to bob", user="ann")
    desk.run(f"call {schema}.p()", user="bob", transaction=False)
    seen = (
        "select u.usename from svl_stored_proc_call c join pg_user u on u.usesysid = c.session_userid"
        f" where trim(c.querytxt) = 'call {schema}.p()' and c.aborted = 0"
    )
    assert desk.rows(seen) == [("bob",)]
    assert desk.rows(seen, user="bob") == [("bob",)]
    assert desk.rows(seen, user="cleo") == []
