"""Result columns for clients: Redshift's type numbers, and values in text or binary form."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.values import label_of
from sandbox.engines.redshift.wire.protocol import Field

BYTEA, JSONB = 17, 3802
OWN_NUMBERS = {JSONB: 4000, BYTEA: 6551}  # SUPER, VARBYTE
EPOCH = datetime(2000, 1, 1)
TEXTUAL = {18, 19, 25, 1042, 1043, 705, JSONB}


def _timestamp(value: bytes) -> bytes:
    moment = datetime.fromisoformat(value.decode()).replace(tzinfo=None)
    difference = moment - EPOCH
    micros = (difference.days * 86_400 + difference.seconds) * 1_000_000 + difference.microseconds
    return struct.pack("!q", micros)


def _date(value: bytes) -> bytes:
    return struct.pack("!i", (date.fromisoformat(value.decode()) - EPOCH.date()).days)


BINARY: dict[int, Callable[[bytes], bytes]] = {
    16: lambda value: b"\1" if value == b"t" else b"\0",
    20: lambda value: struct.pack("!q", int(value)),
    21: lambda value: struct.pack("!h", int(value)),
    23: lambda value: struct.pack("!i", int(value)),
    26: lambda value: struct.pack("!I", int(value)),
    700: lambda value: struct.pack("!f", float(value)),
    701: lambda value: struct.pack("!d", float(value)),
    1082: _date,
    1114: _timestamp,
    1184: _timestamp,
    **dict.fromkeys(TEXTUAL, lambda value: value),
}


def fields(result: Any, formats: Sequence[int] = ()) -> list[Field]:
    """The description of a result; formats are as a Bind message has them."""
    return [
        Field(
            label_of(result, index),
            result.ftable(index),
            result.ftablecol(index),
            OWN_NUMBERS.get(result.ftype(index), result.ftype(index)),
            result.fsize(index),
            result.fmod(index),
            column_format(formats, index),
        )
        for index in range(result.nfields)
    ]


def column_format(formats: Sequence[int], index: int) -> int:
    """One format stands for all columns, none means text."""
    if len(formats) == 1:
        return formats[0]
    return formats[index] if index < len(formats) else 0


def encoders(result: Any, formats: Sequence[int] = ()) -> list[Callable[[bytes], bytes] | None]:
    """How each column's text becomes what the client wants; None leaves it."""
    chosen: list[Callable[[bytes], bytes] | None] = []
    for index in range(result.nfields):
        kind = result.ftype(index)
        if kind == BYTEA:
            chosen.append(lambda value: value.removeprefix(b"\\x"))
        elif not column_format(formats, index):
            chosen.append(None)
        elif kind in BINARY:
            chosen.append(BINARY[kind])
        else:
            raise RedshiftError(f"no binary output function available for type {kind}", "42883")
    return chosen
