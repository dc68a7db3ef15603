"""Tables of the Redshift engine, and MERGE."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sandbox.redshift_tools import Desk, opened

ORDERS = """
    create table {schema}.orders (
        order_id bigint not null encode az64, user_id bigint, email varchar(320),
        total_amount numeric(12,2), primary key (order_id)
    ) diststyle key distkey (order_id) sortkey (order_id)
"""
ROWS = "insert into {schema}.orders values (1, 7, 'a@x', 3.5), (2, 8, 'b@x', 4)"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("tables")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with a table orders of two rows."""
    name = desk.schema()
    desk.run(ORDERS.format(schema=name), ROWS.format(schema=name))
    return name


def test_keys_are_not_enforced_but_their_columns_are_not_null(desk: Desk, schema: str) -> None:
    desk.run(f"insert into {schema}.orders (order_id) values (1)")
    assert desk.value(f"select count(*) from {schema}.orders where order_id = 1") == 2
    error = desk.error(f"insert into {schema}.orders (user_id) values (1)")
    assert error.message == "Cannot insert a NULL value into column order_id"


def test_varchar_counts_bytes(desk: Desk, schema: str) -> None:
    desk.run(
        f"create table {schema}.texts (a varchar(4), b text)",
        f"create table {schema}.copied as select a as c from {schema}.texts",
    )
    for table, column in (("texts", "a"), ("copied", "c")):
        desk.run(f"insert into {schema}.{table} ({column}) values ('éé')")
        error = desk.error(f"insert into {schema}.{table} ({column}) values ('ééé')")
        assert (error.sqlstate, error.message) == (
            "22001",
            "value too long for type character varying(4)",
        )
    assert (
        desk.error(f"insert into {schema}.texts (b) values (repeat('x', 257))").sqlstate == "22001"
    )
    desk.run(f"alter table {schema}.texts alter column a type varchar(6)", transaction=False)
    desk.run(f"insert into {schema}.texts (a) values ('ééé')")
    narrower = f"alter table {schema}.texts alter column a type varchar(2)"
    assert desk.error(narrower, transaction=False).sqlstate == "0A000"
    assert (
        desk.error(f"alter table {schema}.texts alter column a type varchar(9)").sqlstate == "25001"
    )


def test_added_columns_count_bytes_too(desk: Desk, schema: str) -> None:
    desk.run(f"alter table {schema}.orders add column note varchar(2) default 'x' encode zstd")
    assert desk.rows(f"select distinct note from {schema}.orders") == [("x",)]
    error = desk.error(f"update {schema}.orders set note = 'éé'")
    assert error.message == "value too long for type character varying(2)"


def test_the_catalog_tells_the_layout_that_a_table_was_altered_to(desk: Desk, schema: str) -> None:
    layout = (
        "select column_name, distkey, sortkey from svv_redshift_columns"
        f" where schema_name = '{schema}' and table_name = 'orders' and (distkey or sortkey > 0)"
        " order by sortkey"
    )
    style = (
        "select releffectivediststyle from pg_class_info c join pg_namespace n"
        f" on n.oid = c.relnamespace where nspname = '{schema}' and relname = 'orders'"
    )
    assert desk.rows(layout) == [("order_id", True, 1)]
    assert desk.rows(style) == [(1,)]
    table = f"alter table {schema}.orders alter"
    desk.run(f"{table} sortkey (email, user_id), alter diststyle all")
    assert desk.rows(layout) == [("email", False, 1), ("user_id", False, 2)]
    assert desk.rows(style) == [(8,)]
    desk.run(f"{table} sortkey none", f"{table} diststyle key distkey user_id")
    assert desk.rows(layout) == [("user_id", True, 0)]
    assert desk.error(f"{table} distkey nothing").sqlstate == "42703"
    assert desk.error(f"{table} interleaved sortkey (email)").sqlstate == "42601"
    desk.run(f"create table {schema}.mixed (a int, b int) interleaved sortkey (a, b)")
    assert desk.error(f"alter table {schema}.mixed alter diststyle all").sqlstate == "0A000"


def test_identity_columns_number_the_rows(desk: Desk, schema: str) -> None:
    desk.run(
        f"create table {schema}.numbered (id bigint identity(10, 5), a int)",
        f"insert into {schema}.numbered (a) values (1), (2)",
    )
    assert desk.rows(f"select id from {schema}.numbered order by a") == [(10,), (15,)]
    error = desk.error(f"insert into {schema}.numbered values (1, 1)")
    assert error.message == "cannot set an identity column to a value"


def test_temporary_tables_live_as_long_as_their_session(desk: Desk) -> None:
    rows = desk.rows(
        "create table #work (a int)", "insert into #work values (1)", "select a from #work"
    )
    assert rows == [(1,)]
    assert desk.error("select a from #work").sqlstate == "42P01"


