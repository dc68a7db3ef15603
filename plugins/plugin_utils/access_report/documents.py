# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies that aren't what the contract says, whatever comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Values = dict[str, Any]


def edited(access: Values, facts: Values) -> Iterator[str]:
    """A sentence for each document that somebody edited, added or took away."""
    if _plain(facts["bucket"]) != _plain(access["bucket_policy"]):
        yield f"the policy of the bucket {access['bucket']} is another one{_lacking(access, facts)}"
    for name, role in access["roles"].items():
        found = facts["roles"].get(name)
        if found is None:
            yield f"there is no role {name}"
            continue
        if _plain(found["trust"]) != _plain(role["trust"]):
            yield f"the role {name} trusts others"
        if [*map(_plain, found["policies"])] != [_plain(role["policy"])] or found["managed"]:
            yield f"the role {name} has other policies"


def _lacking(access: Values, facts: Values) -> str:
    there = [_plain(one) for one in _listed(facts["bucket"].get("Statement", []))]
    lacking = [
        one["Sid"] for one in access["bucket_policy"]["Statement"] if _plain(one) not in there
    ]
    return f", without {', '.join(lacking)}" if lacking else ""


def _plain(value: Any) -> Any:
    """The same for two documents that mean the same: AWS makes a list of one a text, and sorts."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        plain = [_plain(one) for one in value]
        return plain[0] if len(plain) == 1 else sorted(plain, key=str)
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
