"""Stored procedures: what PL/pgSQL does.

The documentation's own examples are in redshift_corpus/procedure_language.yml.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, make_procedure, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("procedures")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with an empty table t of numbers."""
    name = desk.schema()
    desk.run(f"create table {name}.t (n int, note varchar(10))")
    return name


def outcome(desk: Desk, name: str, body: str, *, declare: str = "") -> object:
    """What a body leaves in o."""
    make_procedure(desk, name, f"{declare} begin {body} end", "o out varchar")
    ((value,),) = desk.rows(f"call {name}()", transaction=False)
    return value


# variables


@pytest.mark.parametrize(
    ("declared", "expression", "expected"),
    [
        ("x int", "'7'", "7"),
        ("x int", "7.6", "8"),
        ("x numeric(5,2)", "1.005 + 1", "2.01"),
        ("x varchar(3)", "'abc   '", "abc"),
        ("x char(4)", "'ab'", "ab"),
        ("x boolean", "1 = 1", "true"),
        ("x date", "'2026-02-28'", "2026-02-28"),
        ("x timestamp", "date '2026-02-28'", "2026-02-28 00:00:00"),
        ("x varchar", "null", None),
        ("x varchar", "'it''s \\\\ $1 ' || chr(36)", "it's \\ $1 $"),
    ],
)
def test_a_value_is_converted_to_its_variable(
    desk: Desk, schema: str, declared: str, expression: str, expected: object
) -> None:
    body = f"x := {expression}; o := x;"
    assert outcome(desk, f"{schema}.p", body, declare=f"declare {declared};") == expected


def test_a_value_that_does_not_fit_its_variable_fails(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "declare x varchar(3); begin x := 'äb c'; end")
    error = desk.error(f"call {schema}.p()")
    assert (error.message, error.sqlstate) == (
        "value too long for type character varying(3)",
        "22001",
    )


@pytest.mark.parametrize("expression", ["x || x", "repeat('é', 32768)"])
def test_no_variable_grows_beyond_the_longest_varchar(
    desk: Desk, schema: str, expression: str
) -> None:
    body = f"begin x := repeat('a', 40000); x := {expression}; end"
    make_procedure(desk, f"{schema}.p", f"declare x varchar(max); {body}")
    error = desk.error(f"call {schema}.p()")
    assert error.message == "value too long for type character varying(65535)"
    make_procedure(desk, f"{schema}.q", body, "x inout varchar")
    assert desk.error(f"call {schema}.q('')").message == error.message


def test_a_name_that_is_a_variable_is_one_wherever_it_stands(desk: Desk, schema: str) -> None:
    body = f"begin insert into {schema}.t (n) values (n); end"
    make_procedure(desk, f"{schema}.p", body, "n int")
    assert desk.error(f"call {schema}.p(1)").message == 'syntax error at or near "$1"'


def test_labels_and_fields_qualify_names(desk: Desk, schema: str) -> None:
    body = (
        f"insert into {schema}.t values (5, 'five'); n := 1;"
        f" select into r t.n as n, note from {schema}.t t;"
        " <<inner>> declare n int := 2; begin o := (outermost.n + inner.n) || r.note || r.n; end;"
    )
    made = f"<<outermost>> declare n int; r record; begin {body} end"
    make_procedure(desk, f"{schema}.p", made, "o out varchar")
    error = desk.error(f"call {schema}.p()")
    assert error.message == 'syntax error at or near "$1"'  # the alias n is the variable too
    make_procedure(desk, f"{schema}.q", made.replace("t.n as n", "t.n"), "o out varchar")
    assert desk.rows(f"call {schema}.q()") == [("3five5",)]


def test_parameters_belong_into_queries_and_changes_only(desk: Desk, schema: str) -> None:
    make_procedure(
        desk, f"{schema}.p", f"begin create table {schema}.made (a int default x); end", "x int"
    )
    assert desk.error(f"call {schema}.p(1)").message == 'syntax error at or near "$1"'
    made = f"begin create table {schema}.made as select x as a; end"
    make_procedure(desk, f"{schema}.q", made, "x int")
    desk.run(f"call {schema}.q(3)")
    assert desk.value(f"select a from {schema}.made") == 3


def test_an_input_is_constant(desk: Desk, schema: str) -> None:
    error = desk.error(
        f"create procedure {schema}.p(a int) as $$ begin a := 1; end $$ language plpgsql"
    )
    assert error.message == '"a" is declared CONSTANT'


# control


