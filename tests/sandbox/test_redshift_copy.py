"""COPY of parquet files, and the load of a table's changes that stands on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.redshift_tools import (
    COPY_ROLE,
    DATABASE,
    BucketStorage,
    Bucket,
    Desk,
    opened,
)

PARQUET = "iam_role default format as parquet"
INT, TEXT = pa.int64(), pa.string()


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("copy"), BucketStorage(bucket.s3)) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    """A schema with an empty table of two columns."""
    name = desk.schema()
    desk.run(f"create table {name}.t (a bigint, b varchar(5))")
    return name


def spectrum_error(desk: Desk, *statements: str) -> str:
    error = desk.error(*statements)
    assert error.message == "Spectrum Scan Error"
    return error.detail


def test_every_type_arrives_unchanged(desk: Desk, bucket: Bucket, schema: str) -> None:
    desk.run(
        f"create table {schema}.every (sm smallint, i int, b bigint, r real, d float8, n numeric(12,2),"
        " bo boolean, day date, ts timestamp, v varchar(20), c char(3), vb varbyte)"
    )
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901)
    key = bucket.parquet(
        f"{schema}/every.parquet",
        any_name=(pa.int16(), [1, None]),
        i=(pa.int32(), [2, None]),
        b=(INT, [2**40, None]),
        r=(pa.float32(), [0.5, None]),
        d=(pa.float64(), [0.1, None]),
        n=(pa.decimal128(12, 2), [Decimal("-3.50"), None]),
        bo=(pa.bool_(), [True, None]),
        day=(pa.date32(), [date(2026, 1, 2), None]),
        ts=(pa.timestamp("us"), [moment, None]),
        v=(TEXT, ['é,"\n\\', ""]),
        c=(TEXT, ["abc", None]),
        vb=(pa.binary(), [b"\x00\xff", None]),
    )
    (result,) = desk.run(f"copy {schema}.every from '{bucket.url(key)}' {PARQUET}")
    assert result.row_count == 2
    full, empty = desk.rows(f"select * from {schema}.every order by i nulls last")
    assert full == (
        *(1, 2, 2**40, 0.5, 0.1, Decimal("-3.50"), True, date(2026, 1, 2), moment),
        *('é,"\n\\', "abc", "00ff"),
    )
    assert empty == (*(None,) * 9, "", None, None)


def test_columns_are_matched_by_position(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/p", b=(INT, [1]), a=(TEXT, ["x"]))
    desk.run(f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}")
    reverse = bucket.parquet(f"{schema}/reverse", b=(TEXT, ["y"]), a=(INT, [2]))
    desk.run(f"copy {schema}.t (b, a) from '{bucket.url(reverse)}' {PARQUET}")
    assert desk.rows(f"select a, b from {schema}.t order by a") == [(1, "x"), (2, "y")]


def test_a_prefix_takes_all_that_begins_with_it(desk: Desk, bucket: Bucket, schema: str) -> None:
    for name, value in (("orders/1", 1), ("orders_old/1", 2), ("other/1", 3)):
        bucket.parquet(f"{schema}/{name}", a=(INT, [value]), b=(TEXT, ["x"]))
    desk.run(f"copy {schema}.t from '{bucket.url(schema)}/orders' {PARQUET}")
    assert desk.rows(f"select a from {schema}.t order by a") == [(1,), (2,)]


def test_a_manifest_takes_just_what_it_lists(desk: Desk, bucket: Bucket, schema: str) -> None:
    keys = [
        bucket.parquet(f"{schema}/{n}", a=(INT, [n]), b=(TEXT, ["x"])) for n in (1, 2, 3)
    ]
    manifest = bucket.manifest(f"{schema}/manifest", keys[0], keys[2], keys[2])
    rows = desk.rows(
        f"copy {schema}.t from '{bucket.url(manifest)}' {PARQUET} manifest",
        "select pg_last_copy_count()",
    )
    assert rows == [(3,)]
    assert desk.rows(f"select a from {schema}.t order by a") == [(1,), (3,), (3,)]


def test_a_manifest_must_tell_the_size(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    for name, meta in (("none", {"other": 1}), ("wrong", {"content_length": 1})):
        manifest = bucket.manifest(f"{schema}/{name}", key, **meta)
        error = desk.error(f"copy {schema}.t from '{bucket.url(manifest)}' {PARQUET} manifest")
        assert "content_length" in str(error)


def test_what_a_manifest_calls_mandatory_must_be_there(
    desk: Desk, bucket: Bucket, schema: str
) -> None:
    there = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    copy = f"copy {schema}.t from '{{}}' {PARQUET} manifest"
    strict = bucket.manifest(f"{schema}/strict", there, f"{schema}/gone")
    assert "mandatory" in desk.error(copy.format(bucket.url(strict))).message
    lenient = bucket.manifest(f"{schema}/lenient", there, f"{schema}/gone", mandatory=False)
    assert desk.run(copy.format(bucket.url(lenient)))[0].row_count == 1
    nothing = bucket.manifest(f"{schema}/nothing", f"{schema}/gone", mandatory=False)
    assert "No files were found" in desk.error(copy.format(bucket.url(nothing))).message


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"entries": [{}]}', b"\xff"])
def test_a_broken_manifest_is_told(desk: Desk, bucket: Bucket, schema: str, body: bytes) -> None:
    url = bucket.url(bucket.put(f"{schema}/manifest", body))
    error = desk.error(f"copy {schema}.t from '{url}' {PARQUET} manifest")
    assert error.message.startswith("Problem reading manifest file")


def test_the_number_of_columns_must_match(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]))
    copy = f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}"
    detail = spectrum_error(desk, copy)
    assert "code:      15007" in detail
    assert "Table columns: 2, Data columns: 1" in detail
    assert desk.run(f"{copy} fillrecord")[0].row_count == 1
    assert desk.rows(f"select * from {schema}.t") == [(1, None)]


@pytest.mark.parametrize(
    ("declared", "kind", "value", "shown"),
    [
        ("bigint", pa.int32(), 1, "Column type: BIGINT, Parquet schema: optional int32"),
        ("int", pa.int64(), 1, "Column type: INT, Parquet schema: optional int64"),
        ("varchar(9)", pa.int64(), 1, "Column type: VARCHAR(9), Parquet schema: optional int64"),
        ("timestamp", pa.string(), "2026-01-01", "Column type: TIMESTAMP, Parquet schema"),
        ("date", pa.timestamp("us"), datetime(2026, 1, 1), "Column type: DATE"),
        ("numeric(12,2)", pa.decimal128(12, 3), Decimal("1.000"), "Column type: DECIMAL(12, 2)"),
        ("numeric(12,2)", pa.float64(), 1.0, "Column type: DECIMAL(12, 2)"),
        ("float8", pa.float32(), 1.0, "Column type: DOUBLE"),
        ("boolean", pa.string(), "true", "Column type: BOOLEAN"),
        ("super", pa.string(), "{}", "Column type: SUPER"),
    ],
)
def test_types_are_not_converted(
    desk: Desk, bucket: Bucket, schema: str, declared: str, kind: pa.DataType, value: Any, shown: str
) -> None:
    desk.run(f"create table {schema}.typed (x {declared})")
    key = bucket.parquet(f"{schema}/typed", x=(kind, [value]))
    detail = spectrum_error(desk, f"copy {schema}.typed from '{bucket.url(key)}' {PARQUET}")
    assert "has an incompatible Parquet schema for column" in detail
    assert shown in detail


def test_super_takes_text_with_serializetojson(desk: Desk, bucket: Bucket, schema: str) -> None:
    desk.run(f"create table {schema}.typed (x super)")
    key = bucket.parquet(f"{schema}/typed", x=(TEXT, ['{"a": 1}']))
    desk.run(f"copy {schema}.typed from '{bucket.url(key)}' {PARQUET} serializetojson")
    assert desk.rows(f"select json_serialize(x) from {schema}.typed") == [('{"a": 1}',)]


def test_one_bad_file_loads_none(desk: Desk, bucket: Bucket, schema: str) -> None:
    bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    bucket.parquet(f"{schema}/2", a=(INT, [2]), b=(TEXT, ["ééé"]))
    detail = spectrum_error(desk, f"copy {schema}.t from '{bucket.url(schema)}/' {PARQUET}")
    assert "Table: 5, Data: 6" in detail
    assert desk.value(f"select count(*) from {schema}.t") == 0
    bucket.put(f"{schema}/2", b"no parquet")
    assert "not a valid Parquet file" in spectrum_error(
        desk, f"copy {schema}.t from '{bucket.url(schema)}/' {PARQUET}"
    )


def test_a_null_is_refused_where_the_table_wants_none(
    desk: Desk, bucket: Bucket, schema: str
) -> None:
    desk.run(f"create table {schema}.strict (a bigint not null)")
    key = bucket.parquet(f"{schema}/1", a=(INT, [None]))
    assert "NOT NULL" in spectrum_error(
        desk, f"copy {schema}.strict from '{bucket.url(key)}' {PARQUET}"
    )


@pytest.mark.parametrize(
    "option",
    [
        "region 'us-east-1'",
        "maxerror 10",
        "gzip",
        "delimiter ','",
        "truncatecolumns",
        "compupdate off",
        "dateformat 'auto'",
        "acceptanydate",
        "ignoreheader 1",
    ],
)
def test_options_that_parquet_does_not_have_are_refused(
    desk: Desk, schema: str, option: str
) -> None:
    error = desk.error(f"copy {schema}.t from 's3://b/k' {PARQUET} {option}")
    name = option.split()[0].upper()
    assert error.message == f"{name} argument is not supported for PARQUET based COPY"


@pytest.mark.parametrize(
    "tail", ["format as parquet", "iam_role default", "iam_role default csv", "iam_role 'x' format parquet"]
)
def test_an_incomplete_copy_is_refused(desk: Desk, schema: str, tail: str) -> None:
    assert desk.error(f"copy {schema}.t from 's3://b/k' {tail}").sqlstate in {"42601", "0A000", "XX000"}


def test_storage_says_who_may_read(desk: Desk, bucket: Bucket, schema: str) -> None:
    copy = f"copy {schema}.t from '{bucket.url(schema)}'"
    other = "iam_role 'arn:aws:iam::123456789012:role/other' format as parquet"
    assert "not authorized to assume" in desk.error(f"{copy} {other}").message
    assert "does not exist" in desk.error(f"{copy} {PARQUET}").message
    nowhere = desk.error(f"copy {schema}.t from 's3://no-such-bucket-here/x' {PARQUET}")
    assert "S3ServiceException" in nowhere.message
    assert "NoSuchBucket" in nowhere.message


def test_loads_are_told_to_their_users(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1, 2]), b=(TEXT, ["x", "y"]))
    copy = f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}"
    desk.run(copy)
    desk.error(copy, "select 1 / 0")  # loaded, then rolled back: the record stays
    desk.error(f"copy {schema}.t from '{bucket.url(schema)}/gone' {PARQUET}")
    history = "select status, loaded_rows from sys_load_history where data_source like :source order by query_id"
    source = [{"name": "source", "value": f"%{schema}%"}]
    assert desk.rows(history, parameters=source) == [
        ("completed", 2),
        ("completed", 2),
        ("failed", 0),
    ]
    assert desk.rows(history, user="IAM:stranger", parameters=source) == []
    files = desk.rows("select file_name from sys_load_detail where file_name = :f", parameters=[
        {"name": "f", "value": bucket.url(key)}
    ])
    assert len(files) == 2


def test_assumerole_is_open_until_it_is_revoked(desk: Desk, bucket: Bucket, schema: str) -> None:
    user, role = f"IAMR:loader-{schema}", f"loader_{schema}"
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    copy = f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}"
    desk.run(
        f'create user "{user}" password disable',
        f"create role {role}",
        f'grant role {role} to "{user}"',
        f"grant usage on schema {schema} to role {role}",
        f"grant insert on {schema}.t to role {role}",
    )
    desk.run(copy, user=user)
    desk.run("revoke assumerole on all from public for all")
    try:
        assert "ASSUMEROLE" in desk.error(copy, user=user).message
        desk.run(f"grant assumerole on '{COPY_ROLE}' to role {role} for unload")
        assert desk.error(copy, user=user).sqlstate == "42501"
        desk.run(f"grant assumerole on '{COPY_ROLE}' to role {role} for copy")
        desk.run(copy, user=user)
        desk.run(f"revoke assumerole on '{COPY_ROLE}' from role {role} for copy")
        assert desk.error(copy, user=user).sqlstate == "42501"
        not_super = f'grant assumerole on all to "{user}" for copy'
        assert desk.error(not_super, user=user).sqlstate == "42501"
    finally:
        desk.run("grant assumerole on all to public for all")
    desk.run(copy, user=user)


def test_copy_needs_insert_on_the_table(desk: Desk, bucket: Bucket, schema: str) -> None:
    key = bucket.parquet(f"{schema}/1", a=(INT, [1]), b=(TEXT, ["x"]))
    user = f"IAM:{schema}"
    desk.run(f'create user "{user}" password disable', f'grant usage on schema {schema} to "{user}"')
    error = desk.error(f"copy {schema}.t from '{bucket.url(key)}' {PARQUET}", user=user)
    assert error.message == "permission denied for relation t"


# the load of a table's changes

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
        bucket, "load/1", ("I", 1, 1, "a", "", None), ("I", 2, 2, "b", "", None), ("I", 3, 3, "c", "", None)
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


def test_a_hundred_thousand_rows_load_within_seconds(
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
    started = time.monotonic()
    assert len(loader(url)) == count
    assert time.monotonic() - started < 10
