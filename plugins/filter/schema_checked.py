# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which state of the source's tables has been compared with the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: schema_checked
short_description: Tell the state of the source's tables in the words of the load's state machine
version_added: 0.1.0
description:
  - Takes a replication task with the statistics of its tables, as
    M(modern_data.warehouse.dms_replication_task_info) tells it, and returns for each table when the
    task began and how many changes of the table itself it has seen since.
  - It has to be read before the source's catalogue, so that a change in between is not overlooked.
positional: tables
options:
  _input:
    description: The task with its C(table_statistics).
    type: dict
    required: true
  tables:
    description: The tables that were found as the contract has them, such as V(public.orders).
    type: list
    elements: str
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: State of the tables
  ansible.builtin.debug:
    msg: "{{ task | modern_data.warehouse.schema_checked(['public.orders']) }}"
"""

RETURN = r"""
_value:
  description: The state by table.
  type: dict
  sample: {"public.orders": "2026-01-15T12:00:00Z/1"}
"""


def schema_checked(task: Mapping[str, Any], tables: Sequence[str]) -> dict[str, str]:
    """The state of each of the tables that the task captures."""
    start = (task.get("replication_task_stats") or {}).get("fresh_start_date")
    began = (
        datetime.fromisoformat(start).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if start
        else ""
    )
    states = {
        f"{one['schema_name']}.{one['table_name']}": f"{began}/{one.get('ddls') or 0}"
        for one in task.get("table_statistics") or ()
    }
    return {name: states[name] for name in tables if name in states}


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"schema_checked": schema_checked}
