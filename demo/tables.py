"""The shop's tables, and how a row is written so that source and warehouse compare."""

from __future__ import annotations

import json
from typing import Any

Row = tuple[Any, ...]

TABLES = {
    "orders": (
        "order_id, user_id, email, total_amount::varchar, status, created_at::varchar, "
        "updated_at::varchar"
    ),
    "order_items": (
        "order_id, line_number, product, quantity, unit_price::varchar, shipped_on::varchar"
    ),
    "customers": (
        "customer_id, email, name, country, newsletter, {preferences}, created_at::varchar"
    ),
}
"""The columns of each table, the key first: SQL of PostgreSQL and Redshift, but for {preferences}."""


def selection(schema: str, table: str, preferences: str) -> str:
    """A query for all rows of a table in the order of its key.

    `preferences` is the SQL that makes text of the column with JSON.
    """
    columns = TABLES[table].format(preferences=preferences)
    return f"SELECT {columns} FROM {schema}.{table} ORDER BY 1, 2"


def comparable(rows: list[Row]) -> list[Row]:
    """The rows with JSON written in one way: the databases space it differently."""
    return [tuple(_comparable(value) for value in row) for row in rows]


def _comparable(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(json.loads(value), sort_keys=True)
    return value
