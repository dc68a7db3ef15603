"""Tables of the Redshift engine."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.sandbox.redshift_tools import Desk, opened, schema_of_orders


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("tables")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    return schema_of_orders(desk)


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


@pytest.mark.parametrize(
    ("column", "change", "why"),
    [
        ("order_id bigint", "alter column order_id type varchar(9)", "only supported for"),
        ("code char(2)", "alter column code type varchar(9)", "only supported for"),
        ("a varchar(9) encode bytedict", "alter column a type varchar(20)", "encoded as bytedict"),
        ("a varchar(9) default 'x'", "alter column a type varchar(20)", "with a default value"),
        ("a varchar(9) unique", "alter column a type varchar(20)", "with a UNIQUE"),
        ("a varchar(9) primary key", "alter column a type varchar(20)", "PRIMARY KEY"),
        ("a varchar(9) references {}.orders", "alter column a type varchar(20)", "FOREIGN KEY"),
        ("a int distkey", "drop column a", "distribution or sort key"),
        ("a int sortkey", "drop column a cascade", "distribution or sort key"),
        ("a int, unique (a, z)", "drop column a", "other objects depend on it"),
        ("a int encode zstd", "alter column a encode zstd", "already encoded as zstd"),
        ("a int", "add column b bigint identity(1, 1)", "identity columns"),
        ("a int", "add column b int unique", "cannot make a key"),
        ("a int", "add column if not exists b int", "syntax error"),
        ("a int", "add primary key (a)", "is nullable"),
        ("a int primary key", "add primary key (z)", "multiple primary keys"),
        ("a int", "drop constraint nothing", "does not exist"),
        ("a int", "drop column nothing", "does not exist"),
    ],
)
def test_what_redshift_does_not_alter_is_refused(
    desk: Desk, schema: str, column: str, change: str, why: str
) -> None:
    desk.run(f"create table {schema}.t (z int not null, {column.format(schema)})")
    error = desk.error(f"alter table {schema}.t {change}", transaction=False)
    assert why in error.message, error


def test_the_last_column_stays(desk: Desk, schema: str) -> None:
    desk.run(f"create table {schema}.t (a int)")
    assert "last column" in desk.error(f"alter table {schema}.t drop column a").message


def test_keys_are_told_and_follow_their_columns(desk: Desk, schema: str) -> None:
    table = f"{schema}.keyed"
    desk.run(
        f"create table {table} (a int not null, b int, c int, primary key (a), unique (b, c),"
        f" constraint parent foreign key (b) references {schema}.orders (order_id))",
        f"alter table {table} rename column a to first",
    )
    told = (
        "select t.constraint_name, constraint_type, column_name, ordinal_position"
        " from information_schema.table_constraints t join information_schema.key_column_usage k"
        " on k.constraint_name = t.constraint_name and k.table_name = t.table_name"
        f" and k.table_schema = t.table_schema where t.table_schema = '{schema}'"
        " and t.table_name = 'keyed' order by 1, 4"
    )
    unique = [
        ("keyed_b_c_key", "UNIQUE", "b", 1),
        ("keyed_b_c_key", "UNIQUE", "c", 2),
    ]
    assert desk.rows(told) == [
        *unique,
        ("keyed_pkey", "PRIMARY KEY", "first", 1),
        ("parent", "FOREIGN KEY", "b", 1),
    ]
    constraints = (
        "select conname, contype, array_to_string(conkey, ',') from pg_constraint"
        f" join pg_class on pg_class.oid = conrelid where relname = 'keyed'"
        f" and relnamespace = (select oid from pg_namespace where nspname = '{schema}') order by 1"
    )
    assert desk.rows(constraints) == [
        ("keyed_b_c_key", "u", "2,3"),
        ("keyed_pkey", "p", "1"),
        ("parent", "f", "2"),
    ]
    desk.run(
        f"alter table {table} drop constraint keyed_pkey",
        f"alter table {table} drop constraint parent",
        f"alter table {table} add constraint mine primary key (first)",
        f"alter table {table} drop column b cascade",
    )
    assert desk.rows(told) == [("mine", "PRIMARY KEY", "first", 1)]


def test_the_catalog_tells_encodings_that_were_altered(desk: Desk, schema: str) -> None:
    table = f"alter table {schema}.orders"
    desk.run(
        f"{table} add column note varchar(9) encode text255",
        f"{table} alter column email encode zstd",
        f"{table} rename column email to mail",
    )
    encodings = (
        "select column_name, encoding from svv_redshift_columns"
        f" where schema_name = '{schema}' and column_name in ('note', 'mail') order by 1"
    )
    assert desk.rows(encodings) == [("mail", "zstd"), ("note", "text255")]
    error = desk.error(f"{table} alter column note type varchar(20)", transaction=False)
    assert "encoded as text255" in error.message


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
