"""The system catalogs, as those of the PostgreSQL 8.0 that Redshift comes from, with what it added."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import ADMIN, Desk, opened

TABLES = """
    create table parts.suppliers (id int primary key, name varchar(20) encode zstd, unique (name));
    create table parts.parts (
        number bigint identity(5, 2), supplier int references parts.suppliers, doc super,
        made timestamp default sysdate, tag varbyte
    ) distkey (supplier) interleaved sortkey (supplier, number);
    create table parts.plain (a int) diststyle even;
    create view parts.seen as select number from parts.parts
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("catalogs")) as desk:
        desk.run("create schema parts", *TABLES.split(";"))
        yield desk


def test_columns_tell_their_keys_and_encodings(desk: Desk) -> None:
    query = """
        select attname, attisdistkey, attsortkeyord, format_type(atttypid, atttypmod)
        from pg_attribute where attrelid = 'parts.parts'::regclass and attnum > 0 order by attnum
    """
    assert desk.rows(query) == [
        ("number", False, -2, "bigint"),
        ("supplier", True, 1, "integer"),
        ("doc", False, 0, "super"),
        ("made", False, 0, "timestamp without time zone"),
        ("tag", False, 0, "binary varying"),
    ]
    encodings = """
        select format_encoding(attencodingtype::integer) from pg_catalog.pg_attribute
        where attrelid = 'parts.suppliers'::regclass and attnum > 0 order by attnum
    """
    assert desk.rows(encodings) == [("none",), ("zstd",)]


def test_tables_tell_their_distribution(desk: Desk) -> None:
    query = """
        select relname, reldiststyle from pg_class c join pg_namespace n on n.oid = relnamespace
        where nspname = 'parts' and relkind = 'r' order by relname
    """
    assert desk.rows(query) == [("parts", 1), ("plain", 0), ("suppliers", 9)]


def test_constraints_tell_their_definition(desk: Desk) -> None:
    query = """
        select conname, pg_get_constraintdef(c.oid, true) from pg_constraint c
        join pg_namespace n on n.oid = connamespace where nspname = 'parts' order by conname
    """
    assert desk.rows(query) == [
        ("parts_supplier_fkey", "FOREIGN KEY (supplier) REFERENCES parts.suppliers(id)"),
        ("suppliers_name_key", "UNIQUE (name)"),
        ("suppliers_pkey", "PRIMARY KEY (id)"),
    ]


def test_a_reference_to_no_table_is_refused(desk: Desk) -> None:
    error = desk.error("create table parts.lost (a int references parts.nowhere)")
    assert (error.sqlstate, error.message) == ("42P01", 'relation "parts.nowhere" does not exist')


def test_defaults_are_told_in_redshifts_words(desk: Desk) -> None:
    query = """
        select attname, pg_get_expr(adbin, adrelid) = adsrc, adsrc like '"identity"(%, 0, ''5,2''::text)', adsrc
        from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
        where adrelid = 'parts.parts'::regclass order by adnum
    """
    number, made = desk.rows(query)
    assert number[:3] == ("number", True, True)
    assert made == ("made", True, False, "sysdate")


def test_a_superusers_view_is_told_as_a_superusers(desk: Desk) -> None:
    query = (
        "select usename from pg_class join pg_user on usesysid = relowner where relname = 'seen'"
    )
    assert desk.value(query) == ADMIN


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("select relpersistence from pg_class", 'column "relpersistence" does not exist'),
        ("select c.relhastriggers from pg_class c", "column c.relhastriggers does not exist"),
        ("select attacl from pg_attribute", 'column "attacl" does not exist'),
        ("select datcollate from pg_database", 'column "datcollate" does not exist'),
        ("select typarray from pg_type", 'column "typarray" does not exist'),
        ("select prokind from pg_proc", 'column "prokind" does not exist'),
        ("select * from pg_roles", 'relation "pg_roles" does not exist'),
        (
            "select * from pg_catalog.pg_collation",
            'relation "pg_catalog.pg_collation" does not exist',
        ),
        ("select e'a'", 'type "e" does not exist'),
    ],
)
def test_what_came_after_postgresql_8_is_not_there(desk: Desk, query: str, error: str) -> None:
    assert desk.error(query).message == error


def test_what_redshift_added_stands_in_views_of_its_own(desk: Desk) -> None:
    assert desk.value("select count(*) > 0 from pg_proc_info where prokind = 'f'")
    assert desk.value("select count(*) > 0 from pg_attribute_info where attacl is null")
    query = "select reldiststyle, releffectivediststyle from pg_class_info where relname = "
    assert desk.rows(f"{query}'suppliers'") == [(9, 10)]


def test_a_condition_may_use_an_alias(desk: Desk) -> None:
    desk.run("insert into parts.plain values (1), (2), (3)")
    doubled = "select a * 2 as twice from parts.plain where twice > 2 and (twice < 6 or twice = 9)"
    assert desk.rows(doubled) == [(4,)]
    # a column of that name comes first
    assert desk.rows("select a * 2 as a from parts.plain where a = 3") == [(6,)]
    nested = (
        "select a + 1 as b from parts.plain where b in (select a as b from parts.plain where b = 2)"
    )
    assert desk.rows(nested) == [(2,)]
    assert "absent" in desk.error("select a as b from parts.plain where absent = 1").message


def test_a_condition_may_be_a_number(desk: Desk) -> None:
    assert desk.value("select count(*) from parts.plain where 1") == 3
    assert desk.value("select count(*) from parts.plain where 0 or a = 1") == 1


def test_set_config_is_set(desk: Desk) -> None:
    assert desk.value("select set_config('query_group', 'test', true)") == "test"
    shown = desk.rows("select set_config('search_path', 'parts', 0)", "show search_path")
    assert shown == [("parts",)]


@pytest.mark.parametrize(
    "name", ["'session_authorization'", "'role'", "'client_encoding'", "'x' || 'y'", "'app.user'"]
)
def test_set_config_reaches_nothing_behind_the_gate(desk: Desk, name: str) -> None:
    assert desk.error(f"select set_config({name}, 'rdsdb', false)").sqlstate in ("42704", "0A000")


def test_keys_have_an_index_in_name(desk: Desk) -> None:
    query = """
        select i.relname, a.attname, indisprimary, indnatts
        from pg_index join pg_class i on i.oid = indexrelid join pg_attribute a on a.attrelid = indexrelid
        where indrelid = 'parts.suppliers'::regclass order by i.relname
    """
    assert desk.rows(query) == [
        ("suppliers_name_key", "name", False, 1),
        ("suppliers_pkey", "id", True, 1),
    ]


def test_a_subquery_of_catalogs_is_one_too(desk: Desk) -> None:
    query = "select relname from (select relname, array(select 1) from pg_class) where relname = 'plain'"
    assert desk.rows(query) == [("plain",)]


def test_parameters_are_told_to_functions_too(desk: Desk) -> None:
    assert desk.value("select current_setting('query_group')") == "default"
    told = "select current_setting('query_group')"
    assert desk.rows("set query_group to nightly", told) == [("nightly",)]


@pytest.mark.parametrize(
    "statement", ["show server_version", "select current_setting('server_version')"]
)
def test_the_version_is_told_by_a_function_only(desk: Desk, statement: str) -> None:
    assert desk.error(statement).message == 'must be superuser to examine "server_version"'
    assert desk.value("select version()").startswith("PostgreSQL 8.0.2 on ")
