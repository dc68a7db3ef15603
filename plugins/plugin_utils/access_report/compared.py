# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what each principal should see and does see, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .documents import edited
from .expected import expected
from .found import found
from .keys import ways_around
from .others import others
from .policies import meanings
from .views import CLOSED, DOORS, View
from .warehouse import identities, uses_iam_roles

Values = dict[str, Any]

_ALL_ROWS = "all"


def report(access: Values, facts: Values) -> Values:
    """doors, principals [{name, arn, tables, ways}], others and drift, a sentence each."""
    names = meanings(access["policies"], facts["warehouse"])
    principals = [_principal(reader, access, facts, names) for reader in access["readers"]]
    surplus = [*others(access, facts), *edited(access, facts)]
    drift = [line for principal in principals for line in _drift(principal)]
    return {
        "doors": list(DOORS),
        "principals": principals,
        "others": surplus,
        "drift": [*drift, *surplus],
    }


def _principal(reader: Values, access: Values, facts: Values, names: dict[str, str]) -> Values:
    ways = dict(ways_around(reader, access, facts))
    held = identities(reader["database_user"], facts["warehouse"])
    ways["COPY or UNLOAD through an IAM role"] = uses_iam_roles(held, facts["warehouse"])
    return {
        "name": reader["name"],
        "arn": reader["arn"],
        "tables": [
            _table(table, expected(reader, table), found(reader, table, access, facts, names))
            for table in access["tables"]
        ],
        "ways": [{"what": what, "open": is_open} for what, is_open in ways.items()],
    }


def _table(table: Values, wanted: dict[str, View], seen: dict[str, View]) -> Values:
    views = [*wanted.values(), *seen.values()]
    columns = [*table["columns"], *(name for view in views for name in view.columns)]
    return {
        "name": table["name"],
        # or should be
        "seen": any(view.columns for view in views),
        "rows": [_cell(door, _rows(wanted[door]), _rows(seen[door])) for door in DOORS],
        "columns": [
            {
                "name": column,
                "personal": column in table["personal"],
                "doors": [
                    _cell(door, wanted[door].of(column), seen[door].of(column)) for door in DOORS
                ],
            }
            for column in dict.fromkeys(columns)
        ],
    }


def _rows(view: View) -> str:
    return (view.rows or _ALL_ROWS) if view.columns else CLOSED


def _cell(door: str, wanted: str, seen: str) -> Values:
    return {"door": door, "expected": wanted, "found": seen, "drift": wanted != seen}


def _drift(principal: Values) -> Iterator[str]:
    name = principal["name"]
    for table in principal["tables"]:
        for (door, seen, wanted), columns in _differing(table).items():
            where = f"{table['name']} ({', '.join(columns)})"
            yield f"{name}: {where} is {seen} through {door}; access.yml says {wanted}"
        for cell in table["rows"]:
            # whether a table is closed is told by its columns
            if cell["drift"] and CLOSED not in (cell["found"], cell["expected"]):
                yield (
                    f"{name}: rows of {table['name']} are {cell['found']} through"
                    f" {cell['door']}; access.yml says {cell['expected']}"
                )
    for way in principal["ways"]:
        if way["open"]:
            yield f"{name} can {way['what']}; nobody should"


def _differing(table: Values) -> dict[tuple[str, str, str], list[str]]:
    """The columns that differ, by door, what is found, and what should be."""
    differing: dict[tuple[str, str, str], list[str]] = {}
    for column in table["columns"]:
        for cell in column["doors"]:
            if cell["drift"]:
                key = (cell["door"], cell["found"], cell["expected"])
                differing.setdefault(key, []).append(column["name"])
    return differing
