"""The Redshift engine: transactions, tables, merges, principals and what they may see."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest

from sandbox.engines.redshift import RedshiftError
from tests.sandbox.redshift_tools import DATABASE, Desk, NoStorage, opened

ORDERS = """
    create table {schema}.orders (
        order_id bigint not null encode az64, user_id bigint, email varchar(320),
        total_amount numeric(12,2), primary key (order_id)
    ) diststyle key distkey (order_id) sortkey (order_id)
"""
ROWS = "insert into {schema}.orders values (1, 7, 'a@x', 3.5), (2, 8, 'b@x', 4)"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("engine")) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with a table orders of two rows."""
    name = desk.schema()
    desk.run(ORDERS.format(schema=name), ROWS.format(schema=name))
    return name


# batches


def test_a_batch_is_rolled_back_whole(desk: Desk, schema: str) -> None:
    error = desk.error(f"delete from {schema}.orders", "create table made (a int)", "select 1 / 0")
    assert error.index == 2
    assert desk.value(f"select count(*) from {schema}.orders") == 2
    assert desk.error("select * from made").sqlstate == "42P01"


def test_statements_on_their_own_stay_done_before_the_one_that_fails(
    desk: Desk, schema: str
) -> None:
    error = desk.error(
        f"delete from {schema}.orders where order_id = 1", "select 1 / 0", transaction=False
    )
    assert error.index == 1
    assert desk.value(f"select count(*) from {schema}.orders") == 1


def test_truncate_commits_what_came_before_it(desk: Desk, schema: str) -> None:
    desk.error(
        f"insert into {schema}.orders values (3, 9, 'c@x', 1)",
        f"truncate {schema}.orders",
        f"insert into {schema}.orders values (4, 9, 'd@x', 1)",
        "select 1 / 0",
    )
    assert desk.value(f"select count(*) from {schema}.orders") == 0


def test_progress_is_told_statement_by_statement(desk: Desk) -> None:
    events: list[tuple[str, int]] = []
    results = desk.run(
        "select 1",
        "select 2",
        on_start=lambda index: events.append(("start", index)),
        on_done=lambda index, result: events.append(("done", result.rows[0][0])),
    )
    assert events == [("start", 0), ("done", 1), ("start", 1), ("done", 2)]
    assert results[0].query_id < results[1].query_id
    assert results[0].redshift_pid == results[1].redshift_pid > 0
    assert results[0].duration_ns > 0


def test_a_running_statement_can_be_cancelled(desk: Desk) -> None:
    holder = desk.warehouse.session("admin", DATABASE, None)
    desk.run("create table gate_lock (a int)")
    cancelled, started = threading.Event(), threading.Event()
    caught: list[RedshiftError] = []

    def wait_for_the_lock() -> None:
        try:
            desk.run("lock gate_lock", on_start=lambda _: started.set(), cancelled=cancelled)
        except RedshiftError as error:
            caught.append(error)

    try:
        holder.begin()
        holder.run_sql("LOCK TABLE gate_lock")
        waiting = threading.Thread(target=wait_for_the_lock)
        waiting.start()
        assert started.wait(10)
        cancelled.set()
        waiting.join(10)
    finally:
        holder.close()
    assert [error.message for error in caught] == ["Query cancelled on user's request"]


def test_named_parameters_are_values(desk: Desk, schema: str) -> None:
    rows = desk.rows(
        f"select order_id, :label from {schema}.orders where email = :email and user_id > :low",
        parameters=[
            {"name": "label", "value": "it's"},
            {"name": "email", "value": "b@x"},
            {"name": "low", "value": "1"},
        ],
    )
    assert rows == [(2, "it's")]


def test_a_loader_that_waited_for_the_lock_sees_what_was_committed_meanwhile(
    desk: Desk, schema: str
) -> None:
    desk.run(f"create table {schema}.lock_orders (x int)")
    first = desk.warehouse.session("admin", DATABASE, None)
    seen: list[int] = []
    started = threading.Event()

    def second() -> None:
        rows = desk.rows(
            f"lock table {schema}.lock_orders",
            f"select count(*) from {schema}.orders",
            on_start=lambda _: started.set(),
        )
        seen.append(rows[0][0])

    try:
        first.begin()
        first.run_sql(f"LOCK TABLE {schema}.lock_orders IN ACCESS EXCLUSIVE MODE")
        waiting = threading.Thread(target=second)
        waiting.start()
        assert started.wait(10)
        first.run_sql(f"INSERT INTO {schema}.orders VALUES (3, 9, 'c@x', 1)")
        first.commit()
        waiting.join(10)
    finally:
        first.close()
    assert seen == [3]


def test_two_writers_of_one_row_violate_isolation(desk: Desk, schema: str) -> None:
    update = f"update {schema}.orders set user_id = user_id + 1 where order_id = 1"
    first = desk.warehouse.session("admin", DATABASE, None)
    errors: list[RedshiftError] = []
    read = threading.Event()

    def second() -> None:
        try:
            desk.run(
                f"select count(*) from {schema}.orders",
                update,
                on_done=lambda _index, _result: read.set(),
            )
        except RedshiftError as error:
            errors.append(error)

    try:
        first.begin()
        first.run_sql(update)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert read.wait(10)
        first.commit()
        waiting.join(10)
    finally:
        first.close()
    (error,) = errors
    assert error.message == "1023"
    assert "Serializable isolation violation on table" in str(error)


