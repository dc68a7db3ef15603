# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data types of Redshift, whatever they are called, in one spelling.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_VARCHAR = 65535
_SPELLINGS = {
    "SMALLINT": ("int2",),
    "INTEGER": ("int", "int4"),
    "BIGINT": ("int8",),
    "NUMERIC": ("decimal",),
    "REAL": ("float4",),
    "DOUBLE PRECISION": ("float8", "float"),
    "BOOLEAN": ("bool",),
    "CHAR": ("character", "nchar", "bpchar"),
    "VARCHAR": ("character varying", "nvarchar", "text"),
    "DATE": (),
    "TIME": ("time without time zone",),
    "TIMETZ": ("time with time zone",),
    "TIMESTAMP": ("timestamp without time zone",),
    "TIMESTAMPTZ": ("timestamp with time zone",),
    "INTERVAL YEAR TO MONTH": (),
    "INTERVAL DAY TO SECOND": (),
    "SUPER": (),
    "VARBYTE": ("varbinary", "binary varying"),
    "HLLSKETCH": (),
    "GEOMETRY": (),
    "GEOGRAPHY": (),
}
_CANONICAL = {
    spelling.lower(): name for name, others in _SPELLINGS.items() for spelling in (name, *others)
}
_DEFAULTS: dict[str, tuple[int, ...]] = {
    "NUMERIC": (18, 0),
    "CHAR": (1,),
    "VARCHAR": (256,),
    "VARBYTE": (64000,),
}
_OWN_DEFAULTS = {"bpchar": (256,)}
_MOST = {"CHAR": 4096, "VARCHAR": MOST_VARCHAR, "VARBYTE": 16777216}
_PATTERN = re.compile(r"([a-z][a-z0-9 ]*?)\s*(?:\(\s*(\w+)\s*(?:,\s*(\d+)\s*)?\))?")


@dataclass(frozen=True)
class SqlType:
    """A type: its name in Redshift's own spelling, and its length, or precision and scale.

    No arguments for a type that has none, or whose length the catalog doesn't tell.
    """

    name: str
    arguments: tuple[int, ...] = ()

    def __str__(self) -> str:
        listed = ",".join(map(str, self.arguments))
        return f"{self.name}({listed})" if self.arguments else self.name

    def same(self, other: SqlType) -> bool:
        """Whether both are one type, as far as is known."""
        unknown = not (self.arguments and other.arguments)
        return self.name == other.name and (unknown or self.arguments == other.arguments)

    def widens(self, other: SqlType) -> bool:
        """Whether a column of the `other` type can become this one where it stands."""
        return self.name == other.name == "VARCHAR" and self.arguments > other.arguments


def parse_type(text: str) -> SqlType:
    """Read a type as it is written in SQL. Raises ValueError, which tells what is allowed."""
    match = _PATTERN.fullmatch(" ".join(text.lower().split()))
    spelled = match[1] if match else ""
    name = _CANONICAL.get(spelled)
    if match is None or name is None:
        raise ValueError(f"there is no type {text}; allowed are {', '.join(_SPELLINGS)}")
    arguments = _arguments(text, name, match[2], match[3])
    return SqlType(name, arguments or _OWN_DEFAULTS.get(spelled) or _DEFAULTS.get(name, ()))


def _arguments(text: str, name: str, first: str | None, second: str | None) -> tuple[int, ...]:
    if first is None:
        return ()
    if first == "max" and name in _MOST and second is None:
        return (_MOST[name],)
    if name not in _DEFAULTS or not first.isdigit() or (second and name != "NUMERIC"):
        raise ValueError(f"{text}: {name} takes no such length")
    if name == "NUMERIC":
        precision, scale = int(first), int(second or 0)
        if not (1 <= precision <= 38 and scale <= precision):
            raise ValueError(f"{text}: NUMERIC(p,s) has p from 1 to 38, and s from 0 to p")
        return (precision, scale)
    if not 1 <= int(first) <= _MOST[name]:
        raise ValueError(f"{text}: the length of {name} is 1 to {_MOST[name]} bytes")
    return (int(first),)


def catalog_type(
    data_type: str, length: int | None, precision: int | None, scale: int | None
) -> SqlType:
    """A type as the columns of SVV_COLUMNS tell it; an unknown name is kept as it is."""
    spelled = " ".join((data_type or "").lower().split())
    name = _CANONICAL.get(spelled.partition("(")[0].strip(), spelled.upper())
    if name in ("CHAR", "VARCHAR") and length:
        return SqlType(name, (int(length),))
    if name == "NUMERIC" and precision:
        return SqlType(name, (int(precision), int(scale or 0)))
    return SqlType(name)
