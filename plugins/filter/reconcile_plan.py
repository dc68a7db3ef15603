# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a comparison of source and warehouse will look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils.reconciliation import plan

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: reconcile_plan
short_description: Plan how tables of source and warehouse are compared
version_added: 0.1.0
description:
  - Takes the tables of an inventory and returns a progress, which the filters
    P(modern_data.warehouse.reconcile_statements#filter),
    P(modern_data.warehouse.reconcile_compare#filter) and
    P(modern_data.warehouse.reconcile_verdict#filter) take.
  - The rows of a table are shared out over buckets by a hash of their key.
options:
  _input:
    description: The list V(tables) of C(tables.yml), which must be valid.
    type: list
    elements: dict
    required: true
  schema:
    description: Schema of the tables in the warehouse.
    type: str
    required: true
  only:
    description: Tables to compare, as C(schema.table) at the source. By default all.
    type: list
    elements: str
    default: []
  buckets:
    description: How many buckets a table has, 1 to 4096.
    type: int
    default: 256
  sample:
    description: Share of the buckets to compare, above 0 up to 1. They are drawn anew each time.
    type: float
    default: 1.0
  seed:
    description: A number from which the drawn buckets follow.
    type: int
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Compare a tenth of the orders
  ansible.builtin.set_fact:
    progress: >-
      {{ tables | modern_data.warehouse.reconcile_plan(schema='analytics', only=['public.orders'], sample=0.1) }}
"""

RETURN = r"""
_value:
  description: One entry a table, with its statements and the buckets that are pending.
  type: list
  elements: dict
"""


def reconcile_plan(
    tables: Any,
    schema: str,
    only: Any = (),
    buckets: int = 256,
    sample: float = 1.0,
    seed: int | None = None,
) -> list[dict[str, Any]]:
    """What to compare; raises AnsibleFilterError for an unknown table or a number out of range."""
    try:
        return plan(
            tables, schema, only=only, buckets=int(buckets), sample=float(sample), seed=seed
        )
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reconcile_plan": reconcile_plan}
