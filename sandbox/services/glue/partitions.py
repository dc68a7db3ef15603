"""Partitions and versions of tables, shown as far as the table is: moto keeps and changes them.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.registry import operation
from sandbox.services.glue.events import table_changed
from sandbox.services.glue.visibility import narrowed, require_seen


@operation("glue", "GetPartitions")
@operation("glue", "BatchGetPartition")
def get_partitions(call: Call, DatabaseName: str, TableName: str, **_: Any) -> dict[str, Any]:
    """All partitions, or those asked for, of a table that the caller sees."""
    require_seen(call, DatabaseName, TableName)
    answer = call.moto()
    found = [narrowed(call, DatabaseName, TableName, one) for one in answer["Partitions"]]
    return answer | {"Partitions": found}


@operation("glue", "GetPartition")
def get_partition(call: Call, DatabaseName: str, TableName: str, **_: Any) -> dict[str, Any]:
    """One partition of a table that the caller sees."""
    require_seen(call, DatabaseName, TableName)
    return {"Partition": narrowed(call, DatabaseName, TableName, call.moto()["Partition"])}


@operation("glue", "GetTableVersions")
def get_table_versions(call: Call, DatabaseName: str, TableName: str, **_: Any) -> dict[str, Any]:
    """The versions of a table that the caller sees."""
    require_seen(call, DatabaseName, TableName)
    answer = call.moto()
    shown = [_version(call, DatabaseName, TableName, one) for one in answer["TableVersions"]]
    return answer | {"TableVersions": shown}


@operation("glue", "GetTableVersion")
def get_table_version(call: Call, DatabaseName: str, TableName: str, **_: Any) -> dict[str, Any]:
    """One version of a table that the caller sees."""
    require_seen(call, DatabaseName, TableName)
    version = call.moto()["TableVersion"]
    return {"TableVersion": _version(call, DatabaseName, TableName, version)}


@operation("glue", "CreatePartition")
@operation("glue", "UpdatePartition")
@operation("glue", "DeletePartition")
def change_partition(
    call: Call,
    DatabaseName: str,
    TableName: str,
    PartitionInput: dict[str, Any] | None = None,
    PartitionValues: list[str] | None = None,
    **_: Any,
) -> dict[str, Any]:
    """Let moto change one partition, and tell of it."""
    answer = call.moto()
    values = (PartitionInput or {}).get("Values") or PartitionValues or []
    table_changed(call, DatabaseName, TableName, [values])
    return answer


@operation("glue", "BatchCreatePartition")
@operation("glue", "BatchUpdatePartition")
@operation("glue", "BatchDeletePartition")
def change_partitions(
    call: Call, DatabaseName: str, TableName: str, **given: Any
) -> dict[str, Any]:
    """Let moto change partitions, and tell of those that it did change."""
    answer = call.moto()
    failed = [error.get("PartitionValues") for error in answer.get("Errors", [])]
    changed = [values for values in _values(given) if values not in failed]
    if changed:
        table_changed(call, DatabaseName, TableName, changed)
    return answer


def _values(given: dict[str, Any]) -> list[list[str]]:
    """The values of the partitions that a batch names."""
    named = given.get("PartitionInputList") or given.get("PartitionsToDelete")
    if named is None:
        return [entry["PartitionInput"]["Values"] for entry in given.get("Entries") or []]
    return [partition["Values"] for partition in named]


def _version(call: Call, database: str, table: str, version: dict[str, Any]) -> dict[str, Any]:
    return version | {"Table": narrowed(call, database, table, version["Table"])}
