# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that keeps older shapes of landed files in the configurations of the load."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils.contract.load_configuration import AmbiguousShapeError, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DOCUMENTATION = r"""
name: load_configurations
short_description: The configurations of the load, with what is kept of those that are there
version_added: 0.1.0
description:
  - Takes the objects that configure the load as the contract has them, and adds to each table's
    what outlives a change of the contract - the shapes of files that landed before, and which
    changes of the source's table have been checked.
  - Fails when files of a new shape could not be told from older ones, and says what to do.
positional: there
options:
  _input:
    description: The objects that the contract derives, each with O(_input[].key) and O(_input[].content).
    type: list
    elements: dict
    required: true
    suboptions:
      key:
        description: Key of the object.
        type: str
        required: true
      content:
        description: JSON text that it holds.
        type: str
        required: true
  there:
    description: JSON texts that the landing bucket holds, by key.
    type: dict
    default: {}
  forget:
    description:
      - Source tables, such as V(public.orders), whose older shapes are left out. All files of these
        shapes have been loaded, or the table is reloaded. At the command line, with commas between.
    type: list
    elements: str
    default: []
  checked:
    description:
      - What of the source's tables has been compared with the contract, by source table - the start
        of the task and how many changes of the table it has seen, as
        P(modern_data.warehouse.schema_checked#filter) tells.
    type: dict
    default: {}
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Configurations after a change of the contract
  ansible.builtin.set_fact:
    config: "{{ contract.orchestration.config | modern_data.warehouse.load_configurations(there) }}"
"""

RETURN = r"""
_value:
  description: The objects to write.
  type: list
  elements: dict
  contains:
    key:
      description: Key of the object.
      type: str
      sample: load/config/orders.json
    content:
      description: JSON text that it holds.
      type: str
      sample: '{"table":"public.orders"}'
"""


def load_configurations(
    objects: Sequence[Mapping[str, str]],
    there: Mapping[str, str] | None = None,
    forget: str | Sequence[str] = (),
    checked: Mapping[str, str] | None = None,
) -> list[dict[str, str]]:
    """Merge each table's configuration; raises AnsibleFilterError saying what to do."""
    if isinstance(forget, str):
        forget = [name.strip() for name in forget.split(",")]
    found, refused = [], []
    for each in objects:
        try:
            content = _merged(
                each["content"], (there or {}).get(each["key"], ""), forget, checked or {}
            )
        except AmbiguousShapeError as error:
            refused.append(str(error))
        else:
            found.append({"key": each["key"], "content": content})
    if refused:
        raise AnsibleFilterError("\n".join(refused))
    return found


def _merged(content: str, there: str, forget: Sequence[str], checked: Mapping[str, str]) -> str:
    contracted: dict[str, Any] = json.loads(content)
    if "shapes" not in contracted:  # the list of the tables
        return content
    known = json.loads(there) if there else None
    made = merged(contracted, known, forget=contracted["table"] in forget)
    if contracted["table"] in checked:
        made["schema_checked"] = checked[contracted["table"]]
    return json.dumps(made, separators=(",", ":"), sort_keys=True)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"load_configurations": load_configurations}
