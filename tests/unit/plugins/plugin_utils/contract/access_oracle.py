"""Who may see what, straight from the text of access.yml: written apart from what compiles it.

A cell of the answer is (principal, table, column), its value how it is seen: (rows, mask), where
rows is the text of the filter or None for all, and mask its kind or None.
"""

from __future__ import annotations

import fnmatch
from typing import Any

Seen = dict[tuple[str, str, str], tuple[str | None, str | None]]


def seen(tables: list[dict[str, Any]], access: dict[str, Any]) -> Seen:
    """What every principal sees, of policies that are valid."""
    found: Seen = {}
    for principal in access["principals"]:
        name = principal["name"]
        mappings = [principal["tables"]]
        for group in access.get("principal_groups") or []:
            if name in group["members"]:
                mappings.append(group["tables"])
        for mapping in mappings:
            for key, entry in mapping.items():
                for table in tables:
                    if _meant(key, table):
                        for column, mask in _columns(table, entry).items():
                            cell = (name, table["name"], column)
                            found[cell] = (entry.get("rows"), mask)
    return found


def _meant(key: str, table: dict[str, Any]) -> bool:
    if key.startswith("tag:"):
        tag, _equals, value = key[4:].partition("=")
        return (table.get("tags") or {}).get(tag) == value
    return fnmatch.fnmatchcase(table["name"], key)


def _columns(table: dict[str, Any], entry: dict[str, Any]) -> dict[str, str | None]:
    columns: dict[str, str | None] = {}
    for column in table["columns"]:
        name = column["name"]
        if name in entry.get("mask", {}):
            columns[name] = entry["mask"][name]
        elif "columns" in entry:
            if name in entry["columns"]:
                columns[name] = None
        elif not (entry.get("exclude") == "personal" and column.get("personal")):
            columns[name] = None
    return columns
