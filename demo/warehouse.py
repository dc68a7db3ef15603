"""The warehouse as its users see it: through the Redshift Data API."""

from __future__ import annotations

import time
from typing import Any

from demo.aws import PLATFORM, client, credentials_of

DATABASE = "analytics"
WAIT_SECONDS = 120
Row = tuple[Any, ...]


class QueryFailedError(Exception):
    """The statement failed; the text is Redshift's."""


def query(sql: str, role: str | None = None) -> tuple[list[str], list[Row]]:
    """Run one statement as an IAM role, or as the namespace's admin: column names and rows.

    Raises QueryFailedError with Redshift's own words, TimeoutError after two minutes.
    """
    if role:
        data, identity = client("redshift-data", **credentials_of(role)), {}
    else:
        namespace = client("redshift-serverless").get_namespace(namespaceName=PLATFORM)
        data = client("redshift-data")
        identity = {"SecretArn": namespace["namespace"]["adminPasswordSecretArn"]}
    statement = data.execute_statement(
        WorkgroupName=PLATFORM, Database=DATABASE, Sql=sql, **identity
    )["Id"]
    described = data.describe_statement(Id=statement)
    deadline = time.monotonic() + WAIT_SECONDS
    while described["Status"] not in {"FINISHED", "FAILED", "ABORTED"}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Redshift has not answered in {WAIT_SECONDS} s: {sql}")
        time.sleep(0.1)
        described = data.describe_statement(Id=statement)
    if described["Status"] != "FINISHED":
        raise QueryFailedError(described.get("Error", described["Status"]))
    return _rows(data, statement)


def _rows(data: Any, statement: str) -> tuple[list[str], list[Row]]:
    names: list[str] = []
    rows: list[Row] = []
    for page in data.get_paginator("get_statement_result").paginate(Id=statement):
        names = [column["name"] for column in page["ColumnMetadata"]]
        rows += [tuple(_value(field) for field in record) for record in page["Records"]]
    return names, rows


def _value(field: dict[str, Any]) -> Any:
    return None if field.get("isNull") else next(iter(field.values()))


def orders() -> list[Row]:
    """Every order of the warehouse, every column as text, by key."""
    return query(
        "SELECT order_id, user_id, email, total_amount::varchar, status, "
        "created_at::varchar, updated_at::varchar FROM analytics.orders ORDER BY order_id"
    )[1]


def count() -> int:
    """How many orders the warehouse holds."""
    return int(query("SELECT count(*) FROM analytics.orders")[1][0][0])
