"""The operations on endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import listing
from sandbox.services.dms.connection_attributes import settings_of
from sandbox.services.dms.endpoint import (
    ENGINES,
    Endpoint,
    engine_of,
    members_from,
    settings_from,
)
from sandbox.services.dms.identifiers import identifier, resource_identifier
from sandbox.services.dms.keys import key
from sandbox.services.dms.offers import VERSIONS
from sandbox.services.dms.state import State, find, refuse_taken, state_of
from sandbox.services.dms.tags import set_tags

DELETE = 10.0  # seconds on AWS
KIND = "Endpoint"


@operation("dms", "CreateEndpoint")
def create_endpoint(
    call: Call,
    EndpointIdentifier: str,
    EndpointType: str,
    EngineName: str,
    Tags: Sequence[dict[str, str]] | None = None,
    **request: Any,
) -> dict[str, Any]:
    """Make an endpoint; it is active at once, and not yet tested."""
    state = state_of(call)
    name = identifier(EndpointIdentifier, "EndpointIdentifier")
    suffix = resource_identifier(request.get("ResourceIdentifier"))
    engine = engine_of(EngineName, EndpointType)
    arn = state.arn("endpoint", suffix)
    settings, members = settings_from(state, engine, request, arn), members_from(request)
    kms_key = key(state, request.get("KmsKeyId"))
    with state.lock:
        refuse_taken(state.endpoints.values(), name, KIND)
        endpoint = Endpoint(name, arn, engine, settings, members, kms_key)
        state.endpoints[endpoint.arn] = endpoint
        set_tags(state, endpoint.arn, Tags)
        return {"Endpoint": endpoint.described()}


@operation("dms", "ModifyEndpoint")
def modify_endpoint(
    call: Call,
    EndpointArn: str,
    EndpointIdentifier: str | None = None,
    EndpointType: str | None = None,
    EngineName: str | None = None,
    ExactSettings: bool = False,
    **request: Any,
) -> dict[str, Any]:
    """Change an endpoint that nothing running uses; its connection has to be tested again.

    Settings are merged with those there are, or replace them when ExactSettings is true.
    """
    state = state_of(call)
    with state.lock:
        endpoint = find(state.endpoints, EndpointArn, KIND)
        _refuse_in_use(state, endpoint, "modified", running=True)
        name = identifier(EndpointIdentifier or endpoint.identifier, "EndpointIdentifier")
        if name != endpoint.identifier:
            refuse_taken(state.endpoints.values(), name, KIND)
        engine = engine_of(EngineName or endpoint.engine.name, EndpointType or endpoint.engine.type)
        asked = dict(request.get(engine.settings) or {})
        if not ExactSettings and engine.settings == endpoint.engine.settings:
            attributes = settings_of(request.get("ExtraConnectionAttributes"), engine.settings)
            asked = endpoint.settings | _beside(request) | attributes | asked
        merged = endpoint.members | request | {engine.settings: asked}
        settings = settings_from(state, engine, merged, endpoint.arn)
        members = members_from(merged)
        endpoint.identifier, endpoint.engine = name, engine
        endpoint.settings, endpoint.members = settings, members
        for pair in [pair for pair in state.connections if pair[1] == endpoint.arn]:
            del state.connections[pair]
        return {"Endpoint": endpoint.described()}


@operation("dms", "DescribeEndpoints")
def describe_endpoints(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The endpoints of the account."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(
            state.endpoints.values(),
            Filters,
            {
                "endpoint-arn": lambda each: [each.arn],
                "endpoint-type": lambda each: [each.engine.type, each.engine.type.upper()],
                "endpoint-id": lambda each: [each.identifier],
                "engine-name": lambda each: [each.engine.name],
            },
        )
        endpoints = listing.described(found, Filters, "Endpoints")
        shown = [endpoint.described() for endpoint in endpoints]
    return listing.page(shown, "Endpoints", MaxRecords, Marker)


@operation("dms", "DeleteEndpoint")
def delete_endpoint(call: Call, EndpointArn: str) -> dict[str, Any]:
    """Delete an endpoint that no task or replication config has."""
    state = state_of(call)
    with state.lock:
        endpoint = find(state.endpoints, EndpointArn, KIND)
        _refuse_in_use(state, endpoint, "deleted", running=False)
        endpoint.status = "deleting"
        for pair in [pair for pair in state.connections if pair[1] == endpoint.arn]:
            del state.connections[pair]
        answer = endpoint.described()
    state.later(DELETE, lambda: state.forget(state.endpoints, endpoint.arn))
    return {"Endpoint": answer}


@operation("dms", "DescribeEndpointTypes")
def describe_endpoint_types(
    _: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The kinds of endpoints that the sandbox serves."""
    engines = listing.filtered(
        ENGINES.values(),
        Filters,
        {
            "engine-name": lambda engine: [engine.name],
            "endpoint-type": lambda engine: [engine.type],
        },
    )
    types = [
        {
            "EngineName": engine.name,
            "EngineDisplayName": engine.title,
            "EndpointType": engine.type,
            "SupportsCDC": True,
            "ReplicationInstanceEngineMinimumVersion": min(VERSIONS),
        }
        for engine in engines
    ]
    return listing.page(types, "SupportedEndpointTypes", MaxRecords, Marker)


def _beside(request: dict[str, Any]) -> dict[str, Any]:
    """The settings that a request may have beside the engine's."""
    names = ("Username", "Password", "ServerName", "Port", "DatabaseName", "ServiceAccessRoleArn")
    return {name: request[name] for name in names if request.get(name) is not None}


def _refuse_in_use(state: State, endpoint: Endpoint, verb: str, *, running: bool) -> None:
    for migration in state.migrations:
        uses = endpoint.arn in (migration.source_arn, migration.target_arn)
        if uses and (migration.active or not running):
            raise AwsError(
                "InvalidResourceStateFault",
                f"Endpoint {endpoint.identifier} can't be {verb}: it is part of the "
                f"{migration.kind} {migration.identifier}, whose status is {migration.status}.",
            )
