"""User-defined functions of SQL: who may run them, and what they do not open.

The documentation's own examples are in redshift_corpus/functions.yml.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("functions")) as desk:
        for user in ("ann", "bob"):
            desk.run(f"create user {user} password 'Password1'")
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    name = desk.schema()
    desk.run(f"grant usage, create on schema {name} to ann", f"grant usage on schema {name} to bob")
    return name


def make(desk: Desk, name: str, expression: str, arguments: str = "int", user: str = "ann") -> None:
    desk.run(
        f"create function {name}({arguments}) returns int immutable as $$ select {expression} $$"
        " language sql",
        user=user,
    )


def test_everybody_may_run_a_new_function_until_that_is_revoked(desk: Desk, schema: str) -> None:
    desk.run("alter default privileges grant execute on procedures to ann", user="ann")
    make(desk, f"{schema}.f_one", "$1 + 1")
    desk.run("alter default privileges revoke execute on procedures from ann", user="ann")
    assert desk.value(f"select {schema}.f_one(1)", user="bob") == 2
    desk.run(f"revoke execute on function {schema}.f_one(int) from public", user="ann")
    error = desk.error(f"select {schema}.f_one(1)", user="bob")
    assert (error.message, error.sqlstate) == ("permission denied for function f_one", "42501")
    desk.run(f"grant execute on all functions in schema {schema} to bob", user="ann")
    assert desk.value(f"select {schema}.f_one(1)", user="bob") == 2


def test_the_search_path_finds_functions(desk: Desk, schema: str) -> None:
    make(desk, f"{schema}.f_two", "$1 + 2")
    found = desk.rows(f"set search_path to {schema}", "select f_two(1), nvl(f_two(null), 0)")
    assert found == [(3, 0)]
    assert desk.error("select f_two(1)").message == "function f_two() does not exist"


@pytest.mark.parametrize("name", ["md5", "upper", "redshift_mask", "pg_sleep"])
def test_a_built_in_function_is_not_overloaded(desk: Desk, schema: str, name: str) -> None:
    made = f"{schema}.{name}(varchar) returns varchar immutable as $$ select $1 $$ language sql"
    assert "built-in" in desk.error(f"create function {made}", user="ann").message
    made = f"create procedure {schema}.{{}}(a varchar) as $$ begin null; end $$ language plpgsql"
    assert "built-in" in desk.error(made.format(name), user="ann").message
    desk.run(made.format("p"), user="ann")
    error = desk.error(f"alter procedure {schema}.p(varchar) rename to {name}", user="ann")
    assert "built-in" in error.message


def test_a_masks_function_is_its_own_whatever_the_readers_path(desk: Desk, schema: str) -> None:
    make(desk, f"{schema}.f_digit", "$1 % 10")
    desk.run(
        f"set search_path to {schema}",
        "create function f_mask(int) returns int immutable as $$ select f_digit($1) $$ language sql",
        "create table t (n int)",
        "insert into t values (123)",
        "grant select on t to bob",
        f"create masking policy {schema} with (n int) using (f_mask(n))",
        f"attach masking policy {schema} on t(n) to bob",
    )
    other = desk.schema()
    desk.run(f"grant usage, create on schema {other} to bob")
    for name in ("f_mask", "f_digit"):
        make(desk, f"{other}.{name}", "$1", user="bob")
    found = desk.rows(f"set search_path to {other}", f"select n from {schema}.t", user="bob")
    assert found == [(3,)]


def test_python_is_refused(desk: Desk, schema: str) -> None:
    error = desk.error(
        f"create function {schema}.f_py(a int) returns int stable as $$ return a $$"
        " language plpythonu"
    )
    assert (error.message, error.sqlstate) == (
        "user-defined functions in Python are not supported by this sandbox",
        "0A000",
    )


def test_a_function_gives_the_type_that_it_declares(desk: Desk, schema: str) -> None:
    made = (
        f"create function {schema}.f_text(int) returns int stable as $$ select 'x' $$ language sql"
    )
    error = desk.error(made)
    assert error.message == "return type mismatch in function declared to return integer"
