"""The files in the bucket: their names, their form, and how they get there."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.engines.capture.errors import CaptureError, UnavailableError
from sandbox.engines.capture.settings import Target

DELETED_AT_ONCE = 1000
GZIP_LEVEL = 1
"""Arrow's own is 9, which takes twenty times as long for files that are hardly smaller."""
MILLISECOND = datetime.timedelta(milliseconds=1)


class FileNames:
    """The names of a capture's files; those of changes only grow, table by table."""

    def __init__(self) -> None:
        self._loads: dict[tuple[str, str], int] = {}
        self._changes: dict[tuple[str, str], datetime.datetime] = {}

    def restart_load(self, schema: str, table: str) -> None:
        """Begin at the first name again, as every load of a table does."""
        self._loads[schema, table] = 0

    def next_load(self, schema: str, table: str) -> str:
        """LOAD and a hexadecimal number of eight digits."""
        self._loads[schema, table] = number = self._loads.get((schema, table), 0) + 1
        return f"LOAD{number:08X}.parquet"

    def next_changes(self, schema: str, table: str, now: datetime.datetime) -> str:
        """The time to the millisecond, later than that of the table's file before."""
        last = self._changes.get((schema, table))
        time = now if last is None else max(now, last + MILLISECOND)
        self._changes[schema, table] = time
        return f"{time:%Y%m%d-%H%M%S}{time.microsecond // 1000:03}.parquet"


class Landing:
    """Writes a capture's files below the target's folder.

    s3 gives a client that signs as the role of the target endpoint. All methods raise
    UnavailableError when S3 does not answer and CaptureError when it refuses.
    """

    def __init__(self, s3: Callable[[], Any], target: Target, names: FileNames) -> None:
        self._s3 = s3
        self._target = target
        self._names = names

    def prefix(self, schema: str, table: str) -> str:
        """The folder of a table, with a slash at its end."""
        folder = self._target.folder.strip("/")
        return f"{folder}/{schema}/{table}/" if folder else f"{schema}/{table}/"

    def restart_load(self, schema: str, table: str) -> None:
        """The next file of a full load is the table's first."""
        self._names.restart_load(schema, table)

    def write_load(self, schema: str, table: str, records: pa.Table) -> None:
        """Write a file of a full load."""
        self._put(self.prefix(schema, table) + self._names.next_load(schema, table), records)

    def write_changes(self, schema: str, table: str, records: pa.Table) -> None:
        """Write a file of changes."""
        now = datetime.datetime.now(datetime.UTC)
        name = self._names.next_changes(schema, table, now)
        self._put(self.prefix(schema, table) + name, records)

    def clear(self, schema: str, table: str) -> None:
        """Delete every object of a table."""
        prefix = self.prefix(schema, table)
        keys = self._call(lambda: list(self._keys(prefix)))
        for start in range(0, len(keys), DELETED_AT_ONCE):
            self._call(partial(self._delete, keys[start : start + DELETED_AT_ONCE]))

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = self._s3().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._target.bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", []))

    def _delete(self, keys: Sequence[str]) -> None:
        objects = [{"Key": key} for key in keys]
        self._s3().delete_objects(
            Bucket=self._target.bucket, Delete={"Objects": objects, "Quiet": True}
        )

    def _put(self, key: str, records: pa.Table) -> None:
        body = parquet(records, self._target)
        self._call(
            lambda: self._s3().put_object(
                Bucket=self._target.bucket, Key=key, Body=body, **self._target.put_options
            )
        )

    def _call(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            reason = f"Bucket {self._target.bucket}: {code}: {error.response['Error']['Message']}"
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # SlowDown among them
                raise UnavailableError(reason) from error
            raise CaptureError(reason) from error
        except BotoCoreError as error:
            raise UnavailableError(f"Bucket {self._target.bucket}: {error}") from error


def parquet(records: pa.Table, target: Target) -> bytes:
    """The records as a parquet file in which every column is optional."""
    options = target.parquet
    buffer = io.BytesIO()
    pq.write_table(
        records,
        buffer,
        version=options.version,
        compression=options.compression,
        compression_level=GZIP_LEVEL if options.compression == "GZIP" else None,
        use_dictionary=options.dictionary,
        dictionary_pagesize_limit=options.dictionary_page_bytes,
        data_page_size=options.data_page_bytes,
        row_group_size=options.row_group_rows,
        write_statistics=options.statistics,
        store_schema=False,
    )
    return buffer.getvalue()
