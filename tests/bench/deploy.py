"""The load of some tables, deployed; what DMS tells of them is set by the measure."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from sandbox import registry
from tests.sandbox.load_files import COLUMNS, SEQUENCE
from tests.sandbox.load_tools import Load
from tests.unit.plugins.plugin_utils.contract.documents import Documents

UPLOADS_AT_ONCE = 8


def derived(name: str, tables: list[str]) -> dict[str, Any]:
    """What the contract derives for tables of these names, each like the shop's orders."""
    documents = Documents("sandbox")
    documents.platform["platform"]["name"] = name
    documents.access["principals"] = []
    [orders] = [each for each in documents.tables if each["source"] == "public.orders"]
    documents.tables[:] = [
        {**copy.deepcopy(orders), "source": f"public.{table}", "name": table} for table in tables
    ]
    return derive(*documents)


@contextmanager
def deployed(aws: Callable[..., Any], name: str, tables: list[str]) -> Iterator[Load]:
    """The load of these tables; capture.completed says that DMS has loaded one."""
    load = Load(aws, name, derived=derived(name, tables))
    load.deploy()
    with mock.patch.dict(registry._handlers, load.capture.handlers):
        yield load
    load.remove()


def land_inserts(load: Load, keys: range, table: str, day: str, rows_a_file: int = 1) -> None:
    """Write files of inserts as DMS does, each under a name of its own on that day."""
    s3 = load.aws("s3")

    def write(first: int) -> None:
        inserted = range(first, min(first + rows_a_file, keys.stop))
        values: dict[str, list[Any]] = {name: [None] * len(inserted) for name, _ in COLUMNS}
        values |= {
            "Op": ["I"] * len(inserted),
            "dms_ts": ["2026-01-01 00:00:00.000000"] * len(inserted),
            "order_id": list(inserted),
            "dms_seq": [f"{SEQUENCE + key:035d}" for key in inserted],
        }
        body = io.BytesIO()
        pq.write_table(pa.table(values, schema=pa.schema(COLUMNS)), body)
        key = f"raw/public/{table}/{day}-{first:09d}.parquet"
        s3.put_object(Bucket=load.bucket, Key=key, Body=body.getvalue())

    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        list(pool.map(write, keys[::rows_a_file]))
