# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifecycle rules of a bucket, between the module's flat form and the API's.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Values = dict[str, Any]

# A rule's option, and where the API has its value.
PLACES = {
    "expiration_days": ("expiration", "days"),
    "expired_object_delete_marker": ("expiration", "expired_object_delete_marker"),
    "noncurrent_version_expiration_days": ("noncurrent_version_expiration", "noncurrent_days"),
    "abort_incomplete_multipart_upload_days": (
        "abort_incomplete_multipart_upload",
        "days_after_initiation",
    ),
}
# Lists of a day and a storage class, and the API's name of the day.
TRANSITIONS = {"transitions": "days", "noncurrent_version_transitions": "noncurrent_days"}


def to_request(rule: Values) -> Values:
    """A rule of the module as the API takes it."""
    made: Values = {
        "id": rule["id"],
        "status": "Enabled" if rule["enabled"] else "Disabled",
        "filter": {"prefix": rule["prefix"]},
    }
    for option, (member, name) in PLACES.items():
        if option in rule:
            made.setdefault(member, {})[name] = rule[option]
    for option, day in TRANSITIONS.items():
        if option in rule:
            made[option] = [
                {day: one["days"], "storage_class": one["storage_class"]} for one in rule[option]
            ]
    return made


def from_answer(rule: Values) -> Values:
    """A rule of the API as the module writes it; what it can't write stays under `other`."""
    told = {"id": rule.get("id", ""), "enabled": rule["status"] == "Enabled"}
    known = {key: value for key, value in rule.items() if key not in ("id", "status")}
    told["prefix"] = known.pop("prefix", None) or ""
    places = {"prefix": ("filter", "prefix"), **PLACES}
    for option, (member, name) in places.items():
        inner = dict(known.get(member) or {})
        if name in inner:
            told[option] = inner.pop(name)
            known[member] = inner
    for option, day in TRANSITIONS.items():
        steps = known.get(option)
        if steps and all(day in step for step in steps):
            told[option] = [
                {"days": step[day], "storage_class": step["storage_class"]} for step in steps
            ]
            known.pop(option)
    other = {key: value for key, value in known.items() if value}
    return {**told, "other": other} if other else told


def by_id(wanted: list[Values] | None, current: list[Values] | None) -> tuple[Values, Values]:
    """Views of two lists of rules, whose order doesn't matter."""
    return _named(current), _named(wanted)


def faults(rules: list[Values]) -> Iterator[str]:
    """What can't be in a list of rules that a user gave."""
    names = [rule["id"] for rule in rules]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"lifecycle_rules has two rules with the id {name}"
    for rule in rules:
        given = {option for option, value in rule.items() if value not in (None, [])}
        actions = (*PLACES, *TRANSITIONS)
        if not given & set(actions):
            yield f"the lifecycle rule {rule['id']} does nothing: give it one of {', '.join(actions)}"
        if {"expiration_days", "expired_object_delete_marker"} <= given:
            yield (
                f"the lifecycle rule {rule['id']} has both expiration_days and"
                " expired_object_delete_marker: it can have one"
            )
        for option in PLACES:
            days = rule[option]
            if option.endswith("_days") and days is not None and days < 1:
                yield f"{option} of the lifecycle rule {rule['id']} is {days}: it must be 1 or more"


def _named(rules: list[Values] | None) -> Values:
    return {rule["id"]: rule for rule in sorted(rules or [], key=lambda rule: rule["id"])}
