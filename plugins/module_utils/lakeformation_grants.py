# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants of Lake Formation in a normal form, in which they can be compared as sets.

Lake Formation merges column grants, answers a grant on a whole table as one on all its columns,
and lists the same grant in other words than it was given in.
https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_ListPermissions.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

Values = dict[str, Any]

ALL_COLUMNS = "*"
ALL_TABLES = "*"
LISTED_ALL_TABLES = "ALL_TABLES"
"""How AWS lists the name of a grant on all tables of a database."""
DATABASE, TABLE, LOCATION, CATALOG, FILTER = "database", "table", "location", "catalog", "filter"


@dataclass(frozen=True, order=True)
class Atom:
    """One permission of one principal on one thing; for SELECT, on one column of it.

    names: what the thing is called, outermost first: (database,), (database, table), (ARN,) …;
    a table named * is all tables of the database.
    column: a name, ALL_COLUMNS, or ALL_COLUMNS with what is excluded as JSON; else empty.
    grantable: the right to grant it to others.
    """

    principal: str
    kind: str
    names: tuple[str, ...]
    permission: str
    column: str = ""
    grantable: bool = False

    @property
    def excluded(self) -> frozenset[str] | None:
        """The columns that a grant on all columns leaves out; None for other grants."""
        if not self.column.startswith(ALL_COLUMNS):
            return None
        return frozenset(json.loads(self.column.removeprefix(ALL_COLUMNS) or "[]"))


def atoms_of(grant: Values) -> set[Atom]:
    """The atoms of a grant, in the form of the API (snake_case).

    None for a resource of another kind than catalog, database, table, table_with_columns,
    data_location and data_cells_filter.
    """
    found = _resource(grant["resource"])
    if found is None:
        return set()
    kind, names, columns = found
    principal = grant["principal"]["data_lake_principal_identifier"]
    grantable = set(grant.get("permissions_with_grant_option") or [])
    held = set(grant.get("permissions") or []) | grantable
    atoms = set()
    for permission in held:
        by_column = kind == TABLE and permission == "SELECT"
        for column in columns or ([ALL_COLUMNS] if by_column else [""]):
            atoms.add(Atom(principal, kind, names, permission, column))
            if permission in grantable:
                atoms.add(Atom(principal, kind, names, permission, column, grantable=True))
    return atoms


def covered(atom: Atom, held: set[Atom]) -> bool:
    """Whether what is held says this atom: itself, or SELECT on all columns but others."""
    if atom in held:
        return True
    if not atom.column:
        return False
    needed = atom.excluded
    for wide in held:
        excluded = wide.excluded
        if excluded is None or replace(wide, column=atom.column) != atom:
            continue
        if atom.column not in excluded if needed is None else excluded <= needed:
            return True
    return False


def _resource(resource: Values) -> tuple[str, tuple[str, ...], list[str]] | None:
    """Kind, names and columns of a resource; no columns where it has none."""
    given = {key: value for key, value in resource.items() if value is not None}
    if "database" in given:
        return DATABASE, (given["database"]["name"].lower(),), []
    if "table" in given:
        return TABLE, _table_names(given["table"]), []
    if "table_with_columns" in given:
        table = given["table_with_columns"]
        return TABLE, _table_names(table), _columns(table)
    if "data_location" in given:
        return LOCATION, (given["data_location"]["resource_arn"],), []
    if "data_cells_filter" in given:
        found = given["data_cells_filter"]
        return FILTER, (*_table_names({**found, "name": found["table_name"]}), found["name"]), []
    if "catalog" in given:
        return CATALOG, (), []
    return None


def _table_names(table: Values) -> tuple[str, str]:
    name = str(table.get("name") or LISTED_ALL_TABLES)
    every = name == LISTED_ALL_TABLES or table.get("table_wildcard") is not None
    return table["database_name"].lower(), ALL_TABLES if every else name.lower()


