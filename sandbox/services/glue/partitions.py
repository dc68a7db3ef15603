"""Partitions and versions of tables, shown as far as the table is: moto keeps them.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.registry import operation
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


def _version(call: Call, database: str, table: str, version: dict[str, Any]) -> dict[str, Any]:
    return version | {"Table": narrowed(call, database, table, version["Table"])}
