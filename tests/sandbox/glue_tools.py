"""What the tests of Glue share."""

from __future__ import annotations

import datetime
import decimal
import json
import time

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
LOG_DELETES = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
MERGE = json.dumps(
    {
        "Version": 1.0,
        "CrawlerOutput": {
            "Tables": {"AddOrUpdateBehavior": "MergeNewColumns"},
            "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"},
        },
    }
)
ORDERS = pa.table(
    {
        "Op": ["I", "U"],
        "dms_ts": pa.array(["2026-01-01", "2026-01-02"]),
        "order_id": pa.array([1, 2], pa.int64()),
        "total_amount": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(12, 2)),
        "created_at": pa.array([datetime.datetime(2026, 1, 1)] * 2, pa.timestamp("us")),
    }
)
ORDERS_TYPES = {
    "op": "string",
    "dms_ts": "string",
    "order_id": "bigint",
    "total_amount": "decimal(12,2)",
    "created_at": "timestamp",
}


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def trust(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def ready(glue, name, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = glue.get_crawler(Name=name)["Crawler"]
        if found["State"] == "READY":
            return found
        time.sleep(0.02)
    raise AssertionError(f"{name} is still {found['State']}")


def crawl(glue, name, status="SUCCEEDED"):
    glue.start_crawler(Name=name)
    last = ready(glue, name)["LastCrawl"]
    assert last["Status"] == status, last
    return last


def types(table):
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def tables(glue, database):
    return {one["Name"]: one for one in glue.get_tables(DatabaseName=database)["TableList"]}


def declare(glue, database, bucket, columns, **members):
    glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": "orders",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "parquet", "owner": "shop"},
            "StorageDescriptor": {
                "Columns": columns,
                "Location": f"s3://{bucket}/raw/public/orders/",
            },
            **members,
        },
    )
    return {"CatalogTargets": [{"DatabaseName": database, "Tables": ["orders"]}]}
