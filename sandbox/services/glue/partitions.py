"""Partitions and versions of tables, shown as far as the table is: moto keeps and changes them.

https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
"""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.glue.events import table_changed
from sandbox.services.glue.visibility import found, narrowed, require_seen
from sandbox.services.lakeformation import catalog

Entries = list[dict[str, Any]]
MISFIT = (
    "InvalidInputException",
    "The number of partition keys do not match the number of partition values",
)


@operation("glue", "GetPartitions")
@operation("glue", "BatchGetPartition")
def get_partitions(call: Call, DatabaseName: str, TableName: str, **_: Any) -> dict[str, Any]:
    """All partitions, or those asked for, of a table that the caller sees."""
    require_seen(call, DatabaseName, TableName)
    answer = call.moto()
    shown = [narrowed(call, DatabaseName, TableName, one) for one in answer["Partitions"]]
    return answer | {"Partitions": shown}


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
def create_partition(
    call: Call, DatabaseName: str, TableName: str, PartitionInput: dict[str, Any], **_: Any
) -> dict[str, Any]:
    """Make one partition, with a value for each partition key of its table."""
    if _misfits(call, DatabaseName, TableName, PartitionInput):
        raise AwsError(*MISFIT)
    answer = call.moto()
    table_changed(call, DatabaseName, TableName, [PartitionInput.get("Values") or []])
    return answer


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
def batch_create_partition(
    call: Call,
    DatabaseName: str,
    TableName: str,
    PartitionInputList: list[dict[str, Any]],
    **_: Any,
) -> dict[str, Any]:
    """Make those partitions that can be made, tell of them, and answer why not the others."""
    fitting, failed = [], []
    for partition in PartitionInputList:
        if _misfits(call, DatabaseName, TableName, partition):
            detail = {"ErrorCode": MISFIT[0], "ErrorMessage": MISFIT[1]}
            failed.append({"PartitionValues": partition.get("Values", []), "ErrorDetail": detail})
        else:
            fitting.append(partition)
    backend = glue_backends[call.account][call.region]
    failed += backend.batch_create_partition(DatabaseName, TableName, fitting) or []
    _tell_changed(call, DatabaseName, TableName, fitting, failed)
    return {"Errors": failed} if failed else {}


@operation("glue", "BatchUpdatePartition")
@operation("glue", "BatchDeletePartition")
def change_partitions(
    call: Call, DatabaseName: str, TableName: str, **given: Any
) -> dict[str, Any]:
    """Let moto change partitions, and tell of those that it did change."""
    answer = call.moto()
    named = given.get("PartitionsToDelete")
    if named is None:
        named = [entry["PartitionInput"] for entry in given.get("Entries") or []]
    _tell_changed(call, DatabaseName, TableName, named, answer.get("Errors", []))
    return answer


def _tell_changed(call: Call, database: str, table: str, named: Entries, errors: Entries) -> None:
    """Tell of the partitions that a batch names, but for those that failed."""
    failed = [error.get("PartitionValues") for error in errors]
    changed = [one["Values"] for one in named if one["Values"] not in failed]
    if changed:
        table_changed(call, database, table, changed)


def _misfits(call: Call, database: str, table: str, partition: dict[str, Any]) -> bool:
    """Whether a partition has not one value for each partition key of its table."""
    found(call, database, table)
    _, keys = catalog.types(call.account, call.region, database, table)
    return len(partition.get("Values") or []) != len(keys)


def _version(call: Call, database: str, table: str, version: dict[str, Any]) -> dict[str, Any]:
    return version | {"Table": narrowed(call, database, table, version["Table"])}
