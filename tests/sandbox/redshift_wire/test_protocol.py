"""The protocol of a warehouse's endpoint: other clients, noise, and those that do not stay."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from sandbox.engines.redshift import Server
from tests.sandbox.redshift_services.tools import PASSWORD
from tests.sandbox.redshift_tools import DATABASE, Desk


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
