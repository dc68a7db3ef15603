# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison of source and warehouse."""

from __future__ import annotations

from typing import Any

from ..model import Contract


def layer(contract: Contract) -> dict[str, Any]:
    """How long changes may be on their way: DMS writes at each flush interval, or somewhat later."""
    return {"capture_timeout": contract.ingestion["flush_interval"] + 30}
