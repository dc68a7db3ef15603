# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What permissions of Lake Formation are on: the API's Resource structure in a normal form.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_Resource.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

Values = dict[str, Any]
Names = tuple[str, ...]

ALL_TABLES = "*"
LISTED_ALL_TABLES = "ALL_TABLES"
"""How AWS lists the name of a grant on all tables of a database."""
ALL_PARTS = "*"
"""All columns of a table, or all values of an LF-tag."""
CATALOG, DATABASE, TABLE, LOCATION = "catalog", "database", "table", "data_location"
CELLS_FILTER, LF_TAG, LF_TAG_POLICY = "data_cells_filter", "lf_tag", "lf_tag_policy"
LF_TAG_EXPRESSION = "lf_tag_expression"
WITH_COLUMNS = "table_with_columns"


class Thing(NamedTuple):
    """A resource: its kind, which is its member in Resource, and what it is called.

    names, outermost first: (database,), (database, table), (ARN,), (key,) …; a table named * is
    all tables of the database. Of an LF-tag policy: DATABASE or TABLE, and its condition as JSON,
    which is an expression, or the name of a saved one.
    """

    kind: str
    names: Names


@dataclass(frozen=True)
class Kind:
    """How the API writes resources of one kind, and what may be granted on them.

    https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
    """

    label: str
    read: Callable[[Values], Names]
    write: Callable[[Names], Values]
    permissions: frozenset[str]
    catalog: str = "catalog_id"


def read(resource: Values) -> tuple[Thing, list[str]] | None:
    """A Resource (snake_case): what it is, and which columns or values of it.

    No columns where it has none. None for a kind that is not known here.
    """
    for name, member in resource.items():
        kind = TABLE if name == WITH_COLUMNS else name
        if member is None or kind not in KINDS:
            continue
        return Thing(kind, KINDS[kind].read(member)), _parts(name, member)
    return None


def write(thing: Thing, parts: Iterable[str] = (), catalog_id: str | None = None) -> Values:
    """A thing in the form of the API: parts of it, or all of it."""
    kind, given = KINDS[thing.kind], sorted(parts)
    member: Values = {kind.catalog: catalog_id} if catalog_id else {}
    member |= kind.write(thing.names)
    if thing.kind == LF_TAG:
        return {LF_TAG: {**member, "tag_values": given or [ALL_PARTS]}}
    if thing.kind != TABLE or not given or thing.names[1] == ALL_TABLES:
        return {thing.kind: member}
    excluded = excluded_of(thing, given[0])
    if excluded is None:
        return {WITH_COLUMNS: {**member, "column_names": given}}
    wildcard = {"excluded_column_names": sorted(excluded)} if excluded else {}
    return {WITH_COLUMNS: {**member, "column_wildcard": wildcard}}


def written_option(thing: Thing, parts: Iterable[str] = ()) -> Values:
    """A thing as the modules' option `resource` takes it."""
    ((name, member),) = write(thing, parts).items()
    if thing.kind == TABLE and thing.names[1] == ALL_TABLES:
        return {name: {"database_name": thing.names[0], "name": ALL_TABLES}}
    wildcard = member.pop("column_wildcard", None)
    if wildcard is not None:
        member["excluded_column_names"] = wildcard.get("excluded_column_names", [])
    return {name: member}


def excluded_of(thing: Thing, part: str) -> frozenset[str] | None:
    """What a part that stands for all parts leaves out; None for one part."""
    if thing.kind == TABLE and part.startswith(ALL_PARTS):
        return frozenset(json.loads(part.removeprefix(ALL_PARTS) or "[]"))
    return frozenset() if part == ALL_PARTS else None


def permitted_on(thing: Thing) -> frozenset[str]:
    """The permissions that can be granted on a thing."""
    if thing.kind == LF_TAG_POLICY:
        return KINDS[thing.names[0].lower()].permissions
    return KINDS[thing.kind].permissions


def catalog_of(resource: Values) -> str | None:
    """The catalog that a listed Resource is in, where AWS tells it."""
    for name, member in resource.items():
        kind = KINDS.get(TABLE if name == WITH_COLUMNS else name)
        if kind is not None and member is not None:
            return member.get(kind.catalog)
    return None


def listing(thing: Thing, catalog_id: str | None = None) -> Values:
    """The members of a ListPermissions request that lists all grants on a thing.

    Where the answer depends on how its words are chosen, all things of the kind are listed.
    """
    if thing.kind in LISTED_BY_TYPE:
        tagged = thing.kind == LF_TAG_POLICY
        kind = f"LF_TAG_POLICY_{thing.names[0]}" if tagged else TYPES[thing.kind][0]
        return {"resource_type": kind, "catalog_id": catalog_id}
    return {"resource": write(thing, catalog_id=catalog_id)}


def table_of(cells_filter: Thing) -> Thing:
    """The table of a data cells filter."""
    return Thing(TABLE, cells_filter.names[:2])


