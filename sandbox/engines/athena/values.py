"""Types and values of a result in Athena's text form.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from __future__ import annotations

import datetime
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.engines.athena.model import ResultColumn

DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
LONGEST = 2**31 - 1
# by the engine's type: Athena's, with its precision
_TYPES = {
    "BOOLEAN": ("boolean", 0),
    "TINYINT": ("tinyint", 3),
    "SMALLINT": ("smallint", 5),
    "INTEGER": ("integer", 10),
    "BIGINT": ("bigint", 19),
    "HUGEINT": ("bigint", 19),
    "UBIGINT": ("bigint", 19),
    "FLOAT": ("float", 17),
    "DOUBLE": ("double", 17),
    "VARCHAR": ("varchar", LONGEST),
    "JSON": ("json", 0),
    "BLOB": ("varbinary", 1073741824),
    "DATE": ("date", 0),
    "TIME": ("time", 3),
    "TIMESTAMP": ("timestamp", 3),
    "TIMESTAMP_S": ("timestamp", 3),
    "TIMESTAMP_MS": ("timestamp", 3),
    "TIMESTAMP_NS": ("timestamp", 3),
    "TIMESTAMP WITH TIME ZONE": ("timestamp with time zone", 3),
    "INTERVAL": ("interval day to second", 0),
    '"NULL"': ("unknown", 0),
}
# Java writes a double without an exponent between these
SMALLEST_PLAIN, LARGEST_PLAIN = 1e-3, 1e7


def result_column(name: str, engine_type: str) -> ResultColumn:
    """A column of a result, of a type of the engine."""
    decimal = DECIMAL.fullmatch(engine_type)
    if decimal:
        return ResultColumn(name, "decimal", int(decimal[1]), int(decimal[2]))
    if engine_type.endswith("]"):
        return ResultColumn(name, "array")
    for nested, own in (("STRUCT(", "row"), ("MAP(", "map")):
        if engine_type.startswith(nested):
            return ResultColumn(name, own)
    return ResultColumn(name, *_TYPES.get(engine_type, ("varchar", LONGEST)))


def text(value: Any, single: bool = False) -> str | None:
    """A value as Athena writes it, None for NULL; single for a float of 32 bits."""
    if value is None:
        return None
    if isinstance(value, float):
        return _float(value, _shortest_single(value) if single else repr(value))
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _float(value: float, digits: str) -> str:
    if value != value:  # noqa: PLR0124  only NaN differs from itself
        return "NaN"
    if value in {float("inf"), float("-inf")}:
        return "Infinity" if value > 0 else "-Infinity"
    exact = Decimal(digits)
    if exact == 0 or SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        plain = f"{exact:f}"
        return plain if "." in plain else f"{plain}.0"
    sign, figures, _ = exact.as_tuple()
    shown = "".join(map(str, figures)).rstrip("0") or "0"
    return f"{'-' * sign}{shown[0]}.{shown[1:] or '0'}E{exact.adjusted()}"


def _shortest_single(value: float) -> str:
    packed = struct.pack("f", value)
    shortest = (f"{value:.{precision}g}" for precision in range(1, 10))
    return next((one for one in shortest if struct.pack("f", float(one)) == packed), repr(value))


def _timestamp(value: datetime.datetime) -> str:
    zone = f" {value.tzinfo}" if value.tzinfo else ""
    return value.replace(tzinfo=None).isoformat(" ", "milliseconds") + zone.replace("Etc/", "")


def _interval(value: datetime.timedelta) -> str:
    sign = "-" if value < datetime.timedelta() else ""
    whole = abs(value)
    minutes, seconds = divmod(whole.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours:02}:{minutes:02}:{seconds:02}.{whole.microseconds // 1000:03}"
    return f"{sign}{whole.days} {clock}"


def _inner(value: Any) -> str:
    shown = text(value)
    return "null" if shown is None else shown


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).lower()),
    (Decimal, lambda value: f"{value:f}"),
    (datetime.datetime, _timestamp),
    (datetime.time, lambda value: value.isoformat("milliseconds")),
    (datetime.timedelta, _interval),
    (bytes, lambda value: value.hex(" ")),
    (list, lambda value: f"[{', '.join(map(_inner, value))}]"),
    (dict, lambda value: "{" + ", ".join(f"{k}={_inner(v)}" for k, v in value.items()) + "}"),
)
