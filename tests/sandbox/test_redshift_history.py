"""The views of running and past statements: who sees which, and what they tell."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sandbox.engines.redshift import RedshiftError
from tests.sandbox.redshift_tools import ADMIN, DATABASE, Desk, opened

PASSWORD = "Right-12345"
SECONDS = 60


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("history")) as desk:
        yield desk


def history(desk: Desk, text: str, user: str = ADMIN) -> list[tuple[Any, ...]]:
    """Kind, status and rows of the finished statements whose text begins so."""
    return desk.rows(
        "select trim(query_type), trim(status), returned_rows from sys_query_history"
        f" where query_text like '{text}%' and status <> 'running' order by start_time",
        user=user,
    )


def test_a_statement_is_told_with_its_kind_and_outcome(desk: Desk) -> None:
    desk.run("create table told as select 1 as a union all select 2")
    desk.run("select a from told")
    desk.error("select b from told")
    assert history(desk, "create table told") == [("CTAS", "success", 0)]
    assert history(desk, "select a from told") == [("SELECT", "success", 2)]
    assert history(desk, "select b from told") == [("SELECT", "failed", 0)]


def test_the_reason_of_a_failure_is_told(desk: Desk) -> None:
    desk.error("select 1 as why, nothing")
    found = desk.value(
        "select trim(error_message) from sys_query_history where query_text like '%as why, n%'"
        " and status = 'failed'"
    )
    assert found == 'column "nothing" does not exist'


def test_users_see_their_own_statements_only(desk: Desk) -> None:
    desk.run("create user reader password disable")
    desk.run("select 'of the admin'")
    desk.run("select 'of the reader'", user="reader")
    assert history(desk, "select ''of the", user="reader") == [("SELECT", "success", 1)]
    assert len(history(desk, "select ''of the")) == 2


def test_passwords_are_not_told(desk: Desk) -> None:
    desk.run("create user secretive password 'Never-Told-1'")
    texts = desk.rows("select trim(query_text) from sys_query_history")
    assert ("create user secretive password '***'",) in texts
    assert not [text for (text,) in texts if "Never-Told-1" in text]


def test_a_running_statement_is_in_flight_until_it_is_cancelled(desk: Desk) -> None:
    desk.run("create table held (a int)")
    holder = desk.warehouse.session(ADMIN, DATABASE, None)
    holder.begin()
    holder.run_sql("lock table held in access exclusive mode")
    stop, failed = threading.Event(), []

    def wait() -> None:
        try:
            desk.run("select count(*) from held", cancelled=stop)
        except RedshiftError as error:
            failed.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    inflight = "select count(*) from stv_inflight where text = 'select count(*) from held'"
    deadline = time.monotonic() + SECONDS
    try:
        while not desk.value(inflight) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert desk.value(inflight) == 1
    finally:
        stop.set()
        waiting.join(SECONDS)
        holder.rollback()
        holder.close()
    assert failed
    assert desk.value(inflight) == 0
    assert history(desk, "select count(*) from held") == [("SELECT", "canceled", 0)]
    assert (
        desk.value("select aborted from stl_query where querytxt = 'select count(*) from held'")
        == 1
    )


def test_a_client_of_the_endpoint_is_told_too(desk: Desk) -> None:
    server = desk.warehouse.serve(
        "127.0.0.1", 0, lambda _user, password: password == PASSWORD, lambda _user: desk.storage
    )
    try:
        with psycopg.connect(
            host="127.0.0.1", port=server.port, user=ADMIN, password=PASSWORD, dbname=DATABASE
        ) as client:
            client.execute("select %s::int as over_the_wire", (7,), prepare=True)
            found = client.execute(
                "select status, returned_rows from sys_query_history where query_text like %s",
                ("%over_the_wire%",),
            ).fetchall()
        assert next((status.strip(), rows) for status, rows in found) == ("success", 1)
    finally:
        server.close()
