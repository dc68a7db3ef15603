# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the source has changed since tables.yml was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils.schema_changes import compare, follow, told

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: schema_changes
short_description: Compare tables.yml with the catalogue of the source
version_added: 0.1.0
description:
  - Takes the tables of the contract and the rows of the source's catalogue, as the role
    P(modern_data.warehouse.discovery#role) reads them, and tells the differences.
  - Columns that were added, columns that were dropped and texts that became longer can be followed.
    Another type, another key, another order and what looks like a rename can't.
positional: rows
options:
  _input:
    description: The list V(tables) of C(tables.yml), which must be valid.
    type: list
    elements: dict
    required: true
  rows:
    description: Rows of the catalogue, one a column, in the order of tables and columns.
    type: list
    elements: dict
    required: true
  text:
    description: Text of the C(tables.yml) that is to follow.
    type: str
    default: ""
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: What the source has changed
  ansible.builtin.debug:
    msg: "{{ (tables | modern_data.warehouse.schema_changes(rows)).told }}"
"""

RETURN = r"""
_value:
  description: The differences, by what can be done about them.
  type: dict
  contains:
    equal:
      description: Tables that are as the contract has them.
      type: list
      elements: str
      sample: [public.orders]
    needed:
      description: Tables whose changes can be followed.
      type: list
      elements: str
      sample: [public.customers]
    refused:
      description: Tables with a change that can't be followed.
      type: list
      elements: str
      sample: []
    told:
      description: A line for each difference.
      type: list
      elements: str
      sample: ["public.customers: phone varchar(80) was added"]
    text:
      description: The text with what can be followed; its comments and its order stay.
      type: str
"""


def schema_changes(tables: Any, rows: Any, text: str = "") -> dict[str, Any]:
    """The differences; raises AnsibleFilterError when the text can't be edited."""
    changes = compare(tables, rows)
    try:
        followed = follow(text, changes) if text else ""
    except (ImportError, ValueError) as error:
        raise AnsibleFilterError(f"tables.yml can't be edited: {error}") from error
    return {
        "equal": [each.source for each in changes if not each.needed and not each.refused],
        "needed": [each.source for each in changes if each.needed and not each.refused],
        "refused": [each.source for each in changes if each.refused],
        "told": [f"{each.source}: {line}" for each in changes for line in told(each)],
        "text": followed,
    }


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"schema_changes": schema_changes}
