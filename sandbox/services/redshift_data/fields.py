"""Values and columns of a result as the Data API gives them.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html#data-api-calling-considerations-jdbc
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from sandbox.engines.redshift.model import Column, StatementResult
from sandbox.engines.redshift.values import TYPES

CHARACTERS = {"varchar", "bpchar", "char", "text", "name"}
REDSHIFT_NAMES = {"bytea": "varbyte", "jsonb": "super", "text": "varchar"}
PRECISIONS = {name: precision for name, _, precision in TYPES.values()}
SCALES = {"timestamp": 6, "timestamptz": 6}
SIGNED = {"int2", "int4", "int8", "oid", "float4", "float8", "numeric"}


def field(value: Any) -> dict[str, Any]:
    """One value: whole numbers, floating point and booleans are typed, all else is text."""
    if value is None:
        return {"isNull": True}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"longValue": value}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"stringValue": text(value)}


def text(value: Any) -> str:
    """A value in Redshift's text form, as CSV and text columns hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")  # never with an exponent
    if isinstance(value, datetime.datetime):
        return _clock_text(value.isoformat(sep=" "))
    if isinstance(value, datetime.time):
        return _clock_text(value.isoformat())
    return str(value)


def _clock_text(iso: str) -> str:
    """Seconds without trailing zeros, and the zone in hours: 12:00:00.5+00."""
    without_zeros = re.sub(r"\.(\d*?)0+(?=[+-]|$)", r".\1", iso)
    return re.sub(r"([+-]\d\d):00$", r"\1", without_zeros)


def size(row: tuple[Any, ...]) -> int:
    """The bytes of a row's values as text."""
    return sum(len(text(value).encode()) for value in row if value is not None)


def result_size(result: StatementResult) -> int:
    """The bytes of a result's values."""
    return sum(size(row) for row in result.rows)


def metadata(column: Column) -> dict[str, Any]:
    """A column of a result as ColumnMetadata."""
    return {
        "name": column.name,
        "label": column.label,
        "typeName": column.type_name,
        "length": column.length,
        "precision": column.precision,
        "scale": column.scale,
        "nullable": column.nullable,
        "schemaName": column.schema_name,
        "tableName": column.table_name,
        "isCaseSensitive": column.type_name in CHARACTERS,
        "isCurrency": False,
        "isSigned": column.type_name in SIGNED,
    }


def described_column(
    schema: str,
    table: str,
    name: str,
    type_name: str,
    nullable: str,
    default: str | None,
    length: int | None,
    precision: int | None,
    scale: int | None,
) -> dict[str, Any]:
    """A column of a table as DescribeTable gives it, from information_schema's row."""
    type_name = REDSHIFT_NAMES.get(type_name, type_name)
    if type_name != "numeric":
        precision, scale = length or PRECISIONS.get(type_name, 0), SCALES.get(type_name, 0)
    column = Column(
        name=name,
        type_name=type_name,
        length=length or 0,
        precision=precision or 0,
        scale=scale or 0,
        nullable=1 if nullable == "YES" else 0,
        schema_name=schema,
        table_name=table,
        label=name,
    )
    return metadata(column) | ({"columnDefault": default} if default else {})
