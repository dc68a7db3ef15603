"""The operations on replication tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import listing, mappings, task_settings
from sandbox.services.dms.connection import require_tested
from sandbox.services.dms.endpoint import Endpoint
from sandbox.services.dms.identifiers import identifier, resource_identifier
from sandbox.services.dms.instances import require_available
from sandbox.services.dms.roles import LOGS_ROLE, account_role
from sandbox.services.dms.state import State, find, refuse_taken, state_of
from sandbox.services.dms.tags import set_tags
from sandbox.services.dms.task import CHANGEABLE, CREATE, Task, slot_name

KIND = "Replication Task"
MIGRATIONS = ("full-load", "cdc", "full-load-and-cdc")
STARTS = ("start-replication", "resume-processing", "reload-target")
POSITIONS = ("CdcStartTime", "CdcStartPosition", "CdcStopPosition")


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
    _require_choice("MigrationType", MigrationType, MIGRATIONS)
    _refuse_positions(request)
    mappings.parse(TableMappings)
    settings = task_settings.expanded(ReplicationTaskSettings)
    _require_log_role(state, settings)
    with state.lock:
        refuse_taken(state.tasks.values(), name, KIND)
        _endpoint(state, SourceEndpointArn, "source")
        _endpoint(state, TargetEndpointArn, "target")
        require_available(find(state.instances, ReplicationInstanceArn, "Replication Instance"))
        arn = state.arn("task", suffix)
        task = Task(
            state,
            name,
            arn,
            SourceEndpointArn,
            TargetEndpointArn,
            ReplicationInstanceArn,
            MigrationType,
            TableMappings,
            settings,
            call.runtime.clock.now(),
            slot_name(name, arn),
            request.get("TaskData"),
        )
        state.tasks[task.arn] = task
        set_tags(state, task.arn, Tags)
        answer = task.described()

    def ready() -> None:
        if task.status == "creating":
            task.status = "ready"

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
    _refuse_positions(request)
    if MigrationType is not None:
        _require_choice("MigrationType", MigrationType, MIGRATIONS)
    if TableMappings is not None:
        mappings.parse(TableMappings)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        if task.status not in CHANGEABLE:
            raise _invalid_state(task, "modified")
        name = identifier(ReplicationTaskIdentifier or task.identifier, "ReplicationTaskIdentifier")
        if name != task.identifier:
            refuse_taken(state.tasks.values(), name, KIND)
        if ReplicationTaskSettings is not None:
            settings = task_settings.expanded(ReplicationTaskSettings, task.settings)
            _require_log_role(state, settings)
            task.settings = settings
        task.identifier = name
        task.migration = MigrationType or task.migration
        task.mappings = TableMappings or task.mappings
        task.task_data = request.get("TaskData", task.task_data)
        task.modify()
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
    _require_choice("StartReplicationTaskType", kind, STARTS)
    _refuse_positions(request)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        if task.status not in CHANGEABLE:
            raise _invalid_state(task, "started")
        if (kind == "start-replication") != (task.first_start is None):
            only = "the first time" if kind == "start-replication" else "a later time"
            raise AwsError(
                "InvalidParameterCombinationException",
                f"Start Type : {kind.upper().replace('-', '_')}, valid only for tasks running "
                f"for {only}",
            )
        if kind == "reload-target" and task.migration == "cdc":
            raise AwsError(
                "InvalidParameterCombinationException",
                "Start Type : RELOAD_TARGET, not valid for tasks with migration type CDC",
            )
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
        if task.status not in {"running", "starting"}:
            raise _invalid_state(task, "stopped")
        task.stop()
        return {"ReplicationTask": task.described()}


@operation("dms", "DeleteReplicationTask")
def delete_replication_task(call: Call, ReplicationTaskArn: str) -> dict[str, Any]:
    """Delete a task that is not running; its replication slot is dropped."""
    state = state_of(call)
    with state.lock:
        task = find(state.tasks, ReplicationTaskArn, KIND)
        if task.status not in CHANGEABLE:
            raise _invalid_state(task, "deleted")
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


def _endpoint(state: State, arn: str, kind: str) -> Endpoint:
    endpoint = find(state.endpoints, arn, "Endpoint")
    if endpoint.engine.type != kind:
        raise AwsError(
            "InvalidParameterValueException",
            f"Endpoint {endpoint.identifier} is a {endpoint.engine.type}, not a {kind} endpoint.",
        )
    if endpoint.status != "active":
        raise AwsError(
            "InvalidResourceStateFault", f"Endpoint {endpoint.identifier} is not active."
        )
    return endpoint


def _require_choice(member: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise AwsError(
            "InvalidParameterValueException",
            f"{member} is {value}: it must be one of {', '.join(allowed)}",
        )


def _refuse_positions(request: dict[str, Any]) -> None:
    for name in POSITIONS:
        if request.get(name):
            raise AwsError(
                "InvalidParameterValueException",
                f"{name} is set: the sandbox starts where its replication slot does",
            )


def _require_log_role(state: State, settings: dict[str, Any]) -> None:
    if settings["Logging"]["EnableLogging"]:
        account_role(state, LOGS_ROLE)


def _invalid_state(task: Task, verb: str) -> AwsError:
    return AwsError(
        "InvalidResourceStateFault",
        f"Replication Task {task.identifier} cannot be {verb}, invalid state: {task.status}",
    )
