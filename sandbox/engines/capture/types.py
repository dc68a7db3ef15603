"""PostgreSQL's types as the files have them.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source-PostgreSQL-DataTypes
https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html#CHAP_Target.S3.DataTypes
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.engines.capture import temporal
from sandbox.engines.capture.errors import RecordError, UnsupportedTableError

MAX_PRECISION = 38
HEADER_BYTES = 4  # a modifier counts the length word that a value of variable length begins with
LIMITED_STRINGS = {"uuid", "inet", "cidr", "macaddr", "macaddr8", "interval", "name", "timetz"}
LIMITED_STRINGS |= {"bit", "varbit", "point", "circle", "oid"}

Parse = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True)
class SourceType:
    """A type of the source: its name, and the kind that pg_type.typtype gives ('b' base, 'd'
    domain, 'e' enum, ...). Domains come as the type that they constrain."""

    name: str
    kind: str = "b"
    array: bool = False


@dataclass(frozen=True)
class ValueType:
    """A type in the file, and how values come to it from PostgreSQL's text of them.

    lob tells that DMS treats the values as large objects: cut at a limit, looked up by key.
    """

    arrow: pa.DataType
    parse: Parse
    lob: bool = False

    def convert(self, column: str, texts: pa.Array) -> pa.Array:
        """Values from PostgreSQL's text, null from null.

        Raises RecordError with the positions of the texts that have no value in this type.
        """
        try:
            return self.parse(texts)
        except (pa.ArrowInvalid, ValueError) as error:
            rows = [i for i in range(len(texts)) if not self._holds(texts.slice(i, 1))]
            if not rows:
                raise
            sample = texts[rows[0]].as_py()
            reason = f"{sample[:60]!r} is no {self.arrow} ({len(rows)} record(s))"
            raise RecordError(column, reason, rows) from error

    def _holds(self, text: pa.Array) -> bool:
        try:
            self.parse(text)
        except (pa.ArrowInvalid, ValueError):
            return False
        return True


@dataclass(frozen=True)
class TypeOptions:
    """What the endpoints say about types."""

    booleans: bool = False
    milliseconds: bool = False
    trim_char: bool = True


def value_type(source: SourceType, modifier: int, options: TypeOptions) -> ValueType:
    """The file's type for a column of a source type with a modifier (-1: none).

    Raises UnsupportedTableError for a type that files cannot have.
    """
    if source.kind == "e":
        return _text()
    if source.array or source.kind != "b" or source.name not in TYPES:
        return _text(lob=True)
    return TYPES[source.name](modifier, options)


def _cast(arrow: pa.DataType) -> ValueType:
    return ValueType(arrow, lambda texts: texts.cast(arrow))


def _text(*, lob: bool = False) -> ValueType:
    return ValueType(pa.string(), _same, lob)


def _moment(parse: Callable[[pa.Array, str], pa.Array], options: TypeOptions) -> ValueType:
    unit = "ms" if options.milliseconds else "us"
    return ValueType(pa.timestamp(unit), lambda texts: parse(texts, unit))


def _time(modifier: int, _: TypeOptions) -> ValueType:
    arrow = pa.time32("ms") if 0 <= modifier <= 3 else pa.time64("us")
    return ValueType(arrow, lambda texts: temporal.times(texts, arrow))


def _numeric(modifier: int, _: TypeOptions) -> ValueType:
    if modifier < 0:  # DMS gives a numeric of any size 28 digits, 6 of them decimals
        return _cast(pa.decimal128(28, 6))
    precision = (modifier - HEADER_BYTES) >> 16 & 0xFFFF
    scale = (modifier - HEADER_BYTES) & 0x7FF
    if scale > precision:  # includes negative scales, which are encoded as large ones
        raise UnsupportedTableError(f"numeric with precision {precision} has a scale outside of it")
    if precision > MAX_PRECISION:
        return _text()
    return _cast(pa.decimal128(precision, scale))


def _same(texts: pa.Array) -> pa.Array:
    return texts


def _trimmed(texts: pa.Array) -> pa.Array:
    return pc.utf8_rtrim(texts, characters=" ")


def _boolean(texts: pa.Array) -> pa.Array:
    return pc.equal(texts, "t")


def _boolean_word(texts: pa.Array) -> pa.Array:
    return pc.if_else(_boolean(texts), "true", "false")


def _money(texts: pa.Array) -> pa.Array:
    digits = pc.replace_substring_regex(texts, pattern=r"[^0-9.-]", replacement="")
    return digits.cast(pa.decimal128(MAX_PRECISION, 4))


def _bytes(texts: pa.Array) -> pa.Array:
    return pa.array(
        [None if text is None else bytes.fromhex(text[2:]) for text in texts.to_pylist()],
        pa.binary(),
    )


# Each makes the file's type from a modifier and the options; what is not here is a large object
TYPES: dict[str, Callable[[int, TypeOptions], ValueType]] = {
    "int2": lambda *_: _cast(pa.int16()),
    "int4": lambda *_: _cast(pa.int32()),
    "int8": lambda *_: _cast(pa.int64()),
    "float4": lambda *_: _cast(pa.float32()),
    "float8": lambda *_: _cast(pa.float64()),
    "numeric": _numeric,
    "money": lambda *_: ValueType(pa.decimal128(MAX_PRECISION, 4), _money),
    "bool": lambda _, options: (
        ValueType(pa.bool_(), _boolean)
        if options.booleans
        else ValueType(pa.string(), _boolean_word)
    ),
    "timestamp": lambda _, options: _moment(temporal.timestamps, options),
    "timestamptz": lambda _, options: _moment(temporal.instants, options),
    "date": lambda *_: ValueType(pa.date32(), temporal.dates),
    "time": _time,
    "bpchar": lambda _, options: ValueType(pa.string(), _trimmed if options.trim_char else _same),
    "varchar": lambda modifier, _: _text(lob=modifier < 0),
    "bytea": lambda *_: ValueType(pa.binary(), _bytes, lob=True),
}
TYPES |= dict.fromkeys(LIMITED_STRINGS, lambda *_: _text())
