# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Source and warehouse compared, bucket by bucket: the statements, and what follows from answers.

Pure: what is read by whom and when is the role reconciliation's.
"""

from __future__ import annotations

from .progress import compare, plan, statements
from .verdict import key_statements, verdict

__all__ = ["compare", "key_statements", "plan", "statements", "verdict"]
