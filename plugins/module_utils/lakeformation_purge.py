# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which grants of Lake Formation a list of grants is to replace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import ResourceError
from .lakeformation_grants import Atom
from .lakeformation_resources import (
    ALL_TABLES,
    CELLS_FILTER,
    DATABASE,
    KINDS,
    LF_TAG,
    LF_TAG_EXPRESSION,
    LF_TAG_POLICY,
    LOCATION,
    TABLE,
    Thing,
    table_of,
)

EVERYBODY = ("IAM_ALLOWED_PRINCIPALS", "EVERYONE")
EVERYBODY_OF_AN_ACCOUNT = ":IAMPrincipals"

PURGE_OPTIONS: dict[str, Any] = {
    "database": {"type": "str"},
    "tables": {"type": "list", "elements": "str"},
    "other_tables": {"type": "bool", "default": False},
    "makers": {"type": "list", "elements": "str", "default": []},
    "data_locations": {"type": "list", "elements": "str"},
    "principals": {"type": "list", "elements": "str"},
    "resource_types": {
        "type": "list",
        "elements": "str",
        "choices": sorted(KINDS),
        "default": [DATABASE, TABLE, CELLS_FILTER, LF_TAG, LF_TAG_POLICY, LF_TAG_EXPRESSION],
    },
    "unmanaged": {"type": "list", "elements": "str", "default": []},
}


@dataclass(frozen=True)
class Purge:
    """things: on them everybody's grants. principals: theirs on all resources of the kinds.

    database: on all tables of it everybody's, but what makers hold on those that they made.
    unmanaged: principals whose grants are left alone.
    """

    things: frozenset[Thing] = frozenset()
    database: str | None = None
    makers: frozenset[str] = frozenset()
    principals: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    unmanaged: frozenset[str] = frozenset()

    def concerns(self, atom: Atom) -> bool:
        """Whether an atom goes unless it is listed."""
        if atom.principal in self.unmanaged:
            return False
        by_principal = atom.principal in self.principals and atom.thing.kind in self.kinds
        thing = _whole(atom.thing)
        return by_principal or thing in self.things or self._is_another_table(thing)

    def surplus(self, current: set[Atom]) -> set[Atom]:
        """What of all that is granted goes unless it is listed.

        Who makes a table is granted DROP on it, which nobody is who only reads.
        """
        made = {
            (atom.principal, atom.thing)
            for atom in current
            if atom.principal in self.makers and atom.permission == "DROP"
            if atom.thing not in self.things and self._is_another_table(atom.thing)
        }
        return {
            atom
            for atom in current
            if self.concerns(atom) and (atom.principal, _whole(atom.thing)) not in made
        }

    @property
    def of_everything(self) -> bool:
        """Whether all that is granted in the catalog has to be read for it."""
        return bool(self.principals or self.database)

    @property
    def tables(self) -> frozenset[Thing]:
        """The tables by name whose filters are purged with them."""
        return frozenset(
            thing for thing in self.things if thing.kind == TABLE and thing.names[1] != ALL_TABLES
        )

    def _is_another_table(self, thing: Thing) -> bool:
        return thing.kind == TABLE and thing.names[0] == self.database


def purge_of(option: dict[str, Any] | None) -> Purge:
    """What the option `purge` asks for; ResourceError with all that is wrong in it."""
    if not option:
        return Purge()
    principals = frozenset(option["principals"] or [])
    unmanaged = frozenset(option["unmanaged"])
    problems = [
        f"purge.principals has {one}, which is everybody: purge it by database"
        for one in sorted(principals)
        if one in EVERYBODY or one.endswith(EVERYBODY_OF_AN_ACCOUNT)
    ]
    problems += [
        f"purge has {one} both in principals and in unmanaged"
        for one in sorted(principals & unmanaged)
    ]
    if problems:
        raise ResourceError("; ".join(problems))
    return Purge(
        _things(option),
        option["database"].lower() if option["other_tables"] else None,
        frozenset(option["makers"]),
        principals,
        frozenset(option["resource_types"]),
        unmanaged,
    )


def _whole(thing: Thing) -> Thing:
    """Of a data cells filter the table that it is on."""
    return table_of(thing) if thing.kind == CELLS_FILTER else thing


def _things(option: dict[str, Any]) -> frozenset[Thing]:
    """Locations, a database and its tables; what is granted on all tables is on each of them."""
    locations = {Thing(LOCATION, (arn.rstrip("/"),)) for arn in option["data_locations"] or []}
    if option["database"] is None:
        return frozenset(locations)
    database = option["database"].lower()
    tables = {ALL_TABLES, *(table.lower() for table in option["tables"])}
    named = {Thing(TABLE, (database, table)) for table in tables}
    return frozenset({Thing(DATABASE, (database,)), *named, *locations})
