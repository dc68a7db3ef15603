"""The Redshift engine: transactions, tables, merges."""

from __future__ import annotations

import threading
from collections.abc import Iterator

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
