"""Amazon's driver for Python, unchanged: values and types, transactions, metadata, IAM, data frames."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import redshift_connector

from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.runtime import Runtime
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


@pytest.fixture
def shelf(connection: Any) -> Iterator[Any]:
    """A cursor beside a table with a key, one that refers to it, and a view."""
    cursor = connection.cursor()
    for statement in (
        "create schema shelf",
        "create table shelf.makers (id int primary key, name varchar(20))",
        "create table shelf.things (id int primary key, maker int references shelf.makers)",
        "create view shelf.names as select name from shelf.makers",
    ):
        cursor.execute(statement)
    yield cursor
    connection.rollback()


def test_many_rows_are_inserted(shelf: Any) -> None:
    shelf.executemany(
        "insert into shelf.makers values (%s, %s)", [(1, "a"), (2, "b\\c"), (3, None)]
    )
    shelf.execute("select id, name from shelf.makers order by id")
    assert shelf.fetchmany(1) == ([1, "a"],)
    assert list(shelf) == [[2, "b\\c"], [3, None]]


def test_values_come_back_in_their_types(shelf: Any) -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000)
    shelf.execute(
        "create temp table typed (n numeric(12,2), t timestamp, s super, b boolean, f real)"
    )
    row = (Decimal("12.34"), moment, '{"a": [1, 2]}', True, 1.5)
    shelf.execute("insert into typed values (%s, %s, json_parse(%s), %s, %s)", row)
    shelf.execute(
        "select n, t, s, b, f, n * 2, t::timestamptz, t::date, t::time, 3::bigint, 'x'::varbyte from typed"
    )
    assert [each[1] for each in shelf.description][:5] == [1700, 1114, 4000, 16, 700]
    (found,) = shelf.fetchall()
    assert found[:5] == list(row)
    assert found[5:] == [
        Decimal("24.68"),
        moment.replace(tzinfo=datetime.UTC),
        moment.date(),
        moment.time(),
        3,
        "x",
    ]


def test_metadata_tells_what_is_there(shelf: Any) -> None:
    assert shelf.get_catalogs() == ([DATABASE],)
    assert shelf.get_schemas(schema_pattern="shelf") == (["shelf", DATABASE],)
    kinds = {row[2]: row[3] for row in shelf.get_tables(schema_pattern="shelf")}
    assert kinds == {
        "makers": "TABLE",
        "things": "TABLE",
        "names": "VIEW",
        "makers_pkey": "INDEX",
        "things_pkey": "INDEX",
    }
    columns = shelf.get_columns(schema_pattern="shelf", tablename_pattern="makers")
    assert [(row[3], row[5], row[6]) for row in columns] == [
        ("id", "int4", 10),
        ("name", "varchar", 20),
    ]
    key = [DATABASE, "shelf", "things", "id", 1, "things_pkey"]
    assert shelf.get_primary_keys(schema="shelf", table="things") == (key,)
    assert shelf.get_procedures(schema_pattern="shelf") == ()


def test_a_data_frame_is_written_and_read(shelf: Any) -> None:
    shelf.write_dataframe(pd.DataFrame({"id": [1, 2], "name": ["a", "b"]}), "shelf.makers")
    shelf.execute("select id, name from shelf.makers order by id")
    assert shelf.fetch_dataframe().values.tolist() == [[1, "a"], [2, "b"]]


def test_who_logs_in_by_iam_is_the_database_user_of_its_identity(
    endpoint: Endpoint, sandbox: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver finds the endpoint, and gets a password, by the API of Redshift Serverless."""
    for name, value in endpoint.trusted.items():
        monkeypatch.setenv(name, value)
    with redshift_connector.connect(
        iam=True,
        is_serverless=True,
        serverless_work_group=endpoint.workgroup,
        database=DATABASE,
        region="us-east-1",
        endpoint_url=sandbox.settings.endpoint_url,
        access_key_id=ADMINISTRATOR_KEY["aws_access_key_id"],
        secret_access_key=ADMINISTRATOR_KEY["aws_secret_access_key"],
        sslmode="verify-full",
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("select current_user")
        assert cursor.fetchone() == ["IAM:administrator"]
