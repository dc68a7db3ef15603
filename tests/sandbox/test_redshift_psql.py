r"""What psql asks a server that says it is PostgreSQL 8.0, up to its version 14.

The queries are those of \d NAME in src/bin/psql/describe.c; later ones ask for more, in vain.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.redshift_tools import Desk, opened

TABLES = """
    create table shop.customers (id int primary key, email varchar(320) encode zstd, unique (email));
    create table shop.orders (
        id bigint identity(1, 1), customer int references shop.customers (id), total numeric(12, 2) not null default 0
    )
"""
NAMED = """
    SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname OPERATOR(pg_catalog.~) '^(orders)$' AND n.nspname OPERATOR(pg_catalog.~) '^(shop)$'
    ORDER BY 2, 3
"""
KIND = """
    SELECT relchecks, relkind, relhasindex, relhasrules, reltriggers <> 0, false, false, relhasoids,
      false as relispartition, '', reltablespace
    FROM pg_catalog.pg_class WHERE oid = '{oid}'
"""
COLUMNS = """
    SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
      (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
       WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef),
      a.attnotnull, NULL AS attcollation, ''::pg_catalog.char AS attidentity, ''::pg_catalog.char AS attgenerated
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = '{oid}' AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
"""
INDEXES = """
    SELECT c2.relname, i.indisprimary, i.indisunique, i.indisclustered, true as indisvalid,
      pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), null AS constraintdef, null AS contype,
      false AS condeferrable, false AS condeferred, false AS indisreplident, c2.reltablespace
    FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i
    WHERE c.oid = '{oid}' AND c.oid = i.indrelid AND i.indexrelid = c2.oid
    ORDER BY i.indisprimary DESC, i.indisunique DESC, c2.relname
"""
REFERENCES = """
    SELECT true as sametable, conname, pg_catalog.pg_get_constraintdef(r.oid, true) as condef,
      conrelid::pg_catalog.regclass AS ontable
    FROM pg_catalog.pg_constraint r WHERE r.conrelid = '{oid}' AND r.contype = 'f' ORDER BY conname
"""
REFERRING = """
    SELECT conname, conrelid::pg_catalog.regclass AS ontable, pg_catalog.pg_get_constraintdef(oid, true) AS condef
    FROM pg_catalog.pg_constraint WHERE confrelid = {oid} AND contype = 'f' ORDER BY conname
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("psql")) as desk:
        desk.run("create schema shop", *TABLES.split(";"))
        yield desk


@pytest.fixture(scope="module")
def orders(desk: Desk) -> int:
    ((oid, schema, name),) = desk.rows(NAMED)
    assert (schema, name) == ("shop", "orders")
    return int(oid)


@pytest.fixture(scope="module")
def customers(desk: Desk) -> int:
    ((oid, _, _),) = desk.rows(NAMED.replace("orders", "customers"))
    return int(oid)


def test_it_is_told_what_the_relation_is(desk: Desk, orders: int, customers: int) -> None:
    kind, has_index = 1, 2
    (told,) = desk.rows(KIND.format(oid=orders))
    assert (told[kind], told[has_index]) == ("r", False)
    (told,) = desk.rows(KIND.format(oid=customers))
    assert (told[kind], told[has_index]) == ("r", True)


def test_it_is_told_the_columns(desk: Desk, orders: int) -> None:
    told = [row[:4] for row in desk.rows(COLUMNS.format(oid=orders))]
    assert told == [
        ("id", "bigint", f"\"identity\"({orders}, 0, '1,1'::text)", True),
        ("customer", "integer", None, False),
        ("total", "numeric(12,2)", "0", True),
    ]


def test_it_is_told_the_keys_as_indexes(desk: Desk, customers: int) -> None:
    told = [(row[0], row[1], row[5]) for row in desk.rows(INDEXES.format(oid=customers))]
    definition = "CREATE UNIQUE INDEX customers_{} ON shop.customers USING btree ({})"
    assert told == [
        ("customers_pkey", True, definition.format("pkey", "id")),
        ("customers_email_key", False, definition.format("email_key", "email")),
    ]


def test_it_is_told_the_references(desk: Desk, orders: int, customers: int) -> None:
    name, definition = (
        "orders_customer_fkey",
        "FOREIGN KEY (customer) REFERENCES shop.customers(id)",
    )
    assert desk.rows(REFERENCES.format(oid=orders)) == [(True, name, definition, "shop.orders")]
    assert desk.rows(REFERRING.format(oid=customers)) == [(name, "shop.orders", definition)]
