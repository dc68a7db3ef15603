"""A table is what its Parquet files hold, by the names and types that the catalog declares."""

from __future__ import annotations

import pyarrow as pa

from tests.sandbox.athena_tools import ORDERS, declare, parquet


def test_files_are_read_by_name_and_held_to_the_declared_types(lake, administrator):
    location = f"s3://{lake.bucket}/drifting/"
    declared = {"order_id": "bigint", "added": "string", "total_amount": "decimal(12,2)"}
    declare(lake.glue, lake.database, "drifting", location, declared)
    early = ORDERS[:1].select(["total_amount", "email", "order_id"])
    late = pa.table({"Added": ["new"], "order_id": pa.array([9], pa.int32())})
    for name, table in (("early", early), ("late", late)):
        lake.s3.put_object(Bucket=lake.bucket, Key=f"drifting/{name}.parquet", Body=parquet(table))
    assert administrator.rows("SELECT * FROM drifting ORDER BY order_id") == [
        ["order_id", "added", "total_amount"],
        ["1", None, "1.50"],
        ["9", "new", None],
    ]
    wrong = pa.table({"total_amount": ["much"]})
    lake.s3.put_object(Bucket=lake.bucket, Key="drifting/wrong.parquet", Body=parquet(wrong))
    assert administrator.failure("SELECT total_amount FROM drifting") == (
        "HIVE_BAD_DATA: Field total_amount's type STRING in parquet file "
        f"{location}wrong.parquet is incompatible with type decimal(12,2) defined in table schema"
    )
    assert administrator.rows("SELECT count(order_id) FROM drifting") == [["_col0"], ["2"]]


def test_partitions_give_their_values_and_nested_columns_are_read(lake, administrator):
    declare(
        lake.glue,
        lake.database,
        "parts",
        f"s3://{lake.bucket}/parts/",
        {"tags": "array<string>", "place": "struct<city:string,zip:int>"},
        PartitionKeys=[{"Name": "day", "Type": "date"}],
    )
    content = pa.table({"tags": [["a", "b"]], "place": [{"city": "Lyon", "zip": 69000}]})
    key = "parts/day=2026-01-01/a.parquet"
    content = content.cast(
        pa.schema(
            [
                ("tags", pa.list_(pa.string())),
                ("place", pa.struct([("city", pa.string()), ("zip", pa.int32())])),
            ]
        )
    )
    lake.s3.put_object(Bucket=lake.bucket, Key=key, Body=parquet(content))
    lake.glue.create_partition(
        DatabaseName=lake.database,
        TableName="parts",
        PartitionInput={
            "Values": ["2026-01-01"],
            "StorageDescriptor": {"Location": f"s3://{lake.bucket}/parts/day=2026-01-01/"},
        },
    )
    assert administrator.rows("SELECT tags[1], place.city, day, place FROM parts")[1] == [
        "a",
        "Lyon",
        "2026-01-01",
        "{city=Lyon, zip=69000}",
    ]
