"""What a permission is on: the Resource structure of the API, normalised.

Permissions by kind of resource:
https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.lakeformation.columns import Columns

ALL_TABLES = "ALL_TABLES"

DATABASE_PERMISSIONS = frozenset({"ALL", "ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"})
TABLE_PERMISSIONS = frozenset({"ALL", "ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"})
PERMISSIONS: dict[str, frozenset[str]] = {
    "CATALOG": frozenset(
        {"ALL", "ALTER", "CREATE_CATALOG", "CREATE_DATABASE", "CREATE_LF_TAG"}
        | {"CREATE_LF_TAG_EXPRESSION", "DESCRIBE", "DROP", "SUPER_USER"}
    ),
    "DATABASE": DATABASE_PERMISSIONS,
    "TABLE": TABLE_PERMISSIONS,
    "DATA_LOCATION": frozenset({"DATA_LOCATION_ACCESS"}),
    "DATA_CELLS_FILTER": frozenset({"DESCRIBE", "DROP", "SELECT"}),
    "LF_TAG": frozenset({"ALTER", "ASSOCIATE", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "LF_TAG_EXPRESSION": frozenset({"ALTER", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "LF_TAG_POLICY_DATABASE": DATABASE_PERMISSIONS,
    "LF_TAG_POLICY_TABLE": TABLE_PERMISSIONS,
}
TAG_VALUES = 50


@dataclass(frozen=True)
class Target:
    """A resource: its kind and what names it within the account's catalog."""

    kind: str
    parts: tuple[Any, ...] = ()

    @property
    def label(self) -> str:
        """How messages name it."""
        return str(self.parts[-1]) if self.parts else "Catalog"

    @property
    def database(self) -> str | None:
        """The database that it is or lies in."""
        inside = self.kind in {"DATABASE", "TABLE", "DATA_CELLS_FILTER"}
        return str(self.parts[0]) if inside else None


CATALOG = Target("CATALOG")


def of_tag(key: str, value: str) -> Target:
    """One value of an LF-tag, or * for the tag as a whole, with every value that it gets."""
    return Target("LF_TAG", (key.lower(), (value.lower(),)))


def of_expression(name: str) -> Target:
    """A saved LF-tag expression by its name."""
    return Target("LF_TAG_EXPRESSION", (name,))


def of_database(name: str) -> Target:
    """A database by its name."""
    return Target("DATABASE", (name.lower(),))


def of_table(database: str, name: str) -> Target:
    """A table by its names; ALL_TABLES stands for every table of the database."""
    return Target("TABLE", (database.lower(), name if name == ALL_TABLES else name.lower()))


def parse(resource: dict[str, Any]) -> tuple[Target, Columns | None]:
    """A Resource as the API gives it: what it is, and the columns for TableWithColumns.

    InvalidInputException unless exactly one member is set, in a form that AWS takes.
    """
    given = {name: value for name, value in resource.items() if value is not None}
    if len(given) != 1:
        raise invalid(
            "Resource must have exactly one of the fields: Catalog, Database, Table, "
            "TableWithColumns, DataLocation, DataCellsFilter, LFTag, LFTagPolicy, LFTagExpression."
        )
    name, value = next(iter(given.items()))
    if name == "TableWithColumns":
        return of_table(value["DatabaseName"], value["Name"]), columns_of(value)
    reader = _READERS.get(name)
    if reader is None:
        raise AwsError("NotImplemented", f"The sandbox has no permissions on {name} resources")
    return reader(value), None


def member(target: Target, columns: Columns | None, account: str) -> dict[str, Any]:
    """The Resource structure of a target, with its CatalogId filled in."""
    return (
        {_MEMBERS[target.kind]: _WRITERS[target.kind](target.parts, account)}
        if columns is None
        else {
            "TableWithColumns": {
                "CatalogId": account,
                "DatabaseName": target.parts[0],
                "Name": target.parts[1],
                **columns.member(),
            }
        }
    )


def invalid(message: str) -> AwsError:
    """The service's answer to a request that it does not understand."""
    return AwsError("InvalidInputException", message)


def columns_of(value: dict[str, Any]) -> Columns:
    """The columns that a ColumnNames or a ColumnWildcard member stands for."""
    names, wildcard = value.get("ColumnNames"), value.get("ColumnWildcard")
    if (not names) == (wildcard is None):
        raise invalid("Exactly one of ColumnNames and ColumnWildcard must be given.")
    if names:
        return Columns(names=frozenset(name.lower() for name in names))
    excluded = (wildcard or {}).get("ExcludedColumnNames") or []
    return Columns.every(but=[name.lower() for name in excluded])