def text(thing: Thing) -> str:
    """A thing in a line of a diff or an error."""
    if thing.kind != LF_TAG_POLICY:
        return " ".join((KINDS[thing.kind].label, ".".join(thing.names))).rstrip()
    condition = json.loads(thing.names[1])
    if isinstance(condition, str):
        chosen = f"as {condition} says"
    else:
        chosen = " and ".join(f"{t['tag_key']}={'|'.join(t['tag_values'])}" for t in condition)
    return f"{thing.names[0].lower()}s tagged {chosen}"


def _parts(name: str, member: Values) -> list[str]:
    if name == LF_TAG:
        return sorted({value.lower() for value in member["tag_values"]})
    if name != WITH_COLUMNS:
        return []
    if member.get("column_names"):
        return sorted({column.lower() for column in member["column_names"]})
    wildcard = member.get("column_wildcard") or {}
    excluded = wildcard.get("excluded_column_names") or member.get("excluded_column_names")
    columns = json.dumps(sorted(column.lower() for column in excluded)) if excluded else ""
    return [ALL_PARTS + columns]


def _read_table(member: Values) -> Names:
    name = str(member.get("name") or LISTED_ALL_TABLES)
    every = name in (LISTED_ALL_TABLES, ALL_TABLES) or member.get("table_wildcard") is not None
    return member["database_name"].lower(), ALL_TABLES if every else name.lower()


def _write_table(names: Names) -> Values:
    database, table = names
    if table == ALL_TABLES:
        return {"database_name": database, "table_wildcard": {}}
    return {"database_name": database, "name": table}


def normal_expression(expression: list[Values]) -> list[Values]:
    """An LF-tag expression as AWS keeps it, in an order of its own: case and order mean nothing."""
    pairs = {tag["tag_key"].lower(): tag["tag_values"] for tag in expression}
    return [
        {"tag_key": key, "tag_values": sorted({value.lower() for value in values})}
        for key, values in sorted(pairs.items())
    ]


def _read_policy(member: Values) -> Names:
    name = member.get("expression_name")
    return member["resource_type"], json.dumps(
        name or normal_expression(member.get("expression") or [])
    )


def _write_policy(names: Names) -> Values:
    condition = json.loads(names[1])
    if isinstance(condition, str):
        return {"resource_type": names[0], "expression_name": condition}
    return {"resource_type": names[0], "expression": condition}


DATABASE_PERMISSIONS = frozenset({"ALL", "ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"})
TABLE_PERMISSIONS = frozenset({"ALL", "ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"})
TAG_PERMISSIONS = frozenset({"ALTER", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"})
CATALOG_PERMISSIONS = frozenset(
    {"ALL", "ALTER", "CREATE_CATALOG", "CREATE_DATABASE", "CREATE_LF_TAG"}
    | {"CREATE_LF_TAG_EXPRESSION", "DESCRIBE", "DROP", "SUPER_USER"}
)
KINDS = {
    CATALOG: Kind("catalog", lambda _: (), lambda _: {}, CATALOG_PERMISSIONS, "id"),
    DATABASE: Kind(
        "database",
        lambda member: (member["name"].lower(),),
        lambda names: {"name": names[0]},
        DATABASE_PERMISSIONS,
    ),
    TABLE: Kind("table", _read_table, _write_table, TABLE_PERMISSIONS),
    LOCATION: Kind(
        "location",
        lambda member: (member["resource_arn"].rstrip("/"),),
        lambda names: {"resource_arn": names[0]},
        frozenset({"DATA_LOCATION_ACCESS"}),
    ),
    CELLS_FILTER: Kind(
        "filter",
        lambda member: (
            member["database_name"].lower(),
            member["table_name"].lower(),
            member["name"],
        ),
        lambda names: dict(zip(("database_name", "table_name", "name"), names, strict=True)),
        frozenset({"DESCRIBE", "DROP", "SELECT"}),
        "table_catalog_id",
    ),
    LF_TAG: Kind(
        "LF-tag",
        lambda member: (member["tag_key"].lower(),),
        lambda names: {"tag_key": names[0]},
        TAG_PERMISSIONS | {"ASSOCIATE"},
    ),
    LF_TAG_POLICY: Kind("LF-tag policy", _read_policy, _write_policy, frozenset()),
    LF_TAG_EXPRESSION: Kind(
        "LF-tag expression",
        lambda member: (member["name"],),
        lambda names: {"name": names[0]},
        TAG_PERMISSIONS,
    ),
}
TYPES: dict[str, tuple[str, ...]] = {
    CATALOG: ("CATALOG",),
    DATABASE: ("DATABASE",),
    TABLE: ("TABLE",),
    LOCATION: ("DATA_LOCATION",),
    LF_TAG: ("LF_TAG",),
    LF_TAG_POLICY: ("LF_TAG_POLICY_DATABASE", "LF_TAG_POLICY_TABLE"),
    LF_TAG_EXPRESSION: ("LF_NAMED_TAG_EXPRESSION",),
}
"""How ListPermissions calls the kinds; it has no name for data cells filters.

Its LF_TAG_POLICY lists those of databases only.
"""
LISTED_BY_TYPE = frozenset({CATALOG, LF_TAG_POLICY, LF_TAG_EXPRESSION})
