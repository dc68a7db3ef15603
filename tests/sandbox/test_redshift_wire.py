"""The endpoint of a warehouse, as psql and the drivers see it."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pyarrow as pa
import pytest
import redshift_connector

from sandbox.engines.postgres import binaries
from sandbox.engines.redshift import Server
from tests.sandbox.redshift_tools import DATABASE, Bucket, BucketStorage, Desk, opened

PASSWORD = "Right-12345"


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("wire"), BucketStorage(bucket.s3)) as desk:
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
        user="admin",
        password=PASSWORD,
        ssl=False,
    ) as connection:
        yield connection


@pytest.fixture
def psql(server: Server) -> Callable[..., subprocess.CompletedProcess[str]]:
    program = binaries.find().bin / "psql"

    def run(
        *commands: str, script: str = "", password: str = PASSWORD, database: str = DATABASE
    ) -> subprocess.CompletedProcess[str]:
        address = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "admin", "-d", database]
        options = [part for command in commands for part in ("-c", command)]
        return subprocess.run(
            [str(program), "-X", "-At", *address, *options],
            input=script,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": os.environ["PATH"], "PGPASSWORD": password},
        )

    return run


# psql


def test_psql_selects(psql: Callable[..., Any]) -> None:
    done = psql("select 1, nvl(null, 'é')")
    assert (done.stdout, done.stderr, done.returncode) == ("1|é\n", "", 0)


def test_psql_makes_a_table_of_redshifts_kind(psql: Callable[..., Any]) -> None:
    done = psql(
        "create table made (a int distkey, b varchar(max) encode zstd) diststyle key sortkey (a)",
        "insert into made values (1, 'x'), (2, null)",
        "select * from made order by a",
        "drop table made",
    )
    assert done.stdout.splitlines() == ["CREATE TABLE", "INSERT 0 2", "1|x", "2|", "DROP TABLE"]


def test_psql_is_told_of_errors(psql: Callable[..., Any]) -> None:
    done = psql("create table bad (a uuid)")
    assert done.returncode == 1
    assert 'Column "a" has unsupported type "uuid".' in done.stderr


def test_several_statements_in_one_request_are_one_transaction(psql: Callable[..., Any]) -> None:
    psql("create table several (a int)")
    done = psql("insert into several values (1); insert into several values (2); select 1 / 0")
    assert "Divide by zero" in done.stderr
    assert psql("select count(*) from several").stdout == "0\n"
    assert psql("select 1; select 2").stdout == "1\n2\n"


def test_transactions_last_until_their_end(psql: Callable[..., Any]) -> None:
    script = """
        create table lasting (a int);
        begin;
        insert into lasting values (1);
        rollback;
        begin;
        insert into lasting values (2);
        select 1 / 0;
        select 'ignored';
        commit;
        begin; insert into lasting values (3); end;
        select a from lasting;
    """
    done = psql(script=script)
    assert "current transaction is aborted" in done.stderr
    assert "ignored" not in done.stdout
    assert done.stdout.splitlines()[-2:] == ["COMMIT", "3"]
    assert "ROLLBACK" in done.stdout.splitlines()[6:]


def test_a_wrong_password_or_database_is_refused(psql: Callable[..., Any]) -> None:
    wrong = psql("select 1", password="wrong")
    assert 'password authentication failed for user "admin"' in wrong.stderr
    assert 'database "nowhere" does not exist' in psql("select 1", database="nowhere").stderr
    assert 'database "postgres" does not exist' in psql("select 1", database="postgres").stderr


@pytest.mark.parametrize("command", ["\\dt", "\\dn", "\\dv", "\\d"])
def test_psql_can_look_around(psql: Callable[..., Any], command: str) -> None:
    psql("create table looked_at (a int, b varchar(10))", "create view seen as select 1 as one")
    done = psql(command)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("\\d described", "column c.relhastriggers does not exist"),
        ("\\d+ described", "column c.relhastriggers does not exist"),
        ("\\dp", 'type "e" does not exist'),
        ("\\dT", "column el.typarray does not exist"),
        ("\\du", 'relation "pg_catalog.pg_roles" does not exist'),
        ("\\dx", 'relation "pg_catalog.pg_extension" does not exist'),
        ("\\df", "function pg_get_function_result() does not exist"),
        ("\\l", "column d.datcollate does not exist"),
    ],
)
def test_psql_asks_in_vain_for_what_postgresql_8_lacks(
    psql: Callable[..., Any], command: str, error: str
) -> None:
    """Since its version 15 it knows no server before 9.2, and Redshift is 8.0.2 to it."""
    psql("create table if not exists described (a int)")
    done = psql(command)
    assert (done.stderr, done.returncode) == (f"ERROR:  {error}\n", 1)


@pytest.mark.parametrize("options", [[], ["--schema-only"]])
def test_pg_dump_refuses_a_server_this_old(server: Server, options: list[str]) -> None:
    address = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "admin", DATABASE]
    done = subprocess.run(
        [str(binaries.find().bin / "pg_dump"), *options, *address],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD},
    )
    assert done.returncode == 1
    assert "aborting because of server version mismatch" in done.stderr
    assert "server version: 8.0.2" in done.stderr


def test_copy_works_over_the_wire(psql: Callable[..., Any], bucket: Bucket) -> None:
    key = bucket.parquet("wire/1", a=(pa.int64(), [1, 2]))
    done = psql(
        "create table copied (a bigint)",
        f"copy copied from '{bucket.url(key)}' iam_role default format as parquet",
        "select count(*) from copied",
    )
    assert done.stdout.splitlines()[-1] == "2"
    assert "Load into table 'copied' completed, 2 record(s) loaded successfully." in done.stderr


# redshift_connector


def test_the_driver_sends_and_gets_values(connection: redshift_connector.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute(
        "create temp table every (sm smallint, i int, b bigint, n numeric(12,2), f float8, bo boolean,"
        " d date, ts timestamp, v varchar(10), s super, vb varbyte)"
    )
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901)
    sent = (1, 2, 2**40, Decimal("1.50"), 2.5, True, date(2026, 1, 2), moment, "é'\\")
    cursor.execute(
        "insert into every values (%s, %s, %s, %s, %s, %s, %s, %s, %s, json_parse('{\"a\": 1}'),"
        " 'ab'::varbyte)",
        sent,
    )
    cursor.execute("select * from every")
    assert cursor.description[1][:2] == ("i", 23)
    assert tuple(cursor.fetchone()) == (*sent, '{"a": 1}', "ab")


def test_the_drivers_transactions_are_its_own(connection: redshift_connector.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute("create table driven (a int)")
    connection.commit()
    cursor.executemany("insert into driven values (%s)", [(1,), (2,)])
    connection.rollback()
    cursor.execute("insert into driven values (%s)", (3,))
    connection.commit()
    with pytest.raises(redshift_connector.ProgrammingError, match="ON"):
        cursor.execute("insert into driven values (1) on conflict do nothing")
    with pytest.raises(redshift_connector.ProgrammingError, match="25P02"):
        cursor.execute("select 1")
    connection.rollback()
    cursor.execute("select a from driven")
    assert [tuple(row) for row in cursor.fetchall()] == [(3,)]


def test_the_driver_makes_tables_and_queries_in_the_dialect(
    connection: redshift_connector.Connection,
) -> None:
    cursor = connection.cursor()
    cursor.execute("create table #t (a int distkey) sortkey (a)")
    cursor.execute("insert into #t values (1), (2), (2)")
    cursor.execute("select top 1 a, getdate() from #t order by a desc")
    assert cursor.fetchone()[0] == 2
    cursor.execute("select a from #t qualify row_number() over (partition by a order by a) = 2")
    assert [tuple(row) for row in cursor.fetchall()] == [(2,)]


# the protocol


def test_the_driver_reads_a_cursor(connection: redshift_connector.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute("declare few cursor for select 1 as a union all select 2 order by 1")
    cursor.execute("fetch forward 5 from few")
    assert cursor.fetchall() == ([1], [2])
    cursor.execute("close few")
    connection.rollback()


def test_other_clients_of_the_protocol_connect(server: Server) -> None:
    with psycopg.connect(
        host="127.0.0.1",
        port=server.port,
        dbname=DATABASE,
        user="admin",
        password=PASSWORD,
        client_encoding="utf8",
    ) as connection:
        assert connection.info.server_version == 80002
        rows = connection.execute("select %s::int + 1, %s::varchar", (1, "x")).fetchall()
        assert rows == [(2, "x")]


def test_a_waiting_statement_can_be_cancelled(server: Server, desk: Desk) -> None:
    desk.run("create table if not exists waited_for (a int)")
    holder = desk.warehouse.session("admin", DATABASE, None)
    holder.begin()
    holder.run_sql("LOCK TABLE waited_for")
    try:
        with psycopg.connect(
            host="127.0.0.1", port=server.port, dbname=DATABASE, user="admin", password=PASSWORD,
            client_encoding="utf8", autocommit=True,
        ) as connection:  # fmt: skip
            waiter = threading.Timer(0.3, connection.cancel_safe)
            waiter.start()
            with pytest.raises(psycopg.errors.QueryCanceled, match="cancelled on user's request"):
                connection.execute("select * from waited_for")
            waiter.join()
    finally:
        holder.close()


@pytest.mark.parametrize(
    "noise",
    [b"", b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\x08\0\0\0\0", b"\xff" * 64, b"\0\0\0\x09\0\3\0\0\0"],
)
def test_noise_does_no_harm(server: Server, psql: Callable[..., Any], noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(noise)
    assert psql("select 1").stdout == "1\n"


def test_a_client_without_a_password_gets_no_answer(server: Server) -> None:
    body = struct.pack("!I", 196608) + b"user\0admin\0database\0analytics\0\0"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(struct.pack("!I", len(body) + 4) + body)
        assert client.recv(9) == b"R\0\0\0\x08\0\0\0\x03"
        query = b"select 1\0"
        client.sendall(b"Q" + struct.pack("!I", len(query) + 4) + query)
        assert client.recv(100) == b""


def test_a_closed_server_lets_its_clients_go(desk: Desk) -> None:
    server = desk.warehouse.serve("127.0.0.1", 0, lambda *_: True, lambda _: desk.storage)
    client = psycopg.connect(
        host="127.0.0.1", port=server.port, dbname=DATABASE, user="admin", password="x",
        client_encoding="utf8",
    )  # fmt: skip
    server.close()
    with pytest.raises(psycopg.OperationalError):
        client.execute("select 1")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
