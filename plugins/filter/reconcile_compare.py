# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still different after source and warehouse were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.reconciliation import compare

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: reconcile_compare
short_description: Compare what source and warehouse answered
version_added: 0.1.0
description:
  - Takes the progress of a comparison and the answers of both sides, and returns the progress with
    those buckets pending that differ.
options:
  _input:
    description: A progress, of P(modern_data.warehouse.reconcile_plan#filter) or of this filter.
    type: list
    elements: dict
    required: true
  source:
    description: The results of a loop over the source's statements, each with V(item) and
      V(query_result).
    type: list
    elements: dict
    required: true
  warehouse:
    description: The results of a loop over the warehouse's statements, each with V(item) and V(rows).
    type: list
    elements: dict
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: What still differs
  ansible.builtin.set_fact:
    progress: >-
      {{ progress | modern_data.warehouse.reconcile_compare(source=asked_source.results,
         warehouse=asked_warehouse.results) }}
"""

RETURN = r"""
_value:
  description: The progress.
  type: list
  elements: dict
"""


def reconcile_compare(progress: Any, source: Any, warehouse: Any) -> list[dict[str, Any]]:
    """The progress after both sides were read."""
    return compare(progress, source, warehouse)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reconcile_compare": reconcile_compare}
