# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the source has changed since its tables.yml was written, and a tables.yml that follows. Pure."""

from __future__ import annotations

from .compared import compare, told
from .followed import follow

__all__ = ["compare", "follow", "told"]
