# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that tells which attempts ended otherwise than access.yml says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.access_attempts import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: access_verdict
short_description: Tell which attempts ended otherwise than access.yml says
version_added: 0.1.0
description:
  - Takes plans, and what came of them.
options:
  _input:
    description: Plans, of P(modern_data.warehouse.access_plans#filter).
    type: list
    elements: dict
    required: true
  tried:
    description: What came of each, in the same order, each with V(outcomes).
    type: list
    elements: dict
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Every door is as access.yml says
  ansible.builtin.assert:
    that: not (plans | modern_data.warehouse.access_verdict(tried.results)).wrong
"""

RETURN = r"""
_value:
  description: V(told), a line for each attempt, and V(wrong), the lines of those that ended otherwise.
  type: dict
"""


def access_verdict(plans: Any, tried: Any) -> dict[str, Any]:
    """The verdict."""
    return verdict(plans, tried)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"access_verdict": access_verdict}
