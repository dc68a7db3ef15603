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
        {"ALL", "CREATE_CATALOG", "CREATE_DATABASE", "CREATE_LF_TAG", "CREATE_LF_TAG_EXPRESSION"}
        | {"DESCRIBE", "SUPER_USER"}
    ),
    "DATABASE": DATABASE_PERMISSIONS,
    "TABLE": TABLE_PERMISSIONS,
    "DATA_LOCATION": frozenset({"DATA_LOCATION_ACCESS"}),
    "DATA_CELLS_FILTER": frozenset({"DESCRIBE", "DROP", "SELECT"}),
    "LF_TAG": frozenset({"ALTER", "ASSOCIATE", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "LF_TAG_POLICY_DATABASE": DATABASE_PERMISSIONS,
    "LF_TAG_POLICY_TABLE": TABLE_PERMISSIONS,
}


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
            "TableWithColumns, DataLocation, DataCellsFilter, LFTag, LFTagPolicy."
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


def _policy(value: dict[str, Any]) -> Target:
    if not value.get("Expression"):
        raise invalid("An LFTagPolicy needs an Expression.")
    expression = sorted((pair["TagKey"], sorted(pair["TagValues"])) for pair in value["Expression"])
    return Target(f"LF_TAG_POLICY_{value['ResourceType']}", (json.dumps(expression),))


def _write_table(parts: tuple[Any, ...], account: str) -> dict[str, Any]:
    written = {"CatalogId": account, "DatabaseName": parts[0], "Name": parts[1]}
    return written | ({"TableWildcard": {}} if parts[1] == ALL_TABLES else {})


def _write_policy(kind: str) -> Callable[[tuple[Any, ...], str], dict[str, Any]]:
    def write(parts: tuple[Any, ...], account: str) -> dict[str, Any]:
        pairs = [{"TagKey": key, "TagValues": values} for key, values in json.loads(parts[0])]
        return {"CatalogId": account, "ResourceType": kind, "Expression": pairs}

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
    "LFTag": lambda value: Target(
        "LF_TAG", (value["TagKey"].lower(), tuple(sorted(value["TagValues"])))
    ),
    "LFTagPolicy": _policy,
}
_MEMBERS = {
    "CATALOG": "Catalog",
    "DATABASE": "Database",
    "TABLE": "Table",
    "DATA_LOCATION": "DataLocation",
    "DATA_CELLS_FILTER": "DataCellsFilter",
    "LF_TAG": "LFTag",
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
    "LF_TAG_POLICY_DATABASE": _write_policy("DATABASE"),
    "LF_TAG_POLICY_TABLE": _write_policy("TABLE"),
}
