"""What tools ask first: which schemas, tables and columns there are, and in which database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import DATABASE, Desk, opened, schema_of_orders


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("discovery")) as desk:
        yield desk


@pytest.fixture(scope="module")
def schema(desk: Desk) -> str:
    return schema_of_orders(desk)


@pytest.mark.parametrize("view", ["svv_all_tables", "svv_redshift_tables"])
def test_tables_are_listed_with_their_database(desk: Desk, schema: str, view: str) -> None:
    query = f"select database_name, table_name, table_type from {view} where schema_name = "
    assert desk.rows(f"{query}'{schema}'") == [(DATABASE, "orders", "TABLE")]


@pytest.mark.parametrize("view", ["svv_all_schemas", "svv_redshift_schemas"])
def test_schemas_are_listed(desk: Desk, schema: str, view: str) -> None:
    query = f"select schema_type from {view} where schema_name = '{schema}'"
    assert desk.value(query) == "local"


def test_columns_are_listed_with_their_types(desk: Desk, schema: str) -> None:
    query = "select column_name, data_type from svv_all_columns where schema_name = "
    assert desk.rows(f"{query}'{schema}' order by ordinal_position")[0] == ("order_id", "bigint")


@pytest.mark.parametrize("things", ["schemas", "tables", "columns"])
def test_nothing_is_external(desk: Desk, things: str) -> None:
    assert desk.rows(f"select * from svv_external_{things}") == []


def test_who_may_not_read_a_table_does_not_find_it(desk: Desk, schema: str) -> None:
    desk.run("create user stranger password disable")
    query = f"select count(*) from svv_all_tables where schema_name = '{schema}'"
    assert desk.value(query, user="stranger") == 0


def test_a_table_tells_the_encoding_of_its_sort_key(desk: Desk, schema: str) -> None:
    query = "select sortkey1, trim(sortkey1_enc) from svv_table_info where schema = "
    assert desk.rows(f"{query}'{schema}'") == [("order_id", "az64")]


def test_the_session_tells_its_database_as_a_table(desk: Desk) -> None:
    query = "select current_database as table_cat from current_database() order by table_cat"
    assert desk.rows(query) == [(DATABASE,)]


def test_the_isolation_level_is_shown_by_both_names(desk: Desk) -> None:
    level = desk.value("show transaction_isolation")
    assert desk.value("show transaction isolation level") == level


def test_no_view_is_bound_late(desk: Desk) -> None:
    columns = "view_schema name, view_name name, col_name name, col_type varchar, col_num int"
    query = f"select * from pg_get_late_binding_view_cols() cols({columns})"
    assert desk.rows(query) == []


def test_a_query_of_catalogs_may_name_its_parts(desk: Desk, schema: str) -> None:
    query = f"""
        with tables as (
            select relname, pg_catalog.format_type(a.atttypid, a.atttypmod) as type
            from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = '{schema}' and a.attname = 'order_id' and c.relkind = 'r'
        )
        select * from tables
    """
    assert desk.rows(query) == [("orders", "bigint")]


def test_show_tells_no_more_than_its_user_may_see(desk: Desk, schema: str) -> None:
    desk.run("create user passer password disable")
    assert desk.rows(f"show tables from schema {schema}", user="passer") == []
    for statement in (f"show table {schema}.orders", f"show columns from table {schema}.orders"):
        assert "does not exist" in desk.error(statement, user="passer").message
    desk.run(f"grant usage on schema {schema} to passer")
    desk.run(f"grant select (order_id) on {schema}.orders to passer")
    columns = desk.rows(f"show columns from table {schema}.orders", user="passer")
    assert [row[3] for row in columns] == ["order_id"]
