# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Privileges of Redshift: who may do what to what, one fact each.

https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .redshift_table_model import quoted

GRANTEES = ("role", "user", "group", "public")
OBJECTS = ("database", "schema", "iam_role")
PRIVILEGES = {
    "database": ("CREATE", "TEMP", "USAGE"),
    "schema": ("CREATE", "USAGE", "ALTER", "DROP"),
    "table": (
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "REFERENCES",
        "ALTER",
        "DROP",
        "TRUNCATE",
    ),
    "column": ("SELECT", "UPDATE"),
    "iam_role": ("COPY", "UNLOAD", "EXTERNAL FUNCTION", "CREATE MODEL"),
}
PRIVILEGES |= dict.fromkeys(("default", "tables"), PRIVILEGES["table"])
SAME = {"TEMPORARY": "TEMP", "EXFUNC": "EXTERNAL FUNCTION"}
"""Other words for a privilege: those of options, and those of the catalog."""


@dataclass(frozen=True, order=True)
class Grantee:
    """Who has a privilege: a role, user or group by name, or public, whose name is empty."""

    type: str
    name: str = ""

    @property
    def sql(self) -> str:
        if self.type == "public":
            return "PUBLIC"
        return f"{'' if self.type == 'user' else self.type.upper() + ' '}{quoted(self.name)}"

    def __str__(self) -> str:
        return f"{self.type} {self.name}".strip()


@dataclass(frozen=True, order=True)
class Privilege:
    """One privilege of one grantee on one object.

    `kind` is a key of PRIVILEGES. `path` is the object: (database,), (schema,), (schema, table),
    (schema, table, column), or (ARN of an IAM role,), which may be default or all. Of the kind
    default, what there will be on each new table: (schema or empty for any, user who makes it). Of
    the kind tables, on all of a schema and those to come: (schema,).
    """

    grantee: Grantee
    kind: str
    path: tuple[str, ...]
    name: str

    @property
    def table(self) -> Privilege:
        """For one on a column: the same on its whole table."""
        return Privilege(self.grantee, "table", self.path[:2], self.name)

    @property
    def on_all(self) -> Privilege:
        """For one on an IAM role: the same on all of them."""
        return Privilege(self.grantee, "iam_role", ("all",), self.name)


def privileges_of(option: dict[str, Any], where: str) -> tuple[set[Privilege], list[str]]:
    """The privileges that one entry of grants or revokes says, and all that is wrong with it."""
    faults: list[str] = []
    grantees = [
        Grantee(kind, "" if kind == "public" else option[kind])
        for kind in GRANTEES
        if option.get(kind)
    ]
    if len(grantees) != 1:
        faults.append(f"{where}: exactly one of {', '.join(GRANTEES)} is needed")
    objects = [name for name in OBJECTS if option.get(name)]
    if len(objects) != 1:
        faults.append(f"{where}: exactly one of {', '.join(OBJECTS)} is needed")
    faults += [f"{where}: {fault}" for fault in _list_faults(option)]
    if faults:
        return set(), faults
    kind, paths = _objects(option, objects[0])
    names = [SAME.get(name.upper(), name.upper()) for name in option["privileges"]]
    faults = [
        f"{where}: {name} is no privilege of a {kind.replace('_', ' ')};"
        f" allowed are {', '.join(PRIVILEGES[kind])}"
        for name in names
        if name not in PRIVILEGES[kind]
    ]
    return {Privilege(grantees[0], kind, path, name) for path in paths for name in names}, faults


def _list_faults(option: dict[str, Any]) -> Iterable[str]:
    if not option.get("privileges"):
        yield "privileges is empty: list what may be done"
    for name in ("tables", "columns"):
        if option.get(name) == []:
            yield f"{name} is empty: list some, or leave the option out"
    if option.get("tables") and not option.get("schema"):
        yield "tables needs the schema that they are in"
    if option.get("columns") and len(option.get("tables") or ()) != 1:
        yield "columns needs one table that they are in"


def _objects(option: dict[str, Any], of: str) -> tuple[str, list[tuple[str, ...]]]:
    """The kind of an entry's objects, and their paths."""
    if of == "iam_role":
        arn = option["iam_role"]
        return of, [(arn.lower() if arn.lower() in ("default", "all") else arn,)]
    name = option[of].lower()
    tables = [table.lower() for table in option.get("tables") or ()]
    if option.get("columns"):
        return "column", [(name, tables[0], column.lower()) for column in option["columns"]]
    if tables:
        return "table", [(name, table) for table in tables]
    return of, [(name,)]
