"""What Lake Formation needs to know of the Data Catalog, which moto stores."""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from sandbox.errors import AwsError


def databases(account: str, region: str) -> dict[str, Any]:
    """moto's records of all databases, by name."""
    found: dict[str, Any] = glue_backends[account][region].databases
    return found


def database(account: str, region: str, name: str) -> Any:
    """moto's record of a database; EntityNotFoundException when there is none."""
    try:
        return databases(account, region)[name.lower()]
    except KeyError:
        raise AwsError("EntityNotFoundException", f"Database {name} not found.") from None


def table(account: str, region: str, database_name: str, name: str) -> Any:
    """moto's record of a table; EntityNotFoundException when there is none."""
    try:
        return database(account, region, database_name).tables[name.lower()]
    except KeyError:
        raise AwsError("EntityNotFoundException", f"Table {name} not found.") from None


def columns(account: str, region: str, database_name: str, name: str) -> list[str]:
    """The names of a table's columns, partition keys last."""
    stored, partitions = types(account, region, database_name, name)
    return [*stored, *partitions]


def types(
    account: str, region: str, database_name: str, name: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The types of a table's columns by their names, and those of its partition keys."""
    described = table(account, region, database_name, name).as_dict()
    stored = (described.get("StorageDescriptor") or {}).get("Columns", [])
    return _types(stored), _types(described.get("PartitionKeys", []))


def _types(columns: list[dict[str, str]]) -> dict[str, str]:
    return {column["Name"].lower(): column.get("Type") or "" for column in columns}


def location(described: dict[str, Any]) -> str:
    """Where a table's or a database's data lies, as an S3 ARN; '' when it lies nowhere."""
    storage = described.get("StorageDescriptor") or {}
    uri = storage.get("Location") or described.get("LocationUri") or ""
    for scheme in ("s3://", "s3a://", "s3n://"):
        if uri.startswith(scheme):
            return "arn:aws:s3:::" + uri[len(scheme) :].rstrip("/")
    return ""
