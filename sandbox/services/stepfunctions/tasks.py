"""What a definition may say in a state's fields: resources that exist, parameters that they have.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sandbox.services.stepfunctions.names import boto_service, operation_of, pascal

# code, message, field
Problem = tuple[str, str, str]

SCHEMA = "SCHEMA_VALIDATION_FAILED"
AWS_SDK = re.compile(r"arn:[a-z-]+:states:[^:]*:[^:]*:aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)(\.\w+)?")
EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
JSON_PATH_ONLY = (
    "InputPath",
    "OutputPath",
    "ResultPath",
    "Parameters",
    "ResultSelector",
    "ItemsPath",
)
JSONATA_ONLY = ("Arguments", "Output", "Items")
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


def task_problems(state: dict[str, Any], language: str) -> Iterator[Problem]:
    """What is wrong with the fields of one state, in the query language that it is in."""
    jsonata = language == "JSONata"
    for field in JSON_PATH_ONLY if jsonata else JSONATA_ONLY:
        if field in state:
            yield SCHEMA, f'The field "{field}" is not supported by {language}', field
    if jsonata:
        yield from _unavailable(state, BEFORE_RESULT, "$states.result")
        yield from _unavailable(state, NO_ERROR, "$states.errorOutput")
    if state["Type"] == "Task":
        yield from _resource_problems(state, "Arguments" if jsonata else "Parameters")


def _unavailable(
    state: dict[str, Any], fields: tuple[str, ...], reference: str
) -> Iterator[Problem]:
    for field in fields:
        if any(reference in expression for expression in _expressions(state.get(field))):
            yield SCHEMA, f"The variable '{reference}' is not available here", field


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _expressions(member)
    elif isinstance(value, str) and (match := EXPRESSION.fullmatch(value.strip())):
        yield match[1]


def _resource_problems(state: dict[str, Any], parameters: str) -> Iterator[Problem]:
    resource = state.get("Resource")
    if not isinstance(resource, str):
        yield SCHEMA, "These fields are required: [Resource]", ""
        return
    if ":aws-sdk:" not in resource:
        return
    match = AWS_SDK.fullmatch(resource)
    service = boto_service(match[1]) if match else None
    operation = operation_of(service, match[2]) if match and service else None
    if operation is None:
        yield (
            SCHEMA,
            f"The resource provided {resource} is not recognized. The value is not a valid "
            "resource ARN, or the resource is not available in this region.",
            "Resource",
        )
        return
    given = state.get(parameters)
    shape = operation.input_shape
    known = {pascal(name) for name in shape.members} if shape else set()
    required = {pascal(name) for name in shape.required_members} if shape else set()
    if isinstance(given, dict) or not given:
        names = {name.removesuffix(".$") for name in given or {}}
        for name in sorted(names - known):
            yield SCHEMA, f'The field "{name}" is not supported by Step Functions', parameters
        for name in sorted(required - names):
            field = json.dumps(name)
            yield SCHEMA, f"The field {field} is required but was missing", parameters
