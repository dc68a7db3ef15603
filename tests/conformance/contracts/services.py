"""What the services that the sandbox serves refuse requests with, from AWS's documents."""

from __future__ import annotations

from dataclasses import dataclass

import botocore.session
from botocore.model import OperationModel, ServiceModel

import sandbox.services  # noqa: F401  # registers what is served
from sandbox import registry


@dataclass(frozen=True)
class Contract:
    """Error codes that a service gives whatever the operation is."""

    constraint: str
    missing: str
    malformed: str = "SerializationException"
    unknown: str = "UnknownOperationException"


def _one(code: str) -> Contract:
    return Contract(code, code)


QUERY = Contract("InvalidParameterValue", "MissingParameter", "MalformedInput", "InvalidAction")
CONTRACTS = {
    "athena": _one("InvalidRequestException"),
    "dms": _one("InvalidParameterValueException"),
    "glue": _one("ValidationException"),
    "lakeformation": _one("InvalidInputException"),
    "rds": QUERY,
    "redshift-data": _one("ValidationException"),
    "redshift-serverless": _one("ValidationException"),
    "scheduler": _one("ValidationException"),
    "stepfunctions": _one("ValidationException"),
    "sts": Contract("ValidationError", "ValidationError", "MalformedInput", "InvalidAction"),
}
_session = botocore.session.get_session()
MODELS: dict[str, ServiceModel] = {
    name: _session.get_service_model(name) for name in (*CONTRACTS, "ec2")
}
SERVED = [
    (service, operation)
    for service, model in MODELS.items()
    for operation in model.operation_names
    if registry.handler_of(service, operation) and service in CONTRACTS
]
UNSERVED = [
    (service, operation)
    for service, model in MODELS.items()
    for operation in model.operation_names
    if not registry.handler_of(service, operation)
]


def model_of(service: str, operation: str) -> OperationModel:
    """An operation as botocore knows it."""
    return MODELS[service].operation_model(operation)


def status_of(service: str, code: str) -> int:
    """The HTTP status that a service's model gives one of its errors: 400 where it gives none."""
    shapes = {shape.name: shape for shape in MODELS[service].error_shapes}
    coded = {
        shape.metadata.get("error", {}).get("code", shape.name): shape for shape in shapes.values()
    }
    shape = coded.get(code) or shapes.get(code)
    return int(shape.metadata.get("error", {}).get("httpStatusCode", 400)) if shape else 400


def missing_faults(service: str, operation: str) -> set[str]:
    """The codes with which an operation says that there is no such thing."""
    return {
        str(shape.metadata.get("error", {}).get("code", shape.name))
        for shape in model_of(service, operation).error_shapes
        if "NotFound" in shape.name or shape.name.endswith("DoesNotExist")
    }
