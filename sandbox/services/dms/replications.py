"""The operations on serverless replications and their configurations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import compute, events, listing, task_settings
from sandbox.services.dms.identifiers import identifier, resource_identifier
from sandbox.services.dms.migration_requests import (
    STARTS,
    check_work,
    endpoint,
    refuse_positions,
    require_choice,
    require_log_role,
    require_start,
)
from sandbox.services.dms.replication import Replication
from sandbox.services.dms.state import find, refuse_taken, state_of
from sandbox.services.dms.tags import set_tags

KIND = Replication.kind
FILTERS: dict[str, listing.Values[Replication]] = {
    "replication-config-arn": lambda each: [each.arn],
    "replication-config-id": lambda each: [each.identifier],
}


@operation("dms", "CreateReplicationConfig")
def create_replication_config(
    call: Call,
    ReplicationConfigIdentifier: str,
    SourceEndpointArn: str,
    TargetEndpointArn: str,
    ComputeConfig: dict[str, Any],
    ReplicationType: str,
    TableMappings: str,
    ReplicationSettings: str | None = None,
    SupplementalSettings: str | None = None,
    ResourceIdentifier: str | None = None,
    Tags: Sequence[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """Make a configuration; its replication is created with it, and not started."""
    state = state_of(call)
    name = identifier(ReplicationConfigIdentifier, "ReplicationConfigIdentifier")
    suffix = resource_identifier(ResourceIdentifier)
    check_work("ReplicationType", ReplicationType, TableMappings)
    _check_supplemental(SupplementalSettings)
    settings = task_settings.expanded(ReplicationSettings)
    arn = state.arn("replication-config", suffix)
    require_log_role(state, settings, arn)
    with state.lock:
        refuse_taken(state.replications.values(), name, KIND)
        endpoint(state, SourceEndpointArn, "source")
        endpoint(state, TargetEndpointArn, "target")
        complete, group = compute.complete(state, ComputeConfig, arn)
        replication = Replication(
            state=state,
            identifier=name,
            arn=arn,
            source_arn=SourceEndpointArn,
            target_arn=TargetEndpointArn,
            migration=ReplicationType,
            mappings=TableMappings,
            settings=settings,
            created=call.runtime.clock.now(),
            compute=complete,
            group=group,
            supplemental=SupplementalSettings,
        )
        state.replications[replication.arn] = replication
        set_tags(state, replication.arn, Tags)
        events.of_replication(state, replication.arn, events.REPLICATION_CREATED)
        return {"ReplicationConfig": replication.config()}


@operation("dms", "ModifyReplicationConfig")
def modify_replication_config(
    call: Call,
    ReplicationConfigArn: str,
    ReplicationConfigIdentifier: str | None = None,
    ReplicationType: str | None = None,
    TableMappings: str | None = None,
    ReplicationSettings: str | None = None,
    SupplementalSettings: str | None = None,
    ComputeConfig: dict[str, Any] | None = None,
    SourceEndpointArn: str | None = None,
    TargetEndpointArn: str | None = None,
) -> dict[str, Any]:
    """Change the configuration of a replication at rest; one that has run stays where it is."""
    state = state_of(call)
    check_work("ReplicationType", ReplicationType, TableMappings)
    _check_supplemental(SupplementalSettings)
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, KIND)
        replication.require_resting("modified")
        name = identifier(
            ReplicationConfigIdentifier or replication.identifier, "ReplicationConfigIdentifier"
        )
        if name != replication.identifier:
            refuse_taken(state.replications.values(), name, KIND)
        source = SourceEndpointArn or replication.source_arn
        target = TargetEndpointArn or replication.target_arn
        endpoint(state, source, "source")
        endpoint(state, target, "target")
        wanted = replication.compute | (ComputeConfig or {})
        complete, group = compute.complete(state, wanted, replication.arn)
        if replication.first_start is not None:
            _require_same_place(replication, complete, source, target)
        settings = replication.settings
        if ReplicationSettings is not None:
            settings = task_settings.expanded(ReplicationSettings, settings)
            require_log_role(state, settings, replication.arn)
        replication.identifier, replication.settings = name, settings
        replication.source_arn, replication.target_arn = source, target
        replication.compute, replication.group = complete, group
        replication.migration = ReplicationType or replication.migration
        replication.mappings = TableMappings or replication.mappings
        replication.supplemental = SupplementalSettings or replication.supplemental
        replication.updated = call.runtime.clock.now()
        replication.modify()
        return {"ReplicationConfig": replication.config()}


@operation("dms", "DeleteReplicationConfig")
def delete_replication_config(call: Call, ReplicationConfigArn: str) -> dict[str, Any]:
    """Delete a configuration whose replication is at rest and has given its resources back."""
    state = state_of(call)
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, KIND)
        replication.require_resting("deleted")
        _require_settled(replication, "deleted")
        replication.delete()
        return {"ReplicationConfig": replication.config()}


@operation("dms", "StartReplication")
def start_replication(
    call: Call, ReplicationConfigArn: str, StartReplicationType: str, **request: Any
) -> dict[str, Any]:
    """Start a replication: it tests its connections and gets its capacity, then it runs."""
    state = state_of(call)
    require_choice("StartReplicationType", StartReplicationType, STARTS)
    refuse_positions(request)
    if request.get("PremigrationAssessmentSettings"):
        raise AwsError(
            "InvalidParameterValueException",
            "PremigrationAssessmentSettings is set: the sandbox assesses nothing",
        )
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, KIND)
        replication.require_resting("started")
        _require_settled(replication, "started")
        require_start(replication, StartReplicationType)
        replication.begin(StartReplicationType)  # type: ignore[arg-type]
        return {"Replication": replication.described()}


@operation("dms", "StopReplication")
def stop_replication(call: Call, ReplicationConfigArn: str) -> dict[str, Any]:
    """Stop a running replication; its replication slot stays in the source."""
    state = state_of(call)
    with state.lock:
        replication = find(state.replications, ReplicationConfigArn, KIND)
        replication.stop()
        return {"Replication": replication.described()}


@operation("dms", "DescribeReplicationConfigs")
def describe_replication_configs(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The configurations of the account."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(state.replications.values(), Filters, FILTERS)
        replications = listing.described(found, Filters, "Replication Configs")
        shown = [replication.config() for replication in replications]
    return listing.page(shown, "ReplicationConfigs", MaxRecords, Marker)


@operation("dms", "DescribeReplications")
def describe_replications(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """What the replications of the account do."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(state.replications.values(), Filters, FILTERS)
        replications = listing.described(found, Filters, "Replications")
        shown = [replication.described() for replication in replications]
    return listing.page(shown, "Replications", MaxRecords, Marker)


def _check_supplemental(document: str | None) -> None:
    try:
        known = document is None or isinstance(json.loads(document), dict)
    except ValueError:
        known = False
    if not known:
        raise AwsError("InvalidParameterValueException", "Invalid SupplementalSettings JSON")


def _require_settled(replication: Replication, verb: str) -> None:
    if replication.provision_state == "deprovisioning":
        raise AwsError(
            "InvalidResourceStateFault",
            f"{KIND} {replication.identifier} cannot be {verb}, invalid provisioning state: "
            f"{replication.provision_state}",
        )


def _require_same_place(
    replication: Replication, complete: dict[str, Any], source: str, target: str
) -> None:
    moved = [name for name in compute.FIXED if complete.get(name) != replication.compute.get(name)]
    if source != replication.source_arn:
        moved.append("SourceEndpointArn")
    if target != replication.target_arn:
        moved.append("TargetEndpointArn")
    if moved:
        raise AwsError(
            "InvalidResourceStateFault",
            f"{KIND} {replication.identifier} has been started: {', '.join(moved)} can't be "
            "changed any more",
        )
