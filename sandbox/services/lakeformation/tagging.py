"""LF-tags on databases, tables and columns, how they are inherited, and what expressions match."""

from __future__ import annotations

import json
from typing import Any

from sandbox.services.lakeformation.lake import Lake
from sandbox.services.lakeformation.targets import Target

Place = tuple[str, ...]


def effective(lake: Lake, place: Place) -> dict[str, list[str]]:
    """The LF-tags of (database), (database, table) or (database, table, column).

    A table inherits its database's, a column its table's; its own value of a key wins.
    """
    found: dict[str, list[str]] = {}
    for depth in range(1, len(place) + 1):
        found |= lake.tagged.get(place[:depth], {})
    return found


def matches(lake: Lake, policy: Target, place: Place) -> bool:
    """Whether a resource has, for every key of an LF-tag policy, one of its values."""
    tags = effective(lake, place)
    condition = json.loads(policy.parts[0])
    if isinstance(condition, str):
        condition = lake.expressions[condition]["pairs"]
    return all(set(tags.get(key, [])) & set(values) for key, values in condition)


def pairs(lake: Lake, tags: dict[str, list[str]]) -> list[dict[str, Any]]:
    """LF-tags as LFTagPair structures."""
    return [
        {"CatalogId": lake.account, "TagKey": key, "TagValues": list(values)}
        for key, values in sorted(tags.items())
    ]
