# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of tables.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from . import column_types, history
from .identifiers import MAX_TABLE, column_error, name_error
from .options import Option, boolean, one_of, parsed
from .source_names import SOURCE_ALLOWED, source_column_error, source_error


def _table_name(value: Any) -> str | None:
    if not isinstance(value, str):
        return "allowed: text"
    if value != value.lower():
        return "allowed: lower case, since Redshift and the catalog fold names to it"
    return name_error(value, MAX_TABLE)


def _column_name(value: Any) -> str | None:
    return column_error(value) if isinstance(value, str) else "allowed: text"


def _source(value: Any) -> str | None:
    return source_error(value) if isinstance(value, str) else SOURCE_ALLOWED


def _left_out(value: Any) -> str | None:
    return source_column_error(value) if isinstance(value, str) else "allowed: text"


def _tags(value: Any) -> str | None:
    word = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
    if isinstance(value, Mapping) and all(
        isinstance(part, str) and word.fullmatch(part) for pair in value.items() for part in pair
    ):
        return None
    return "allowed: a mapping of words, of letters, digits and _ . -"


COLUMN = {
    "name": Option(_column_name, required=True),
    "type": Option(parsed(column_types.parse), required=True),
    "personal": Option(boolean, default=False),
    "dropped": Option(boolean, default=False),
}

TABLE = {
    "source": Option(_source, required=True),
    "name": Option(_table_name, required=True),
    "key": Option(items=Option(_column_name), required=True),
    "history": Option(one_of(*history.COLUMNS), default="current"),
    "distribution_style": Option(one_of("auto", "all", "even", "key"), default="key"),
    "distribution_key": Option(_column_name),
    "sort_key": Option(items=Option(_column_name)),
    "leave_out": Option(items=Option(_left_out), default=()),
    "tags": Option(_tags),
    "columns": Option(items=Option(options=COLUMN), required=True),
}

DOCUMENT = Option(items=Option(options=TABLE), required=True)
