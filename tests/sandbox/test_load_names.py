"""Names that PostgreSQL takes in quotes, and columns that are left out, on the whole road."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.capture_tools import ORDERS, Landed, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.load_tools import Load

LINES = """
create table "Order Lines 5%" (
    "orderId" bigint, "Line No" smallint, "opensAt" time, "user" text, price money, "Was Paid" boolean,
    primary key ("orderId", "Line No")
);
create table "Order Lines 50" (id bigint primary key);
"""
CONTRACT = {
    "source": 'public."Order Lines 5%"',
    "name": "order_lines",
    "key": ["orderId", '"Line No"'],
    "leave_out": ["opensAt", "price"],
    "distribution_key": '"Line No"',
    "sort_key": ['"user"', "orderId"],
    "columns": [
        {"name": "orderId", "type": "bigint"},
        {"name": '"Line No"', "type": "smallint"},
        {"name": '"user"', "type": "varchar(40)"},
        {"name": '"Was Paid"', "type": "boolean"},
    ],
}
TABLE = "public.Order Lines 5%"
FOLDER = "public/Order Lines 5%"


class Shop:
    """A source with such a table, its capture, and the load."""

    def __init__(self, aws: Callable[..., Any]) -> None:
        self.load = Load(aws, "names", CONTRACT)
        self.load.deploy()
        self.platform = Platform(aws, "names")
        self.source = self.platform.connect()
        self.source.execute(ORDERS)
        self.source.execute(LINES)
        self.landed = Landed(aws("s3"), self.load.bucket)
        self.task = self.platform.task_of(self.load.derived)

    def loads(self) -> None:
        """Load the table, once."""
        ended = self.load.run({"tables": [TABLE]})
        assert ended["status"] == "SUCCEEDED", ended
        assert [each["status"] for each in ended["output"]["tables"]] == ["loaded"]

    def rows(self) -> list[list[Any]]:
        """The rows of the source, without what is left out."""
        found = self.source.execute(
            'select "orderId", "Line No", "user", "Was Paid" from "Order Lines 5%" order by 1, 2'
        )
        return [list(row) for row in found]

    def arrived(self) -> list[list[Any]]:
        """The rows of the warehouse."""
        return self.load.query(
            'SELECT orderid, "line no", "user", "was paid" FROM analytics.order_lines ORDER BY 1, 2'
        )


@pytest.fixture(scope="module")
def shop(aws: Callable[..., Any]) -> Iterator[Shop]:
    made = Shop(aws)
    yield made
    made.platform.delete(made.task)
    made.load.remove()


def test_a_quoted_table_arrives_without_the_columns_that_are_left_out(shop: Shop) -> None:
    shop.source.execute(
        """insert into "Order Lines 5%"
        select n / 3, n % 3, '08:30', 'user ' || n, n::numeric::money, n % 2 = 0
        from generate_series(1, 30) n"""
    )
    shop.platform.start(shop.task)
    until(
        lambda: (
            shop.platform.statistics(shop.task, "Order Lines 5%").get("TableState")
            == "Table completed"
        )
    )
    shop.loads()
    assert len(shop.rows()) == 30
    assert shop.arrived() == shop.rows()

    shop.source.execute(
        """update "Order Lines 5%" set "user" = 'nobody', "opensAt" = '09:00' where "Line No" = 1;
        update "Order Lines 5%" set "orderId" = 100 where "orderId" = 2;
        delete from "Order Lines 5%" where "orderId" = 3;
        insert into "Order Lines 5%" values (200, 1, '10:00', 'new', 1::money, true)"""
    )
    until(lambda: any(row["orderId"] == 200 for row in shop.landed.change_rows(FOLDER)))
    shop.loads()
    assert shop.arrived() == shop.rows()


def test_a_column_that_is_left_out_is_in_no_file(shop: Shop) -> None:
    rows = shop.landed.load_rows(FOLDER) + shop.landed.change_rows(FOLDER)
    assert rows
    assert {name for row in rows for name in row} == {
        *("Op", "dms_ts", "dms_seq"),
        *("orderId", "Line No", "user", "Was Paid"),
        *("BI_orderId", "BI_Line No"),
    }


def test_a_percent_in_a_name_captures_no_other_table(shop: Shop) -> None:
    assert shop.platform.statistics(shop.task, "Order Lines 50") == {}
