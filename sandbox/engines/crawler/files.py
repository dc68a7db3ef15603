"""Parquet files in S3: which there are, and what their footers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from botocore.exceptions import ClientError
from pyarrow import parquet

from sandbox.engines.crawler.errors import CrawlError, explained
from sandbox.engines.crawler.hive import hive_type
from sandbox.engines.crawler.schema import Schema

TAIL = 64 * 1024
ENDING = 8  # the footer's length, and the magic
MAGIC = b"PAR1"


@dataclass(frozen=True)
class File:
    """An object: its path below the bucket, its size in bytes."""

    bucket: str
    key: str
    size: int

    @property
    def folder(self) -> str:
        """The folder that it lies in, with a slash at the end, or '' in the bucket itself."""
        return self.key[: self.key.rfind("/") + 1]


@dataclass(frozen=True)
class Footer:
    """What a Parquet footer says: columns, number of rows, bytes before compression."""

    schema: Schema
    rows: int
    raw_bytes: int


def listed(s3: Any, bucket: str, prefix: str, exclusions: Sequence[str] = ()) -> Iterator[File]:
    """The data files under a prefix, by key; hidden and empty ones and the excluded are not.

    Raises CrawlError when the bucket is missing or may not be listed.
    """
    patterns = [glob(exclusion) for exclusion in exclusions]
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                path = found["Key"][len(prefix) :]
                hidden = any(part.startswith(("_", ".")) for part in path.split("/"))
                if found["Size"] == 0 or hidden or path.endswith("_$folder$"):
                    continue
                if not any(pattern.fullmatch(path) for pattern in patterns):
                    yield File(bucket, found["Key"], found["Size"])
    except ClientError as error:
        raise _unreadable(error, f"s3://{bucket}/{prefix}") from error


def footer(s3: Any, file: File) -> Footer:
    """Read the end of a file, as little of it as holds the footer."""
    place = f"s3://{file.bucket}/{file.key}"
    try:
        tail = _tail(s3, file, TAIL)
        if tail[-4:] != MAGIC:
            raise CrawlError(f"The sandbox's crawler reads Parquet files only: {place} is none.")
        needed = int.from_bytes(tail[-ENDING:-4], "little") + ENDING
        if needed > len(tail):
            tail = _tail(s3, file, needed)
        read = parquet.read_metadata(pa.BufferReader(tail))
        schema = {
            column.name.lower(): hive_type(column.type) for column in read.schema.to_arrow_schema()
        }
    except ClientError as error:
        raise _unreadable(error, place) from error
    except (pa.ArrowException, TypeError) as error:
        raise CrawlError(f"{place} cannot be read: {error}") from error
    raw = sum(read.row_group(index).total_byte_size for index in range(read.num_row_groups))
    return Footer(schema, read.num_rows, raw)


def glob(pattern: str) -> re.Pattern[str]:
    """An exclude pattern as a regular expression: * and ? stay in a folder, ** does not.

    https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
    """
    translated, inside = "", False
    for piece in re.findall(r"\*\*|\\.|\[!|.", pattern):
        if piece in _WILDCARDS:
            translated += _WILDCARDS[piece]
        elif piece in {"[", "[!"}:
            translated += "[" if piece == "[" else "[^"
        elif piece == "]":
            translated += "]"
        elif piece in "{}":
            inside = piece == "{"
            translated += "(?:" if inside else ")"
        elif piece == "," and inside:
            translated += "|"
        else:
            translated += piece if len(piece) > 1 or piece == "-" else re.escape(piece)
    return re.compile(translated)


_WILDCARDS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def _tail(s3: Any, file: File, size: int) -> bytes:
    first = max(0, file.size - size)
    answer = s3.get_object(Bucket=file.bucket, Key=file.key, Range=f"bytes={first}-{file.size - 1}")
    read: bytes = answer["Body"].read()
    return read


def _unreadable(error: ClientError, place: str) -> CrawlError:
    if error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
        return CrawlError(f"User does not have access to target {place}")
    return explained(error, place=place, service="Amazon S3")
