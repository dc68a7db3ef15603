"""What a definition may say of its tasks: resources that exist, parameters that they have.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel

from sandbox.services.stepfunctions.fields import (
    DISTRIBUTED_ONLY,
    EXPRESSION,
    SCHEMA,
    Problem,
    texts,
)
from sandbox.services.stepfunctions.names import boto_service, operation_of, pascal

CALLBACK = ".waitForTaskToken"
SERVICE = re.compile(
    r"arn:[a-z-]+:states:(?P<place>[^:]*:[^:]*):(?P<sdk>aws-sdk:)?(?P<service>[a-z0-9]+)"
    r":(?P<action>[A-Za-z0-9]+)(?P<pattern>\..+)?"
)
SYNC = (".sync", ".sync:2")
# the optimized integrations whose parameters are those of the API, with the patterns they know
OPTIMIZED: dict[str, dict[str, tuple[str, ...]]] = {
    "athena": {
        "startQueryExecution": (".sync",),
        "stopQueryExecution": (),
        "getQueryExecution": (),
        "getQueryResults": (),
    },
    "dynamodb": {"getItem": (), "putItem": (), "deleteItem": (), "updateItem": ()},
    "glue": {"startJobRun": (".sync",)},
    "sns": {"publish": (CALLBACK,)},
    "sqs": {"sendMessage": (CALLBACK,)},
    "states": {"startExecution": (*SYNC, CALLBACK)},
}
# where $states has no result, and where it has no errorOutput
BEFORE_RESULT = (
    "Arguments",
    "Items",
    "ItemSelector",
    "MaxConcurrency",
    "TimeoutSeconds",
    "Seconds",
)
NO_ERROR = (*BEFORE_RESULT, "Output", "Assign")


def task_problems(state: dict[str, Any], language: str, kind: str) -> Iterator[Problem]:
    """What is wrong with what a state does, in a STANDARD or an EXPRESS workflow."""
    jsonata = language == "JSONata"
    if jsonata:
        yield from _unavailable(state, BEFORE_RESULT, "$states.result")
        yield from _unavailable(state, NO_ERROR, "$states.errorOutput")
    if state["Type"] == "Task":
        yield from _resource_problems(state, "Arguments" if jsonata else "Parameters", kind)
    if state["Type"] == "Map":
        yield from _map_problems(state, kind)


def execution_type(state: dict[str, Any], kind: str) -> str:
    """The kind of the workflow inside of a state: of a distributed Map, as it says."""
    config = processor_config(state)
    return str(config.get("ExecutionType")) if config.get("Mode") == "DISTRIBUTED" else kind


def processor_config(state: dict[str, Any]) -> dict[str, Any]:
    """How a Map runs what it does with each item; empty when it doesn't say."""
    processor = state.get("ItemProcessor", {})
    config = processor.get("ProcessorConfig", {}) if isinstance(processor, dict) else {}
    return config if isinstance(config, dict) else {}


def _map_problems(state: dict[str, Any], kind: str) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html"""
    config, where = processor_config(state), "ItemProcessor/ProcessorConfig"
    if config.get("Mode") != "DISTRIBUTED":
        for field in DISTRIBUTED_ONLY:
            if field in state:
                yield SCHEMA, f'The field "{field}" is not supported by an INLINE Map', field
        return
    if config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
        yield SCHEMA, "A DISTRIBUTED Map needs the ExecutionType STANDARD or EXPRESS", where
    if kind == "EXPRESS":
        yield SCHEMA, "Express state machine does not support a DISTRIBUTED Map", where


def _unavailable(
    state: dict[str, Any], fields: tuple[str, ...], reference: str
) -> Iterator[Problem]:
    for field in fields:
        if any(reference in text for text in texts(state.get(field)) if EXPRESSION.fullmatch(text)):
            yield SCHEMA, f"The variable '{reference}' is not available here", field


def _resource_problems(state: dict[str, Any], parameters: str, kind: str) -> Iterator[Problem]:
    resource = state.get("Resource")
    if not isinstance(resource, str):
        yield SCHEMA, "These fields are required: [Resource]", ""
        return
    if kind == "EXPRESS":
        yield from _too_long_for_express(resource)
    match = SERVICE.fullmatch(resource)
    if match is None or match["service"] == "activity":
        if ":aws-sdk:" in resource:
            yield _not_recognized(resource)
        return
    operation = _operation(match)
    if operation is not None:
        yield from _parameter_problems(operation, state.get(parameters), parameters)
    elif match["sdk"] or match["service"] in OPTIMIZED or match["place"] != ":":
        yield _not_recognized(resource)


def _too_long_for_express(resource: str) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html"""
    if ":activity:" in resource:
        yield SCHEMA, "Express state machine does not support Activity ARN", "Resource"
    for pattern in (*SYNC, CALLBACK):
        if resource.endswith(pattern):
            message = f"Express state machine does not support '{pattern}' service integration"
            yield SCHEMA, message, "Resource"


def _not_recognized(resource: str) -> Problem:
    return (
        SCHEMA,
        f"The resource provided {resource} is not recognized. The value is not a valid "
        "resource ARN, or the resource is not available in this region.",
        "Resource",
    )


def _operation(resource: re.Match[str]) -> OperationModel | None:
    """The operation that a resource calls, None for no resource or one that is not known here."""
    service, action = resource["service"], resource["action"]
    optimized = OPTIMIZED.get(service, {}).get(action)
    patterns = (CALLBACK,) if resource["sdk"] else optimized
    if resource["place"] != ":" or patterns is None:
        return None
    if resource["pattern"] is not None and resource["pattern"] not in patterns:
        return None
    if not resource["sdk"] and service == "states":
        service = "sfn"
    name = boto_service(service)
    return operation_of(name, action) if name else None


def _parameter_problems(operation: OperationModel, given: Any, field: str) -> Iterator[Problem]:
    shape = operation.input_shape
    known = {pascal(name) for name in shape.members} if shape else set()
    required = {pascal(name) for name in shape.required_members} if shape else set()
    if isinstance(given, dict) or not given:
        names = {name.removesuffix(".$") for name in given or {}}
        for name in sorted(names - known):
            yield SCHEMA, f'The field "{name}" is not supported by Step Functions', field
        for name in sorted(required - names):
            yield SCHEMA, f"The field {json.dumps(name)} is required but was missing", field
