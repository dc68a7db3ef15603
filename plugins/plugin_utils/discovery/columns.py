# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a column of the source becomes in the contract, or why it is left out.

What DMS makes of each type: AWS DMS user guide, "Source data types for PostgreSQL".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract import column_types
from ..contract.identifiers import MAX_POSTGRESQL, RESERVED, column_error
from ..contract.tables_rules import BEFORE_IMAGE, CAPTURED

_HEADER_BYTES = 4  # a modifier counts the length word that a value of variable length begins with
_BYTES = 4  # of a character, at most
_LOB_BYTES = 65_535

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_PERSONAL = re.compile(
    r"(?:^|_)(?:e?_?mail|phone|mobile|fax|names?|surname|nickname|login|address|addr|street|city|zip"
    r"|postcode|postal|birth|birthday|birthdate|dob|gender|iban|bic|ssn|passport|tax_id|vat|salary"
    r"|card|ip|latitude|longitude|lat|lon|password|token)(?:_|$)"
    r"|(?:first|last|full|middle|user|maiden)_?name|e?mail|phone|birth|iban|passport"
)


@dataclass(frozen=True)
class Found:
    """A column: its name as the contract writes it, its type, and a comment for the engineer.

    An empty type leaves it out of the capture; the comment says why.
    """

    source_name: str
    name: str
    type: str = ""
    comment: str = ""
    personal: bool = False


def read(row: Mapping[str, Any]) -> Found:
    """One column, from its row of the catalogue."""
    source_name = row["column_name"]
    plain = _PLAIN.fullmatch(source_name) and source_name.lower() not in RESERVED
    name = source_name if plain else f'"{source_name}"'
    reason = _unusable(source_name, name)
    if reason:
        return Found(source_name, name, comment=reason)
    type_, comment = _type(row)
    personal = bool(type_) and bool(_PERSONAL.search(_snake(source_name)))
    return Found(source_name, name, type_, comment, personal)


def _unusable(source_name: str, name: str) -> str:
    if column_error(name):
        return "its name can't be one in the warehouse"
    folded = source_name.lower()
    if folded in CAPTURED or folded.startswith(BEFORE_IMAGE):
        return "the capture adds a column of this name"
    return ""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _type(row: Mapping[str, Any]) -> tuple[str, str]:
    """The contract's type and a comment; no type where the column is left out."""
    if row["is_generated"]:
        return "", "a generated column, which the source's log does not have"
    if row["is_array"]:
        return "", f"{row['type_text']}: an array; varchar(n) takes its text"
    if row["type_kind"] == "e":
        return f"varchar({_BYTES * (row['longest_label'] or 1)})", ""
    if row["type_kind"] != "b" or row["type_name"] not in _TYPES:
        kind = {"d": "a domain", "c": "a composite type", "r": "a range"}.get(row["type_kind"])
        return "", f"{row['type_text']}: {kind or 'no type of the contract fits'}"
    return _TYPES[row["type_name"]](row["modifier"])


def _fixed(type_: str, comment: str = "") -> Callable[[int], tuple[str, str]]:
    return lambda modifier: (type_, comment)


def _text(modifier: int) -> tuple[str, str]:
    if modifier < _HEADER_BYTES:
        return f"varchar({column_types.MAX_VARCHAR})", "the source has no limit; in bytes"
    length = _BYTES * (modifier - _HEADER_BYTES)
    return f"varchar({max(1, min(length, column_types.MAX_VARCHAR))})", ""


def _numeric(modifier: int) -> tuple[str, str]:
    if modifier < _HEADER_BYTES:
        return "", "numeric without precision: give it one at the source, as in numeric(12,2)"
    precision = (modifier - _HEADER_BYTES) >> 16 & 0xFFFF
    scale = (modifier - _HEADER_BYTES) & 0x7FF
    if precision > column_types.MAX_PRECISION or scale > precision:
        return "", f"numeric of more than {column_types.MAX_PRECISION} digits, or of an odd scale"
    return f"numeric({precision},{scale})", ""


_JSON = ("super", f"up to {_LOB_BYTES} bytes")

_TYPES: dict[str, Callable[[int], tuple[str, str]]] = {
    "int2": _fixed("smallint"),
    "int4": _fixed("integer"),
    "int8": _fixed("bigint"),
    "numeric": _numeric,
    "money": _fixed("numeric(38,4)"),
    "float4": _fixed("real"),
    "float8": _fixed("double precision"),
    "bool": _fixed("boolean"),
    "date": _fixed("date"),
    "time": _fixed("", "time: DMS writes it to the millisecond, the source has microseconds"),
    "timestamp": _fixed("timestamp"),
    "timestamptz": _fixed("timestamptz"),
    "timetz": _fixed("varchar(21)"),
    "interval": _fixed("varchar(128)"),
    "varchar": _text,
    "bpchar": _text,
    "text": _text,
    "name": _fixed(f"varchar({_BYTES * MAX_POSTGRESQL})"),
    "uuid": _fixed("varchar(36)"),
    "inet": _fixed("varchar(64)"),
    "cidr": _fixed("varchar(64)"),
    "macaddr": _fixed("varchar(32)"),
    "macaddr8": _fixed("varchar(32)"),
    "json": _fixed(*_JSON),
    "jsonb": _fixed(*_JSON),
    "xml": _text,
    "bytea": _fixed(f"varbyte({_LOB_BYTES})", "the source has no limit"),
}