def _table(value: dict[str, Any]) -> Target:
    name, wildcard = value.get("Name"), value.get("TableWildcard")
    if wildcard is not None and name in {None, ALL_TABLES}:
        return of_table(value["DatabaseName"], ALL_TABLES)
    if wildcard is not None or not name:
        raise invalid("Exactly one of Name and TableWildcard must be given for a Table.")
    return of_table(value["DatabaseName"], name)


def pairs_of(expression: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """An Expression in a normal form; InvalidInputException for a key that is there twice."""
    pairs = sorted(
        (pair["TagKey"].lower(), sorted({value.lower() for value in pair["TagValues"]}))
        for pair in expression
    )
    if len({key for key, _ in pairs}) != len(pairs):
        raise invalid("Provided list of tags contains duplicate tag key")
    return pairs


def _tag(value: dict[str, Any]) -> Target:
    values = {one.lower() for one in value["TagValues"]}
    if not 1 <= len(values) <= TAG_VALUES:
        raise invalid(f"The number of tag values must be between 1 and {TAG_VALUES}.")
    if "*" in values and len(values) > 1:
        raise invalid("The value * stands for all values and must be the only one.")
    return Target("LF_TAG", (value["TagKey"].lower(), tuple(sorted(values))))


def _policy(value: dict[str, Any]) -> Target:
    expression, name = value.get("Expression"), value.get("ExpressionName")
    if (not expression) == (not name):
        raise invalid("Exactly one of Expression and ExpressionName must be given.")
    condition = json.dumps(pairs_of(expression) if expression else name)
    return Target(f"LF_TAG_POLICY_{value['ResourceType']}", (condition,))


def _write_table(parts: tuple[Any, ...], account: str) -> dict[str, Any]:
    written = {"CatalogId": account, "DatabaseName": parts[0], "Name": parts[1]}
    return written | ({"TableWildcard": {}} if parts[1] == ALL_TABLES else {})


def written_pairs(pairs: list[Any]) -> list[dict[str, Any]]:
    """The Expression structure of pairs_of."""
    return [{"TagKey": key, "TagValues": list(values)} for key, values in pairs]


def _write_policy(kind: str) -> Callable[[tuple[Any, ...], str], dict[str, Any]]:
    def write(parts: tuple[Any, ...], account: str) -> dict[str, Any]:
        condition = json.loads(parts[0])
        written = {"CatalogId": account, "ResourceType": kind}
        if isinstance(condition, str):
            return {**written, "ExpressionName": condition}
        return {**written, "Expression": written_pairs(condition)}

    return write


_READERS: dict[str, Callable[[dict[str, Any]], Target]] = {
    "Catalog": lambda _: CATALOG,
    "Database": lambda value: of_database(value["Name"]),
    "Table": _table,
    "DataLocation": lambda value: Target("DATA_LOCATION", (value["ResourceArn"].rstrip("/"),)),
    "DataCellsFilter": lambda value: Target(
        "DATA_CELLS_FILTER",
        (value["DatabaseName"].lower(), value["TableName"].lower(), value["Name"]),
    ),
    "LFTag": _tag,
    "LFTagPolicy": _policy,
    "LFTagExpression": lambda value: of_expression(value["Name"]),
}
_MEMBERS = {
    "CATALOG": "Catalog",
    "DATABASE": "Database",
    "TABLE": "Table",
    "DATA_LOCATION": "DataLocation",
    "DATA_CELLS_FILTER": "DataCellsFilter",
    "LF_TAG": "LFTag",
    "LF_TAG_EXPRESSION": "LFTagExpression",
    "LF_TAG_POLICY_DATABASE": "LFTagPolicy",
    "LF_TAG_POLICY_TABLE": "LFTagPolicy",
}
_WRITERS: dict[str, Callable[[tuple[Any, ...], str], dict[str, Any]]] = {
    "CATALOG": lambda parts, account: {},
    "DATABASE": lambda parts, account: {"CatalogId": account, "Name": parts[0]},
    "TABLE": _write_table,
    "DATA_LOCATION": lambda parts, account: {"CatalogId": account, "ResourceArn": parts[0]},
    "DATA_CELLS_FILTER": lambda parts, account: {
        "TableCatalogId": account,
        "DatabaseName": parts[0],
        "TableName": parts[1],
        "Name": parts[2],
    },
    "LF_TAG": lambda parts, account: {
        "CatalogId": account,
        "TagKey": parts[0],
        "TagValues": list(parts[1]),
    },
    "LF_TAG_EXPRESSION": lambda parts, account: {"CatalogId": account, "Name": parts[0]},
    "LF_TAG_POLICY_DATABASE": _write_policy("DATABASE"),
    "LF_TAG_POLICY_TABLE": _write_policy("TABLE"),
}
