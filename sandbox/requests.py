"""Requests that break the model of their service, and the codes that each service has for that.

Common to all operations of a service, so no operation asks again:
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html and the like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.utils import get_service_model

from sandbox import forms, limits
from sandbox.errors import AwsError


@dataclass(frozen=True)
class Codes:
    """The errors of a service for what its model forbids."""

    constraint: str = "ValidationException"
    missing: str = ""
    malformed: str = "SerializationException"
    unknown_operation: str = "UnknownOperationException"
    # shapes of which the service's operations say in their own words what is wrong
    unchecked: frozenset[str] = frozenset()


# The words of S3Settings, which DMS takes in any case: the model says gzip, Terraform GZIP
S3_WORDS = frozenset(
    {
        "CannedAclForObjectsValue",
        "CompressionTypeValue",
        "DataFormatValue",
        "DatePartitionDelimiterValue",
        "DatePartitionSequenceValue",
        "EncodingTypeValue",
        "EncryptionModeValue",
        "ParquetVersionValue",
    }
)
QUERY = Codes("InvalidParameterValue", "MissingParameter", "MalformedInput", "InvalidAction")
CODES = {
    "athena": Codes("InvalidRequestException"),
    # the model's only SourceType is replication-instance, the documents have replication-task too
    "dms": Codes("InvalidParameterValueException", unchecked=S3_WORDS | {"SourceType"}),
    "events": Codes(),
    "glue": Codes(),
    "lakeformation": Codes("InvalidInputException", unchecked=frozenset({"Permission"})),
    "rds": QUERY,
    "redshift-data": Codes(),
    "redshift-serverless": Codes(),
    "resourcegroupstaggingapi": Codes("InvalidParameterException"),
    "scheduler": Codes(),
    "secretsmanager": Codes(),
    "stepfunctions": Codes(),
    "sts": Codes("ValidationError", "", "MalformedInput", "InvalidAction"),
}
# What is said of an operation that no model knows, where its service's codes are not known
OTHERS = {"query": QUERY, "ec2": QUERY}


def check_form(service: str, operation: str, body: bytes) -> None:
    """Raise AwsError if the operation doesn't exist, or the request's text is none of its form."""
    model = get_service_model(service)
    try:
        shape = model.operation_model(operation).input_shape
    except OperationNotFoundError:
        raise unknown_operation(service, operation) from None
    if service in CODES and shape and "json" in str(model.protocol):
        fault = forms.fault_of_body(shape, body)
        if fault:
            raise AwsError(_codes(service).malformed, fault)


def unknown_operation(service: str, operation: str) -> AwsError:
    """What a service says of an operation that it has not, or of a path that leads to none."""
    message = f"Could not find operation {operation or '?'} of {service}."
    return AwsError(_codes(service).unknown_operation, message)


def _codes(service: str) -> Codes:
    return CODES.get(service) or OTHERS.get(str(get_service_model(service).protocol), Codes())


def malformed(service: str, error: Exception) -> AwsError:
    """What a service says of a member that cannot be read."""
    return AwsError(CODES.get(service, QUERY).malformed, f"The request cannot be read: {error}")


def refused(service: str, answer: bytes) -> AwsError:
    """What a service says of values that moto refuses in none of the service's own words."""
    code = CODES.get(service, QUERY).constraint
    return AwsError(code, f"The request has a value that is not valid: {answer.decode()}")


def check(service: str, operation: str, params: dict[str, Any]) -> None:
    """Raise AwsError if required members are missing, or values break a constraint."""
    codes = CODES.get(service)
    if codes is None:
        return
    absent = limits.missing(service, operation, params)
    if absent and codes.missing:
        name = absent[0].split(".")[-1]
        raise AwsError(
            codes.missing, f"The request must contain the parameter {name[0].upper()}{name[1:]}"
        )
    nothing = "Value null at '{}' failed to satisfy constraint: Member must not be null"
    found = [nothing.format(path) for path in absent]
    found += limits.unmet(service, operation, params, codes.unchecked)
    if found:
        noun = "error" if len(found) == 1 else "errors"
        message = f"{len(found)} validation {noun} detected: {'; '.join(found)}"
        raise AwsError(codes.constraint, message)


def unserved(service: str, action: str) -> AwsError:
    """What is said of an operation that neither the sandbox nor moto serves."""
    return AwsError("NotImplemented", f"The sandbox does not serve {service}:{action or '?'}")
