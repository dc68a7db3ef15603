# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tables.yml to start from: the source's catalogue in, entries and their YAML out. Pure."""

from __future__ import annotations

from .document import document
from .tables import discover

__all__ = ["discover", "document"]
