# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.reconciliation import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: reconcile_verdict
short_description: Tell drift from rows that only moved, and report
version_added: 0.1.0
description:
  - Takes the progress of a comparison and the rows of the buckets that are pending, as the source had
    them before a load, the warehouse after it, and the source after that.
  - A row that the source had the same both times and the warehouse differently is drift.
options:
  _input:
    description: A progress, of P(modern_data.warehouse.reconcile_compare#filter).
    type: list
    elements: dict
    required: true
  before:
    description: The results of a loop over the source's statements, before a load.
    type: list
    elements: dict
    default: []
  warehouse:
    description: The results of a loop over the warehouse's statements, after it.
    type: list
    elements: dict
    default: []
  after:
    description: The results of a loop over the source's statements, after that.
    type: list
    elements: dict
    default: []
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Nothing was pending
  ansible.builtin.debug:
    msg: "{{ progress | modern_data.warehouse.reconcile_verdict }}"
"""

RETURN = r"""
_value:
  description:
    - V(drift), whether any table differs, V(told), a line for each that does, and V(tables).
    - A table has V(rows) of both sides, V(buckets) (how many there are, were compared, agreed),
      V(differing) and V(moving) buckets, up to ten V(keys), V(latest) of its timestamps,
      V(presence_only), the columns that are compared by NULL or not alone, and V(drift).
  type: dict
"""


def reconcile_verdict(
    progress: Any, before: Any = (), warehouse: Any = (), after: Any = ()
) -> dict[str, Any]:
    """The report."""
    return verdict(progress, before, warehouse, after)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reconcile_verdict": reconcile_verdict}
