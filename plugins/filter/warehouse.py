# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter through which playbooks reach the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils.contract import derive, errors

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: warehouse
short_description: Derive everything from the three inventory files
version_added: 0.1.0
description:
  - Takes the three documents of an inventory and returns what every layer needs - names, DMS
    settings, catalog tables, SQL, policies and grants.
  - The documents must be valid; M(modern_data.warehouse.check_contract) says whether they are.
positional: tables, access
options:
  _input:
    description:
      - The variables of C(platform.yml) - V(platform), V(network), V(source), V(ingestion),
        V(warehouse) and V(load).
    type: dict
    required: true
  tables:
    description: The list V(tables) of C(tables.yml).
    type: list
    elements: dict
    required: true
  access:
    description: The variables of C(access.yml) - V(admins), V(principals), V(principal_groups)
      and V(unmanaged).
    type: dict
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Derive the contract
  ansible.builtin.set_fact:
    contract: "{{ documents.platform | modern_data.warehouse.warehouse(tables, documents.access) }}"
"""

RETURN = r"""
_value:
  description:
    - One group a layer, and V(names), V(arns) and V(tags). The package
      C(plugin_utils/contract) documents the keys.
  type: dict
"""


def warehouse(platform: Any, tables: Any, access: Any) -> dict[str, Any]:
    """Derive everything from the three documents; raises AnsibleFilterError with all faults."""
    faults = errors(platform, tables, access)
    if faults:
        raise AnsibleFilterError("The inventory is not valid:\n" + "\n".join(faults))
    return derive(platform, tables, access)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"warehouse": warehouse}
