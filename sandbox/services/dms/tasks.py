"""The operations on replication tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.registry import operation
from sandbox.services.dms import events, listing, task_settings
from sandbox.services.dms.connection import require_tested
from sandbox.services.dms.identifiers import identifier, resource_identifier
from sandbox.services.dms.instances import require_available
from sandbox.services.dms.migration_requests import (
    STARTS,
    check_work,
    endpoint,
    refuse_positions,
    require_choice,
    require_log_role,
    require_start,
)
from sandbox.services.dms.state import find, refuse_taken, state_of
from sandbox.services.dms.tags import set_tags
from sandbox.services.dms.task import CREATE, Task

KIND = Task.kind


@operation("dms", "CreateReplicationTask")
def create_replication_task(
    call: Call,
    ReplicationTaskIdentifier: str,
    SourceEndpointArn: str,
    TargetEndpointArn: str,
    ReplicationInstanceArn: str,
    MigrationType: str,
    TableMappings: str,
    ReplicationTaskSettings: str | None = None,
    Tags: Sequence[dict[str, str]] | None = None,
    **request: Any,
) -> dict[str, Any]:
    """Make a task, which becomes ready later."""
    state = state_of(call)
    name = identifier(ReplicationTaskIdentifier, "ReplicationTaskIdentifier")
    suffix = resource_identifier(request.get("ResourceIdentifier"))
    refuse_positions(request)
    check_work("MigrationType", MigrationType, TableMappings)
    settings = task_settings.expanded(ReplicationTaskSettings)
    require_log_role(state, settings, ReplicationInstanceArn)
    with state.lock:
        refuse_taken(state.tasks.values(), name, KIND)
        endpoint(state, SourceEndpointArn, "source")
        endpoint(state, TargetEndpointArn, "target")
        require_available(find(state.instances, ReplicationInstanceArn, "Replication Instance"))
        task = Task(
            state=state,
            identifier=name,
            arn=state.arn("task", suffix),
            source_arn=SourceEndpointArn,
            target_arn=TargetEndpointArn,
            instance_arn=ReplicationInstanceArn,
            migration=MigrationType,
            mappings=TableMappings,
            settings=settings,
            created=call.runtime.clock.now(),
            task_data=request.get("TaskData"),
        )
        state.tasks[task.arn] = task
        set_tags(state, task.arn, Tags)
        answer = task.described()

    def ready() -> None:
        if task.status == "creating":
            task.status = "ready"
            events.of_task(state, task, events.TASK_CREATED)

    state.later(CREATE, ready)
    return {"ReplicationTask": answer}


@operation("dms", "ModifyReplicationTask")
def modify_replication_task(
    call: Call,
    ReplicationTaskArn: str,
    ReplicationTaskIdentifier: str | None = None,
    MigrationType: str | None = None,
    TableMappings: str | None = None,
    ReplicationTaskSettings: str | None = None,
    **request: Any,
) -> dict[str, Any]:
    """Change a task that is not running."""
    state = state_of(call)
    refuse_positions(request)
    check_work("MigrationType", MigrationType, TableMappings)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        task.require_resting("modified")
        name = identifier(ReplicationTaskIdentifier or task.identifier, "ReplicationTaskIdentifier")
        if name != task.identifier:
            refuse_taken(state.tasks.values(), name, KIND)
        if ReplicationTaskSettings is not None:
            settings = task_settings.expanded(ReplicationTaskSettings, task.settings)
            require_log_role(state, settings, task.instance_arn)
            task.settings = settings
        task.identifier = name
        task.migration = MigrationType or task.migration
        task.mappings = TableMappings or task.mappings
        task.task_data = request.get("TaskData", task.task_data)
        task.modify()
        events.of_task(state, task, events.TASK_MODIFIED)
        return {"ReplicationTask": task.described()}


@operation("dms", "StartReplicationTask")
def start_replication_task(
    call: Call, ReplicationTaskArn: str, StartReplicationTaskType: str, **request: Any
) -> dict[str, Any]:
    """Start a task whose endpoints have been tested.

    start-replication is for the first time only, the others for every later one.
    """
    state = state_of(call)
    kind = StartReplicationTaskType
    require_choice("StartReplicationTaskType", kind, STARTS)
    refuse_positions(request)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        task.require_resting("started")
        require_start(task, kind)
        require_available(find(state.instances, task.instance_arn, "Replication Instance"))
        for arn in (task.source_arn, task.target_arn):
            require_tested(state, task.instance_arn, state.endpoints[arn])
        task.begin(kind)  # type: ignore[arg-type]
        return {"ReplicationTask": task.described()}


@operation("dms", "StopReplicationTask")
def stop_replication_task(call: Call, ReplicationTaskArn: str) -> dict[str, Any]:
    """Stop a running task; its replication slot stays in the source."""
    state = state_of(call)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        task.stop()
        return {"ReplicationTask": task.described()}


@operation("dms", "DeleteReplicationTask")
def delete_replication_task(call: Call, ReplicationTaskArn: str) -> dict[str, Any]:
    """Delete a task that is not running; its replication slot is dropped."""
    state = state_of(call)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        task.require_resting("deleted")
        task.delete()
        return {"ReplicationTask": task.described()}


@operation("dms", "DescribeReplicationTasks")
def describe_replication_tasks(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
    WithoutSettings: bool = False,
) -> dict[str, Any]:
    """The tasks of the account."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(
            state.tasks.values(),
            Filters,
            {
                "replication-task-arn": lambda task: [task.arn],
                "replication-task-id": lambda task: [task.identifier],
                "migration-type": lambda task: [task.migration],
                "endpoint-arn": lambda task: [task.source_arn, task.target_arn],
                "replication-instance-arn": lambda task: [task.instance_arn],
            },
        )
        tasks = listing.described(found, Filters, "Tasks")
        shown = [task.described(settings=not WithoutSettings) for task in tasks]
    return listing.page(shown, "ReplicationTasks", MaxRecords, Marker)
