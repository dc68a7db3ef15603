"""The parquet files that UNLOAD writes: the types of their columns, and their bytes.

The files are of parquet's version 1.0 with SNAPPY row groups; SUPER becomes its JSON text, a
TIMESTAMPTZ loses its zone, VARBYTE cannot be unloaded.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html (usage notes, FORMAT AS PARQUET)
https://docs.aws.amazon.com/redshift/latest/dg/unload-super-parquet.html
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sandbox.engines.redshift.model import RedshiftError

MODIFIER_OVERHEAD = 4  # of PostgreSQL's type modifiers
NUMERIC, BPCHAR, VARCHAR = 1700, 1042, 1043
# type OID -> Redshift's name of the type, its parquet type, and the SQL that gives its CSV text
TYPES: dict[int, tuple[str, pa.DataType, str]] = {
    16: ("boolean", pa.bool_(), "{}"),
    20: ("bigint", pa.int64(), "{}"),
    21: ("smallint", pa.int16(), "{}"),
    23: ("integer", pa.int32(), "{}"),
    25: ("character varying", pa.string(), "{}"),
    700: ("real", pa.float32(), "{}"),
    701: ("double precision", pa.float64(), "{}"),
    BPCHAR: ("character", pa.string(), "{}"),
    VARCHAR: ("character varying", pa.string(), "{}"),
    1082: ("date", pa.int32(), "{} - date '1970-01-01'"),
    1114: ("timestamp without time zone", pa.int64(), "(extract(epoch FROM {}) * 1000000)::int8"),
    1184: ("timestamp with time zone", pa.int64(), "(extract(epoch FROM {}) * 1000000)::int8"),
    NUMERIC: ("numeric", pa.decimal128(38), "{}"),
    3802: ("super", pa.string(), "pg_catalog.redshift_json_serialize({})"),
}
STORED = {1082: pa.date32(), 1114: pa.timestamp("us"), 1184: pa.timestamp("us")}


@dataclass(frozen=True)
class Output:
    """One column of a query's result: PostgreSQL's type OID and type modifier."""

    name: str
    oid: int
    modifier: int

    @property
    def dimensions(self) -> dict[str, int]:
        """The sizes that its type has, as a manifest names them."""
        size = self.modifier - MODIFIER_OVERHEAD
        if size < 0:
            return {}
        if self.oid == NUMERIC:
            return {"precision": size >> 16, "scale": size & 0x7FF}
        return {"max_length": size} if self.oid in (BPCHAR, VARCHAR) else {}

    @property
    def element(self) -> dict[str, Any]:
        """The column as the schema of a verbose manifest lists it."""
        return {"name": self.name, "type": {"base": TYPES[self.oid][0], **self.dimensions}}


def check(columns: Sequence[Output]) -> None:
    """Raise RedshiftError unless every column has a type that parquet files can take."""
    for column in columns:
        if column.oid not in TYPES:
            raise RedshiftError(
                f'UNLOAD of column "{column.name}" to PARQUET is not supported: its type has no'
                " counterpart there",
                "0A000",
            )
        if column.oid == NUMERIC and not column.dimensions:
            raise RedshiftError(
                f'this sandbox does not know the scale of column "{column.name}" of the UNLOAD:'
                " cast it to NUMERIC(precision, scale)",
                "0A000",
            )


def expression(column: Output, reference: str) -> str:
    """The SQL that gives a column as read() expects it."""
    return TYPES[column.oid][2].format(reference)


def read(body: bytes, columns: Sequence[Output], texts: int) -> pa.Table:
    """The rows of a CSV: the columns in their parquet types, then further columns of text."""
    kinds = [_csv_type(column) for column in columns] + [pa.string()] * texts
    names = [f"c{number}" for number in range(len(kinds))]
    if not body:
        return pa.table([pa.array([], kind) for kind in kinds], names)
    table = pacsv.read_csv(
        io.BytesIO(body),
        pacsv.ReadOptions(column_names=names, block_size=len(body) + 1, use_threads=False),
        pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        pacsv.ConvertOptions(
            column_types=dict(zip(names, kinds, strict=True)),
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    for number, column in enumerate(columns):
        if column.oid in STORED:
            values = table.column(number).cast(STORED[column.oid])
            table = table.set_column(number, names[number], values)
    return table


def _csv_type(column: Output) -> pa.DataType:
    if column.oid == NUMERIC:
        return pa.decimal128(*column.dimensions.values())
    return TYPES[column.oid][1]


def write(table: pa.Table, names: Sequence[str]) -> bytes:
    """One parquet file."""
    sink = io.BytesIO()
    renamed = table.rename_columns(list(names))
    pq.write_table(renamed, sink, version="1.0", compression="snappy", store_schema=False)
    return sink.getvalue()
