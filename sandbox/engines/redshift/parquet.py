"""Parquet files as COPY takes them: columns by position, types exactly, values within bounds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from sandbox.engines.redshift.model import RedshiftError

CHUNK_ROWS = 50_000
BEFORE_CHRIST = "^(-|0000-)"


@dataclass(frozen=True)
class TargetColumn:
    """A column that COPY fills. type is PostgreSQL's name without its modifiers; length is the
    limit in bytes of a character type."""

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    not_null: bool = False

    @property
    def redshift_type(self) -> str:
        """The type as Spectrum's errors name it."""
        if self.type == "numeric":
            return f"DECIMAL({self.precision}, {self.scale})"
        if self.length:
            return f"{_SPECTRUM.get(self.type, self.type).upper()}({self.length})"
        return _SPECTRUM.get(self.type, self.type).upper()


_SPECTRUM = {
    "int2": "smallint",
    "int4": "int",
    "int8": "bigint",
    "float4": "float",
    "float8": "double",
    "bool": "boolean",
    "bpchar": "char",
    "jsonb": "super",
    "bytea": "varbyte",
}


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_naive_timestamp(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind)) and kind.tz is None


ACCEPTED: dict[str, Callable[[pa.DataType], bool]] = {
    "int2": pa.types.is_int16,
    "int4": pa.types.is_int32,
    "int8": pa.types.is_int64,
    "float4": pa.types.is_float32,
    "float8": pa.types.is_float64,
    "bool": pa.types.is_boolean,
    "date": pa.types.is_date32,
    "timestamp": _is_naive_timestamp,
    "varchar": _is_string,
    "bpchar": _is_string,
    "text": _is_string,
    "bytea": lambda kind: pa.types.is_binary(kind) or pa.types.is_large_binary(kind),
}


class Batch:
    """One parquet file. location is how an error names it, url where it is."""

    def __init__(self, body: bytes, location: str, url: str) -> None:
        self._location = location
        self._url = url
        try:
            self._file = pq.ParquetFile(io.BytesIO(body))
        except (pa.ArrowException, OSError):
            raise scan_error(f"File '{location}' is not a valid Parquet file.", 15003) from None
        self.width = len(self._file.schema_arrow.names)
        self.rows = self._file.metadata.num_rows

    def csv(
        self, columns: Sequence[TargetColumn], *, fill: bool, serialize: bool
    ) -> Iterator[bytes]:
        """The rows as CSV, in chunks, once the schema has been found compatible."""
        self._check_schema(columns, fill=fill, serialize=serialize)
        return self._chunks(columns)

    def _check_schema(
        self, columns: Sequence[TargetColumn], *, fill: bool, serialize: bool
    ) -> None:
        fits = self.width <= len(columns) if fill else self.width == len(columns)
        if not fits:
            raise scan_error(
                "Unmatched number of columns between table and file."
                f" Table columns: {len(columns)}, Data columns: {self.width},"
                f" File name: {self._location}",
                15007,
            )
        for column, found in zip(columns, self._file.schema_arrow, strict=False):
            if not self._compatible(column, found.type, serialize):
                raise scan_error(
                    f"File '{self._location}' has an incompatible Parquet schema for column"
                    f" '{self._url}.{found.name}'. Column type: {column.redshift_type},"
                    f" Parquet schema: {self._describe(found.name)}",
                    15007,
                )

    def _compatible(self, column: TargetColumn, found: pa.DataType, serialize: bool) -> bool:
        if column.type == "numeric":
            exact = (column.precision, column.scale)
            return pa.types.is_decimal(found) and (found.precision, found.scale) == exact
        if column.type == "jsonb":
            return serialize and _is_string(found)
        accept = ACCEPTED.get(column.type)
        return accept is not None and accept(found)

    def _describe(self, name: str) -> str:
        for index in range(len(self._file.schema)):
            column = self._file.schema.column(index)
            if column.path.split(".")[0] == name:
                logical = str(column.logical_type)
                kind = f" ({logical})" if logical != "None" else ""
                return f"optional {column.physical_type.lower()} {name}{kind}"
        return f"optional {name}"

    def _chunks(self, columns: Sequence[TargetColumn]) -> Iterator[bytes]:
        options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
        for batch in self._file.iter_batches(batch_size=CHUNK_ROWS):
            arrays = [
                self._column(column, array)
                for column, array in zip(columns, batch.columns, strict=False)
            ]
            names = [str(number) for number in range(len(arrays))]
            sink = io.BytesIO()
            pacsv.write_csv(pa.Table.from_arrays(arrays, names), sink, options)
            yield sink.getvalue()

    def _column(self, column: TargetColumn, array: pa.Array) -> pa.Array:
        if column.not_null and array.null_count:
            raise scan_error(
                f"NULL value in column '{column.name}', which is declared NOT NULL."
                f" File: {self._location}",
                15001,
            )
        if column.type == "bytea":
            return pa.array(
                [None if value is None else "\\x" + value.hex() for value in array.to_pylist()]
            )
        if column.length:
            longest = pc.max(pc.binary_length(array)).as_py() or 0
            if longest > column.length:
                raise scan_error(
                    f"The length of the data column {column.name} is longer than the length"
                    f" defined in the table. Table: {column.length}, Data: {longest},"
                    f" File name: {self._location}",
                    15001,
                )
        return _with_era(array) if column.type in ("date", "timestamp") else array


def _with_era(array: pa.Array) -> pa.Array:
    """Dates or timestamps as PostgreSQL reads them: Arrow's year 0 is 1 BC, its year -1 is 2 BC.

    Redshift has them from 4713 BC on.
    https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html
    """
    texts = array.cast(pa.string())
    ancient = pc.match_substring_regex(texts, BEFORE_CHRIST)
    if not pc.any(ancient).as_py():
        return array
    pairs = zip(texts.to_pylist(), ancient.to_pylist(), strict=True)
    return pa.array([_before_christ(text) if old else text for text, old in pairs], pa.string())


def _before_christ(text: str) -> str:
    year, _, rest = text.removeprefix("-").partition("-")
    return f"{int(year) + 1:04}-{rest} BC"


def scan_error(context: str, code: int) -> RedshiftError:
    """An error of the layer that reads columnar files for COPY."""
    line = "-" * 47
    return RedshiftError(
        "Spectrum Scan Error",
        "XX000",
        detail=(
            f"\n  {line}\n  error:  Spectrum Scan Error\n  code:      {code}\n"
            f"  context:   {context}\n  {line}"
        ),
    )