def test_exit_and_continue_reach_outer_loops_and_blocks(desk: Desk, schema: str) -> None:
    body = """
        o := '';
        <<outer_loop>>
        for i in 1..3 loop
          for j in 1..3 loop
            continue outer_loop when j = 2;
            exit outer_loop when i = 3;
            o := o || outer_loop.i || j || ' ';
          end loop;
        end loop outer_loop;
        <<part>>
        begin
          o := o || 'in';
          exit part;
          o := o || 'never';
        end part;
    """
    assert outcome(desk, f"{schema}.p", body) == "11 21 in"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("exit;", "EXIT cannot be used outside a loop"),
        ("loop exit nowhere; end loop;", 'label "nowhere" does not exist'),
        ("<<a>> loop null; end loop b;", "end label"),
        ("if true then null;", "syntax error"),
        ("select 1 into nobody;", "not a known variable"),
        ("x := 1;", "not a known variable"),
        ("raise debug 'x';", "syntax error"),
        ("declare a int; a int; begin null; end;", "duplicate declaration"),
        ("declare a no_such_type; begin null; end;", 'type "no_such_type" does not exist'),
        ("declare a t.n%type; begin null; end;", "ERROR"),
        ("return 1;", "syntax error"),
    ],
)
def test_a_body_is_checked_when_it_is_made(
    desk: Desk, schema: str, body: str, message: str
) -> None:
    error = desk.error(f"create procedure {schema}.p() as $$ begin {body} end $$ language plpgsql")
    assert message in str(error)


def test_found_and_row_count_tell_of_the_last_statement(desk: Desk, schema: str) -> None:
    t = f"{schema}.t"
    body = f"""
        o := found::int::varchar;
        insert into {t} values (1, 'a'), (2, 'b');
        get diagnostics n = row_count;
        o := o || found::int || n;
        delete from {t} where n = 99 or note = 'c';
        get diagnostics n := row_count;
        o := o || found::int || n;
        for i in 2..1 loop null; end loop;
        o := o || found::int;
        execute 'update {t} set note = ''z''';
        get diagnostics n := row_count;
        o := o || found::int || n;
    """.replace("n = 99 or ", "")
    assert outcome(desk, f"{schema}.p", body, declare="declare n int;") == "012000" + "12"


@pytest.mark.parametrize(
    "loop", ["loop null; end loop;", "loop end loop;", "for i in 1..2000000000 loop end loop;"]
)
def test_an_endless_loop_can_be_cancelled(desk: Desk, schema: str, loop: str) -> None:
    make_procedure(desk, f"{schema}.p", f"begin {loop} exception when others then null; end")
    cancelled = threading.Event()

    def started(_index: int) -> None:
        threading.Timer(0.3, cancelled.set).start()

    error = desk.error(
        f"call {schema}.p()", transaction=False, cancelled=cancelled, on_start=started
    )
    assert error.sqlstate == "57014"


# dynamic SQL


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("select pg_sleep(1)", "function pg_sleep() does not exist"),
        ("select * from pg_authid", 'relation "pg_authid" does not exist'),
        ("set session authorization admin", "not supported"),
        ("do $x$ begin null; end $x$", "syntax error"),
        ("create function f() returns int as $x$ select 1 $x$ language sql", "ERROR"),
        ("prepare q as select 1", "not supported"),
        ("rollback", "EXECUTE of transaction commands"),
        ("begin", "EXECUTE of transaction commands"),
        ("select n into m from t", "EXECUTE of SELECT ... INTO"),
        ("fetch next from c", "transaction blocks"),
        ("vacuum", "cannot be executed"),
    ],
)
def test_dynamic_sql_passes_the_gate(desk: Desk, schema: str, command: str, message: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin execute sql; end", "sql varchar")
    literal = command.replace("'", "''")
    error = desk.error(f"call {schema}.p('{literal}')", transaction=False)
    assert message in str(error)


def test_dynamic_sql_sees_no_variables(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "declare x int := 1; begin execute 'select x'; end")
    assert desk.error(f"call {schema}.p()").message == 'column "x" does not exist'


def test_settings_end_with_the_procedure(desk: Desk, schema: str) -> None:
    desk.run(
        f"create procedure {schema}.p(o out int) as $$ begin select count(*) into o from t; end $$"
        f" language plpgsql set search_path to {schema}"
    )
    results = desk.run(f"call {schema}.p()", "show search_path")
    assert [result.rows for result in results] == [[(0,)], [('"$user", public',)]]


def test_parameters_of_the_data_api_reach_a_call(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin b := a || b; end", "a int, b inout varchar")
    values = [{"name": "a", "value": "4"}, {"name": "b", "value": "it's"}]
    (result,) = desk.run(f"call {schema}.p(:a, :b)", parameters=values, transaction=False)
    assert (result.rows, result.row_count) == ([("4it's",)], 1)
    assert [(column.label, column.type_name) for column in result.columns or []] == [
        ("b", "varchar")
    ]


def test_a_procedure_can_be_replaced_with_other_names(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin o := a; end", "a int, o out int")
    desk.run(
        f"create or replace procedure {schema}.p(b int, o out int) as $$ begin o := b + 1; end $$"
        " language plpgsql"
    )
    assert desk.rows(f"call {schema}.p(1)") == [(2,)]


def test_a_dropped_schema_takes_its_procedures_along(desk: Desk, schema: str) -> None:
    make_procedure(desk, f"{schema}.p", "begin null; end")
    desk.run(f"drop schema {schema} cascade")
    assert desk.error(f"call {schema}.p()").message == f'schema "{schema}" does not exist'
