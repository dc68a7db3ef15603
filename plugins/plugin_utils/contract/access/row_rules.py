# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a row filter fits a table: its columns are there, its literals are of their types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from ..options import likeliest
from .row_filters import Literal, Predicate, RowFilter

if TYPE_CHECKING:
    from ..model import Column, Table

_LEAST = {"INTEGER": -(2**31), "BIGINT": -(2**63)}
_NUMERIC = re.compile(r"NUMERIC\((\d+),(\d+)\)")
_LENGTH = re.compile(r"VARCHAR\((\d+)\)")


def faults(rows: RowFilter, table: Table) -> Iterator[str]:
    """Say what is wrong with a filter on a table, one sentence each."""
    columns = {column.name: column for column in table.columns}
    for predicate in rows.condition.predicates:
        if predicate.column not in columns:
            yield f"unknown name {predicate.column!r}; {likeliest(predicate.column, columns)}"
            continue
        fault = _fault(predicate, columns[predicate.column])
        if fault:
            yield f"{predicate.column} is {columns[predicate.column].type.warehouse}; {fault}"


def _fault(predicate: Predicate, column: Column) -> str | None:
    kind = _kind(column.type.warehouse)
    if not kind:
        return (
            "Lake Formation and Redshift filter by VARCHAR, INTEGER, BIGINT, NUMERIC and BOOLEAN"
            " alike; allowed: a column of these"
        )
    if predicate.operator.endswith("LIKE") and kind != "text":
        return "allowed: LIKE on a text"
    if kind == "boolean" and predicate.operator not in ("=", "<>", "IS NULL", "IS NOT NULL"):
        return "allowed: = and <>"
    for literal in predicate.literals:
        if literal.kind != kind:
            return f"{literal.sql()} is no {kind}; allowed: {_EXAMPLES[kind]}"
        fault = _LITERALS.get(kind, _any)(literal, column.type.warehouse)
        if fault:
            return f"{literal.sql()} is not valid: {fault}"
    return None


def _kind(warehouse: str) -> str | None:
    """The kind of literals that a type is compared with.

    Lake Formation's filters know no dates, timestamps and SMALLINT, and the engines round real
    differently. https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html
    """
    if warehouse in _LEAST or warehouse.startswith("NUMERIC"):
        return "number"
    if warehouse.startswith("VARCHAR"):
        return "text"
    return "boolean" if warehouse == "BOOLEAN" else None


_EXAMPLES: Mapping[str, str] = {
    "text": "a text in single quotes, such as 'FR'",
    "number": "a number, such as 10",
    "boolean": "TRUE, FALSE",
}


def _any(literal: Literal, warehouse: str) -> str | None:
    return None


def _text_fault(literal: Literal, warehouse: str) -> str | None:
    """A backslash escapes in one engine only, and one alone overlooks blanks at the end."""
    if "\\" in literal.value or not literal.value.isprintable():
        return "allowed: printable characters but for the backslash"
    if literal.value.endswith(" "):
        return "allowed: a text that doesn't end in a blank"
    found = _LENGTH.fullmatch(warehouse)
    if found and len(literal.value.encode()) > int(found.group(1)):
        return f"allowed: at most {found.group(1)} bytes"
    return None


def _number_fault(literal: Literal, warehouse: str) -> str | None:
    value, found = Decimal(literal.value), _NUMERIC.fullmatch(warehouse)
    if not found:
        least = _LEAST[warehouse]
        if "." in literal.value or not least <= value < -least:
            return f"allowed: a whole number from {least} to {-least - 1}"
        return None
    precision, scale = int(found.group(1)), int(found.group(2))
    decimals = len(literal.value.partition(".")[2])
    if decimals > scale or abs(value) >= Decimal(10) ** (precision - scale):
        return f"allowed: {precision - scale} digits before the point and {scale} after it"
    return None


_LITERALS = {"text": _text_fault, "number": _number_fault}
