"""Crawlers that make tables of what lies in S3."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from tests.sandbox.glue_tools import MERGE, ORDERS, ORDERS_TYPES, crawl, declare, tables, types


def test_a_folder_becomes_a_table(glue, crawler, database, bucket, put):
    put("raw/public/My-Orders/LOAD00000001.parquet", ORDERS)
    put("raw/public/My-Orders/_hidden.parquet", pa.table({"x": [1]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/public/My-Orders"}]}
    crawl(glue, crawler(Targets=targets, TablePrefix="lake_"))
    (table,) = tables(glue, database).values()
    assert table["Name"] == "lake_my_orders"
    assert types(table) == ORDERS_TYPES
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"s3://{bucket}/raw/public/My-Orders/"
    assert storage["InputFormat"].endswith("MapredParquetInputFormat")
    assert (table["PartitionKeys"], table["TableType"]) == ([], "EXTERNAL_TABLE")
    expected = {
        "classification": "parquet",
        "compressionType": "none",
        "typeOfData": "file",
        "CrawlerSchemaSerializerVersion": "1.0",
        "objectCount": "1",
    }
    assert expected.items() <= table["Parameters"].items()


def test_a_taken_name_gets_a_suffix(glue, crawler, database, bucket, put):
    declare(glue, database, bucket, [{"Name": "a", "Type": "int"}])
    put("raw/public/orders/LOAD00000001.parquet", ORDERS)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/public/orders/"}]}
    name = crawler(Targets=targets)
    crawl(glue, name)
    crawl(glue, name)
    found = sorted(tables(glue, database))
    assert (len(found), found[0]) == (2, "orders")
    assert found[1].startswith("orders_")


def test_alike_folders_are_one_partitioned_table(glue, crawler, database, bucket, put):
    for year, month in (("2025", "12"), ("2026", "01")):
        put(f"events/year={year}/{month}/a.parquet", ORDERS)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/events/"}]}
    name = crawler(Targets=targets, Configuration=MERGE)
    crawl(glue, name)
    (table,) = tables(glue, database).values()
    assert table["Name"] == "events"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["year", "partition_1"]
    partitions = glue.get_partitions(DatabaseName=database, TableName="events")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2025", "12"], ["2026", "01"]]
    assert partitions[0]["StorageDescriptor"]["Location"] == f"s3://{bucket}/events/year=2025/12/"
    put("events/year=2026/02/a.parquet", ORDERS)
    crawl(glue, name)
    partitions = glue.get_partitions(DatabaseName=database, TableName="events")["Partitions"]
    assert len(partitions) == 3


def test_different_folders_are_tables_of_their_own(glue, crawler, database, bucket, put):
    put("raw/orders/a.parquet", ORDERS)
    put("raw/users/a.parquet", pa.table({"name": ["a"], "age": [1]}))
    put("raw/manifests/a.parquet", pa.table({"url": ["a"]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/", "Exclusions": ["manifests/**"]}]}
    crawl(glue, crawler(Targets=targets))
    assert sorted(tables(glue, database)) == ["orders", "users"]


def test_files_of_one_folder_are_merged(glue, crawler, database, bucket, put):
    put("n/1.parquet", pa.table({"a": pa.array([1], pa.int32()), "b": ["x"], "c": [1]}))
    put("n/2.parquet", pa.table({"a": pa.array([1], pa.int64()), "c": ["text"], "d": [1.5]}))
    crawl(glue, crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/n/"}]}))
    assert types(tables(glue, database)["n"]) == {
        "a": "bigint",
        "b": "string",
        "c": "string",
        "d": "double",
    }


def test_a_sample_reads_some_files_only(glue, crawler, database, bucket, put):
    put("n/1.parquet", pa.table({"a": [1, 2]}))
    put("n/2.parquet", pa.table({"a": [1, 2], "unseen": [1, 2]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/n/", "SampleSize": 1}]}
    crawl(glue, crawler(Targets=targets))
    table = tables(glue, database)["n"]
    assert types(table) == {"a": "bigint"}
    assert (table["Parameters"]["objectCount"], table["Parameters"]["recordCount"]) == ("2", "4")


@pytest.mark.parametrize(
    ("behaviour", "left", "deprecated"),
    [
        ("LOG", ["n"], False),
        ("DEPRECATE_IN_DATABASE", ["n"], True),
        ("DELETE_FROM_DATABASE", [], False),
    ],
)
def test_a_table_without_data(
    aws, glue, crawler, database, bucket, put, behaviour, left, deprecated
):
    put("n/1.parquet", pa.table({"a": [1]}))
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behaviour}
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/"}]}
    name = crawler(Targets=targets, SchemaChangePolicy=policy)
    put("m/1.parquet", pa.table({"z": ["1"]}))
    crawl(glue, name)
    aws("s3").delete_object(Bucket=bucket, Key="n/1.parquet")
    put("o/1.parquet", pa.table({"y": [True]}))
    crawl(glue, name)
    found = tables(glue, database)
    assert sorted(found) == sorted(["m", "o", *left])
    if left:
        assert ("DEPRECATED_BY_CRAWLER" in found["n"]["Parameters"]) is deprecated


def test_new_folders_only(glue, crawler, database, bucket, put):
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    put("e/day=1/a.parquet", pa.table({"a": [1]}))
    name = crawler(
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/e/"}]},
        SchemaChangePolicy=policy,
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
    )
    crawl(glue, name)
    put("e/day=1/b.parquet", pa.table({"a": [1], "never": [1]}))
    put("e/day=2/a.parquet", pa.table({"a": [1]}))
    crawl(glue, name)
    assert types(tables(glue, database)["e"]) == {"a": "bigint"}
    partitions = glue.get_partitions(DatabaseName=database, TableName="e")["Partitions"]
    assert [one["Values"] for one in partitions] == [["1"], ["2"]]


def test_every_parquet_type_has_its_hive_type(glue, crawler, database, bucket, put):
    put(
        "t/a.parquet",
        pa.table(
            {
                "bool": [True],
                "tiny": pa.array([1], pa.int8()),
                "small": pa.array([1], pa.int16()),
                "real": pa.array([1.0], pa.float32()),
                "day": [datetime.date(2026, 1, 1)],
                "raw": [b"x"],
                "list": [[1]],
                "row": [{"a": 1, "b": ["x"]}],
                "map": pa.array([[("k", 1.0)]], pa.map_(pa.string(), pa.float64())),
                "zoned": pa.array([0], pa.timestamp("ms", "UTC")),
                "time": pa.array([0], pa.time64("us")),
            }
        ),
    )
    crawl(glue, crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/t"}]}))
    assert types(tables(glue, database)["t"]) == {
        "bool": "boolean",
        "tiny": "tinyint",
        "small": "smallint",
        "real": "float",
        "day": "date",
        "raw": "binary",
        "list": "array<bigint>",
        "row": "struct<a:bigint,b:array<string>>",
        "map": "map<string,double>",
        "zoned": "timestamp",
        "time": "bigint",
    }


def test_what_is_not_parquet_fails_the_crawl(aws, glue, crawler, bucket):
    aws("s3").put_object(Bucket=bucket, Key="csv/a.csv", Body=b"a,b\n1,2\n")
    name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/csv/"}]})
    last = crawl(glue, name, "FAILED")
    assert f"s3://{bucket}/csv/a.csv" in last["ErrorMessage"]
