# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which attempts ended otherwise than access.yml says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Values = dict[str, Any]


def verdict(plans: Iterable[Values], tried: Iterable[Values]) -> Values:
    """told, a line for each attempt, and wrong, those of them that are not as they should be.

    tried is what came of each plan, in the same order, each with the outcomes of the module.
    """
    told, wrong = [], []
    for plan, outcome in zip(plans, tried, strict=True):
        for attempt in outcome["outcomes"]:
            line = f"{plan['name']}: {attempt['name']}"
            fault = _fault(attempt, plan["refusals"].get(attempt["name"], ""))
            told.append(f"{line}: {fault or ('allowed' if attempt['allowed'] else 'refused')}")
            if fault:
                wrong.append(told[-1])
    return {"told": told, "wrong": wrong}


def _fault(attempt: Values, refusal: str) -> str:
    words = f"{attempt['error_code']} {attempt['error']}".strip()
    if attempt["allowed"]:
        return "ALLOWED, and should be refused" if refusal else ""
    if not refusal:
        return f"REFUSED, and should be allowed: {words}"
    return "" if re.search(refusal, words) else f"FAILED for another reason: {words}"
