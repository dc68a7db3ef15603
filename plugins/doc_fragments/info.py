# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module can do that only reads."""

from __future__ import annotations


class ModuleDocFragment:
    """For `extends_documentation_fragment: modern_data.warehouse.info`."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
    details:
      - It changes nothing.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    support: N/A
    details:
      - It changes nothing.
  idempotent:
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
      - This assumes that the resource has not changed in a relevant way in between.
    support: full
  action_group:
    description: Use C(group/modern_data.warehouse.aws) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - modern_data.warehouse.aws
"""
