"""Table definitions as crawlers write them, and how a crawl changes one that is there."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from sandbox.engines.crawler.schema import Schema

SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

# the members of a table that can be given back: TableInput
WRITABLE = frozenset(
    {"Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention"}
    | {"StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText"}
    | {"TableType", "Parameters", "TargetTable"}
)


def table_name(path: str, bucket: str, prefix: str) -> str:
    """The name of a table at a folder: the folder's, in letters that Hive takes."""
    folder = path.rstrip("/").rsplit("/", 1)[-1] or bucket
    return prefix + re.sub(r"[^a-z0-9_]", "_", folder.lower())


def suffixed(name: str, location: str) -> str:
    """Another name for a table whose own is taken by a table with other data."""
    return f"{name}_{hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()}"


def statistics(crawler: str, files: int, size: int, rows: int, raw_bytes: int) -> dict[str, str]:
    """The parameters that a crawler keeps on tables and partitions."""
    return {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler,
        "averageRecordSize": str(raw_bytes // rows if rows else 0),
        "classification": "parquet",
        # Parquet compresses within the file: to the catalog the file itself is not compressed
        "compressionType": "none",
        "objectCount": str(files),
        "recordCount": str(rows),
        "sizeKey": str(size),
        "typeOfData": "file",
    }


def columns(schema: Schema) -> list[dict[str, str]]:
    """A schema as the Columns of a storage descriptor."""
    return [{"Name": name, "Type": kind} for name, kind in schema.items()]


def storage(location: str, described: list[dict[str, str]], parameters: Any) -> dict[str, Any]:
    """The storage descriptor of Parquet data at a location (s3://bucket/folder/)."""
    return {
        "Columns": described,
        "Location": location,
        "InputFormat": INPUT,
        "OutputFormat": OUTPUT,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
            "SerializationLibrary": SERDE,
            "Parameters": {"serialization.format": "1"},
        },
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def new_table(
    name: str, location: str, schema: Schema, keys: tuple[str, ...], parameters: dict[str, str]
) -> dict[str, Any]:
    """The TableInput of a table that a crawler makes."""
    partitioning = {"partition_filtering.enabled": "true"} if keys else {}
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "StorageDescriptor": storage(location, columns(schema), parameters),
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters | partitioning,
    }


def changed_table(
    table: dict[str, Any], schema: Schema, parameters: dict[str, str], *, merge: bool
) -> dict[str, Any]:
    """The TableInput of a table after a crawl: what a user added to it stays.

    With merge its columns stay as they are, and new ones follow; else the data decides.
    """
    given = {name: value for name, value in table.items() if name in WRITABLE}
    known = given.get("StorageDescriptor") or {}
    partitions = {key["Name"].lower() for key in given.get("PartitionKeys") or []}
    found = {name: kind for name, kind in schema.items() if name not in partitions}
    old = known.get("Columns") or []
    names = {column["Name"].lower() for column in old}
    if merge:
        described = [*old, *columns({n: kind for n, kind in found.items() if n not in names})]
    else:
        comments = {column["Name"].lower(): column for column in old}
        described = [{**comments.get(column["Name"], {}), **column} for column in columns(found)]
    fresh = storage(known.get("Location", ""), described, {})
    kept = {name: value for name, value in known.items() if value not in (None, "")}
    given["StorageDescriptor"] = (
        fresh
        | kept
        | {"Columns": described, "Parameters": (known.get("Parameters") or {}) | parameters}
    )
    given["Parameters"] = (table.get("Parameters") or {}) | parameters
    given["Parameters"].pop("DEPRECATED_BY_CRAWLER", None)
    return given


def writable(table: dict[str, Any]) -> dict[str, Any]:
    """A table as GetTable gives it, as a TableInput."""
    return {name: value for name, value in table.items() if name in WRITABLE}
