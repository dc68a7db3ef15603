"""The load of a table's changes: COPY, deletes and MERGE in one batch, by a user with few rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.redshift_tools import (
    DATABASE,
    Bucket,
    BucketStorage,
    Desk,
    opened,
)

INT, TEXT = pa.int64(), pa.string()


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("load"), BucketStorage(bucket.s3)) as desk:
        yield desk


KEEP = """
    create table {s}.orders (order_id bigint not null, user_id bigint, email varchar(320),
        total_amount numeric(12,2), _seq varchar(50) not null, _loaded_at timestamp not null,
        primary key (order_id)) distkey (order_id) sortkey (order_id)
    ; create table {s}.tomb (order_id bigint not null, _seq varchar(50) not null, deleted_at timestamp)
    ; create table {s}.lock_orders (x int)
"""
LOAD = """
    lock table {s}.lock_orders
    ; create temp table stg (op varchar(1), order_id bigint, user_id bigint, email varchar(320),
        total_amount numeric(12,2), dms_seq varchar(50), bi_order_id bigint)
    ; copy stg from '{url}' iam_role default format as parquet manifest
    ; create temp table chg as
        select op, order_id, user_id, email, total_amount, seq from (
          select case when op = 'D' then 'D' else 'U' end as op, order_id, user_id, email, total_amount,
            coalesce(nullif(trim(dms_seq), ''), '0') as seq from stg
          union all
          select 'D', bi_order_id, null, null, null, dms_seq from stg
          where op = 'U' and bi_order_id is not null and bi_order_id <> order_id) e
        qualify row_number() over (partition by order_id
          order by seq desc, case when op = 'D' then 1 else 0 end) = 1
    ; select 1 / case when count(*) = 0 then 1 else 0 end from chg where order_id is null
    ; delete from chg using {s}.orders
        where chg.order_id = {s}.orders.order_id and chg.seq <= {s}.orders._seq
    ; delete from chg using {s}.tomb where chg.order_id = {s}.tomb.order_id and chg.seq <= {s}.tomb._seq
    ; delete from {s}.orders using chg where {s}.orders.order_id = chg.order_id and chg.op = 'D'
    ; delete from {s}.tomb using chg where {s}.tomb.order_id = chg.order_id
    ; insert into {s}.tomb (order_id, _seq, deleted_at) select order_id, seq, getdate() from chg where op = 'D'
    ; delete from chg where op = 'D'
    ; merge into {s}.orders using chg s on {s}.orders.order_id = s.order_id
        when matched then update set user_id = s.user_id, email = s.email, total_amount = s.total_amount,
          _seq = s.seq, _loaded_at = getdate()
        when not matched then insert (order_id, user_id, email, total_amount, _seq, _loaded_at)
          values (s.order_id, s.user_id, s.email, s.total_amount, s.seq, getdate())
"""


def change(
    bucket: Bucket, key: str, *rows: tuple[str, int, int | None, str | None, str, int | None]
) -> str:
    """A file of changes: operation, key, user, e-mail, sequence and former key."""
    ops, keys, users, emails, sequences, former = zip(*rows, strict=True)
    amounts = [None if user is None else Decimal(user) for user in users]
    return bucket.parquet(
        key,
        Op=(TEXT, ops),
        order_id=(INT, keys),
        user_id=(INT, users),
        email=(TEXT, emails),
        total_amount=(pa.decimal128(12, 2), amounts),
        dms_seq=(TEXT, sequences),
        BI_order_id=(INT, former),
    )


def statements(template: str, **values: str) -> list[str]:
    return [part.strip() for part in template.format(**values).split(";")]


@pytest.fixture
def loader(desk: Desk) -> Callable[[str], Any]:
    """Loads a manifest as a user that has only the rights a load needs."""
    schema, user = desk.schema(), "IAMR:mdw-sandbox-load"
    if not desk.rows(f"select 1 from pg_user where usename = '{user}'"):
        desk.run(f'create user "{user}" password disable')
    desk.run(
        *statements(KEEP, s=schema),
        f'grant usage on schema {schema} to "{user}"',
        f'grant select, insert, update, delete on all tables in schema {schema} to "{user}"',
        f'grant temp on database {DATABASE} to "{user}"',
    )

    def load(url: str) -> list[tuple[Any, ...]]:
        desk.run(*statements(LOAD, s=schema, url=url), user=user)
        return desk.rows(f"select order_id, user_id, email from {schema}.orders order by 1")

    return load


def test_a_load_applies_changes_and_repeats_without_effect(
    bucket: Bucket, loader: Callable[[str], Any]
) -> None:
    first = change(
        bucket,
        "load/1",
        ("I", 1, 1, "a", "", None),
        ("I", 2, 2, "b", "", None),
        ("I", 3, 3, "c", "", None),
    )
    second = change(
        bucket,
        "load/2",
        ("U", 1, 10, "a2", "11", 1),
        ("U", 1, 11, "a3", "12", 1),
        ("D", 2, None, None, "13", None),
        ("U", 30, 3, "c", "14", 3),
    )
    manifests = [
        bucket.url(bucket.manifest(f"load/m{number}", key))
        for number, key in enumerate((first, second))
    ]
    assert loader(manifests[0]) == [(1, 1, "a"), (2, 2, "b"), (3, 3, "c")]
    expected = [(1, 11, "a3"), (30, 3, "c")]
    for url in (manifests[1], manifests[1], manifests[0]):
        assert loader(url) == expected


def test_a_hundred_thousand_rows_load(
    desk: Desk, bucket: Bucket, loader: Callable[[str], Any]
) -> None:
    count = 100_000
    numbers = list(range(count))
    key = bucket.parquet(
        "big/1",
        Op=(TEXT, ["I"] * count),
        order_id=(INT, numbers),
        user_id=(INT, numbers),
        email=(TEXT, [f"user{number}@example.com" for number in numbers]),
        total_amount=(pa.decimal128(12, 2), [Decimal(number) for number in numbers]),
        dms_seq=(TEXT, [""] * count),
        BI_order_id=(INT, [None] * count),
    )
    url = bucket.url(bucket.manifest("big/manifest", key))
    assert len(loader(url)) == count