def test_columns_are_described_as_the_tables_declare_them(desk: Desk, schema: str) -> None:
    (result,) = desk.run(
        f"select order_id as id, email, total_amount, 1 as one, getdate() from {schema}.orders"
    )
    described = [
        (
            c.label,
            c.name,
            c.type_name,
            c.precision,
            c.scale,
            c.nullable,
            c.schema_name,
            c.table_name,
        )
        for c in result.columns or []
    ]
    assert described == [
        ("id", "order_id", "int8", 19, 0, 0, schema, "orders"),
        ("email", "email", "varchar", 320, 0, 1, schema, "orders"),
        ("total_amount", "total_amount", "numeric", 12, 2, 1, schema, "orders"),
        ("one", "one", "int4", 10, 0, 2, "", ""),
        ("getdate", "getdate", "timestamp", 29, 6, 2, "", ""),
    ]
    assert result.rows[0][:3] == (1, "a@x", Decimal("3.50"))


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("select * from {schema}.orders", 2),
        ("update {schema}.orders set user_id = 1", 2),
        ("delete from {schema}.orders where order_id = 1", 1),
        ("create table {schema}.made as select * from {schema}.orders", -1),
        ("grant select on {schema}.orders to public", -1),
        ("truncate {schema}.orders", -1),
    ],
)
def test_a_statement_counts_its_rows(desk: Desk, schema: str, statement: str, count: int) -> None:
    assert desk.run(statement.format(schema=schema))[0].row_count == count


def test_system_views_tell_what_the_tables_are(desk: Desk, schema: str) -> None:
    assert desk.rows(
        "select table_name, table_type from svv_tables where table_schema = :schema",
        parameters=[{"name": "schema", "value": schema}],
    ) == [("orders", "BASE TABLE")]
    assert desk.rows(
        "select column_name, data_type, character_maximum_length, is_nullable from svv_columns"
        f" where table_schema = '{schema}' order by ordinal_position"
    ) == [
        ("order_id", "bigint", None, "NO"),
        ("user_id", "bigint", None, "YES"),
        ("email", "character varying", 320, "YES"),
        ("total_amount", "numeric", None, "YES"),
    ]
    assert desk.rows(
        f"set search_path to {schema}",
        'select "column", type, encoding, distkey, sortkey, "notnull" from pg_table_def'
        " where tablename = 'orders' and \"column\" in ('order_id', 'email') order by sortkey desc",
    ) == [
        ("order_id", "bigint", "az64", True, 1, True),
        ("email", "character varying(320)", "none", False, 0, False),
    ]
    assert desk.rows(
        'select "table", diststyle, sortkey1, tbl_rows from svv_table_info'
        f" where \"schema\" = '{schema}'"
    ) == [("orders", "KEY(order_id)", "order_id", Decimal(2))]


# MERGE


@pytest.fixture
def changes(desk: Desk, schema: str) -> str:
    """A schema with orders and a table of changes to it."""
    desk.run(
        f"create table {schema}.changes (like {schema}.orders)",
        f"insert into {schema}.changes values (2, 80, 'new@x', 5), (3, 9, 'c@x', 6)",
    )
    return schema


MERGE = """
    merge into {schema}.orders using {schema}.changes s on {schema}.orders.order_id = s.order_id
    when matched then update set user_id = s.user_id, email = s.email
    when not matched then insert (order_id, user_id, email) values (s.order_id, s.user_id, s.email)
"""


def test_merge_updates_and_inserts(desk: Desk, changes: str) -> None:
    (result,) = desk.run(MERGE.format(schema=changes))
    assert result.row_count == 2
    assert desk.rows(f"select order_id, user_id, email from {changes}.orders order by 1") == [
        (1, 7, "a@x"),
        (2, 80, "new@x"),
        (3, 9, "c@x"),
    ]


def test_merge_refuses_two_sources_for_one_row(desk: Desk, changes: str) -> None:
    desk.run(f"insert into {changes}.changes values (2, 81, 'again@x', 5)")
    error = desk.error(MERGE.format(schema=changes))
    assert error.message == "Found multiple matches to update the same tuple."


def test_merge_refuses_a_view(desk: Desk, changes: str) -> None:
    desk.run(f"create view {changes}.seen as select * from {changes}.changes")
    error = desk.error(MERGE.format(schema=changes).replace(".changes s", ".seen s"))
    assert error.sqlstate == "42809"


def test_merge_removes_duplicates(desk: Desk, changes: str) -> None:
    desk.run(
        f"insert into {changes}.changes values (3, 9, 'c@x', 6)",
        f"merge into {changes}.orders using {changes}.changes"
        " on orders.order_id = changes.order_id remove duplicates",
    )
    assert desk.rows(f"select order_id, email from {changes}.orders order by 1") == [
        (1, "a@x"),
        (2, "new@x"),
        (3, "c@x"),
    ]
