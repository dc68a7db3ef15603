# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies of Redshift mean that the collection makes, by their names in the database.

Redshift keeps an expression in a form of its own, which can't be compared with another.
"""

from __future__ import annotations

import json
from typing import Any

from ...module_utils.redshift_policies import Policy, policy_of

Values = dict[str, Any]


def meanings(policies: Values, facts: Values) -> dict[str, str]:
    """The condition on rows of each, or its kind of mask; policies that somebody altered left out."""
    stored = {row["polname"]: row["polqual"] for row in facts["row_policies"]}
    stored |= {
        row["policy_name"]: _expression(row["policy_expression"]) for row in facts["mask_policies"]
    }
    rows = {_policy("RLS", one, "columns"): one["using"] for one in policies["rows"]}
    # such as mask_hash_varchar_320
    masks = {
        _policy("MASKING", one, "input"): one["name"].split("_")[1] for one in policies["masks"]
    }
    return {
        policy.name: meaning
        for policy, meaning in [*rows.items(), *masks.items()]
        if policy.name in stored and policy.is_kept_as(str(stored[policy.name]))
    }


def _expression(shown: str) -> str:
    """The expressions of a mask, of which the view shows a JSON list of objects."""
    return ", ".join(one["expr"] for one in json.loads(shown))


def _policy(kind: str, option: Values, columns: str) -> Policy:
    policy, _faults = policy_of(kind, option, columns)
    return policy