# tables


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
    assert desk.error(f"insert into {schema}.texts (b) values (repeat('x', 257))").sqlstate == "22001"
    desk.run(f"alter table {schema}.texts alter column a type varchar(6)", transaction=False)
    desk.run(f"insert into {schema}.texts (a) values ('ééé')")
    narrower = f"alter table {schema}.texts alter column a type varchar(2)"
    assert desk.error(narrower, transaction=False).sqlstate == "0A000"
    assert desk.error(f"alter table {schema}.texts alter column a type varchar(9)").sqlstate == "25001"


def test_added_columns_count_bytes_too(desk: Desk, schema: str) -> None:
    desk.run(f"alter table {schema}.orders add column note varchar(2) default 'x' encode zstd")
    assert desk.rows(f"select distinct note from {schema}.orders") == [("x",)]
    error = desk.error(f"update {schema}.orders set note = 'éé'")
    assert error.message == "value too long for type character varying(2)"


def test_identity_columns_number_the_rows(desk: Desk, schema: str) -> None:
    desk.run(
        f"create table {schema}.numbered (id bigint identity(10, 5), a int)",
        f"insert into {schema}.numbered (a) values (1), (2)",
    )
    assert desk.rows(f"select id from {schema}.numbered order by a") == [(10,), (15,)]
    error = desk.error(f"insert into {schema}.numbered values (1, 1)")
    assert error.message == "cannot set an identity column to a value"


def test_temporary_tables_live_as_long_as_their_session(desk: Desk) -> None:
    rows = desk.rows("create table #work (a int)", "insert into #work values (1)", "select a from #work")
    assert rows == [(1,)]
    assert desk.error("select a from #work").sqlstate == "42P01"


