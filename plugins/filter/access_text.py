# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that writes a report of access for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.access_report import text

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: access_text
short_description: Write who sees what as lines of a terminal
version_added: 0.1.0
description:
  - Takes a report and returns its lines - a table for each principal, drift marked by V(!).
options:
  _input:
    description: A report, of P(modern_data.warehouse.access_report#filter).
    type: dict
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Who sees what
  ansible.builtin.debug:
    msg: "{{ report | modern_data.warehouse.access_text }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


def access_text(report: dict[str, Any]) -> list[str]:
    """The lines."""
    return text(report)


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"access_text": access_text}
