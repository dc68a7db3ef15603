"""Stored procedures as psql and the drivers call them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
import redshift_connector

from sandbox.engines.postgres import binaries
from sandbox.engines.redshift import Server
from tests.sandbox.redshift_tools import ADMIN, DATABASE, Desk, opened

PASSWORD = "Right-12345"
MADE = """
    create procedure {name}({arguments}) as $$ declare r record; {body} $$ language plpgsql
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("wire")) as desk:
        desk.run("create table t (n int)")
        for name, arguments, body in (
            ("add_one", "inout n int", "begin insert into t values (n); n := n + 1; end"),
            ("mixed", "a varchar, b date, o out varchar", "begin o := a || b; end"),
            ("results", "c inout refcursor", "begin open c for select 1 as one, 'x' as two; end"),
            ("tells", "n int", "begin raise info 'n = %', n; raise warning '100 %% %', n; end"),
            (
                "commits",
                "",
                "begin insert into t values (7); commit; insert into t values (8); end",
            ),
            ("fails", "", "begin insert into t values (9); raise exception 'no'; end"),
        ):
            desk.run(MADE.format(name=name, arguments=arguments, body=body))
        yield desk


@pytest.fixture(scope="module")
def server(desk: Desk) -> Iterator[Server]:
    server = desk.warehouse.serve(
        "127.0.0.1", 0, lambda _user, password: password == PASSWORD, lambda _user: desk.storage
    )
    yield server
    server.close()


@pytest.fixture
def connection(server: Server) -> Iterator[redshift_connector.Connection]:
    with redshift_connector.connect(
        host="127.0.0.1",
        port=server.port,
        database=DATABASE,
        user=ADMIN,
        password=PASSWORD,
        ssl=False,
    ) as connection:
        yield connection


def psql(server: Server, *statements: str) -> subprocess.CompletedProcess[str]:
    commands = [part for statement in statements for part in ("-c", statement)]
    return subprocess.run(
        [str(binaries.find().bin / "psql"), "-X", "-At", *commands],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={
            **os.environ,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "PGUSER": ADMIN,
            "PGPASSWORD": PASSWORD,
            "PGDATABASE": DATABASE,
            "PGSSLMODE": "disable",
        },
    )


def test_psql_shows_a_rows_outputs_and_what_is_raised(server: Server) -> None:
    done = psql(server, "call tells(5)", "call add_one(1)")
    assert done.stdout == "CALL\n2\n"
    assert done.stderr == "INFO:  n = 5\nWARNING:  100 % 5\n"


def test_the_driver_binds_values_and_knows_the_columns(
    connection: redshift_connector.Connection,
) -> None:
    cursor = connection.cursor()
    cursor.execute("call add_one(%s)", (41,))
    assert [column[0] for column in cursor.description] == ["n"]
    assert cursor.fetchall() == ([42],)
    cursor.execute("call mixed(%s, %s)", ("it's ", "2026-01-02"))
    assert cursor.fetchall() == (["it's 2026-01-02"],)
    connection.rollback()


def test_the_driver_fetches_from_a_returned_cursor(
    connection: redshift_connector.Connection,
) -> None:
    cursor = connection.cursor()
    cursor.execute("call results('mycursor')")
    assert cursor.fetchall() == (["mycursor"],)
    cursor.execute("fetch all from mycursor")
    assert cursor.fetchall() == ([1, "x"],)
    connection.commit()


def test_the_drivers_transaction_is_its_own(connection: redshift_connector.Connection) -> None:
    cursor = connection.cursor()
    with pytest.raises(redshift_connector.error.ProgrammingError, match="atomic context"):
        cursor.execute("call commits()")
    connection.rollback()
    connection.autocommit = True
    cursor.execute("delete from t")
    cursor.execute("call commits()")
    with pytest.raises(redshift_connector.error.ProgrammingError, match="no"):
        cursor.execute("call fails()")
    cursor.execute("select n from t order by 1")
    assert cursor.fetchall() == ([7], [8])


def test_psycopg_binds_values_in_text_and_binary(server: Server) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=server.port, user=ADMIN, password=PASSWORD, dbname=DATABASE
    ) as connection:
        assert connection.execute("call add_one(%s)", (3,)).fetchall() == [(4,)]
        assert connection.execute("call add_one(%b)", (5,)).fetchall() == [(6,)]
        assert connection.execute("call add_one(%s)", (None,)).fetchall() == [(None,)]
        found = connection.execute("show procedure add_one").fetchall()
        assert "CREATE OR REPLACE PROCEDURE public.add_one(INOUT n integer)" in found[0][0]
        connection.rollback()


@pytest.mark.parametrize("view", ["sys_query_history", "sys_procedure_call"])
def test_values_of_a_call_are_not_told(desk: Desk, server: Server, view: str) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=server.port, user=ADMIN, password=PASSWORD, dbname=DATABASE
    ) as connection:
        connection.execute("call mixed(%s, '2026-01-02')", ("Never-Told-1",))
    value = {"name": "secret", "value": "Never-Told-2"}
    desk.run("call mixed(:secret, '2026-01-03')", parameters=[value])
    told = {text for (text,) in desk.rows(f"select trim(query_text) from {view}")}
    assert {"call mixed($1, '2026-01-02')", "call mixed($1, '2026-01-03')"} <= told
    assert not [text for text in told if "Never-Told" in text]
