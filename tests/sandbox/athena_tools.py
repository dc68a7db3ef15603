"""What the tests of Athena share."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import time
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sandbox.lake_tools import ACCOUNT

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
TYPES = {
    "order_id": "bigint",
    "email": "string",
    "country": "string",
    "total_amount": "decimal(12,2)",
    "created_at": "timestamp",
}
ORDERS = pa.table(
    {
        "order_id": pa.array([1, 2, 3], pa.int64()),
        "email": ["ann@example.com", 'b"o,b', None],
        "country": ["FR", "DE", "FR"],
        "total_amount": pa.array(
            [decimal.Decimal("1.50"), None, decimal.Decimal("3.25")], pa.decimal128(12, 2)
        ),
        "created_at": pa.array(
            [datetime.datetime(2026, 1, day, 10, 30, 0, 123456) for day in (1, 2, 3)],
            pa.timestamp("us"),
        ),
    }
)


def parquet(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def storage(location, types=None):
    return {
        "Columns": [{"Name": name, "Type": kind} for name, kind in (types or TYPES).items()],
        "Location": location,
        "InputFormat": f"{PARQUET}.MapredParquetInputFormat",
        "OutputFormat": f"{PARQUET}.MapredParquetOutputFormat",
        "SerdeInfo": {"SerializationLibrary": f"{PARQUET}.serde.ParquetHiveSerDe"},
    }


def declare(glue, database, name, location, types=None, **members):
    glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": storage(location, types),
            **members,
        },
    )


def allow(actions, resources="*"):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def make_role(aws, prefix, trusted, *statements):
    """A role that these principals may assume, with these statements in its policy."""
    iam, name = aws("iam"), f"{prefix}-{uuid.uuid4().hex[:8]}"
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    iam.put_role_policy(
        RoleName=name,
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}),
    )
    return made["Role"]["Arn"]


def reader_policy(results):
    """What a reader of the lake is allowed by IAM: all but the files of the lake."""
    return (
        allow(["athena:*", "glue:Get*", "lakeformation:GetDataAccess"]),
        allow(
            ["s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject", "s3:PutObject"],
            [f"arn:aws:s3:::{results}", f"arn:aws:s3:::{results}/*"],
        ),
    )


ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


class Queries:
    """A caller's queries of one database, with their results in one place."""

    def __init__(self, client, database, results):
        self.client, self.database = client, database
        self.location = f"s3://{results}/queries"

    def start(self, sql, **given):
        given.setdefault("ResultConfiguration", {"OutputLocation": self.location})
        given.setdefault("QueryExecutionContext", {"Database": self.database})
        started = self.client.start_query_execution(QueryString=sql, **given)
        return started["QueryExecutionId"]

    def ended(self, identifier, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.client.get_query_execution(QueryExecutionId=identifier)["QueryExecution"]
            if found["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{identifier} is still {found['Status']['State']}")

    def rows(self, sql, **given):
        """The rows of a query that succeeds, the header among them."""
        identifier = self.start(sql, **given)
        status = self.ended(identifier)["Status"]
        assert status["State"] == "SUCCEEDED", status
        pages = self.client.get_paginator("get_query_results").paginate(QueryExecutionId=identifier)
        return [texts(row) for page in pages for row in page["ResultSet"]["Rows"]]

    def failure(self, sql, **given):
        """Why a query fails."""
        status = self.ended(self.start(sql, **given))["Status"]
        assert status["State"] == "FAILED", status
        assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]
        return status["StateChangeReason"]


def texts(row):
    return [datum.get("VarCharValue") for datum in row["Data"]]
