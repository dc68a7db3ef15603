# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters that say which doors each principal tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.access_attempts import attempts, crossed, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: access_plans
short_description: Say which doors each principal tries
version_added: 0.1.0
description:
  - Takes what the contract derives of C(access.yml), and returns a plan for each principal - what it has to
    be allowed, and what it has to be refused.
options:
  _input:
    description: What each principal may see, C(contract.access).
    type: dict
    required: true
  keys:
    description: Keys of objects that no principal may read.
    type: list
    elements: str
    default: []
  tried:
    description:
      - The results of a loop over these plans, each with V(outcomes). With them the plans are to read what the
        statements of all others returned, and, the last, to choose database roles by tags of a session.
    type: list
    elements: dict
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: What the principals try
  ansible.builtin.debug:
    msg: "{{ contract.access | modern_data.warehouse.access_plans }}"
"""

RETURN = r"""
_value:
  description:
    - The plans. Each has V(name), V(role_arn), V(attempts), as M(modern_data.warehouse.access_attempts)
      takes them, and V(refusals), by name a pattern of what those say that have to be refused.
    - The last of the plans with V(tried) has no V(role_arn), and is for somebody who may take the roles.
  type: list
  elements: dict
"""


def access_plans(access: dict[str, Any], keys: Any = (), tried: Any = None) -> list[dict[str, Any]]:
    """The plans."""
    plans = attempts(access, keys)
    return plans if tried is None else [*crossed(plans, tried), tagged(access)]


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"access_plans": access_plans}
