"""TLS at a workgroup's endpoint: who it is, who may do without."""

from __future__ import annotations

import contextlib
import socket
import struct

import psycopg
import pytest
import redshift_connector

from sandbox.certificates import Authority
from tests.sandbox.redshift_services.tools import ADMIN, PASSWORD, make, until, workgroup_status

SSL_REQUEST = struct.pack("!II", 8, 80877103)


def connected(endpoint, **options):
    return psycopg.connect(
        host=endpoint["address"],
        port=endpoint["port"],
        dbname="analytics",
        user="boss",
        password=PASSWORD,
        **options,
    )


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_the_endpoint_is_the_one_that_the_authority_vouches_for(sandbox, warehouse, mode):
    trusted = str(sandbox.authority.file)
    with connected(warehouse["endpoint"], sslmode=mode, sslrootcert=trusted) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("select 6 * 7").fetchone() == (42,)


def test_another_authority_does_not_vouch_for_it(warehouse, tmp_path):
    stranger = Authority(tmp_path)
    stranger.prepare()
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        connected(warehouse["endpoint"], sslmode="verify-ca", sslrootcert=str(stranger.file))


def test_clear_text_is_refused_unless_the_workgroup_allows_it(redshift, fresh):
    endpoint = make(redshift, fresh, dbName="analytics", **ADMIN)["endpoint"]
    words = r'no pg_hba\.conf entry for host ".*", user "boss", database "analytics", SSL off'
    with pytest.raises(psycopg.OperationalError, match=words):
        connected(endpoint, sslmode="disable")
    clear = [{"parameterKey": "require_ssl", "parameterValue": "false"}]
    redshift.update_workgroup(workgroupName=fresh, configParameters=clear)
    until(lambda: workgroup_status(redshift, fresh) == "AVAILABLE")
    with connected(endpoint, sslmode="disable") as connection:
        assert not connection.pgconn.ssl_in_use
        assert connection.execute("select 6 * 7").fetchone() == (42,)
    with connected(endpoint, sslmode="require") as connection:
        assert connection.pgconn.ssl_in_use


def test_the_driver_of_redshift_trusts_what_its_environment_trusts(sandbox, warehouse, monkeypatch):
    endpoint = warehouse["endpoint"]
    login = {"database": "analytics", "user": "boss", "password": PASSWORD}
    where = {"host": endpoint["address"], "port": endpoint["port"], "sslmode": "verify-full"}
    with pytest.raises(redshift_connector.InterfaceError):
        redshift_connector.connect(**where, **login)
    monkeypatch.setenv("SSL_CERT_FILE", str(sandbox.authority.file))
    with redshift_connector.connect(**where, **login) as connection:
        cursor = connection.cursor()
        cursor.execute("select 6 * 7")
        assert cursor.fetchone() == [42]


def test_what_is_sent_ahead_of_the_handshake_is_not_taken_for_the_clients(warehouse):
    """Else whoever is in the middle could have the server run what the client never said."""
    endpoint = warehouse["endpoint"]
    startup = struct.pack("!I", 196608) + b"user\0boss\0database\0analytics\0\0"
    smuggled = struct.pack("!I", len(startup) + 4) + startup
    address = (endpoint["address"], endpoint["port"])
    answer = b""
    with (
        socket.create_connection(address, timeout=30) as client,
        contextlib.suppress(ConnectionResetError),
    ):
        client.sendall(SSL_REQUEST + smuggled)
        while part := client.recv(64):
            answer += part
    assert b"R" not in answer  # the server asks for no password
