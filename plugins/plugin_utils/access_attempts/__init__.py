# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which doors each principal tries, and whether what came of it is what access.yml says. Pure.

`attempts(access, keys)` plans, `crossed(plans, tried)` adds what needs the statements of others,
`verdict(plans, tried)` judges.

A plan is {name, role_arn, attempts, refusals}: attempts as the module access_attempts takes them,
refusals by their names a pattern of the words that they have to be refused with; those that have to
be allowed aren't there.
"""

from __future__ import annotations

from .planned import attempts, crossed, tagged
from .verdict import verdict

__all__ = ["attempts", "crossed", "tagged", "verdict"]
