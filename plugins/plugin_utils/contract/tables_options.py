# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of tables.yml."""

from __future__ import annotations

from typing import Any

from . import column_types
from .identifiers import MAX_POSTGRESQL, MAX_TABLE, name_error
from .options import Option, boolean, one_of, parsed, text


def _table_name(value: Any) -> str | None:
    if not isinstance(value, str):
        return "allowed: text"
    if value != value.lower():
        return "allowed: lower case, since Redshift and the catalog fold names to it"
    return name_error(value, MAX_TABLE)


def _column_name(value: Any) -> str | None:
    return name_error(value, MAX_POSTGRESQL) if isinstance(value, str) else "allowed: text"


_SOURCE_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,62}"

COLUMN = {
    "name": Option(_column_name, required=True),
    "type": Option(parsed(column_types.parse), required=True),
    "personal": Option(boolean, default=False),
}

TABLE = {
    "source": Option(
        text(rf"{_SOURCE_NAME}\.{_SOURCE_NAME}", "allowed: schema.table at the source"),
        required=True,
    ),
    "name": Option(_table_name, required=True),
    "key": Option(items=Option(_column_name), required=True),
    "history": Option(one_of("current"), default="current"),
    "columns": Option(items=Option(options=COLUMN), required=True),
}

DOCUMENT = Option(items=Option(options=TABLE), required=True)
