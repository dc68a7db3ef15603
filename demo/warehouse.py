"""The warehouse as its users see it: through the Redshift Data API."""

from __future__ import annotations

import time
from typing import Any

from demo.aws import PLATFORM, client, credentials_of
from demo.tables import TABLES, Row, comparable, selection

DATABASE = "analytics"
WAIT_SECONDS = 120


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


def rows(table: str) -> list[Row]:
    """Every row of a table of the warehouse by key, in a form that compares with the shop's."""
    found = query(selection("analytics", table, "json_serialize(preferences)"))[1]
    return comparable(found)


def counts() -> dict[str, int]:
    """How many rows each table of the warehouse holds."""
    names, (row,) = query(
        "SELECT "
        + ", ".join(f"(SELECT count(*) FROM analytics.{table}) AS {table}" for table in TABLES)
    )
    return dict(zip(names, row, strict=True))
