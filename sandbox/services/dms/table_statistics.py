"""What a task has done, table by table, and loading tables again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.engines.capture.statistics import TableStatistics
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import events, listing
from sandbox.services.dms.migration import Migration
from sandbox.services.dms.replication import Replication
from sandbox.services.dms.state import find, state_of
from sandbox.services.dms.task import Task

LARGEST_PAGE = 500
MOST_RELOADS = 10


@operation("dms", "DescribeTableStatistics")
def describe_table_statistics(
    call: Call,
    ReplicationTaskArn: str,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    Filters: Sequence[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The tables of a task that has been started, by schema and name."""
    state = state_of(call)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, Task.kind)
        tables = list(task.progress.statistics.values())
    answer = _page(tables, "TableStatistics", Filters, MaxRecords, Marker)
    return answer | {"ReplicationTaskArn": task.arn}


@operation("dms", "DescribeReplicationTableStatistics")
def describe_replication_table_statistics(
    call: Call,
    ReplicationConfigArn: str,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    Filters: Sequence[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The tables of a replication while it has resources: they are lost with them."""
    state = state_of(call)
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, Replication.kind)
        tables = list(replication.progress.statistics.values()) if replication.provisioned else []
    answer = _page(tables, "ReplicationTableStatistics", Filters, MaxRecords, Marker)
    return answer | {"ReplicationConfigArn": replication.arn}


@operation("dms", "ReloadTables")
def reload_tables(
    call: Call,
    ReplicationTaskArn: str,
    TablesToReload: Sequence[dict[str, str]],
    ReloadOption: str = "data-reload",
) -> dict[str, Any]:
    """Load tables of a running task again, while it captures changes."""
    state = state_of(call)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, Task.kind)
        _reload(task, TablesToReload, ReloadOption)
        events.of_task(state, task, events.TASK_RELOADED)
    return {"ReplicationTaskArn": task.arn}


@operation("dms", "ReloadReplicationTables")
def reload_replication_tables(
    call: Call,
    ReplicationConfigArn: str,
    TablesToReload: Sequence[dict[str, str]],
    ReloadOption: str = "data-reload",
) -> dict[str, Any]:
    """Load tables of a running replication again, while it captures changes."""
    state = state_of(call)
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, Replication.kind)
        _reload(replication, TablesToReload, ReloadOption)
    return {"ReplicationConfigArn": replication.arn}


def _page(
    tables: list[TableStatistics],
    member: str,
    filters: Sequence[dict[str, Any]] | None,
    records: int | None,
    marker: str | None,
) -> dict[str, Any]:
    found = listing.filtered(
        sorted(tables, key=lambda table: (table.schema, table.name)),
        filters,
        {
            "schema-name": lambda table: [table.schema],
            "table-name": lambda table: [table.name],
            "table-state": lambda table: [table.state],
        },
    )
    shown = [_described(table) for table in found]
    return listing.page(shown, member, records, marker, LARGEST_PAGE)


def _reload(migration: Migration, tables: Sequence[dict[str, str]], option: str) -> None:
    wanted = [(table["SchemaName"], table["TableName"]) for table in tables]
    if option != "data-reload":
        raise AwsError(
            "InvalidParameterValueException",
            f"ReloadOption is {option}: without validation it must be data-reload",
        )
    if not 1 <= len(wanted) <= MOST_RELOADS:
        raise AwsError(
            "InvalidParameterValueException",
            f"TablesToReload has {len(wanted)} tables: it must have 1 to {MOST_RELOADS}",
        )
    if migration.status != "running" or migration.capture is None:
        raise AwsError(
            "InvalidResourceStateFault",
            f"{migration.kind} {migration.identifier} is not running, its status is "
            f"{migration.status}",
        )
    for schema, name in wanted:
        if (schema, name) not in migration.progress.statistics:
            raise AwsError(
                "InvalidParameterValueException",
                f"The table {schema}.{name} is not part of the {migration.kind} "
                f"{migration.identifier}",
            )
    migration.capture.reload(wanted)


def _described(table: TableStatistics) -> dict[str, Any]:
    counts = {"Inserts": table.inserts, "Updates": table.updates, "Deletes": table.deletes}
    counts["Ddls"] = table.ddls
    applied = {f"Applied{name}": number for name, number in counts.items()}
    dates = {"FullLoadStartTime": table.load_begin, "FullLoadEndTime": table.load_end}
    return {
        "SchemaName": table.schema,
        "TableName": table.name,
        **counts,
        **applied,
        "FullLoadRows": table.load_rows,
        "FullLoadCondtnlChkFailedRows": 0,
        "FullLoadErrorRows": table.load_error_rows,
        "FullLoadReloaded": table.reloaded,
        "LastUpdateTime": table.updated,
        "TableState": table.state,
        "ValidationPendingRecords": 0,
        "ValidationFailedRecords": 0,
        "ValidationSuspendedRecords": 0,
        "ValidationState": "Not enabled",
        **{name: date for name, date in dates.items() if date},
    }
