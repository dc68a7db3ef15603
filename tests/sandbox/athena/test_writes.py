"""Statements that write do so with the rights of who asks: IAM's, S3's and Lake Formation's."""

from __future__ import annotations

import io

import pyarrow.parquet as pq
import pytest

from tests.sandbox.athena_tools import allow, reader_policy
from tests.sandbox.lake_tools import principal


@pytest.fixture(scope="module")
def writer(lake, reader, on_orders):
    """May read two columns, and make tables in the database."""
    catalog = allow(["glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable"])
    return reader(
        (on_orders.columns("order_id", "total_amount"), ["SELECT"]),
        ({"Database": {"Name": lake.database}}, ["CREATE_TABLE", "DESCRIBE"]),
        policy=[*reader_policy(lake.results), catalog],
    )


def test_a_table_is_made_of_a_query_and_dropped(lake, writer):
    location = f"s3://{lake.results}/made/"
    sql = (
        f"CREATE TABLE totals WITH (format = 'PARQUET', external_location = '{location}') AS "
        "SELECT order_id % 2 AS odd, sum(total_amount) AS amount, sum(order_id) AS ids "
        "FROM orders GROUP BY 1"
    )
    assert writer.rows(sql) == []
    assert writer.rows("SELECT * FROM totals ORDER BY odd") == [
        ["odd", "amount", "ids"],
        ["0", None, "2"],
        ["1", "4.75", "4"],
    ]
    types = [row[0].split("\t")[1].strip() for row in writer.rows("DESCRIBE totals")]
    assert types == ["bigint", "decimal(38,2)", "bigint"]
    assert writer.failure(sql).startswith("TABLE_ALREADY_EXISTS")
    assert writer.rows(sql.replace("TABLE totals", "TABLE IF NOT EXISTS totals")) == []
    assert writer.rows("DROP TABLE totals") == []
    assert writer.failure("DROP TABLE totals").endswith("Table not found totals")
    assert writer.rows("DROP TABLE IF EXISTS totals") == []
    assert writer.failure(sql).startswith("HIVE_PATH_ALREADY_EXISTS")


def test_what_a_writer_may_not_read_is_not_written(writer):
    for sql in (
        "CREATE TABLE emails AS SELECT order_id, email FROM orders",
        "CREATE VIEW emails AS SELECT order_id, email FROM orders",
        f"UNLOAD (SELECT email FROM orders) TO '{writer.location}/u/' WITH (format = 'PARQUET')",
    ):
        assert "'email' cannot be resolved" in writer.failure(sql)


def test_a_view_opens_nothing_to_who_may_not_read_below_it(lake, writer, reader, administrator):
    view = "CREATE OR REPLACE VIEW emails AS SELECT order_id AS id, email FROM orders"
    assert administrator.rows(view) == []
    assert administrator.rows(view) == []
    assert administrator.rows("SELECT count(email) FROM emails") == [["_col0"], ["2"]]
    lake.formation.grant_permissions(
        Principal=principal(writer.arn),
        Resource={"Table": {"DatabaseName": lake.database, "Name": "emails"}},
        Permissions=["SELECT"],
    )
    assert "'email' cannot be resolved" in writer.failure("SELECT id FROM emails")
    assert administrator.failure("DROP TABLE emails").endswith("is a view")
    assert administrator.rows("DROP VIEW emails") == []


def test_who_may_only_read_makes_nothing(lake, reader, on_orders):
    stranger = reader((on_orders.columns("order_id"), ["SELECT"]))
    seen = ({"Database": {"Name": lake.database}}, ["DESCRIBE"])
    columns = (on_orders.columns("order_id"), ["SELECT"])
    by_iam = reader(columns, seen)
    catalog = allow(["glue:CreateTable", "glue:DeleteTable"])
    by_lake = reader(columns, seen, policy=[*reader_policy(lake.results), catalog])
    made = "CREATE TABLE mine AS SELECT order_id FROM orders"
    view = "CREATE VIEW mine AS SELECT order_id FROM orders"
    for sql in (made, view):
        assert "not authorized to perform: glue:CreateTable" in by_iam.failure(sql)
        assert "Required Describe on mine" in stranger.failure(sql)
        assert "Required Create Table" in by_lake.failure(sql)
    assert "glue:DeleteTable" in by_iam.failure("DROP TABLE orders")
    assert "Required Drop on orders" in by_lake.failure("DROP TABLE orders")
    elsewhere = (
        f"UNLOAD (SELECT order_id FROM orders) TO 's3://{lake.bucket}/x/' WITH (format='PARQUET')"
    )
    assert "Permission denied on S3 path" in by_iam.failure(elsewhere)


def test_an_unload_writes_the_rows_that_may_be_read(lake, reader, on_orders):
    support = reader((on_orders.cells("country = 'FR'", "order_id"), ["SELECT"]))
    target = f"s3://{lake.results}/unloaded/"
    sql = f"UNLOAD (SELECT * FROM orders) TO '{target}' WITH (format = 'PARQUET', compression = 'SNAPPY')"
    assert support.rows(sql) == []
    (item,) = lake.s3.list_objects_v2(Bucket=lake.results, Prefix="unloaded/")["Contents"]
    body = lake.s3.get_object(Bucket=lake.results, Key=item["Key"])["Body"].read()

    assert sorted(pq.read_table(io.BytesIO(body)).to_pydict()["order_id"]) == [1, 3]
    identifier = support.start("UNLOAD (SELECT 1 AS a) TO 's3://x/' WITH (format = 'CSV')")
    assert "does not write CSV" in support.ended(identifier)["Status"]["StateChangeReason"]