def _columns(table: Values) -> list[str]:
    if table.get("column_names"):
        return [name.lower() for name in table["column_names"]]
    wildcard = table.get("column_wildcard") or {}
    excluded = wildcard.get("excluded_column_names") or table.get("excluded_column_names")
    if excluded:
        return [ALL_COLUMNS + json.dumps(sorted(name.lower() for name in excluded))]
    return [ALL_COLUMNS]


def grants_of(atoms: Iterable[Atom]) -> list[Values]:
    """As few grants as say these atoms, in the form of the API."""
    given = set(atoms)
    # What may be passed on has to be held as well.
    return _requests({replace(atom, grantable=False) for atom in given}, given)


def revokes_of(atoms: Iterable[Atom]) -> list[Values]:
    """As few revokes as take these atoms away and leave what may only not be passed on."""
    given = set(atoms)
    return _requests(given, given)


def _requests(every: set[Atom], given: set[Atom]) -> list[Values]:
    """Grants of the atoms in `every`, grouped; `given` tells what each column is about."""
    grouped: dict[tuple[Any, ...], dict[str, set[str]]] = {}
    for plain in {replace(atom, grantable=False) for atom in every}:
        passed = replace(plain, grantable=True)
        listed = bool(plain.column) and plain.excluded is None
        # Columns go together when the same is to be done with all of them.
        alike = (plain.permission, plain in given, passed in given) if listed else ()
        key = (plain.principal, plain.kind, plain.names, "" if listed else plain.column, alike)
        group = grouped.setdefault(key, {"held": set(), "passed": set(), "columns": set()})
        if plain in every:
            group["held"].add(plain.permission)
        if passed in given:
            group["passed"].add(plain.permission)
        if listed:
            group["columns"].add(plain.column)
    return [
        {
            "principal": {"data_lake_principal_identifier": principal},
            "resource": resource_of(kind, names, column, sorted(group["columns"])),
            "permissions": sorted(group["held"]) or None,
            "permissions_with_grant_option": sorted(group["passed"]) or None,
        }
        for (principal, kind, names, column, _), group in sorted(grouped.items())
    ]


def resource_of(
    kind: str, names: tuple[str, ...], column: str = "", columns: list[str] | None = None
) -> Values:
    """A resource in the form of the API: the listed columns, or all of them, or no column."""
    if kind == DATABASE:
        return {"database": {"name": names[0]}}
    if kind == LOCATION:
        return {"data_location": {"resource_arn": names[0]}}
    if kind == CATALOG:
        return {"catalog": {}}
    if kind == FILTER:
        members = ("database_name", "table_name", "name")
        return {"data_cells_filter": dict(zip(members, names, strict=True))}
    database, table = names
    if table == ALL_TABLES:
        return {"table": {"database_name": database, "table_wildcard": {}}}
    named: Values = {"database_name": database, "name": table}
    if columns:
        return {"table_with_columns": {**named, "column_names": columns}}
    if column:
        excluded = json.loads(column.removeprefix(ALL_COLUMNS) or "[]")
        wildcard = {"excluded_column_names": excluded} if excluded else {}
        return {"table_with_columns": {**named, "column_wildcard": wildcard}}
    return {"table": named}


def shown(atoms: Iterable[Atom]) -> list[str]:
    """The atoms as lines for a diff, one a principal, thing and permission."""
    lines: dict[tuple[Any, ...], set[str]] = {}
    for atom in atoms:
        option = " with grant option" if atom.grantable else ""
        key = (atom.principal, atom.kind, ".".join(atom.names), atom.permission + option)
        lines.setdefault(key, set()).add(_column_text(atom))
    return [
        f"{principal}: {permission} on {kind} {name}".rstrip()
        + (f" ({', '.join(sorted(columns))})" if columns != {""} else "")
        for (principal, kind, name, permission), columns in sorted(lines.items())
    ]


def _column_text(atom: Atom) -> str:
    return f"all but {', '.join(sorted(atom.excluded))}" if atom.excluded else atom.column
