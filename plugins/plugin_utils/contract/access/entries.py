# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of access.yml: which tables each names, and which columns, rows and masks of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..identifiers import unquoted
from .row_filters import RowFilter, parse

if TYPE_CHECKING:
    from ..model import Table

TAG = "tag:"


@dataclass(frozen=True)
class Entry:
    """What stands below one key of `tables`, and where."""

    path: str
    selector: str
    options: Mapping[str, Any]

    @property
    def names_one(self) -> bool:
        """Whether the key is the name of one table."""
        return not self.selector.startswith(TAG) and not set("*?") & set(self.selector)

    def covers(self, table: Table) -> bool:
        """Whether the key, a name, a pattern or a tag, stands for a table."""
        if self.selector.startswith(TAG):
            return self.selector.removeprefix(TAG) in table.tags
        if self.names_one:
            return unquoted(self.selector) == table.name
        # brackets are no part of the patterns
        return bool(re.fullmatch(_pattern(self.selector), table.name))

    def part(self, table: Table) -> Part:
        """What it says of a table that it covers, unknown columns left out."""
        personal = {column.name for column in table.columns if column.personal}
        masks = {
            unquoted(name).lower(): kind for name, kind in (self.options.get("mask") or {}).items()
        }
        named = self.options.get("columns")
        denied = personal - masks.keys() if self.options.get("exclude") else set()
        wanted = (
            {column.name for column in table.columns} - denied
            if named is None
            else {unquoted(name).lower() for name in named}
        )
        rows = self.options.get("rows")
        return Part(
            self,
            _in_order(table, wanted - (masks.keys() if named is None else set())),
            frozenset(denied),
            masks,
            None if rows is None else parse(rows),
            bool(self.options.get("changes")),
        )


@dataclass(frozen=True)
class Part:
    """What one entry says of one table: columns that are open, denied and masked, and its rows."""

    entry: Entry
    columns: tuple[str, ...]
    denied: frozenset[str]
    masks: Mapping[str, str]
    rows: RowFilter | None
    changes: bool


@dataclass(frozen=True)
class Grant:
    """What one principal sees of one table, all entries united."""

    columns: tuple[str, ...]
    """Those that are open, in the table's order."""
    masks: Mapping[str, str]
    """Further columns, which are read masked, each with its kind of mask."""
    rows: RowFilter | None
    """The rows that are seen; None: all."""
    changes: bool
    """Whether the lake's table of changes is open too."""

    @property
    def readable(self) -> tuple[str, ...]:
        """Columns that can be read at all."""
        return (*self.columns, *self.masks)


def entries_of(
    index: int, principal: Mapping[str, Any], groups: Mapping[int, Mapping[str, Any]]
) -> list[Entry]:
    """The entries of a principal, its own and those of the groups that it is a member of."""
    names = {principal.get("name"), principal.get("arn")} - {None}
    found = list(entries_at(f"principals[{index}].tables", principal.get("tables")))
    for at, group in groups.items():
        if names & set(group["members"]):
            found += entries_at(f"principal_groups[{at}].tables", group["tables"])
    return found


def entries_at(path: str, tables: Any) -> Iterator[Entry]:
    """The entries of a mapping `tables`, those whose options are no mapping left out."""
    for selector, options in (tables if isinstance(tables, Mapping) else {}).items():
        if isinstance(options, Mapping):
            yield Entry(f"{path}.{selector}", str(selector), options)


def parts_of(entries: Iterable[Entry], table: Table) -> list[Part]:
    """What the entries that cover a table say of it."""
    return [entry.part(table) for entry in entries if entry.covers(table)]


def united(entries: Iterable[Entry], table: Table) -> Grant | None:
    """What valid entries, which contradict each other nowhere, grant of a table."""
    parts = [part for part in parts_of(entries, table) if part.columns or part.masks]
    columns = {name for part in parts for name in part.columns}
    masks = {name: kind for part in parts for name, kind in part.masks.items()}
    if not parts:
        return None
    return Grant(
        _in_order(table, columns),
        {name: masks[name] for name in _in_order(table, set(masks))},
        parts[0].rows,
        any(part.changes for part in parts),
    )


def _pattern(selector: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in selector)


def _in_order(table: Table, names: set[str]) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.name in names)