def test_columns_are_described_as_the_tables_declare_them(desk: Desk, schema: str) -> None:
    (result,) = desk.run(
        f"select order_id as id, email, total_amount, 1 as one, getdate() from {schema}.orders"
    )
    described = [
        (c.label, c.name, c.type_name, c.precision, c.scale, c.nullable, c.schema_name, c.table_name)
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


# principals and grants


def grant_columns(desk: Desk, schema: str, role: str, user: str) -> None:
    desk.run(
        f'create user "{user}" password disable',
        f"create role {role}",
        f"grant usage on schema {schema} to role {role}",
        f"grant select (order_id, user_id, total_amount) on {schema}.orders to role {role}",
        f'grant role {role} to "{user}"',
    )


def test_a_reader_of_some_columns_sees_just_these(desk: Desk, schema: str) -> None:
    user = f"IAMR:analyst-{schema}"
    grant_columns(desk, schema, f"reader_{schema}", user)
    for star in ("*", "o.*"):
        (result,) = desk.run(f"select {star} from {schema}.orders o order by order_id", user=user)
        labels = [column.label for column in result.columns or []]
        assert labels == ["order_id", "user_id", "total_amount"]
        assert result.rows == [(1, 7, Decimal("3.50")), (2, 8, Decimal("4.00"))]
    assert desk.rows(f"select count(*) from {schema}.orders", user=user) == [(2,)]
    for forbidden in ("select email from {}.orders", "delete from {}.orders", "select o from {}.orders o"):
        error = desk.error(forbidden.format(schema), user=user)
        assert (error.sqlstate, error.message) == ("42501", "permission denied for relation orders")


def test_a_stranger_is_made_on_first_use_and_sees_nothing(desk: Desk, schema: str) -> None:
    user = f"IAM:{schema}"
    assert desk.value("select current_user", user=user) == user
    error = desk.error(f"select * from {schema}.orders", user=user)
    assert error.message == f"permission denied for schema {schema}"
    assert desk.rows("select usesuper, usecreatedb from pg_user where usename = current_user", user=user) == [
        (False, False)
    ]


def test_a_view_is_not_narrowed_for_who_has_only_columns(desk: Desk, schema: str) -> None:
    user = f"IAMR:viewer-{schema}"
    grant_columns(desk, schema, f"viewer_{schema}", user)
    desk.run(f"grant create on schema {schema} to role viewer_{schema}")
    error = desk.error(f"create view {schema}.mine as select * from {schema}.orders", user=user)
    assert error.message == "permission denied for relation orders"
    desk.run(f"create view {schema}.mine as select order_id from {schema}.orders", user=user)


def test_a_table_grant_needs_the_column_grants_gone(desk: Desk, schema: str) -> None:
    role, user = f"wide_{schema}", f"IAMR:wide-{schema}"
    grant_columns(desk, schema, role, user)
    assert desk.error(f"grant select on {schema}.orders to role {role}").sqlstate == "0LP01"
    desk.run(f"revoke select on {schema}.orders from role {role}")
    assert desk.error(f"select order_id from {schema}.orders", user=user).sqlstate == "42501"
    desk.run(f"grant select on {schema}.orders to role {role}")
    assert len(desk.rows(f"select * from {schema}.orders", user=user)[0]) == 4


def test_grants_are_shown_with_their_principals(desk: Desk, schema: str) -> None:
    role, user = f"shown_{schema}", f"IAMR:shown-{schema}"
    grant_columns(desk, schema, role, user)
    desk.run(f"grant insert on {schema}.orders to role {role}")
    where = f"where namespace_name = '{schema}'"
    assert desk.rows(
        f"select column_name, identity_name, identity_type from svv_column_privileges {where} order by 1"
    ) == [(name, role, "role") for name in ("order_id", "total_amount", "user_id")]
    assert desk.rows(
        f"select privilege_type, identity_name, identity_type from svv_relation_privileges {where}"
    ) == [("INSERT", role, "role")]
    assert desk.rows(
        f"select privilege_type, identity_name from svv_schema_privileges {where}"
    ) == [("USAGE", role)]
    assert desk.rows(f"select user_name from svv_user_grants where role_name = '{role}'") == [(user,)]
    assert (role,) in desk.rows("select role_name from svv_roles")


def test_a_role_and_a_user_may_share_a_name(desk: Desk, schema: str) -> None:
    desk.run(f"create role {schema}", f"create user {schema} password 'Secret-123'")
    desk.run(f"grant role {schema} to {schema}", f"grant usage on schema {schema} to role {schema}")
    desk.run(f"drop user {schema}", f"drop role {schema} force")
    assert desk.error(f"drop role {schema}").message == f'role "{schema}" does not exist'


def test_a_role_that_is_granted_is_dropped_by_force_only(desk: Desk, schema: str) -> None:
    grant_columns(desk, schema, f"kept_{schema}", f"IAMR:kept-{schema}")
    assert desk.error(f"drop role kept_{schema}").sqlstate == "2BP01"
    desk.run(f"drop role kept_{schema} force")


def test_groups_and_default_privileges_give_access_to_later_tables(desk: Desk, schema: str) -> None:
    user = f"member_{schema}"
    desk.run(
        f"create user {user} password disable",
        f"create group {user} with user {user}",
        f"grant usage on schema {schema} to group {user}",
        f"alter default privileges in schema {schema} grant select on tables to group {user}",
        f"create table {schema}.later (a int)",
    )
    assert desk.rows(f"select * from {schema}.later", user=user) == []
    assert desk.error(f"select * from {schema}.orders", user=user).sqlstate == "42501"


def test_users_need_a_good_password(desk: Desk) -> None:
    for clause in ("", "password 'short'", "password 'alllowercase1'", "password 'NoNumbersHere'"):
        assert desk.error(f"create user weak {clause}").sqlstate in {"42601", "22023"}


def test_temporary_tables_can_be_forbidden(desk: Desk, schema: str) -> None:
    user = f"IAMR:temp-{schema}"
    desk.run("create temp table t (a int)", user=user)
    desk.run(f"revoke temp on database {DATABASE} from public")
    try:
        assert desk.error("create temp table t (a int)", user=user).sqlstate == "42501"
        desk.run(f'grant temp on database {DATABASE} to "{user}"')
        desk.run("create temp table t (a int)", user=user)
    finally:
        desk.run(f"grant temp on database {DATABASE} to public")


def test_only_superusers_make_principals(desk: Desk, schema: str) -> None:
    for statement in ("create role r", "create user u password disable", "create database d"):
        error = desk.error(statement, user=f"IAM:{schema}", transaction=False)
        assert error.sqlstate == "42501", statement


def test_a_long_user_name_works(desk: Desk) -> None:
    user = "IAMR:" + "a" * 64
    desk.run(f'create user "{user}" password disable', f'grant create on schema public to "{user}"')
    assert desk.run("select 1", user=user)[0].rows == [(1,)]


# the warehouse


def test_the_administrator_can_be_renamed(desk: Desk) -> None:
    desk.warehouse.set_admin("chief", "Chief-12345")
    try:
        assert desk.value("select current_user", user="chief") == "chief"
        assert desk.rows("select usesuper from pg_user where usename = 'chief'") == [(True,)]
    finally:
        desk.warehouse.set_admin("admin", "Admin-12345")


def test_databases_are_apart(desk: Desk, schema: str) -> None:
    desk.run("create database other", transaction=False)
    with pytest.raises(RedshiftError, match="does not exist"):
        desk.warehouse.run(
            [f"select * from {schema}.orders"],
            user="admin",
            database="other",
            storage=NoStorage(),
            transaction=True,
        )
    with pytest.raises(RedshiftError, match='database "nowhere" does not exist'):
        desk.warehouse.run(
            ["select 1"], user="admin", database="nowhere", storage=NoStorage(), transaction=True
        )


def test_data_outlive_a_stop(desk: Desk, schema: str) -> None:
    desk.warehouse.stop()
    desk.warehouse.start()
    assert desk.value(f"select count(*) from {schema}.orders") == 2
