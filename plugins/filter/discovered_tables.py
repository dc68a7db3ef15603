# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tables.yml to start from, of the source's catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.discovery import discover, document

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: discovered_tables
short_description: Make a tables.yml of the catalogue of a PostgreSQL database
version_added: 0.1.0
description:
  - Takes the rows of the source's catalogue, as the role P(modern_data.warehouse.discovery#role) reads
    them, and returns the text of a C(tables.yml) to start from.
  - Columns whose type the contract doesn't take are listed under C(leave_out), each with the reason.
    Columns that look like personal data by their name are marked.
options:
  _input:
    description: Rows of the catalogue, one a column, in the order of tables and columns.
    type: list
    elements: dict
    required: true
  patterns:
    description: Patterns of C(schema.table) with C(*) and C(?). By default all tables are taken.
    type: list
    elements: str
    default: []
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Tables of the shop
  ansible.builtin.copy:
    content: "{{ (rows | modern_data.warehouse.discovered_tables(patterns=['public.*'])).text }}"
    dest: tables.discovered.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description:
    - V(text), the file's; V(tables), how many tables it has; V(skipped), the tables that it has not,
      each with V(table) and V(reason).
  type: dict
"""


def discovered_tables(rows: Any, patterns: Any = ()) -> dict[str, Any]:
    """The text of a tables.yml, and what it leaves out."""
    found = discover(rows, patterns)
    return {
        "text": document(found),
        "tables": len(found["tables"]),
        "skipped": found["skipped"],
    }


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"discovered_tables": discovered_tables}
