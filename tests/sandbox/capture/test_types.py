"""The types of PostgreSQL in the files, from full loads and from changes alike."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.sandbox.capture.conftest import SAFE, Capturing
from tests.sandbox.capture_tools import until

MOMENT = datetime.datetime(2024, 2, 29, 13, 14, 15, 123456)
FOREVER = datetime.datetime(9999, 12, 31, 23, 59, 59)
US = pa.timestamp("us")
# Column type, literal, type in the file, value in the file
VALUES: list[tuple[str, str, pa.DataType, Any]] = [
    ("smallint", "-7", pa.int16(), -7),
    ("integer", "7", pa.int32(), 7),
    ("bigint", "9223372036854775807", pa.int64(), 2**63 - 1),
    ("numeric(12,2)", "1234567890.5", pa.decimal128(12, 2), Decimal("1234567890.50")),
    ("numeric(38,10)", "0.1", pa.decimal128(38, 10), Decimal("0.1")),
    ("numeric", "12.345678", pa.decimal128(28, 6), Decimal("12.345678")),
    ("numeric(50,2)", "1.5", pa.string(), "1.50"),
    ("real", "1.5", pa.float32(), 1.5),
    ("double precision", "'-infinity'", pa.float64(), float("-inf")),
    ("money", "'1234.56'", pa.decimal128(38, 4), Decimal("1234.56")),
    ("timestamp", "'2024-02-29 13:14:15.123456'", US, MOMENT),
    ("timestamptz", "'2024-02-29 15:14:15.123456+02'", US, MOMENT),
    ("timestamp", "'infinity'", US, FOREVER),
    ("date", "'2024-02-29'", pa.date32(), MOMENT.date()),
    ("time", "'13:14:15.123456'", pa.time64("us"), MOMENT.time()),
    ("time(3)", "'13:14:15.123'", pa.time32("ms"), datetime.time(13, 14, 15, 123000)),
    ("boolean", "true", pa.string(), "true"),
    ("boolean", "false", pa.string(), "false"),
    ("varchar(20)", "''", pa.string(), ""),
    ("varchar(20)", "E'a\\n\"b\",c\\\\N'", pa.string(), 'a\n"b",c\\N'),
    ("char(5)", "'ab'", pa.string(), "ab"),
    ("text", "'ünï'", pa.string(), "ünï"),
    (
        "uuid",
        "'{C0FFEE00-0000-4000-8000-000000000000}'",
        pa.string(),
        "c0ffee00-0000-4000-8000-000000000000",
    ),
    ("jsonb", '\'{"b":1,"a":[]}\'', pa.string(), '{"a": [], "b": 1}'),
    ("integer[]", "'{1,NULL,3}'", pa.string(), "{1,NULL,3}"),
    ("bytea", "'\\x00ff10'", pa.binary(), b"\x00\xff\x10"),
    ("interval", "'1 day 02:00'", pa.string(), "1 day 02:00:00"),
    ("inet", "'10.0.0.1/8'", pa.string(), "10.0.0.1/8"),
    ("mood", "'glad'", pa.string(), "glad"),
    ("price", "9.99", pa.decimal128(10, 2), Decimal("9.99")),
    ("varchar(3)", "null", pa.string(), None),
    ("integer", "null", pa.int32(), None),
]


def test_every_type_is_the_same_in_loads_and_changes(capturing: Capturing) -> None:
    capturing.sql.execute("create type mood as enum ('glad', 'sad')")
    capturing.sql.execute("create domain price as numeric(10,2)")
    columns = ", ".join(f"c{i} {kind}" for i, (kind, *_) in enumerate(VALUES))
    capturing.sql.execute(f"create table t (id int primary key, {columns})")
    literals = ", ".join(literal for _, literal, *_ in VALUES)
    capturing.sql.execute(f"insert into t values (1, {literals})")
    capturing.start()
    capturing.sql.execute(f"insert into t values (2, {literals})")
    capturing.until_changes("public/t", 1)
    for name in (*capturing.landed.loads("public/t"), *capturing.landed.changes("public/t")):
        table = capturing.landed.read("public/t", name)
        (row,) = table.to_pylist()
        for i, (kind, literal, arrow, value) in enumerate(VALUES):
            assert table.schema.field(f"c{i}").type == arrow, (name, kind)
            assert row[f"c{i}"] == value, (name, kind, literal)


def test_booleans_and_milliseconds_when_the_endpoints_say_so(capturing: Capturing) -> None:
    capturing.sql.execute("create table t (id int primary key, b boolean, m timestamp)")
    capturing.sql.execute("insert into t values (1, false, '2024-01-01 00:00:00.123456')")
    capturing.target = dataclasses.replace(capturing.target, booleans=True, milliseconds=True)
    capturing.start()
    load = capturing.landed.read("public/t", "LOAD00000001.parquet")
    assert load.schema.field("b").type == pa.bool_()
    assert load["m"].to_pylist() == [datetime.datetime(2024, 1, 1, 0, 0, 0, 123000)]
    assert load["b"].to_pylist() == [False]


def test_moments_far_from_now_are_those_of_the_source(capturing: Capturing) -> None:
    capturing.sql.execute("create table t (id int primary key, at timestamp, d date)")
    far = "make_interval(days => g * 7919) + interval '0.000001 second'"
    capturing.sql.execute(
        f"insert into t select g, m, m::date from (select g, '2000-03-01'::timestamp + {far} as m"
        " from generate_series(-300, 2000) g) x"
    )
    capturing.start()
    load = capturing.landed.read("public/t", "LOAD00000001.parquet")
    landed = zip(
        load["id"].to_pylist(),
        load["at"].cast(pa.int64()).to_pylist(),
        load["d"].cast(pa.int32()).to_pylist(),
        strict=True,
    )
    epochs = "(extract(epoch from at) * 1000000)::bigint, d - '1970-01-01'::date"
    assert list(landed) == capturing.sql.execute(f"select id, {epochs} from t").fetchall()


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        ("numeric(12,2)", "'NaN'"),
        ("numeric", "'Infinity'"),
        ("numeric", "0.1234567"),
        ("time", "'24:00:00'"),
    ],
)
def test_a_value_without_a_place_in_the_file_stops_the_capture(
    capturing: Capturing, kind: str, literal: str
) -> None:
    capturing.sql.execute(f"create table t (id int primary key, v {kind})")
    capturing.start()
    capturing.sql.execute(f"insert into t values (1, {literal})")
    assert "Column v" in capturing.failed()
    assert capturing.landed.changes("public/t") == []


def test_a_lenient_capture_skips_the_record_and_says_so(capturing: Capturing) -> None:
    capturing.sql.execute("create table t (id int primary key, v numeric(5,1))")
    capturing.sql.execute("insert into t values (1, 1), (2, 'NaN')")
    capturing.behaviour = dataclasses.replace(SAFE, data_error="LOG_ERROR")
    capturing.start()
    capturing.sql.execute("insert into t values (3, 'NaN'), (4, 4)")
    capturing.drained()
    assert [row["id"] for row in capturing.landed.load_rows("public/t")] == [1]
    assert [row["id"] for row in capturing.landed.change_rows("public/t")] == [4]
    assert capturing.stats("t").load_error_rows == 1
    assert any("'NaN'" in message for message in capturing.heard.messages)


def test_a_table_in_error_is_suspended_alone(capturing: Capturing) -> None:
    capturing.sql.execute("create table bad (id int primary key, v numeric(5,1))")
    capturing.sql.execute("create table good (id int primary key)")
    capturing.behaviour = dataclasses.replace(SAFE, data_error="SUSPEND_TABLE")
    capturing.start()
    capturing.sql.execute("insert into bad values (1, 'NaN')")
    until(lambda: capturing.stats("bad").suspended)
    capturing.sql.execute("insert into bad values (2, 2)")
    capturing.sql.execute("insert into good values (1)")
    capturing.drained()
    assert capturing.landed.names("public/bad") == []
    assert len(capturing.landed.change_rows("public/good")) == 1
    assert capturing.stats("bad").state == "Table error"


class TestLargeObjects:
    def test_one_over_the_limit_stops_the_capture(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table t (id int primary key, note text)")
        capturing.behaviour = dataclasses.replace(SAFE, lob_bytes=1024)
        capturing.start()
        capturing.sql.execute("insert into t values (1, repeat('x', 1025))")
        assert "LobMaxSize" in capturing.failed()

    def test_one_over_the_limit_is_cut_when_that_is_allowed(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table t (id int primary key, note text, raw bytea)")
        capturing.sql.execute(
            "insert into t values (1, repeat('é', 600), decode(repeat('ab', 2000), 'hex'))"
        )
        capturing.behaviour = dataclasses.replace(
            SAFE, lob_bytes=1024, truncation_error="LOG_ERROR"
        )
        capturing.start()
        (row,) = capturing.landed.load_rows("public/t")
        assert row["note"] == "é" * 512
        assert row["raw"] == b"\xab" * 1024
        assert any("truncated" in message for message in capturing.heard.messages)

    def test_one_that_an_update_left_alone_is_looked_up(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table t (id int primary key, note text, n int)")
        capturing.sql.execute("alter table t alter note set storage external")
        capturing.start()
        capturing.sql.execute("insert into t values (1, repeat('long', 2000), 1)")
        capturing.sql.execute("update t set n = 2")
        insert, update = capturing.until_changes("public/t", 2)
        assert update["n"] == 2
        assert update["note"] == insert["note"] == "long" * 2000

    def test_a_wide_string_that_is_no_large_object_stops_the_capture(
        self, capturing: Capturing
    ) -> None:
        capturing.sql.execute("create table t (id int primary key, v varchar(9000), n int)")
        capturing.sql.execute("alter table t alter v set storage external")
        capturing.sql.execute("insert into t values (1, repeat('long', 2000), 1)")
        capturing.start()
        capturing.sql.execute("update t set n = 2")
        assert "REPLICA IDENTITY FULL" in capturing.failed()

    def test_a_full_identity_tells_what_was_left_alone(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table t (id int primary key, v varchar(9000), n int)")
        capturing.sql.execute("alter table t alter v set storage external")
        capturing.sql.execute("alter table t replica identity full")
        capturing.sql.execute("insert into t values (1, repeat('long', 2000), 1)")
        capturing.start()
        capturing.sql.execute("update t set n = 2")
        capturing.sql.execute("delete from t")
        update, delete = capturing.until_changes("public/t", 2)
        assert update["v"] == delete["v"] == "long" * 2000

    def test_the_full_lob_mode_is_no_mode_of_s3(self, capturing: Capturing) -> None:
        capturing.sql.execute("create table t (id int primary key, note text)")
        capturing.behaviour = dataclasses.replace(SAFE, lob_bytes=None)
        capturing.start()
        assert "LimitedSizeLobMode" in capturing.failed()
