"""The lake as its readers see it: through Athena, over the tables of the catalog."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from typing import Any

from demo.aws import PLATFORM, client, credentials_of
from demo.tables import TABLES, Row, comparable
from demo.warehouse import WAIT_SECONDS, QueryFailedError

DATABASE = f"{PLATFORM.replace('-', '_')}__analytics"
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?")


def query(sql: str, reader: str = "") -> tuple[list[str], list[Row]]:
    """Run one query as a reader of access.yml, or as who deployed: column names, and rows of text.

    Raises QueryFailedError with Athena's own words, TimeoutError after two minutes.
    """
    athena = client("athena", **(credentials_of(f"{PLATFORM}-{reader}") if reader else {}))
    execution = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": DATABASE},
        ResultConfiguration={"OutputLocation": f"s3://{_bucket()}/athena/{reader or 'demo'}/"},
    )["QueryExecutionId"]
    deadline = time.monotonic() + WAIT_SECONDS
    while (status := _status(athena, execution))["State"] not in {
        "SUCCEEDED",
        "FAILED",
        "CANCELLED",
    }:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Athena has not answered in {WAIT_SECONDS} s: {sql}")
        time.sleep(0.1)
    if status["State"] != "SUCCEEDED":
        raise QueryFailedError(status.get("StateChangeReason", status["State"]))
    found = [
        tuple(field.get("VarCharValue") for field in row["Data"])
        for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
        for row in page["ResultSet"]["Rows"]
    ]
    # the first row has the names
    return [str(name) for name in found[0]], found[1:]


def _status(athena: Any, execution: str) -> dict[str, Any]:
    found = athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["Status"]
    assert isinstance(found, dict)
    return found


def _bucket() -> str:
    buckets = [each["Name"] for each in client("s3").list_buckets()["Buckets"]]
    return next(name for name in buckets if name.startswith(f"{PLATFORM}-landing-"))


def rows(table: str) -> list[Row]:
    """Every row that is published of a table, by key, in a form that compares with the shop's."""
    columns = re.sub(r"::varchar|[{}]", "", TABLES[table])
    return as_text(query(f"SELECT {columns} FROM {table} ORDER BY 1, 2")[1])


def as_text(found: list[Row]) -> list[Row]:
    """Rows as Athena tells them: all in text, times rounded to the millisecond."""
    return [tuple(_text(value) for value in row) for row in comparable(found)]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if _TIME.fullmatch(str(value)):
        rounded = datetime.fromisoformat(str(value)) + timedelta(microseconds=500)
        return rounded.isoformat(" ", "milliseconds")
    return str(value).lower() if isinstance(value, bool) else str(value)
