# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one principal sees of one table through one door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

WAREHOUSE = "warehouse"
LAKE = "lake"
CHANGES = "changes"
RAW_FILES = "raw files"
CURRENT_FILES = "current files"
DOORS = (WAREHOUSE, LAKE, CHANGES, RAW_FILES, CURRENT_FILES)

OPEN = "open"
CLOSED = "closed"


def masked(kind: str) -> str:
    """How a column is told that is read through a mask."""
    return f"masked: {kind}"


@dataclass(frozen=True)
class View:
    """The columns that are seen, each with how, and which rows; no columns: nothing is seen."""

    columns: dict[str, str] = field(default_factory=dict)
    rows: str = ""
    """The condition on the rows; empty: all."""

    def of(self, column: str) -> str:
        return self.columns.get(column, CLOSED)


NOTHING = View()


def opened(columns: Iterable[str], rows: str = "") -> View:
    """The columns as they are."""
    found = dict.fromkeys(columns, OPEN)
    return View(found, rows if found else "")


def united(views: Iterable[View]) -> View:
    """All of several grants, which only add up: an unfiltered one opens all rows."""
    columns: dict[str, str] = {}
    rows: list[str] = []
    for view in views:
        if view.columns:
            columns |= view.columns
            rows.append(view.rows)
    return View(columns, "" if "" in rows else " OR ".join(sorted(set(rows))))
