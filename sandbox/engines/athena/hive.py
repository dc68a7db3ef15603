"""Hive types of the Data Catalog as Arrow types.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from __future__ import annotations

import re

import pyarrow as pa

from sandbox.engines.athena.errors import QueryFailed

TIMESTAMP = pa.timestamp("us")
_SCALARS: dict[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "varchar": pa.string(),
    "char": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
    "decimal": pa.decimal128(10, 0),
}
_SIZED = re.compile(r"(decimal|varchar|char)\(([\d, ]+)\)")
_NESTED = re.compile(r"(array|map|struct)<(.*)>", re.DOTALL)


def arrow_type(hive: str) -> pa.DataType:
    """The Arrow type that holds a Hive type; QueryFailed for one that Athena does not know."""
    text = hive.strip().lower()
    if text in _SCALARS:
        return _SCALARS[text]
    sized = _SIZED.fullmatch(text)
    if sized:
        sizes = [int(size) for size in sized[2].split(",")]
        return pa.decimal128(*sizes) if sized[1] == "decimal" else pa.string()
    nested = _NESTED.fullmatch(text)
    if nested is None:
        raise QueryFailed(f"HIVE_INVALID_METADATA: Hive metadata is invalid: type {hive}")
    parts = _split(nested[2])
    if nested[1] == "array":
        return pa.list_(arrow_type(nested[2]))
    if nested[1] == "map":
        return pa.map_(*(arrow_type(part) for part in parts))
    fields = (part.partition(":") for part in parts)
    return pa.struct([(name.strip(), arrow_type(inner)) for name, _, inner in fields])


def _split(inner: str) -> list[str]:
    """The parts between the commas that are in no brackets."""
    parts, depth = [""], 0
    for character in inner:
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
