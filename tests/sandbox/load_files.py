"""Files of a load's tables as DMS writes them, and the rows in them.

A row is its operation, order_id, status, sequence, and the order_id before.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = tuple[Any, ...]
COLUMNS = (
    ("Op", pa.string()),
    ("dms_ts", pa.string()),
    ("order_id", pa.int64()),
    ("user_id", pa.int64()),
    ("email", pa.string()),
    ("total_amount", pa.decimal128(12, 2)),
    ("status", pa.string()),
    ("created_at", pa.timestamp("us")),
    ("updated_at", pa.timestamp("us")),
    ("dms_seq", pa.string()),
    ("BI_order_id", pa.int64()),
)

SEQUENCE = 2099010100000000 * 10**19
"""After any full load of a test."""


def insert(key: int, status: str, order: int) -> Row:
    return ("I", key, status, SEQUENCE + order, None)


def update(key: int, status: str, order: int, before: int | None = None) -> Row:
    return ("U", key, status, SEQUENCE + order, key if before is None else before)


def delete(key: int, order: int) -> Row:
    return ("D", key, None, SEQUENCE + order, key)


def snapshot(key: int, status: str) -> Row:
    return ("I", key, status, 0, None)


def committed(moment: datetime.datetime) -> int:
    """The sequence of a change of that time."""
    return int(f"{moment:%Y%m%d%H%M%S}00") * 10**19


def _sequence(given: int | str | None) -> str | None:
    """As files have it; the rows of a full load have 0, and nothing in the files."""
    if isinstance(given, int):
        return f"{given:035d}" if given else ""
    return given


def parquet(rows: Iterable[Row]) -> bytes:
    """A file of these rows."""
    values: dict[str, list[Any]] = {column: [] for column, _ in COLUMNS}
    for op, key, status, sequence, before in rows:
        row = {"Op": op, "order_id": key, "status": status, "BI_order_id": before}
        row |= {"dms_seq": _sequence(sequence), "dms_ts": "2026-01-01"}
        for column, _ in COLUMNS:
            values[column].append(row.get(column))
    body = io.BytesIO()
    pq.write_table(pa.table(values, schema=pa.schema(COLUMNS)), body)
    return body.getvalue()
