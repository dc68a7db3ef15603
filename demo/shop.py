"""The shop's own database and what its application does there, over SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from demo.aws import PLATFORM, client
from demo.tables import TABLES, Row, comparable, selection

SCHEMA = """
CREATE TABLE IF NOT EXISTS public.customers (
    customer_id bigint PRIMARY KEY,
    email       varchar(320) NOT NULL,
    name        text NOT NULL,
    country     char(2),
    newsletter  boolean NOT NULL,
    preferences jsonb,
    created_at  timestamp
);
CREATE TABLE IF NOT EXISTS public.orders (
    order_id     bigint PRIMARY KEY,
    user_id      bigint,
    email        varchar(320),
    total_amount numeric(12, 2),
    status       varchar(32),
    created_at   timestamp,
    updated_at   timestamp
);
CREATE TABLE IF NOT EXISTS public.order_items (
    order_id    bigint REFERENCES public.orders ON UPDATE CASCADE ON DELETE CASCADE,
    line_number smallint,
    product     text,
    quantity    integer,
    unit_price  numeric(10, 2),
    shipped_on  date,
    PRIMARY KEY (order_id, line_number)
);
"""

FIRST_ROWS = """
INSERT INTO public.customers
SELECT n,
       'customer' || n || '@example.com',
       (ARRAY['Ada', 'Björn', 'Chloé', 'Daan', 'Élodie'])[1 + n % 5] || ' No. ' || n,
       (ARRAY['DE', 'FR', 'NL', 'SE'])[1 + n % 4],
       n % 3 = 0,
       CASE WHEN n % 7 > 0 THEN jsonb_build_object('language', 'en', 'page_size', 10 * (1 + n % 5)) END,
       timestamp '2025-01-01' + n * interval '31 hours'
FROM generate_series(1, 200) n;

INSERT INTO public.orders
SELECT n,
       1 + n * 7919 % 200,
       'customer' || 1 + n * 7919 % 200 || '@example.com',
       NULL,
       (ARRAY['new', 'paid', 'shipped', 'delivered'])[1 + n % 4],
       timestamp '2026-01-01' + n * interval '17 minutes',
       timestamp '2026-01-01' + n * interval '17 minutes'
FROM generate_series(1, 500) n;

INSERT INTO public.order_items
SELECT order_id,
       line,
       (ARRAY['teapot', 'mug', 'green tea', 'strainer', 'honey'])[1 + (order_id + line) % 5],
       1 + (order_id * line) % 3,
       round((5 + order_id * line * 104729 % 5000 / 100.0)::numeric, 2),
       CASE WHEN status IN ('shipped', 'delivered') THEN created_at::date + 2 END
FROM public.orders, generate_series(1, 3) line
WHERE line <= 1 + order_id % 3;

UPDATE public.orders o SET total_amount =
    (SELECT sum(quantity * unit_price) FROM public.order_items i WHERE i.order_id = o.order_id);
"""

# Each is one transaction of statements over several tables.
CHANGES = (
    {
        "new customers": """
            INSERT INTO public.customers
            SELECT top + n, 'customer' || top + n || '@example.com', 'Fay No. ' || top + n, 'ES',
                   true, '{"language": "es", "page_size": 20}', now()::timestamp
            FROM (SELECT max(customer_id) AS top FROM public.customers) t, generate_series(1, 20) n
        """,
        "new orders": """
            INSERT INTO public.orders
            SELECT top + n, 1 + n, 'customer' || 1 + n || '@example.com', 2 * (9.99 + n), 'new',
                   now()::timestamp, now()::timestamp
            FROM (SELECT max(order_id) AS top FROM public.orders) t, generate_series(1, 40) n
        """,
        "new items": """
            INSERT INTO public.order_items
            SELECT order_id, line, 'black tea', 1, total_amount / 2, NULL
            FROM (SELECT * FROM public.orders ORDER BY order_id DESC LIMIT 40) o,
                 generate_series(1, 2) line
        """,
    },
    {
        "orders shipped": """
            UPDATE public.orders SET status = 'shipped', updated_at = now()::timestamp
            WHERE order_id IN
                (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 25 OFFSET 3)
        """,
        "items shipped": """
            UPDATE public.order_items SET shipped_on = current_date
            WHERE line_number = 1 AND order_id IN
                (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 25 OFFSET 3)
        """,
        "customers unsubscribed": """
            UPDATE public.customers
            SET newsletter = false, preferences = preferences || '{"newsletter": "never"}'
            WHERE customer_id IN
                (SELECT customer_id FROM public.customers ORDER BY customer_id LIMIT 15)
        """,
    },
    {
        "items deleted": """
            DELETE FROM public.order_items
            WHERE order_id IN
                (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 10 OFFSET 40)
        """,
        "orders deleted": """
            DELETE FROM public.orders
            WHERE order_id IN
                (SELECT order_id FROM public.orders ORDER BY order_id LIMIT 10 OFFSET 40)
        """,
        "customers deleted": """
            DELETE FROM public.customers
            WHERE customer_id IN
                (SELECT customer_id FROM public.customers ORDER BY customer_id LIMIT 5 OFFSET 20)
        """,
    },
)


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


def seed() -> dict[str, int]:
    """Make the shop's tables with their first rows, unless there; how many each holds."""
    with connection() as shop:
        shop.execute(SCHEMA)
        if not any(_counts(shop).values()):
            shop.execute(FIRST_ROWS)
        return _counts(shop)


def change() -> dict[str, int]:
    """Trade for a while: how many rows each kind of change touched."""
    touched = {}
    for transaction in CHANGES:
        with connection() as shop:
            for what, statement in transaction.items():
                touched[what] = shop.execute(statement).rowcount
    return touched


def _counts(shop: psycopg.Connection) -> dict[str, int]:
    counts = {}
    for table in TABLES:
        row = shop.execute(f"SELECT count(*) FROM public.{table}").fetchone()
        assert row is not None
        counts[table] = int(row[0])
    return counts


def rows(table: str) -> list[Row]:
    """Every row of a table of the shop by key, in a form that compares with the warehouse's."""
    with connection() as shop:
        found = shop.execute(selection("public", table, "preferences::varchar")).fetchall()
    return comparable(found)
