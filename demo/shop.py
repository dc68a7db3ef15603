"""The shop's own database and what its application does there, over SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from demo.aws import PLATFORM, client

SCHEMA = """
CREATE TABLE IF NOT EXISTS public.orders (
    order_id     bigint PRIMARY KEY,
    user_id      bigint,
    email        varchar(320),
    total_amount numeric(12, 2),
    status       varchar(32),
    created_at   timestamp,
    updated_at   timestamp
)
"""

FIRST_ORDERS = """
INSERT INTO public.orders
SELECT n,
       1 + n * 7919 % 200,
       'customer' || 1 + n * 7919 % 200 || '@example.com',
       round((5 + n * 104729 % 50000 / 100.0)::numeric, 2),
       (ARRAY['new', 'paid', 'shipped', 'delivered'])[1 + n % 4],
       timestamp '2026-01-01' + n * interval '17 minutes',
       timestamp '2026-01-01' + n * interval '17 minutes'
FROM generate_series(1, 500) n
ON CONFLICT DO NOTHING
"""

# One transaction each; the numbers are how many rows of each kind DMS should capture.
CHANGES = {
    "40 new orders": """
        INSERT INTO public.orders
        SELECT top + n, 1 + n, 'customer' || 1 + n || '@example.com', 9.99 + n, 'new',
               now()::timestamp, now()::timestamp
        FROM (SELECT max(order_id) AS top FROM public.orders) t, generate_series(1, 40) n
    """,
    "25 orders paid": """
        UPDATE public.orders SET status = 'paid', updated_at = now()::timestamp
        WHERE order_id IN (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 25 OFFSET 3)
    """,
    "10 orders deleted": """
        DELETE FROM public.orders
        WHERE order_id IN (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 10 OFFSET 40)
    """,
}

Row = tuple[Any, ...]


@contextmanager
def connection() -> Iterator[psycopg.Connection]:
    """A connection to the shop's database, as the site's secret describes it."""
    secret = client("secretsmanager").get_secret_value(SecretId=f"{PLATFORM}-source")
    values = json.loads(secret["SecretString"])
    with psycopg.connect(
        host=values["host"],
        port=values["port"],
        dbname=values["dbname"],
        user=values["username"],
        password=values["password"],
        connect_timeout=10,
    ) as opened:
        yield opened


def seed() -> int:
    """Make the shop's table with its first orders, unless there; how many orders it holds."""
    with connection() as shop:
        shop.execute(SCHEMA)
        if count(shop) == 0:
            shop.execute(FIRST_ORDERS)
        return count(shop)


def change() -> dict[str, int]:
    """Trade for a while: how many rows each kind of change touched."""
    touched = {}
    for what, statement in CHANGES.items():
        with connection() as shop:
            touched[what] = shop.execute(statement).rowcount
    return touched


def count(shop: psycopg.Connection) -> int:
    """How many orders the shop has."""
    row = shop.execute("SELECT count(*) FROM public.orders").fetchone()
    assert row is not None
    return int(row[0])


def orders() -> list[Row]:
    """Every order of the shop, every column as text, by key."""
    with connection() as shop:
        return shop.execute(
            "SELECT order_id, user_id, email, total_amount::text, status, "
            "created_at::text, updated_at::text FROM public.orders ORDER BY order_id"
        ).fetchall()
