# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types a contract may give a column, and what each becomes on the way.

A type is written as Redshift writes it. DMS decides what lands in the parquet file (AWS DMS user
guide, "Source data types for PostgreSQL" and "Target data types for S3 Parquet"); staging and the
catalog have that type, the warehouse has the contract's, and the change set converts between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MAX_PRECISION = 38
MAX_VARCHAR = 65535
MAX_VARBYTE = 16_777_216


@dataclass(frozen=True)
class ColumnType:
    """One type: `warehouse` as in DDL, `staging` and `glue` as the parquet file delivers it.

    `conversion` turns a staging column into the warehouse's type, `values` are the only texts
    that it understands (empty: any value of the staging type). `key` tells whether Redshift can
    compare and sort it, `blanks` whether it overlooks blanks at the end of a value. `unloaded` is
    the expression whose parquet column, of the catalog's type `published`, holds the same value.
    """

    warehouse: str
    staging: str
    glue: str
    conversion: str = "{column}"
    values: tuple[str, ...] = ()
    key: bool = True
    blanks: bool = False
    unloaded: str = "{column}"
    current: str = ""

    @property
    def published(self) -> str:
        return self.current or self.glue


@dataclass(frozen=True)
class _Family:
    """Types of one spelling, with the PostgreSQL source types that arrive as them."""

    spelling: str
    sources: tuple[str, ...]
    build: Callable[..., ColumnType]
    pattern: str = ""

    def match(self, text: str) -> re.Match[str] | None:
        return re.fullmatch(self.pattern or re.escape(self.spelling), text)


def _fixed(
    warehouse: str, glue: str, *, staging: str = "", **extra: object
) -> Callable[..., ColumnType]:
    def build() -> ColumnType:
        return ColumnType(warehouse, staging or warehouse, glue, **extra)  # type: ignore[arg-type]

    return build


def _numeric(precision: str, scale: str | None) -> ColumnType:
    digits, decimals = int(precision), int(scale or 0)
    if not 1 <= digits <= MAX_PRECISION or decimals > digits:
        raise ValueError(f"allowed: numeric(p,s) with p 1 to {MAX_PRECISION} and s 0 to p")
    name = f"({digits},{decimals})"
    return ColumnType(f"NUMERIC{name}", f"NUMERIC{name}", f"decimal{name}")


def _varchar(length: str) -> ColumnType:
    if not 1 <= int(length) <= MAX_VARCHAR:
        raise ValueError(f"allowed: varchar(n) with n 1 to {MAX_VARCHAR} bytes")
    return ColumnType(f"VARCHAR({int(length)})", f"VARCHAR({int(length)})", "string", blanks=True)


def _varbyte(length: str) -> ColumnType:
    if not 1 <= int(length) <= MAX_VARBYTE:
        raise ValueError(f"allowed: varbyte(n) with n 1 to {MAX_VARBYTE} bytes")
    name = f"VARBYTE({int(length)})"
    # UNLOAD to parquet doesn't take it: https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
    return ColumnType(
        name, name, "binary", key=False, unloaded="TO_HEX({column})", current="string"
    )


FAMILIES = (
    _Family("smallint", ("smallint",), _fixed("SMALLINT", "smallint")),
    _Family("integer", ("integer",), _fixed("INTEGER", "int"), r"int(?:eger)?"),
    _Family("bigint", ("bigint",), _fixed("BIGINT", "bigint")),
    _Family(
        "numeric(p,s)",
        ("numeric(p,s)",),
        _numeric,
        r"(?:numeric|decimal)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)",
    ),
    _Family("real", ("real",), _fixed("REAL", "float")),
    _Family("double precision", ("double precision",), _fixed("DOUBLE PRECISION", "double")),
    # The S3 endpoint has no MapBooleanAsBoolean, so DMS writes the words, not BOOL.
    _Family(
        "boolean",
        ("boolean",),
        _fixed(
            "BOOLEAN",
            "string",
            staging="VARCHAR(5)",
            conversion="CASE {column} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END",
            values=("true", "false"),
            current="boolean",
        ),
    ),
    _Family("date", ("date",), _fixed("DATE", "date")),
    _Family("timestamp", ("timestamp",), _fixed("TIMESTAMP", "timestamp")),
    # Parquet holds it without a zone, in UTC.
    _Family(
        "timestamptz",
        ("timestamptz",),
        _fixed(
            "TIMESTAMPTZ",
            "timestamp",
            staging="TIMESTAMP",
            conversion="{column} AT TIME ZONE 'UTC'",
            unloaded="{column} AT TIME ZONE 'UTC'",
        ),
    ),
    _Family(
        "varchar(n)",
        ("varchar(n)", "char(n)", "text", "uuid", "enum", "array", "json", "jsonb", "xml", "inet"),
        _varchar,
        r"(?:varchar|character varying)\s*\(\s*(\d+)\s*\)",
    ),
    _Family(
        "super",
        ("json", "jsonb"),
        _fixed(
            "SUPER",
            "string",
            staging=f"VARCHAR({MAX_VARCHAR})",
            conversion="JSON_PARSE({column})",
            key=False,
            unloaded="JSON_SERIALIZE({column})",
        ),
    ),
    _Family("varbyte(n)", ("bytea",), _varbyte, r"(?:varbyte|varbinary)\s*\(\s*(\d+)\s*\)"),
)

ALLOWED = ", ".join(family.spelling for family in FAMILIES)

_REFUSED = {
    "numeric": "numeric needs precision and scale, as in numeric(12,2): DMS has no fixed one for it",
    "decimal": "decimal needs precision and scale, as in decimal(12,2): DMS has no fixed one for it",
    "varchar": "varchar needs a length in bytes, as in varchar(320)",
    "text": "Redshift's text is varchar(256); write varchar(n), n in bytes",
    "char": "Redshift's char holds ASCII alone; write varchar(n), n in bytes",
    "uuid": "Redshift has no uuid; write varchar(36)",
    "json": "Redshift has no json; write super, or varchar(n) for its text",
    "jsonb": "Redshift has no jsonb; write super, or varchar(n) for its text",
    "bytea": "Redshift has no bytea; write varbyte(n), n in bytes",
    "time": "DMS writes times to the millisecond, PostgreSQL has them to the microsecond: they would be cut",
    "timetz": "Redshift can't copy timetz; write varchar(21), which is how DMS writes it",
    "interval": "Redshift can't store intervals; write varchar(128), which is how DMS writes them",
    "money": "write numeric(38,4), which is how DMS writes it",
}


def parse(text: str) -> ColumnType:
    """Read a type such as `numeric(12,2)`.

    Raises ValueError saying what is allowed.
    """
    wanted = " ".join(text.lower().split())
    for family in FAMILIES:
        found = family.match(wanted)
        if found:
            return family.build(*found.groups())
    raise ValueError(_REFUSED.get(wanted, f"allowed: {ALLOWED}"))
