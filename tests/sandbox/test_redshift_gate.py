"""What passes the gate, what it becomes, and what Redshift would not take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.sandbox.redshift_tools import Desk, opened


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("gate")) as desk:
        desk.run(
            "create table t (a int, b varchar(10))",
            "insert into t values (1, 'x'), (1, 'y'), (2, 'z'), (3, null)",
            "create table u (a int, b varchar(10))",
        )
        yield desk


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datediff(hour, '2026-01-01 10:59', '2026-01-01 11:01')", 1),
        ("datediff(month, '2026-01-31', '2026-02-01')", 1),
        ("datediff('qtr', '2026-01-31'::date, '2026-06-01'::date)", 1),
        ("datediff(year, '2025-12-31', '2026-01-01')", 1),
        ("dateadd(month, 1, '2026-01-31')", datetime(2026, 2, 28)),
        ("dateadd(day, -1, '2026-01-01'::date)", datetime(2025, 12, 31)),
        ("date_part(dow, '2026-11-22'::timestamp)", 0),
        ("extract(year from '2026-01-02'::timestamp)", 2026),
        ("last_day('2026-02-03')", date(2026, 2, 28)),
        ("trunc('2026-02-03 10:00'::timestamp)", date(2026, 2, 3)),
        (
            "convert_timezone('America/Sao_Paulo', '2026-01-01 12:00'::timestamp)",
            datetime(2026, 1, 1, 9),
        ),
        ("nvl(null, 3)", 3),
        ("nvl2(null, 1, 2)", 2),
        ("isnull(null, 'b')", "b"),
        ("decode(2, 1, 'one', 2, 'two', 'many')", "two"),
        ("decode(null, null, 'same', 'other')", "same"),
        ("len('abc')", 3),
        ("charindex('b', 'abc')", 2),
        ("concat('a', null)", None),
        ("regexp_replace('aXbX', 'X')", "ab"),
        ("regexp_substr('abc', 'z')", ""),
        ("strtol('ff', 16)", 255),
        ("md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("sha2('a', 256)", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("json_extract_path_text('{\"a\": {\"b\": 5}}', 'a', 'b')", "5"),
        ("json_parse('{\"a\": [1]}')", '{"a": [1]}'),
        ("7 / 2", 3),
        ("7.0::numeric(4,2) + 1", Decimal("8.00")),
        ("convert(int, '3') + cast('4' as bigint)", 7),
        ("'it\\'s'", "it's"),
        ("'a\\nb'", "a\nb"),
        ("$$a'b$$", "a'b"),
        ("'abc' ~ '^a'", True),
        ("3 - approximate-1", 4),
        ("1 /* one /* nested */ */ + 1 -- two", 2),
    ],
)
def test_an_expression_has_redshifts_value(desk: Desk, expression: str, expected: object) -> None:
    assert desk.value(f"select {expression}") == expected


def test_getdate_is_in_utc_without_fractions(desk: Desk) -> None:
    now = desk.value("select getdate()")
    assert now.tzinfo is None
    assert now.microsecond == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select top 2 b from t order by b", [("x",), ("y",)]),
        ("select avg(a) from t", [(1,)]),
        ("select median(a) from t", [(1.5,)]),
        ("select approximate count(distinct a) from t", [(3,)]),
        ("select listagg(b, '|') within group (order by b desc) from t", [("z|y|x",)]),
        ("select listagg(distinct a, ',') within group (order by a) from t", [("1,2,3",)]),
        ("select a from t minus select 1 order by 1", [(2,), (3,)]),
        (
            "select a, b from t qualify row_number() over (partition by a order by b) = 2",
            [(1, "y")],
        ),
        (
            "select * from t where b is not null qualify row_number() over (order by b desc) = 1",
            [(2, "z")],
        ),
        (
            "select b, row_number() over (order by b) as n from t qualify n = 2 order by b limit 5",
            [("y", 2)],
        ),
        (
            "with w as (select * from t) select w.* from w qualify count(*) over (partition by a) = 2"
            " order by b",
            [(1, "x"), (1, "y")],
        ),
        ("select x.b from (select * from t) x join t y using (a) where y.b = 'z'", [("z",)]),
        ("select sum(a) over (order by b rows unbounded preceding) from t where a = 2", [(2,)]),
        ('select "A" from (select 7 as "A") q', [(7,)]),
    ],
)
def test_a_query_gives_redshifts_rows(desk: Desk, query: str, expected: list[tuple]) -> None:
    assert desk.rows(query) == expected


def test_quoted_identifiers_fold_to_lower_case(desk: Desk) -> None:
    (result,) = desk.run('select a as "OrderId" from t limit 1')
    assert [column.label for column in result.columns or []] == ["orderid"]


@pytest.mark.parametrize(
    "statement",
    [
        "insert into t (a) values (1) on conflict do nothing",
        "insert into t (a) values (1) returning a",
        "with gone as (delete from t returning a) select * from gone",
        "select distinct on (a) a from t",
        "select count(*) filter (where a > 1) from t",
        "select * from t, lateral (select 1) x",
        "select * from t tablesample system (10)",
        "select * from t for update",
        "select * from t fetch first 1 rows only",
        "select * from (values (1)) v",
        "select array[1]",
        "select b[1] from t",
        "select b -> 'x' from t",
        "select b ? 'x' from t",
        "select '{}'::jsonb",
        "select json '{}'",
        "select cast('x' as uuid)",
        "select gen_random_uuid()",
        "select string_agg(b, ',') from t",
        "select * from generate_series(1, 3)",
        "select sum(a) over (order by a) from t",
        "select U&'\\0041'",
        "select B'\\', ' or 1'",
        "set client_encoding to 'SJIS'",
        "delete from t x where x.a = 1",
        "create table x (a jsonb)",
        "create table x (a uuid)",
        "create table x (a serial)",
        "create table x (a int[])",
        "create table x (a int check (a > 0))",
        "create table x (a int, exclude using gist (a with =))",
        "create table x (a varchar(70000))",
        "create table x (a numeric(39, 2))",
        "create table x (a int) partition by range (a)",
        "create table x (a int) inherits (t)",
        "create table x (a int) tablespace pg_default",
        "create unlogged table x (a int)",
        "create table x (a int distkey, b int distkey)",
        "create table x (a int) sortkey (b)",
        "create index i on t (a)",
        "create sequence s",
        "create extension vector",
        "create type c as (a int)",
        "create domain d as int",
        "create trigger g before insert on t execute function f()",
        "create function f() returns int as $$ select 1 $$ language sql",
        "create policy p on t",
        "alter table t add column c int, add column d int",
        "alter table t add column c int not null",
        "alter table t alter column a type bigint",
        "alter table t alter column a set default 1",
        "do $$ begin end $$",
        "listen x",
        "savepoint x",
        "set role admin",
        "set session authorization default",
        "reset session authorization",
        "set standard_conforming_strings to on",
        "select set_config('role', 'rdsdb', false)",
        "explain analyze select 1",
        "table t",
        "values (1)",
        "select from t",
        "selec 1",
        "select 1; select 2",
        "",
        "select 'unterminated",
        "select (1",
    ],
)
def test_what_redshift_lacks_is_refused(desk: Desk, statement: str) -> None:
    error = desk.error(statement, transaction=False)
    assert error.sqlstate[:2] in {"42", "0A", "22"}, error


@pytest.mark.parametrize(
    "statement",
    [
        "select pg_read_file('/etc/passwd')",
        "select \"pg_read_file\"('/etc/passwd')",
        "select pg_catalog.pg_read_file('/etc/passwd')",
        "select pg_catalog . pg_ls_dir('/')",
        "select lo_import('/etc/passwd')",
        "select pg_terminate_backend(1)",
        "select query_to_xml('select 1', true, true, '')",
        "select dblink('host=localhost', 'select 1')",
        "select * from pg_authid",
        'select * from "pg_shadow"',
        "update t set b = p.rolpassword from pg_authid p",
        "select * from pg_catalog.redshift_load",
        "select redshift_known_date_part('day')",
        "copy t from program 'id'",
        "copy t to '/tmp/x'",
        "copy t from '/etc/passwd' iam_role default format as parquet",
        "select current_setting('data_directory')",
    ],
)
def test_nothing_behind_the_gate_can_be_reached(desk: Desk, statement: str) -> None:
    assert desk.error(statement).sqlstate[:2] in {"42", "0A"}


DEEP = 20_000
"""Deeper than Python goes, also where a library (jsonata) has let it go to 10,000."""


@pytest.mark.parametrize(
    "statement",
    [
        f"select {'(' * DEEP}1{')' * DEEP}",
        f"create procedure p() as $$ {'begin ' * DEEP}{'end; ' * DEEP} $$ language plpgsql",
    ],
    ids=["expression", "procedure"],
)
def test_what_is_nested_too_deep_is_refused(desk: Desk, statement: str) -> None:
    assert desk.error(statement).sqlstate == "54001"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("select nope from t", 'column "nope" does not exist'),
        ("select * from nope", 'relation "nope" does not exist'),
        ("select 1 / 0", "Divide by zero"),
        (
            "insert into t values (1, '12345678901')",
            "value too long for type character varying(10)",
        ),
        ("drop role nobody", 'role "nobody" does not exist'),
        ("drop user nobody", 'user "nobody" does not exist'),
        ("drop group nobody", 'group "nobody" does not exist'),
        ("create table x (a uuid)", 'Column "a" has unsupported type "uuid".'),
        ("vacuum t", "VACUUM cannot run inside a transaction block"),
        (
            "commit",
            "COMMIT is not supported here: the statements run in a transaction of their own",
        ),
    ],
)
def test_an_error_speaks_as_redshift(desk: Desk, statement: str, message: str) -> None:
    error = desk.error(statement)
    assert error.message == message
    assert str(error).splitlines()[0] == f"ERROR: {message}"


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ("x using u on x.a = u.a", 'syntax error at or near "x"'),
        ("t using (select * from u) s on t.a = s.a", 'syntax error at or near "("'),
        ("t using t s on t.a = s.a", "The MERGE source and target table must be different."),
        ("t using u on t.a < u.a", "equality predicates"),
        ("t using u on t.a = u.a or t.b = u.b", "equality predicates"),
    ],
)
def test_a_merge_beyond_redshifts_grammar_is_refused(
    desk: Desk, clauses: str, message: str
) -> None:
    whens = "when matched then delete when not matched then insert values (u.a, u.b)"
    target = clauses if not clauses.startswith("x ") else f"t {clauses}"
    assert message in desk.error(f"merge into {target} {whens}").message


@pytest.mark.parametrize(
    "whens",
    [
        "when matched then delete",
        "when not matched then insert values (u.a, u.b)",
        "when matched and u.a = 1 then delete when not matched then insert values (u.a, u.b)",
        "when not matched then insert values (u.a, u.b) when matched then delete",
        "when matched then do nothing when not matched then insert values (u.a, u.b)",
        "when matched then delete when not matched by source then delete",
    ],
)
def test_a_merge_has_both_clauses_and_nothing_else(desk: Desk, whens: str) -> None:
    assert desk.error(f"merge into t using u on t.a = u.a {whens}").sqlstate == "42601"
