"""Parquet files as rows of a catalog table: columns found by name, held to their declared types.

https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from sandbox.engines.athena.errors import QueryFailed
from sandbox.engines.athena.hive import TIMESTAMP, arrow_type
from sandbox.engines.athena.model import Column, DataFile

HALF_A_MILLISECOND = pa.scalar(500, pa.duration("us"))
TEXTS = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
# by the kind of the declared type, the kinds of a file's columns that it takes
_TAKEN: tuple[tuple[Callable[..., bool], tuple[Callable[..., bool], ...]], ...] = (
    (types.is_boolean, (types.is_boolean,)),
    (types.is_date, (types.is_date,)),
    (types.is_timestamp, (types.is_timestamp,)),
    (types.is_decimal, (types.is_decimal, types.is_integer)),
    (types.is_float32, (types.is_float32,)),
    (types.is_float64, (types.is_float32, types.is_float64)),
    (types.is_map, (types.is_map,)),
    (types.is_struct, (types.is_struct,)),
    (types.is_string, TEXTS),
    (types.is_binary, TEXTS),
)
HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


def schema_of(columns: Collection[Column]) -> pa.Schema:
    """The Arrow schema of declared columns."""
    return pa.schema([(column.name, arrow_type(column.type)) for column in columns])


def rows_of(
    file: DataFile, body: bytes, columns: Collection[Column], wanted: Collection[str]
) -> pa.Table:
    """The rows of a file with all of the declared columns.

    Columns that the file does not have, and those that are not wanted, are NULL. HIVE_BAD_DATA
    where a column's type in the file is not one that the declared type takes.
    """
    try:
        parquet = pq.ParquetFile(io.BytesIO(body))
        names = {field.name.lower(): field.name for field in parquet.schema_arrow}
        read = [names[name] for name in wanted if name in names and name not in file.partition]
        content = parquet.read(columns=read)
    except (pa.ArrowException, OSError) as error:
        message = f"HIVE_BAD_DATA: Not valid Parquet file: {file.uri}"
        raise QueryFailed(message) from error
    held = {field.name.lower(): content.column(field.name) for field in content.schema}
    count = parquet.metadata.num_rows
    arrays = []
    for column in columns:
        target = arrow_type(column.type)
        if column.name in file.partition:
            arrays.append(_constant(file.partition[column.name], count, column, target))
        elif column.name in held:
            arrays.append(_declared(held[column.name], column, target, file))
        else:
            arrays.append(pa.nulls(count, target))
    return pa.table(arrays, schema=schema_of(columns))


def _declared(
    values: pa.ChunkedArray, column: Column, target: pa.DataType, file: DataFile
) -> pa.ChunkedArray:
    found = values.type
    if types.is_dictionary(found):
        values, found = values.cast(found.value_type), found.value_type
    if not _takes(target, found):
        raise _mismatch(column, found, file)
    try:
        return _milliseconds(values) if types.is_timestamp(target) else values.cast(target)
    except pa.ArrowException as error:
        raise _mismatch(column, found, file) from error


def _milliseconds(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Athena reads a timestamp of Hive to the millisecond, rounded, without its zone."""
    whole = pc.add(values.cast(TIMESTAMP, safe=False), HALF_A_MILLISECOND)
    return pc.floor_temporal(whole, unit="millisecond")


def _takes(declared: pa.DataType, found: pa.DataType) -> bool:
    """Whether Athena reads such a column of a file as the declared type."""
    if types.is_null(found):
        return True
    if types.is_integer(declared):
        return types.is_integer(found) and bool(found.bit_width <= declared.bit_width)
    if types.is_list(declared):
        return types.is_list(found) and _takes(declared.value_type, found.value_type)
    return any(
        is_declared(declared) and any(is_found(found) for is_found in taken)
        for is_declared, taken in _TAKEN
    )


def _mismatch(column: Column, found: pa.DataType, file: DataFile) -> QueryFailed:
    return QueryFailed(
        f"HIVE_BAD_DATA: Field {column.name}'s type {str(found).upper()} in parquet file "
        f"{file.uri} is incompatible with type {column.type} defined in table schema"
    )


def _constant(value: str | None, count: int, column: Column, target: pa.DataType) -> pa.Array:
    if value is None or value == HIVE_NULL:
        return pa.nulls(count, target)
    try:
        return pa.array([value]).cast(target).take(pa.array([0] * count, pa.int64()))
    except pa.ArrowException as error:
        message = f"HIVE_INVALID_PARTITION_VALUE: Invalid partition value '{value}' for {column.type} partition key: {column.name}"
        raise QueryFailed(message) from error
