# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shapes of landed files: which columns they have, in which order.

COPY takes a parquet file's columns by position. A source column that is added or dropped changes
the files from then on, before `dms_seq` and the before images; those that are there stay. So a
table has several shapes, each a column list of COPY, and the load finds by trying which one a file
has.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from .model import Table

_LENGTH = re.compile(r"^(VARCHAR|VARBYTE)\(\d+\)$")


def staged_columns(table: Table) -> list[tuple[str, str]]:
    """The columns of staging, written for SQL, with their types: all that any file has."""
    return [
        ("op", "VARCHAR(1)"),
        ("dms_ts", "VARCHAR(32)"),
        *((column.sql, column.type.staging) for column in table.columns),
        ("dms_seq", "VARCHAR(50)"),
        *((column.before_image, column.type.staging) for column in table.key),
    ]


def staged_types(table: Table) -> dict[str, str]:
    """Each staging column's type as far as a file tells it."""
    return {name: landed(kind) for name, kind in staged_columns(table)}


def newest(table: Table) -> dict[str, Any]:
    """The shape of the files that land now, as the contract has it.

    `columns` are names as SQL writes them, `types` theirs as far as a file tells them; `id` says
    whether two shapes are the same.
    """
    gone = {column.sql for column in table.columns if column.dropped}
    there = [(name, kind) for name, kind in staged_types(table).items() if name not in gone]
    text = ",".join(f"{name} {kind}" for name, kind in there)
    return {
        "id": hashlib.sha256(text.encode()).hexdigest()[:8],
        "columns": [name for name, _kind in there],
        "types": [kind for _name, kind in there],
    }


def landed(kind: str) -> str:
    """A file doesn't tell how long its texts may be."""
    return _LENGTH.sub(r"\1", kind)
