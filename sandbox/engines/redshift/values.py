"""Result sets: PostgreSQL's text as Python values, and the description of their columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sandbox.engines.redshift.backend import Backend, texts
from sandbox.engines.redshift.functions import PREFIX
from sandbox.engines.redshift.model import Column

UNKNOWN_NULLABLE = 2
VARCHAR_OVERHEAD = 4  # of a type modifier, before the length
TEXT_LENGTH = 65_535


def _datetime(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # infinity, or a year that Python has not
        return text


def _date(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _time(text: str) -> Any:
    return time.fromisoformat(text)


# type OID -> its name in Redshift, how its text is read, its precision
TYPES: dict[int, tuple[str, Callable[[str], Any], int]] = {
    16: ("bool", lambda text: text == "t", 1),
    17: ("varbyte", lambda text: text.removeprefix("\\x"), 0),
    18: ("char", str, 1),
    19: ("name", str, 63),
    20: ("int8", int, 19),
    21: ("int2", int, 5),
    23: ("int4", int, 10),
    25: ("varchar", str, TEXT_LENGTH),
    26: ("oid", int, 10),
    700: ("float4", float, 8),
    701: ("float8", float, 17),
    705: ("varchar", str, TEXT_LENGTH),
    1042: ("bpchar", str, 0),
    1043: ("varchar", str, TEXT_LENGTH),
    1082: ("date", _date, 13),
    1083: ("time", _time, 15),
    1114: ("timestamp", _datetime, 29),
    1184: ("timestamptz", _datetime, 35),
    1186: ("interval", str, 0),
    1266: ("timetz", _time, 21),
    1700: ("numeric", Decimal, 38),
    2205: ("regclass", str, 0),
    3802: ("super", str, 0),
}
UNKNOWN_TYPE: tuple[str, Callable[[str], Any], int] = ("varchar", str, 0)


def rows(result: Any) -> list[tuple[Any, ...]]:
    """The rows of a result as Python values."""
    readers = [TYPES.get(result.ftype(i), UNKNOWN_TYPE)[1] for i in range(result.nfields)]
    return [
        tuple(None if text is None else read(text) for text, read in zip(row, readers, strict=True))
        for row in texts(result)
    ]


def columns(result: Any, backend: Backend) -> list[Column]:
    """The description of a result's columns; tables and nullability are looked up."""
    origins = _origins(result, backend)
    described = []
    for index in range(result.nfields):
        label = label_of(result, index)
        name, _, precision = TYPES.get(result.ftype(index), UNKNOWN_TYPE)
        length, precision, scale = _size(name, precision, result.fmod(index))
        schema, table, column, nullable = origins.get(
            (result.ftable(index), result.ftablecol(index)), ("", "", label, UNKNOWN_NULLABLE)
        )
        described.append(
            Column(column, name, length, precision, scale, nullable, schema, table, label)
        )
    return described


def label_of(result: Any, index: int) -> str:
    """The output name, without the mark of a function that stands in for PostgreSQL's own."""
    return (result.fname(index) or b"").decode().removeprefix(PREFIX)


def _size(name: str, precision: int, modifier: int) -> tuple[int, int, int]:
    if name == "numeric" and modifier >= VARCHAR_OVERHEAD:
        packed = modifier - VARCHAR_OVERHEAD
        return 0, packed >> 16, packed & 0x7FF
    if name in ("varchar", "bpchar"):
        length = modifier - VARCHAR_OVERHEAD if modifier >= VARCHAR_OVERHEAD else precision
        return length, length, 0
    return 0, precision, 6 if name.startswith("timestamp") else 0


def _origins(result: Any, backend: Backend) -> dict[tuple[int, int], tuple[str, str, str, int]]:
    wanted = {
        (result.ftable(i), result.ftablecol(i)) for i in range(result.nfields) if result.ftable(i)
    }
    if not wanted:
        return {}
    pairs = ", ".join(f"({table}, {number})" for table, number in sorted(wanted))
    found = backend.rows(
        "SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname, a.attnotnull"
        " FROM pg_catalog.pg_attribute a"
        " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE (a.attrelid, a.attnum) IN ({pairs})"
    )
    return {
        (int(row[0] or 0), int(row[1] or 0)): (
            row[2] or "",
            row[3] or "",
            row[4] or "",
            0 if row[5] == "t" else 1,
        )
        for row in found
    }
