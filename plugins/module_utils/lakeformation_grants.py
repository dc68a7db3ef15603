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
from dataclasses import dataclass
from typing import Any

Values = dict[str, Any]

ALL_COLUMNS = "*"
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


def atoms_of(grant: Values) -> set[Atom]:
    """The atoms of a grant, in the form of the API (snake_case).

    Raises ValueError for a resource of another kind than catalog, database, table,
    table_with_columns, data_location and data_cells_filter.
    """
    principal = grant["principal"]["data_lake_principal_identifier"]
    kind, names, columns = _resource(grant["resource"])
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


def _resource(resource: Values) -> tuple[str, tuple[str, ...], list[str]]:
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
        return FILTER, (found["database_name"], found["table_name"], found["name"]), []
    if "catalog" in given:
        return CATALOG, (), []
    raise ValueError(f"resources of the kind {', '.join(given) or 'none'} are not known here")


def _table_names(table: Values) -> tuple[str, str]:
    return table["database_name"].lower(), str(table.get("name") or ALL_COLUMNS).lower()


def _columns(table: Values) -> list[str]:
    if table.get("column_names"):
        return [name.lower() for name in table["column_names"]]
    wildcard = table.get("column_wildcard") or {}
    excluded = wildcard.get("excluded_column_names") or table.get("excluded_column_names")
    if excluded:
        return [ALL_COLUMNS + json.dumps(sorted(name.lower() for name in excluded))]
    return [ALL_COLUMNS]


def requests_of(atoms: Iterable[Atom]) -> list[Values]:
    """As few grants as say these atoms, in the form of the API."""
    grouped: dict[tuple[Any, ...], dict[str, set[str]]] = {}
    for atom in atoms:
        listed = not atom.column.startswith(ALL_COLUMNS) and atom.column != ""
        shape = "columns" if listed else atom.column
        key = (atom.principal, atom.kind, atom.names, shape, atom.permission if listed else "")
        group = grouped.setdefault(key, {"held": set(), "grantable": set(), "columns": set()})
        group["grantable" if atom.grantable else "held"].add(atom.permission)
        if listed:
            group["columns"].add(atom.column)
    return [
        {
            "principal": {"data_lake_principal_identifier": principal},
            "resource": resource_of(kind, names, shape, sorted(group["columns"])),
            "permissions": sorted(group["held"] | group["grantable"]),
            "permissions_with_grant_option": sorted(group["grantable"]) or None,
        }
        for (principal, kind, names, shape, _), group in sorted(grouped.items())
    ]


def resource_of(kind: str, names: tuple[str, ...], shape: str, columns: list[str]) -> Values:
    """A resource in the form of the API."""
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
    named: Values = {"database_name": database, "name": table}
    if table == ALL_COLUMNS:
        named = {"database_name": database, "table_wildcard": {}}
    if shape == "columns":
        return {"table_with_columns": {**named, "column_names": columns}}
    if shape.startswith(ALL_COLUMNS) and table != ALL_COLUMNS:
        excluded = shape.removeprefix(ALL_COLUMNS)
        wildcard = {"excluded_column_names": json.loads(excluded)} if excluded else {}
        return {"table_with_columns": {**named, "column_wildcard": wildcard}}
    return {"table": named}


def shown(atoms: Iterable[Atom]) -> list[str]:
    """The atoms as lines for a diff, one a principal, thing and permission."""
    lines: dict[tuple[Any, ...], set[str]] = {}
    for atom in atoms:
        option = " with grant option" if atom.grantable else ""
        key = (atom.principal, atom.kind, ".".join(atom.names), atom.permission + option)
        lines.setdefault(key, set()).add(atom.column)
    return [
        f"{principal}: {permission} on {kind} {name}".rstrip()
        + (f" ({', '.join(sorted(columns))})" if columns != {""} else "")
        for (principal, kind, name, permission), columns in sorted(lines.items())
    ]
