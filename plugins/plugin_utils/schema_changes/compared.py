# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the contract compared with the source's catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ..contract import column_types, shapes
from ..contract.identifiers import unquoted
from ..contract.model import table_of
from ..contract.source_names import split
from ..discovery.columns import Found, read

_TEXT = re.compile(r"varchar\((\d+)\)")
_HEADER_BYTES = 4  # a modifier counts the length word before a text

Row = Mapping[str, Any]
RELOAD = "run site.yml, then reload_table.yml for it"


@dataclass(frozen=True)
class Change:
    """What one table needs to be as the source has it.

    added    columns that the contract lacks, with the place of each among the contract's columns
    dropped  names in the contract of columns that the source no longer has
    widened  types by names in the contract, of texts that have become longer
    refused  what can't be followed, each a sentence that says what to do
    """

    source: str
    added: list[tuple[int, Found]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    widened: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether the contract has to follow."""
        return bool(self.added or self.dropped or self.widened)


def compare(tables: Sequence[Mapping[str, Any]], rows: Iterable[Row]) -> list[Change]:
    """Compare each entry of a valid tables.yml with the rows of the catalogue.

    rows are as the role discovery reads them: one a column, in the order of tables and columns.
    """
    catalogue = {
        name: list(group)
        for name, group in groupby(rows, lambda row: (row["schema_name"], row["table_name"]))
    }
    return [_compare(table, catalogue.get(split(table["source"]), [])) for table in tables]


def told(change: Change) -> list[str]:
    """A line for each difference."""
    return [
        *(f"{column.name} {column.type} was added" for _place, column in change.added),
        *(f"{name} was dropped" for name in change.dropped),
        *(f"{name} became longer: {type_}" for name, type_ in change.widened.items()),
        *change.refused,
    ]


def _compare(table: Mapping[str, Any], rows: list[Row]) -> Change:
    change = Change(".".join(split(table["source"])))
    if not rows:
        change.refused.append("the source has no such table: take it out of tables.yml")
        return change
    left_out = {unquoted(name) for name in table.get("leave_out") or ()}
    captured = [row for row in rows if row["column_name"] not in left_out]
    known = {_folded(column["name"]): column for column in table["columns"]}
    there = {row["column_name"].lower() for row in captured}
    place = 0
    for row in captured:
        name = row["column_name"].lower()
        if name not in known:
            _add(change, place, row)
            continue
        place = 1 + list(known).index(name)
        if known[name].get("dropped"):
            change.refused.append(
                f"{name} was dropped and is there again: take dropped off it, {RELOAD}"
            )
        else:
            _compare_types(change, known[name], row)
    for name, column in known.items():
        if name not in there and not column.get("dropped"):
            change.dropped.append(column["name"])
    _compare_key(change, table, rows)
    _compare_order(change, known, captured)
    _compare_shapes(change, table)
    return change


def _folded(name: str) -> str:
    return unquoted(name).lower()


def _add(change: Change, place: int, row: Row) -> None:
    column = read(row)
    if column.type:
        change.added.append((place, column))
        return
    change.refused.append(
        f"{column.source_name} was added, which can't be captured ({column.comment}): put it into "
        f"leave_out, {RELOAD}"
    )


def _compare_types(change: Change, column: Mapping[str, Any], row: Row) -> None:
    """A type that the contract may have chosen otherwise counts as the same where files do."""
    found = read(row).type
    if not found:
        return
    mine, theirs = column_types.parse(column["type"]), column_types.parse(found)
    if shapes.landed(mine.staging) != shapes.landed(theirs.staging):
        change.refused.append(
            f"{column['name']} is a {row['type_text']} now, the contract has {column['type']}: "
            "Redshift can't change a type. Give the warehouse's table another name in tables.yml, "
            f"or delete it, {RELOAD}"
        )
        return
    length = _TEXT.fullmatch("".join(str(column["type"]).lower().split()))
    limit = row["modifier"] - _HEADER_BYTES if _has_length(row) else 0
    if length and int(length[1]) < min(limit, column_types.MAX_VARCHAR):
        change.widened[column["name"]] = found


def _has_length(row: Row) -> bool:
    # A type of the user's own may be called varchar too.
    return row["type_kind"] == "b" and row["type_name"] in ("varchar", "bpchar")


def _compare_key(change: Change, table: Mapping[str, Any], rows: list[Row]) -> None:
    mine = {_folded(name) for name in table["key"]}
    theirs = {row["column_name"].lower() for row in rows if row["key_position"] is not None}
    if mine != theirs:
        change.refused.append(
            f"its primary key is ({', '.join(sorted(theirs))}) now, the contract has "
            f"({', '.join(sorted(mine))}): correct key in tables.yml, delete the warehouse's table "
            f"and its tomb_ table, {RELOAD}"
        )


def _compare_order(change: Change, known: Mapping[str, Any], captured: list[Row]) -> None:
    source = [row["column_name"].lower() for row in captured if row["column_name"].lower() in known]
    contract = [name for name in known if name in source]
    if source != contract:
        change.refused.append(
            f"the source has its columns in the order {', '.join(source)}: files are read by "
            f"position. Give tables.yml that order, {RELOAD}"
        )


def _compare_shapes(change: Change, table: Mapping[str, Any]) -> None:
    """Columns dropped and added at once may leave files that look as before: as a rename does."""
    if not (change.added and change.dropped) or change.refused:
        return
    before = shapes.newest(table_of(table))["types"]
    if shapes.newest(table_of(changed(table, change)))["types"] == before:
        new = ", ".join(column.name for _place, column in change.added)
        change.refused.append(
            f"{', '.join(change.dropped)} went and {new} came, of the same types: files from before "
            "and after can't be told apart. Rename the column in tables.yml, run site.yml -e "
            f"forget_shapes={change.source} ten minutes after the change, then reload_table.yml"
        )


def changed(table: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The entry with what the change needs, as plain data."""
    columns = []
    for column in table["columns"]:
        name = column["name"]
        edited = {**column, "type": change.widened.get(name, column["type"])}
        columns.append(edited | ({"dropped": True} if name in change.dropped else {}))
    for place, column in reversed(change.added):
        columns.insert(place, entry(column))
    return {**table, "columns": columns}


def entry(column: Found) -> dict[str, Any]:
    """A column of the source as tables.yml has it."""
    return {"name": column.name, "type": column.type} | (
        {"personal": True} if column.personal else {}
    )
