"""Hive types, as the Data Catalog has them, of Parquet columns.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
from pyarrow import types

DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
INTEGERS = ("tinyint", "smallint", "int", "bigint")
FLOATS = ("float", "double")

_SCALARS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (types.is_boolean, "boolean"),
    (types.is_int8, "tinyint"),
    (lambda t: types.is_int16(t) or types.is_uint8(t), "smallint"),
    # Parquet stores times and untyped nulls as bare integers
    (
        lambda t: types.is_int32(t) or types.is_uint16(t) or types.is_time32(t) or types.is_null(t),
        "int",
    ),
    (
        lambda t: (
            types.is_int64(t) or types.is_uint32(t) or types.is_time64(t) or types.is_duration(t)
        ),
        "bigint",
    ),
    (types.is_uint64, "decimal(20,0)"),
    (lambda t: types.is_float16(t) or types.is_float32(t), "float"),
    (types.is_float64, "double"),
    (
        lambda t: types.is_string(t) or types.is_large_string(t) or types.is_string_view(t),
        "string",
    ),
    (
        lambda t: (
            types.is_binary(t)
            or types.is_large_binary(t)
            or types.is_binary_view(t)
            or types.is_fixed_size_binary(t)
        ),
        "binary",
    ),
    (types.is_date, "date"),
    (types.is_timestamp, "timestamp"),
)


def hive_type(arrow: pa.DataType) -> str:
    """The Hive type of an Arrow type; TypeError for one that has none."""
    if types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    if types.is_dictionary(arrow):
        return hive_type(arrow.value_type)
    if types.is_map(arrow):
        return f"map<{hive_type(arrow.key_type)},{hive_type(arrow.item_type)}>"
    if types.is_struct(arrow):
        return f"struct<{','.join(f'{field.name}:{hive_type(field.type)}' for field in arrow)}>"
    if types.is_list(arrow) or types.is_large_list(arrow) or types.is_fixed_size_list(arrow):
        return f"array<{hive_type(arrow.value_type)}>"
    for applies, name in _SCALARS:
        if applies(arrow):
            return name
    raise TypeError(f"{arrow} has no Hive type")


def widest(one: str, other: str) -> str | None:
    """The type that holds both numbers, None where only text would."""
    if one == other:
        return one
    for ladder in (INTEGERS, FLOATS):
        if one in ladder and other in ladder:
            return max(one, other, key=ladder.index)
    if {one, other} & set(FLOATS) and {one, other} & set(INTEGERS):
        return "double"
    left, right = DECIMAL.fullmatch(one), DECIMAL.fullmatch(other)
    if left and right:
        scale = max(int(left[2]), int(right[2]))
        whole = max(int(left[1]) - int(left[2]), int(right[1]) - int(right[2]))
        return f"decimal({min(38, whole + scale)},{scale})"
    return None
