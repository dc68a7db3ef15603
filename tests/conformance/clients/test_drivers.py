"""psql and the drivers of Python, at a workgroup's endpoint."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import psycopg
import psycopg2
import pytest
import redshift_connector

from tests.conformance.clients.warehouse import DATABASE, PASSWORD, USER, Endpoint

MARKS = [
    ("format", "select %s, %s", (1, "a")),
    ("qmark", "select ?, ?", (1, "a")),
    ("numeric", "select :1, :2", (1, "a")),
    ("named", "select :x, :y", {"x": 1, "y": "a"}),
    ("pyformat", "select %(x)s, %(y)s", {"x": 1, "y": "a"}),
]
"""How redshift_connector may be given values: the style, a query, the values."""


@pytest.fixture
def connection(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in endpoint.trusted.items():
        monkeypatch.setenv(name, value)
    login = {"database": DATABASE, "user": USER, "password": PASSWORD, "sslmode": "verify-full"}
    with redshift_connector.connect(host=endpoint.host, port=endpoint.port, **login) as made:
        yield made


@pytest.mark.parametrize(("style", "sql", "values"), MARKS)
def test_redshift_connector_takes_values_in_every_style(
    connection: Any, style: str, sql: str, values: Any
) -> None:
    cursor = connection.cursor()
    cursor.paramstyle = style
    cursor.execute(sql, values)
    assert cursor.fetchall() == ([1, "a"],)


def test_redshift_connector_rolls_back(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("create table rolled (id int)")
    connection.commit()
    cursor.execute("insert into rolled values (1)")
    connection.rollback()
    cursor.execute("select count(*) from rolled")
    assert cursor.fetchall() == ([0],)


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
