"""Files in the form in which DMS writes them, in a bucket that is memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.sandbox.load.lives import Change, Row
from tests.sandbox.load.shapes import Shape


class Memory:
    """As much of S3 as a COPY asks for; also the storage of a warehouse's sessions."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def client(self, iam_role: str) -> Memory:
        return self

    def get_object(self, **request: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[request["Key"]])}

    def head_object(self, **request: str) -> dict[str, Any]:
        return {"ContentLength": len(self.objects[request["Key"]])}

    def land(self, table: pa.Table) -> str:
        """Write a file; its key."""
        sink = io.BytesIO()
        pq.write_table(table, sink)
        key = f"{len(self.objects):09d}.parquet"
        self.objects[key] = sink.getvalue()
        return key

    def manifest(self, bucket: str, keys: Iterable[str]) -> str:
        """Write a manifest of files; its key."""
        entries = [
            {
                "url": f"s3://{bucket}/{key}",
                "mandatory": True,
                "meta": {"content_length": len(self.objects[key])},
            }
            for key in keys
        ]
        self.objects["manifest"] = json.dumps({"entries": entries}).encode()
        return "manifest"


def changes_file(shape: Shape, changes: Sequence[Change]) -> pa.Table:
    """A file of changes, all from before the source altered the table or all from after it."""
    nobody: Row = ()
    return _file(
        shape,
        [change.op for change in changes],
        [f"{change.committed}.000000" for change in changes],
        [change.key for change in changes],
        [change.values for change in changes],
        [change.sequence for change in changes],
        [change.before or nobody for change in changes],
        changes[0].altered,
    )


def load_file(
    shape: Shape, rows: Sequence[tuple[Row, Row]], moment: str, altered: bool
) -> pa.Table:
    """A file of a full load: no sequence, no key from before."""
    keys, values = [key for key, _ in rows], [values for _, values in rows]
    count = len(rows)
    nothing = [""] * count, [()] * count
    return _file(shape, ["I"] * count, [moment] * count, keys, values, *nothing, altered)


def _file(
    shape: Shape,
    operations: list[str],
    moments: list[str],
    keys: Sequence[Row],
    values: Sequence[Row],
    sequences: list[str],
    before: Sequence[Row],
    altered: bool,
) -> pa.Table:
    names, arrays = ["Op", "dms_ts"], [_texts(operations), _texts(moments)]
    for column in shape.at_source(altered):
        if column in shape.key:
            place, source = shape.key.index(column), keys
        else:
            place, source = shape.others.index(column), values
        names.append(column.name.strip('"'))
        arrays.append(pa.array([row[place].landed for row in source], column.kind.arrow))
    names.append("dms_seq")
    arrays.append(_texts(sequences))
    for column in shape.columns:  # in the table's order, whatever the key's own
        if column not in shape.key:
            continue
        place = shape.key.index(column)
        names.append(f"BI_{column.name.strip(chr(34))}")
        landed = [row[place].landed if row else None for row in before]
        arrays.append(pa.array(landed, column.kind.arrow))
    return pa.Table.from_arrays(arrays, names)


def _texts(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())
