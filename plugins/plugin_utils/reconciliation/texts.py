# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A row as text that PostgreSQL and Redshift write alike, and numbers that follow from it.

Both have MD5, and both read its hex digits as a number. Infinities are what the capture makes of
them. What both sides don't write alike is compared by whether there is a value at all.

https://docs.aws.amazon.com/redshift/latest/dg/r_MD5.html
https://docs.aws.amazon.com/redshift/latest/dg/r_STRTOL.html
https://docs.aws.amazon.com/redshift/latest/dg/r_FORMAT_strings.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..contract.identifiers import quote
from ..contract.model import Column

_DIGITS = 15  # of 4 bits each: more would not fit into a BIGINT
_LARGEST_HEX = 32_767  # bytes of a VARBYTE whose hex digits fit into a VARCHAR
_SHOWN = 100

PRESENCE = frozenset({"REAL", "DOUBLE PRECISION", "SUPER"})
"""Types of which only NULL or not is compared: floats round in their text, JSON is rewritten."""

MOMENTS = frozenset({"TIMESTAMP", "TIMESTAMPTZ"})

_DAY = "YYYY-MM-DD BC"
_MOMENT = "YYYY-MM-DD HH24:MI:SS.US BC"


@dataclass(frozen=True)
class Side:
    """How one of the two databases writes values: templates by type, of {column} and {type}."""

    texts: Mapping[str, str]
    number: str

    def text(self, column: Column, value: str) -> str:
        """The text of `value`, of a column's type; NULL from NULL."""
        return self.texts[_kind(column)].format(column=value, type=column.type.warehouse)

    def hash(self, texts: Iterable[str]) -> str:
        """A number from 0 to 2^60 of texts, each of which may be NULL."""
        joined = " || '|' || ".join(f"COALESCE({text}, '')" for text in texts)
        return self.number.format(text=joined, digits=_DIGITS, bits=4 * _DIGITS)

    def shown(self, column: Column, value: str) -> str:
        """The value as people read it, or, of personal data, a stand-in."""
        if column.personal or _kind(column) != "VARCHAR":
            return self.text(column, value)
        return f"SUBSTRING(CAST({value} AS VARCHAR), 1, {_SHOWN})"


def _kind(column: Column) -> str:
    name, _parenthesis, size = column.type.warehouse.partition("(")
    if name == "VARBYTE" and int(size.rstrip(")")) > _LARGEST_HEX:
        return "LONG VARBYTE"
    return name


_BOTH = {
    **dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT"), "CAST({column} AS VARCHAR)"),
    **dict.fromkeys(
        ("REAL", "DOUBLE PRECISION"), "CASE WHEN {column} IS NOT NULL THEN 'present' END"
    ),
    "NUMERIC": "CAST(CAST({column} AS {type}) AS VARCHAR)",
    "BOOLEAN": "CASE WHEN {column} THEN 'true' WHEN NOT {column} THEN 'false' END",
    "LONG VARBYTE": "CAST(OCTET_LENGTH({column}) AS VARCHAR)",
}


def _finite(text: str, forever: str, never: str) -> str:
    """PostgreSQL's infinities, as the capture delivers them."""
    return (
        f"CASE WHEN NOT ISFINITE({{column}}) THEN CASE WHEN {{column}} > '2000-01-01'"
        f" THEN '{forever}' ELSE '{never}' END ELSE {text} END"
    )


SOURCE = Side(
    {
        **_BOTH,
        "VARCHAR": "MD5(CONVERT_TO(CAST({column} AS TEXT), 'UTF8'))",
        "DATE": _finite(
            f"TO_CHAR(CAST({{column}} AS TIMESTAMP), '{_DAY}')", "9999-12-31 AD", "4713-01-01 BC"
        ),
        "TIMESTAMP": _finite(
            f"TO_CHAR({{column}}, '{_MOMENT}')",
            "9999-12-31 23:59:59.000000 AD",
            "4713-01-01 00:00:00.000000 BC",
        ),
        "TIMESTAMPTZ": _finite(
            f"TO_CHAR({{column}} AT TIME ZONE 'UTC', '{_MOMENT}')",
            "9999-12-31 23:59:59.000000 AD",
            "4713-01-01 00:00:00.000000 BC",
        ),
        # the null of JSON is none in the warehouse
        "SUPER": "CASE WHEN CAST({column} AS TEXT) <> 'null' THEN 'present' END",
        "VARBYTE": "MD5(ENCODE({column}, 'hex'))",
    },
    "CAST(CAST('x' || SUBSTRING(MD5(CONVERT_TO({text}, 'UTF8')), 1, {digits}) AS BIT({bits})) AS BIGINT)",
)

WAREHOUSE = Side(
    {
        **_BOTH,
        "VARCHAR": "MD5({column})",
        "DATE": f"TO_CHAR(CAST({{column}} AS TIMESTAMP), '{_DAY}')",
        "TIMESTAMP": f"TO_CHAR({{column}}, '{_MOMENT}')",
        "TIMESTAMPTZ": f"TO_CHAR({{column}} AT TIME ZONE 'UTC', '{_MOMENT}')",
        "SUPER": "CASE WHEN JSON_SERIALIZE({column}) <> 'null' THEN 'present' END",
        "VARBYTE": "MD5(LOWER(TO_HEX({column})))",
    },
    "STRTOL(SUBSTRING(MD5({text}), 1, {digits}), 16)",
)


def at_source(name: str) -> str:
    """A name for PostgreSQL, whose reserved words are not Redshift's."""
    return '"' + name.replace('"', '""') + '"'


def in_warehouse(name: str) -> str:
    """A name for Redshift."""
    return quote(name)
