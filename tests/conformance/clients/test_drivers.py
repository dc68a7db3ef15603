"""psql and psycopg, at a workgroup's endpoint."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import psycopg
import psycopg2
import pytest

from tests.conformance.clients.warehouse import DATABASE, PASSWORD, USER, Endpoint


@pytest.mark.parametrize("driver", [psycopg, psycopg2], ids=lambda driver: driver.__name__)
def test_psycopg_takes_values(endpoint: Endpoint, driver: Any) -> None:
    connection = driver.connect(**endpoint.libpq)
    cursor = connection.cursor()
    text = "it's \\ a sign"
    cursor.execute("select %s::int, %s::varchar", (1, text))
    assert cursor.fetchall() == [(1, text)]
    connection.close()


@pytest.mark.skipif(shutil.which("psql") is None, reason="no psql on PATH")
@pytest.mark.parametrize(
    ("command", "shown"),
    [("\\dn", "counter"), ("\\dt counter.*", "sold"), ("\\dv counter.*", "sales")],
)
def test_psql_describes_what_is_there(endpoint: Endpoint, command: str, shown: str) -> None:
    server = {"PGHOST": endpoint.host, "PGPORT": str(endpoint.port), "PGDATABASE": DATABASE}
    login = {"PGUSER": USER, "PGPASSWORD": PASSWORD, "PGSSLMODE": "verify-full"}
    trusted = {"PGSSLROOTCERT": str(endpoint.authority)}
    made = [
        "create schema if not exists counter",
        "create table if not exists counter.sold (id int)",
        "create or replace view counter.sales as select * from counter.sold",
    ]
    words = [word for sql in (*made, command) for word in ("-c", sql)]
    ended = subprocess.run(
        ["psql", "-w", *words],
        env={**os.environ, **server, **login, **trusted},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert shown in ended.stdout
