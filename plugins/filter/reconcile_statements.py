# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to ask source or warehouse in a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.reconciliation import key_statements, statements

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: reconcile_statements
short_description: The SQL that reads what source and warehouse still differ in
version_added: 0.1.0
description:
  - Takes the progress of a comparison and returns one statement for each table that has buckets
    pending.
options:
  _input:
    description: A progress, of P(modern_data.warehouse.reconcile_plan#filter) or
      P(modern_data.warehouse.reconcile_compare#filter).
    type: list
    elements: dict
    required: true
  side:
    description: Who is asked.
    type: str
    choices: [source, warehouse]
    required: true
  keys:
    description: Read the rows of pending buckets, instead of what the buckets hold in all.
    type: bool
    default: false
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: What to ask the source
  ansible.builtin.set_fact:
    asked: "{{ progress | modern_data.warehouse.reconcile_statements('source') }}"
"""

RETURN = r"""
_value:
  description: The statements, each with the V(name) of its table and a V(query).
  type: list
  elements: dict
"""


def reconcile_statements(progress: Any, side: str, keys: bool = False) -> list[dict[str, str]]:
    """The statements for one side."""
    return key_statements(progress, side) if keys else statements(progress, side)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reconcile_statements": reconcile_statements}
