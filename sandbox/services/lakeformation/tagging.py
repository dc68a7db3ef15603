"""LF-tags on databases, tables and columns, and how they are inherited."""

from __future__ import annotations

from typing import Any

from sandbox.services.lakeformation.lake import Lake

Place = tuple[str, ...]


def effective(lake: Lake, place: Place) -> dict[str, list[str]]:
    """The LF-tags of (database), (database, table) or (database, table, column).

    A table inherits its database's, a column its table's; its own value of a key wins.
    """
    found: dict[str, list[str]] = {}
    for depth in range(1, len(place) + 1):
        found |= lake.tagged.get(place[:depth], {})
    return found


def matches(lake: Lake, expression: list[Any], place: Place) -> bool:
    """Whether a resource has, for every key of the expression, one of its values."""
    tags = effective(lake, place)
    return all(set(tags.get(key, [])) & set(values) for key, values in expression)


def pairs(lake: Lake, tags: dict[str, list[str]]) -> list[dict[str, Any]]:
    """LF-tags as LFTagPair structures."""
    return [
        {"CatalogId": lake.account, "TagKey": key, "TagValues": list(values)}
        for key, values in sorted(tags.items())
    ]
