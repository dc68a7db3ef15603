"""The endpoint of a warehouse, as redshift_connector sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
import redshift_connector

from sandbox.engines.redshift import Server
from tests.sandbox.redshift_services.tools import PASSWORD
from tests.sandbox.redshift_tools import DATABASE


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


def test_the_driver_reads_a_cursor(connection: redshift_connector.Connection) -> None:
    cursor = connection.cursor()
    cursor.execute("declare few cursor for select 1 as a union all select 2 order by 1")
    cursor.execute("fetch forward 5 from few")
    assert cursor.fetchall() == ([1], [2])
    cursor.execute("close few")
    connection.rollback()
