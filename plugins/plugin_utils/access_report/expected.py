# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What access.yml says, as a view for each principal, table and door."""

from __future__ import annotations

from typing import Any

from .views import (
    CHANGES,
    CURRENT_FILES,
    LAKE,
    NOTHING,
    OPEN,
    RAW_FILES,
    WAREHOUSE,
    View,
    masked,
    opened,
)

Values = dict[str, Any]


def expected(reader: Values, table: Values) -> dict[str, View]:
    """By door. Lake Formation has no masks: what is masked in the warehouse is closed in the lake."""
    grant = reader["tables"].get(table["name"])
    closed = {RAW_FILES: NOTHING, CURRENT_FILES: NOTHING}
    if grant is None:
        return {WAREHOUSE: NOTHING, LAKE: NOTHING, CHANGES: NOTHING, **closed}
    # a row of the past looks like one of today without its history's columns
    past = table["past"]
    lake = [*grant["columns"], *past] if grant["columns"] else []
    return {
        WAREHOUSE: _warehouse(grant, past),
        LAKE: opened(lake, grant["rows"]),
        CHANGES: opened(grant["changes"], grant["changes_rows"]),
        **closed,
    }


def _warehouse(grant: Values, past: list[str]) -> View:
    masks = {column: masked(kind) for column, kind in grant["masks"].items()}
    columns = [*grant["columns"], *past]
    return View({**dict.fromkeys(columns, OPEN), **masks}, grant["rows"])
