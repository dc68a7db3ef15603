# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of tables.yml that concern more than one option."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import column_types, history
from .identifiers import CHANGES, unquoted
from .options import Problems, problem, unknown

# What the capture adds to each file; a source column of that name would stand there twice.
CAPTURED = frozenset({"op", "dms_ts", "dms_seq", "seq"})
BEFORE_IMAGE = "bi_"

_MAX_COLUMNS = 1500
_MAX_SORT_KEY = 400

Faulty = Callable[[str], bool]
"""Tells whether the option at a path, or one inside it, is known to have a fault."""


def check(tables: Any, faulty: Faulty) -> Problems:
    """Report the faults that show when valid options are looked at together.

    An option that has a fault of its own is passed over, the others of its table are not.
    """
    items = tables if isinstance(tables, list) else []
    entries = [
        _Table(f"tables[{index}]", item, faulty)
        for index, item in enumerate(items)
        if isinstance(item, Mapping)
    ]
    yield from _check_unique("name", entries)
    yield from _check_unique("source", entries)
    yield from _check_changes_names(entries)
    for entry in entries:
        yield from _check_columns(entry)
        yield from _check_key(entry)
        yield from _check_layout(entry)
        yield from _check_left_out(entry)


@dataclass(frozen=True)
class _Table:
    """An entry of tables.yml, of which some options may be wrong."""

    path: str
    options: Mapping[str, Any]
    faulty: Faulty

    def valid(self, option: str) -> Any:
        """The value of an option, None where it is left out or wrong."""
        return None if self.faulty(f"{self.path}.{option}") else self.options.get(option)

    @property
    def columns(self) -> list[Any]:
        given = self.options.get("columns")
        return given if isinstance(given, list) else []

    @property
    def names(self) -> dict[int, str]:
        """The valid names of columns, by place, as Redshift and the catalog fold them."""
        return {
            index: unquoted(column["name"]).lower()
            for index, column in enumerate(self.columns)
            if isinstance(column, Mapping) and not self.faulty(f"{self.path}.columns[{index}].name")
        }

    @property
    def dropped(self) -> set[str]:
        """The names of columns that the source no longer has."""
        return {
            name for index, name in self.names.items() if self.columns[index].get("dropped") is True
        }

    @property
    def whole(self) -> bool:
        """Whether the name of every column is known."""
        return bool(self.columns) and len(self.names) == len(self.columns)

    def compares(self, name: str) -> bool:
        """Whether Redshift can compare and sort a column; true where its type is wrong."""
        for index, known in self.names.items():
            if known == name and not self.faulty(f"{self.path}.columns[{index}].type"):
                return column_types.parse(self.columns[index]["type"]).key
        return True


def _check_unique(option: str, entries: list[_Table]) -> Problems:
    values = [(entry, entry.valid(option)) for entry in entries]
    counts = Counter(_bare(value) for _entry, value in values if value)
    for entry, value in values:
        if value and counts[_bare(value)] > 1:
            yield problem(
                f"{entry.path}.{option}", value, "allowed: a different one for each table"
            )


def _check_changes_names(entries: list[_Table]) -> Problems:
    """The catalog has a table of changes beside each table, whose name no other may have."""
    values = [(entry, entry.valid("name")) for entry in entries]
    taken = {f"{unquoted(value)}{CHANGES}": unquoted(value) for _entry, value in values if value}
    for entry, value in values:
        if value and unquoted(value) in taken:
            yield problem(
                f"{entry.path}.name",
                value,
                f"the catalog has the changes of {taken[unquoted(value)]} under this name; allowed: another one",
            )


def _bare(name: str) -> str:
    return name.replace('"', "")


def _check_columns(table: _Table) -> Problems:
    number = len(table.columns)
    if number > _MAX_COLUMNS or table.valid("columns") == []:
        yield problem(f"{table.path}.columns", number, f"allowed: 1 to {_MAX_COLUMNS} columns")
    counts = Counter(table.names.values())
    added = history.COLUMNS[table.valid("history") or "current"]
    for index, name in table.names.items():
        where = f"{table.path}.columns[{index}].name"
        if counts[name] > 1:
            yield problem(where, name, "allowed: a different one for each column, in any case")
        if name in CAPTURED or name.startswith(BEFORE_IMAGE):
            yield problem(
                where, name, "the capture adds a column of this name; allowed: another one"
            )
        if name in added:
            yield problem(
                where, name, "its history adds a column of this name; allowed: another one"
            )


def _check_key(table: _Table) -> Problems:
    given = table.valid("key")
    if given is None:
        return
    key = [unquoted(name).lower() for name in given]
    if not key or len(set(key)) != len(key):
        yield problem(f"{table.path}.key", given, "allowed: at least one column, each once")
    for index, name in enumerate(key):
        yield from _check_comparable(table, f"key[{index}]", name)
        if name in table.dropped:
            yield problem(
                f"{table.path}.key[{index}]",
                name,
                "the source no longer has it; allowed: a column that is not dropped",
            )


def _check_layout(table: _Table) -> Problems:
    style, column = table.valid("distribution_style"), table.valid("distribution_key")
    if column is not None:
        if style not in (None, "key"):
            yield problem(
                f"{table.path}.distribution_key",
                column,
                f"the distribution_style is {style}; allowed: only with key",
            )
        yield from _check_comparable(table, "distribution_key", unquoted(column).lower())
    sorted_by = [unquoted(name).lower() for name in table.valid("sort_key") or ()]
    if len(sorted_by) > _MAX_SORT_KEY or len(set(sorted_by)) != len(sorted_by):
        yield problem(
            f"{table.path}.sort_key",
            sorted_by,
            f"allowed: at most {_MAX_SORT_KEY} columns, each once",
        )
    for index, name in enumerate(sorted_by):
        yield from _check_comparable(table, f"sort_key[{index}]", name)


def _check_comparable(table: _Table, option: str, name: str) -> Problems:
    """Report a column that isn't there, or that Redshift can neither distribute nor sort by."""
    names = table.names.values()
    if name not in names:
        if table.whole:
            yield unknown(f"{table.path}.{option}", name, names)
    elif not table.compares(name):
        yield problem(
            f"{table.path}.{option}",
            name,
            "Redshift can't compare its type; allowed: another column",
        )


def _check_left_out(table: _Table) -> Problems:
    left_out = [unquoted(name) for name in table.valid("leave_out") or ()]
    counts = Counter(left_out)
    # as the source spells them: it tells names by their case
    captured = {unquoted(table.columns[index]["name"]) for index in table.names}
    captured |= {unquoted(name) for name in table.valid("key") or ()}
    for index, name in enumerate(left_out):
        where = f"{table.path}.leave_out[{index}]"
        if counts[name] > 1:
            yield problem(where, name, "allowed: each column once")
        if name in captured:
            yield problem(
                where, name, "it is one of columns or of the key; allowed: a column of neither"
            )
