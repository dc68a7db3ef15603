"""UNLOAD to parquet: what the files hold and are called, and who may write them.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD_command_examples.html
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.sandbox.redshift_tools import (
    COPY_ROLE,
    Bucket,
    BucketStorage,
    Desk,
    opened,
    schema_of_orders,
)

PARQUET = "iam_role default format as parquet"
EVERY_TYPE = """
    create table {schema}.every (
        b boolean, s smallint, i integer, l bigint, n numeric(38,4), r real, d double precision,
        c char(3), v varchar(20), day date, at timestamp, atz timestamptz, j super
    )
"""
ROWS_OF_TYPES = """
    insert into {schema}.every values
        (true, -1, 2, 9007199254740993, 12345678901234567890.1234, 1.5, -2.5, 'abc', 'é,"x"',
         '0044-03-15 BC', '1999-12-31 23:59:59.123456', '2026-01-01 00:00:00+02',
         json_parse('{{"a": [1, null]}}')),
        (null, null, null, null, null, null, null, null, null, null, null, null, null),
        (false, 0, 0, 0, 0, 0, 0, '', '', '2026-01-01', '2026-01-01', '2026-01-01', '"text"')
"""


@pytest.fixture(scope="module")
def bucket(aws: Callable[..., Any]) -> Bucket:
    return Bucket(aws("s3"))


@pytest.fixture(scope="module")
def desk(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("unload"), BucketStorage(bucket.s3)) as desk:
        yield desk


@pytest.fixture
def schema(desk: Desk) -> str:
    return schema_of_orders(desk)


def keys(bucket: Bucket, prefix: str) -> list[str]:
    """The names of the objects after the prefix."""
    listed = bucket.s3.list_objects_v2(Bucket=bucket.name, Prefix=prefix).get("Contents", [])
    return [each["Key"].removeprefix(prefix) for each in listed]


def body(bucket: Bucket, key: str) -> bytes:
    return bytes(bucket.s3.get_object(Bucket=bucket.name, Key=key)["Body"].read())


def table(bucket: Bucket, *names: str) -> pa.Table:
    parts = [pq.read_table(io.BytesIO(body(bucket, name))) for name in names]
    return pa.concat_tables(parts)


def unload(query: str, url: str, options: str = PARQUET) -> str:
    return f"unload ('{query}') to '{url}' {options}"


def test_every_type_reaches_its_parquet_type(desk: Desk, bucket: Bucket, schema: str) -> None:
    desk.run(EVERY_TYPE.format(schema=schema), ROWS_OF_TYPES.format(schema=schema))
    url = bucket.url(f"{schema}/every_")
    desk.run(
        unload(
            f"select * from {schema}.every order by l nulls last", url, f"{PARQUET} parallel off"
        )
    )
    assert keys(bucket, f"{schema}/every_") == ["000.parquet"]
    found = table(bucket, f"{schema}/every_000.parquet")
    assert [str(kind) for kind in found.schema.types] == [
        "bool", "int16", "int32", "int64", "decimal128(38, 4)", "float", "double", "string",
        "string", "date32[day]", "timestamp[us]", "timestamp[us]", "string",
    ]  # fmt: skip
    zero, full, null = found.drop_columns(["day"]).to_pylist()
    assert full == {
        "b": True, "s": -1, "i": 2, "l": 9007199254740993,
        "n": Decimal("12345678901234567890.1234"), "r": 1.5, "d": -2.5, "c": "abc", "v": 'é,"x"',
        "at": datetime(1999, 12, 31, 23, 59, 59, 123456), "atz": datetime(2025, 12, 31, 22),
        "j": '{"a": [1, null]}',
    }  # fmt: skip
    assert set(null.values()) == {None}
    assert zero["v"] == ""
    assert (
        found.column("day").cast(pa.int32()).to_pylist()[0] == date(2026, 1, 1).toordinal() - 719163
    )
    # what was unloaded loads again, BC and all; a zone is lost
    desk.run(
        EVERY_TYPE.format(schema=schema).replace(".every", ".back").replace("tz,", ","),
        f"copy {schema}.back from '{url}' {PARQUET} serializetojson",
    )
    columns = "b, s, i, l, n, r, d, c, v, day, at"
    lost = f"select {columns} from {schema}.every except select {columns} from {schema}.back"
    assert desk.rows(lost) == []


def test_files_are_named_as_the_examples_name_them(desk: Desk, bucket: Bucket, schema: str) -> None:
    url = bucket.url(f"{schema}/venue_pipe_")
    query = f"select order_id, email from {schema}.orders order by 1"
    assert desk.run(
        unload(query, url, f"{PARQUET} manifest verbose"), "select pg_last_unload_count()"
    )[-1].rows == [(2,)]
    assert keys(bucket, f"{schema}/venue_pipe_") == [
        "0000_part_00.parquet",
        "0001_part_00.parquet",
        "manifest",
    ]
    manifest = json.loads(body(bucket, f"{schema}/venue_pipe_manifest"))
    assert [entry["meta"]["record_count"] for entry in manifest["entries"]] == [1, 1]
    assert manifest["meta"]["record_count"] == 2
    assert manifest["schema"]["elements"] == [
        {"name": "order_id", "type": {"base": "bigint"}},
        {"name": "email", "type": {"base": "character varying", "max_length": 320}},
    ]
    desk.run(
        f"create table {schema}.again (a bigint, b varchar(320))",
        f"copy {schema}.again from '{url}manifest' {PARQUET} manifest",
    )
    assert desk.value(f"select count(*) from {schema}.again") == 2


def test_partitions_are_folders_of_hive(desk: Desk, bucket: Bucket, schema: str) -> None:
    desk.run(f"insert into {schema}.orders (order_id, email) values (3, null), (4, 'a/b')")
    url = bucket.url(f"{schema}/by")
    desk.run(
        unload(
            f"select order_id, email from {schema}.orders",
            url,
            f"{PARQUET} parallel off partition by (email)",
        )
    )
    assert keys(bucket, f"{schema}/by/") == [
        "email=__HIVE_DEFAULT_PARTITION__/000.parquet",
        "email=a%2Fb/000.parquet",
        "email=a@x/000.parquet",
        "email=b@x/000.parquet",
    ]
    found = table(bucket, f"{schema}/by/email=a@x/000.parquet")
    assert found.to_pylist() == [{"order_id": 1}]


def test_what_is_there_is_not_overwritten(desk: Desk, bucket: Bucket, schema: str) -> None:
    url = bucket.url(f"{schema}/x/")
    bucket.put(f"{schema}/x/stray", b"")
    query = f"select * from {schema}.orders"
    error = desk.error(unload(query, url))
    assert error.message.startswith("Specified unload destination on S3 is not empty.")
    desk.run(unload(query, url, f"{PARQUET} allowoverwrite"))
    assert len(keys(bucket, f"{schema}/x/")) == 3
    desk.run(unload(query, url, f"{PARQUET} cleanpath parallel off"))
    assert keys(bucket, f"{schema}/x/") == ["000.parquet"]
    both = desk.error(unload(query, url, f"{PARQUET} cleanpath allowoverwrite"))
    assert "CLEANPATH" in both.message
    # no rows, no files, no manifest
    desk.run(unload(f"{query} where false", url, f"{PARQUET} cleanpath manifest"))
    assert keys(bucket, f"{schema}/x/") == []


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        ("select order_id from {0}.orders", "iam_role default", "PARQUET only"),
        ("select order_id from {0}.orders", "iam_role default csv", "PARQUET only"),
        ("select order_id from {0}.orders", "format parquet", "IAM_ROLE"),
        ("select order_id from {0}.orders", f"{PARQUET} gzip", "GZIP is not supported"),
        ("select order_id from {0}.orders", f"{PARQUET} maxfilesize 4 mb", "between 5 MB and 6.2 GB"),
        ("select order_id from {0}.orders", f"{PARQUET} encrypted", "KMS_KEY_ID or AUTO"),
        ("select order_id from {0}.orders", f"{PARQUET} partition by (email)", '"email" does not exist'),
        ("select order_id from {0}.orders", f"{PARQUET} partition by (order_id)", "at least one column"),
        ("select order_id from {0}.orders limit 1", PARQUET, "LIMIT"),
        ("delete from {0}.orders", PARQUET, 'near "delete"'),
        ("select 1; drop table {0}.orders", PARQUET, "syntax error"),
        ("select order_id into {0}.o2 from {0}.orders", PARQUET, "INTO"),
        ("select sum(total_amount) from {0}.orders", PARQUET, "cast it to NUMERIC"),
        ("select ''a''::varbyte as v from {0}.orders", PARQUET, 'column "v"'),
    ],
)  # fmt: skip
def test_what_cannot_be_unloaded_is_refused(
    desk: Desk, bucket: Bucket, schema: str, query: str, options: str, message: str
) -> None:
    error = desk.error(unload(query.format(schema), bucket.url(f"{schema}/no/"), options))
    assert message in error.message
    assert keys(bucket, f"{schema}/no/") == []


def test_unload_needs_the_data_and_the_role(desk: Desk, bucket: Bucket, schema: str) -> None:
    user = f"IAM:{schema}"
    mine = unload(f"select * from {schema}.orders", bucket.url(f"{schema}/mine/"))
    desk.run(
        f'create user "{user}" password disable',
        f'grant usage on schema {schema} to "{user}"',
    )
    assert desk.error(mine, user=user).message == "permission denied for relation orders"
    desk.run(f'grant select (order_id, user_id) on {schema}.orders to "{user}"')
    desk.run(mine, user=user)
    found = table(bucket, f"{schema}/mine/0000_part_00.parquet")
    assert found.column_names == ["order_id", "user_id"]
    named = mine.replace("default", f"''{COPY_ROLE}''".replace("''", "'")) + " allowoverwrite"
    desk.run("revoke assumerole on all from public for all")
    try:
        assert desk.error(named, user=user).sqlstate == "42501"
        desk.run(f"grant assumerole on '{COPY_ROLE}' to \"{user}\" for copy")
        assert "ASSUMEROLE" in desk.error(named, user=user).message
        desk.run(f"grant assumerole on '{COPY_ROLE}' to \"{user}\" for unload")
        desk.run(named, user=user)
    finally:
        desk.run("grant assumerole on all to public for all")
    nobody = named.replace(COPY_ROLE, "arn:aws:iam::123456789012:role/other")
    assert "not authorized to assume" in desk.error(nobody, user=user).message
