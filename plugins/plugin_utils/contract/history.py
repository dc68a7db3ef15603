# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a table of the warehouse keeps of the past, and the columns that tell it.

How each mode is applied is in sql/load/apply_<mode>.sql.j2.
"""

from __future__ import annotations

COLUMNS: dict[str, dict[str, str]] = {
    "current": {},
    "soft_delete": {"_deleted": "BOOLEAN"},
    "append": {"_op": "VARCHAR(1)", "_changed_at": "TIMESTAMP"},
    "scd2": {
        "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
        "is_current": "BOOLEAN",
        "_changed_at": "TIMESTAMP",
    },
}
"""The columns that each mode adds, with their types."""

NULLABLE = frozenset({"valid_to"})

SEVERAL_ROWS_A_KEY = frozenset({"append", "scd2"})
