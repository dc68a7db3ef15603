"""What each principal may see, read from access.yml and tables.yml by other rules than the collection's.

It knows nothing of grants, roles or policies, and asks the source's own database which rows a
condition means.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from demo import shop


@dataclass
class Seen:
    """Of one table: open columns, masked ones with their mask, the condition on rows."""

    columns: set[str] = field(default_factory=set)
    masks: dict[str, str] = field(default_factory=dict)
    rows: str = "true"
    changes: bool = False


class Oracle:
    """The two files of an inventory."""

    def __init__(self, inventory: Path) -> None:
        files = inventory / "group_vars" / "all"
        self._access = yaml.safe_load((files / "access.yml").read_text())
        listed = yaml.safe_load((files / "tables.yml").read_text())["tables"]
        self.tables: dict[str, Any] = {table["name"]: table for table in listed}

    @property
    def principals(self) -> list[str]:
        return [principal["name"] for principal in self._access["principals"]]

    def columns(self, table: str) -> list[str]:
        return [column["name"] for column in self.tables[table]["columns"]]

    def type_of(self, table: str, column: str) -> str:
        found = {one["name"]: one["type"] for one in self.tables[table]["columns"]}
        return str(found[column])

    def seen(self, principal: str, table: str) -> Seen:
        """What a principal sees of a table, all entries about it together."""
        found = Seen()
        for selector, entry in self._entries(principal):
            if self._covers(selector, table):
                self._add(found, table, entry)
        return found

    def values(self, principal: str, table: str, column: str) -> list[Any] | None:
        """What it reads of a column in the warehouse, sorted; None: nothing."""
        seen = self.seen(principal, table)
        if column not in seen.columns | seen.masks.keys():
            return None
        source = self.tables[table]["source"]
        with shop.connection() as database:
            rows = database.execute(f"SELECT {column} FROM {source} WHERE {seen.rows}").fetchall()
        kind = seen.masks.get(column)
        return [hidden(kind, value) if kind else value for (value,) in rows]

    def _entries(self, principal: str) -> list[tuple[str, dict[str, Any]]]:
        [own] = [each for each in self._access["principals"] if each.get("name") == principal]
        given = [own["tables"]]
        given += [
            group["tables"]
            for group in self._access.get("principal_groups") or ()
            if principal in group["members"]
        ]
        return [entry for tables in given for entry in tables.items()]

    def _covers(self, selector: str, table: str) -> bool:
        if selector.startswith("tag:"):
            key, _, value = selector.removeprefix("tag:").partition("=")
            return (self.tables[table].get("tags") or {}).get(key) == value
        return fnmatch.fnmatchcase(table, selector)

    def _add(self, found: Seen, table: str, entry: dict[str, Any]) -> None:
        masks = entry.get("mask") or {}
        if entry.get("columns") is not None:
            found.columns |= set(entry["columns"])
        else:
            columns = self.tables[table]["columns"]
            left_out = entry.get("exclude") == "personal"
            found.columns |= {
                column["name"]
                for column in columns
                if column["name"] not in masks and not (left_out and column.get("personal"))
            }
        found.masks |= masks
        found.rows = entry.get("rows") or found.rows
        found.changes |= bool(entry.get("changes"))


def hidden(kind: str, value: str | None) -> str | None:
    """A value as a mask shows it: of an address the first letter and the domain."""
    assert kind == "partial", "the shipped policy has no other"
    if value is None:
        return None
    name, at, domain = value.partition("@")
    return f"{name[:1]}***{at}{domain}"
