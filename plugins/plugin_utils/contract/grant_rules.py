# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of access.yml: what its entries grant, each by itself and all of one principal together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from .access import masks, row_rules
from .access.entries import TAG, Entry, Part, entries_at, entries_of, parts_of
from .access_options import GRANT
from .identifiers import unquoted
from .model import Table
from .options import Option, Problems, inspect, likeliest, problem, unknown


@dataclass(frozen=True)
class Known:
    """What tables.yml has: the names of all its tables, and those of them that are valid."""

    names: frozenset[str]
    tables: tuple[Table, ...]
    whole: bool
    """Whether every table is valid, so that what is not found isn't there."""


def check(
    principals: Mapping[int, Mapping[str, Any]],
    groups: Mapping[int, Mapping[str, Any]],
    known: Known,
) -> Problems:
    """Report grants on what isn't there, personal columns granted unnamed, and contradictions."""
    faulty = []
    for kind, owners in (("principals", principals), ("principal_groups", groups)):
        for index, owner in owners.items():
            found = list(_check_entries(f"{kind}[{index}].tables", owner["tables"], known))
            yield from found
            if found:
                faulty.append(f"{kind}[{index}]")
    for index, principal in principals.items():
        entries = entries_of(index, principal, groups)
        if not any(entry.path.partition(".")[0] in faulty for entry in entries):
            yield from _check_together(index, principal, entries, known.tables)


def _check_entries(path: str, given: Any, known: Known) -> Problems:
    if not isinstance(given, Mapping):
        yield problem(path, given, "allowed: a mapping of tables")
        return
    for selector, options in given.items():
        yield from inspect(f"{path}.{selector}", options, Option(options=GRANT))
    for entry in entries_at(path, given):
        yield from _check_selector(entry, known)
        if any(inspect(entry.path, entry.options, Option(options=GRANT))):
            continue
        for table in known.tables:
            if entry.covers(table):
                yield from _check_entry(entry, table)


def _check_selector(entry: Entry, known: Known) -> Problems:
    if entry.names_one:
        if unquoted(entry.selector) not in known.names:
            yield unknown(entry.path, entry.selector, known.names)
    elif known.whole and not any(entry.covers(table) for table in known.tables):
        tags = {f"{TAG}{tag}" for table in known.tables for tag in table.tags}
        is_tag = entry.selector.startswith(TAG)
        yield problem(
            entry.path,
            entry.selector,
            f"no table has it; {likeliest(entry.selector, tags)}"
            if is_tag
            else f"no table has such a name; allowed: a pattern of {', '.join(sorted(known.names))}",
        )


def _check_entry(entry: Entry, table: Table) -> Problems:
    where = "" if entry.names_one else f" in table {table.name}"
    columns = {column.name: column for column in table.columns}
    named, excluded = entry.options.get("columns"), entry.options.get("exclude")
    if named is not None and excluded is not None:
        yield problem(f"{entry.path}.exclude", excluded, "allowed: either columns or exclude")
    if named is not None and (not named or len(set(named)) != len(named)):
        yield problem(f"{entry.path}.columns", named, "allowed: at least one column, each once")
    for index, name in enumerate(named or ()):
        if unquoted(name).lower() not in columns:
            yield unknown(f"{entry.path}.columns[{index}]", name, columns) + where
    part = entry.part(table)
    for name in part.masks:
        path = f"{entry.path}.mask.{name}"
        if name not in columns:
            yield unknown(path, name, columns) + where
        elif fault := masks.fault(part.masks[name], columns[name], table):
            yield problem(path, part.masks[name], fault + where)
        elif name in part.columns:
            yield problem(path, name, "it is one of columns too; allowed: either open or masked")
    if part.rows:
        for sentence in row_rules.faults(part.rows, table):
            yield problem(f"{entry.path}.rows", entry.options["rows"], sentence + where)
    personal = [name for name in part.columns if columns[name].personal]
    if named is None and personal:
        yield problem(
            entry.path,
            dict(entry.options),
            f"it would grant the personal {', '.join(personal)}{where};"
            " allowed: columns that name them, exclude: personal, or a mask",
        )
    if entry.names_one and named is None and not part.columns and not part.masks:
        yield problem(
            f"{entry.path}.exclude",
            excluded,
            "every column is personal; allowed: columns that name some",
        )


def _check_together(
    index: int, principal: Mapping[str, Any], entries: list[Entry], tables: Iterable[Table]
) -> Problems:
    """Report what one entry of a principal grants and another denies."""
    path = f"principals[{index}]"
    narrow = [
        f"{entry.path}.{option}"
        for entry in entries
        for option in ("rows", "mask", "exclude")
        if entry.options.get(option)
    ]
    if principal.get("data_location") and narrow:
        yield problem(
            f"{path}.data_location",
            True,
            "who makes catalog tables over the landed files reads all of them, against"
            f" {narrow[0]}; allowed: false",
        )
    for table in tables:
        for one, other in combinations(parts_of(entries, table), 2):
            for what, sentence in _contradictions(one, other):
                yield problem(path, f"{table.name}{what}", sentence)


def _contradictions(one: Part, other: Part) -> Iterator[tuple[str, str]]:
    """What of a table two entries say differently: `.column` or nothing, and a sentence."""
    for open_part, closed in ((one, other), (other, one)):
        there, here = closed.entry.path, open_part.entry.path
        for name in sorted(closed.denied & {*open_part.columns, *open_part.masks}):
            yield f".{name}", f"{here} grants it and {there} excludes it; allowed: one of these"
        for name in sorted(closed.masks.keys() & set(open_part.columns)):
            yield f".{name}", f"{here} grants it and {there} masks it; allowed: one of these"
    paths = f"{one.entry.path} and {other.entry.path}"
    for name in sorted(one.masks.keys() & other.masks.keys()):
        if one.masks[name] != other.masks[name]:
            yield f".{name}", f"{paths} mask it differently; allowed: one mask"
    granting = all(part.columns or part.masks for part in (one, other))
    if granting and one.rows != other.rows:
        yield "", f"{paths} grant different rows of it; allowed: the same rows in both"
