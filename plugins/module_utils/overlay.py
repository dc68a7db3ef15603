# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for operations that replace a whole: what there is, with what is wanted laid over it."""

from __future__ import annotations

from typing import Any


def laid_over(current: Any, wanted: Any) -> Any:
    """`current`, with `wanted` laid over it key by key at every depth; lists count as a whole."""
    if not isinstance(current, dict) or not isinstance(wanted, dict):
        return wanted
    return current | {key: laid_over(current.get(key), value) for key, value in wanted.items()}
