# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter that compares what each principal sees with what access.yml says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plugin_utils.access_report import facts_of, report

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: access_report
short_description: Compare what each principal sees with what access.yml says
version_added: 0.1.0
description:
  - Takes what the contract derives of C(access.yml), and what the account answered - grants and filters
    of Lake Formation, the catalog of Redshift, the bucket's policy, and policies of IAM roles.
  - Where the account can't tell, the worst is taken for true - a managed policy allows everything, and a
    condition that isn't known doesn't deny.
options:
  _input:
    description: What each principal may see, C(contract.access).
    type: dict
    required: true
  answers:
    description:
      - What the account answered. V(caller), an ARN; V(grants) and V(filters) of Lake Formation;
        V(queries), the names of what Redshift was asked, and V(statements), the results; V(buckets);
        V(roles) and V(policies), the results of loops over roles.
    type: dict
    required: true
author:
  - modern_data.warehouse contributors
"""

EXAMPLES = r"""
- name: Nobody sees more or less than access.yml says
  ansible.builtin.assert:
    that: not (contract.access | modern_data.warehouse.access_report(answers)).drift
"""

RETURN = r"""
_value:
  description:
    - V(drift), a sentence for each difference, V(others), those of them that are about somebody whom
      C(access.yml) doesn't have, V(doors), and V(principals).
    - A principal has V(name), V(arn), V(tables) and V(ways), the ways around the doors. A table has
      V(columns), and V(rows) of each door; a column has V(doors), each with what is V(expected) and what
      was V(found).
  type: dict
"""


def access_report(access: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The report."""
    return report(access, facts_of(answers))


class FilterModule:
    """The filters of this file, by name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"access_report": access_report}
