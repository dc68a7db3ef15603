# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons by meaning.

A comparison takes what the user wants and what there is, and returns both as they are to be
shown in a diff, `(before, after)`. Equal views mean: nothing to change.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

Views = tuple[Any, Any]
Comparison = Callable[[Any, Any], Views]


def exact(wanted: Any, current: Any) -> Views:
    """The same value."""
    return current, wanted


def text(wanted: str | None, current: str | None) -> Views:
    """The same text. Where AWS keeps no empty text, it is the same as none."""
    return current or "", wanted or ""


def unordered(wanted: list[Any] | None, current: list[Any] | None) -> Views:
    """The same elements, in any order, each once or more often."""
    return _sorted_set(current), _sorted_set(wanted)


def subset(wanted: Any, current: Any) -> Views:
    """The same where the user said something; keys of dicts that were not set are left alone.

    A list counts as a whole, its elements each compared this way in their order.
    """
    if isinstance(wanted, dict):
        known = current if isinstance(current, dict) else {}
        pairs = {key: subset(value, known.get(key)) for key, value in scrub(wanted).items()}
        before = {key: one for key, (one, _other) in pairs.items()}
        return before, {key: other for key, (_one, other) in pairs.items()}
    if isinstance(wanted, list) and isinstance(current, list) and len(wanted) == len(current):
        views = [subset(one, other) for one, other in zip(wanted, current, strict=True)]
        return [one for one, _other in views], [other for _one, other in views]
    return current, scrub(wanted)


def json_document(wanted: Any, current: Any) -> Views:
    """The same JSON, whatever its layout and the order of its keys."""
    return parse_json(current), parse_json(wanted)


def json_subset(wanted: Any, current: Any) -> Views:
    """JSON that is the same where the user said something (AWS fills the rest with defaults)."""
    return subset(parse_json(wanted), parse_json(current))


def policy_document(wanted: Any, current: Any) -> Views:
    """The same IAM policy: order of statements and actions and single-item lists don't matter."""
    before, after = parse_json(current), parse_json(wanted)
    if before and not compare_policies(before, after):
        return after, after
    return before, after


def last_part(wanted: str | None, current: str | None) -> Views:
    """The same name, where AWS may answer with the name of what was given by its ARN."""
    if wanted and current and wanted.rsplit("/", 1)[-1] == current.rsplit("/", 1)[-1]:
        return wanted, wanted
    return current, wanted


def version_prefix(wanted: str | None, current: str | None) -> Views:
    """A version of the wanted line: "16" is satisfied by 16.4, "16.4" only by 16.4."""
    if wanted and current and f"{current}.".startswith(f"{wanted}."):
        return wanted, wanted
    return current, wanted


def ignore_case(wanted: str | None, current: str | None) -> Views:
    """The same text but for the case of its letters."""
    if wanted and current and wanted.lower() == current.lower():
        return wanted, wanted
    return current, wanted


def scrub(value: Any) -> Any:
    """Drop the sub-options that the user left unset (None), at every depth."""
    if isinstance(value, dict):
        return {key: scrub(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    return value


def parse_json(value: Any) -> Any:
    """JSON text as data; empty text as None; data, and text that is no JSON, as they are."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value


def _sorted_set(values: list[Any] | None) -> list[Any]:
    distinct: list[Any] = []
    for value in values or []:
        if value not in distinct:
            distinct.append(value)
    return sorted(distinct, key=lambda value: json.dumps(value, sort_keys=True, default=str))
