"""COPY of parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.redshift_tools import (
    Bucket,
    BucketStorage,
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


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-719_162, "0001-01-01"),
        (-719_163, "0001-12-31 BC"),
        (-719_529, "0002-12-31 BC"),
        (-735_160, "0044-03-15 BC"),
        (-2_440_550, "4713-01-01 BC"),
        (2_932_896, "9999-12-31"),
        (2_932_897, "10000-01-01"),
    ],
)
def test_years_that_python_has_not_arrive(
    desk: Desk, bucket: Bucket, schema: str, days: int, told: str
) -> None:
    desk.run(f"create table {schema}.years (day date, moment timestamp)")
    moment = days * 86_400_000_000 + 1_000_001
    key = bucket.parquet(
        f"{schema}/years",
        day=(pa.date32(), [days, None]),
        moment=(pa.timestamp("us"), [moment, None]),
    )
    desk.run(f"copy {schema}.years from '{bucket.url(key)}' {PARQUET}")
    day, _, era = told.partition(" ")
    expected = (told, f"{day} 00:00:01.000001 {era}".strip())
    texts = "cast(day as varchar(40)), cast(moment as varchar(40))"
    assert desk.rows(f"select {texts} from {schema}.years order by day") == [expected, (None, None)]


def test_a_day_before_the_first_that_redshift_has_is_refused(
    desk: Desk, bucket: Bucket, schema: str
) -> None:
    desk.run(f"create table {schema}.early (day date)")
    key = bucket.parquet(f"{schema}/early", day=(pa.date32(), [-3_000_000]))
    assert "out of range" in str(
        desk.error(f"copy {schema}.early from '{bucket.url(key)}' {PARQUET}")
    )


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
    keys = [bucket.parquet(f"{schema}/{n}", a=(INT, [n]), b=(TEXT, ["x"])) for n in (1, 2, 3)]
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
    desk: Desk,
    bucket: Bucket,
    schema: str,
    declared: str,
    kind: pa.DataType,
    value: Any,
    shown: str,
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
    name = option.split(maxsplit=1)[0].upper()
    assert error.message == f"{name} argument is not supported for PARQUET based COPY"


@pytest.mark.parametrize(
    "tail",
    [
        "format as parquet",
        "iam_role default",
        "iam_role default csv",
        "iam_role 'x' format parquet",
    ],
)
def test_an_incomplete_copy_is_refused(desk: Desk, schema: str, tail: str) -> None:
    assert desk.error(f"copy {schema}.t from 's3://b/k' {tail}").sqlstate in {
        "42601",
        "0A000",
        "XX000",
    }
