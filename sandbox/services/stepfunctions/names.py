"""What Step Functions calls services, actions, members and errors: as the AWS SDK for Java does.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

from __future__ import annotations

import functools
import re

import botocore.session
from botocore.model import OperationModel, ServiceModel
from moto.core.utils import get_service_model

AFFIXES = re.compile(r"^(Amazon|AWS) ?| ?Service$")
SUFFIX = re.compile(r"(Fault|Exception)$")
# boto3 calls these by a name of its own; the others are found by their identifier
RENAMED = {"cloudwatchlogs": "logs", "databasemigration": "dms", "eventbridge": "events"}
RENAMED["sfn"] = "stepfunctions"
# the word boundaries of the SDK's naming strategy
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])")
ACRONYM = re.compile(r"([A-Z]+)([A-Z][a-z])")
DIGIT = re.compile(r"([0-9])([a-zA-Z])")


def pascal(name: str) -> str:
    """A name in the casing of states: DBInstanceIdentifier is DbInstanceIdentifier."""
    spaced = CAMEL.sub(" ", re.sub(r"[^A-Za-z0-9]+", " ", name))
    spaced = DIGIT.sub(r"\1 \2", ACRONYM.sub(r"\1 \2", spaced))
    return "".join(word.capitalize() for word in spaced.split())


@functools.cache
def boto_service(name: str) -> str | None:
    """boto3's name of a service as resource ARNs name it (redshiftdata), None for no service."""
    if name in RENAMED:
        return RENAMED[name]
    available = botocore.session.get_session().get_available_services()
    searched = _alike(name, available) or available
    return next((service for service in searched if sdk_name(service) == name), None)


@functools.cache
def familiar_service(name: str) -> str | None:
    """The same of the services that boto3 calls alike, without a look at the models of all."""
    available = botocore.session.get_session().get_available_services()
    return boto_service(name) if name in RENAMED or _alike(name, available) else None


def _alike(name: str, available: list[str]) -> list[str]:
    return [service for service in available if service.replace("-", "") == name]


def sdk_name(service: str) -> str:
    """The name in resource ARNs of a service that boto3 calls by another: redshiftdata."""
    return _identifier(service).replace(" ", "").replace("-", "").lower()


def error_prefix(service: str) -> str:
    """What the errors of a service begin with: RedshiftData, DatabaseMigration, S3, DynamoDb."""
    return pascal(_identifier(service))


def error_name(service: str, shape: str) -> str:
    """An error of a service by the name of its shape: ResourceNotFoundFault is an Exception."""
    return f"{error_prefix(service)}.{pascal(SUFFIX.sub('', shape))}Exception"


def operation_of(service: str, action: str) -> OperationModel | None:
    """The model of an action such as batchExecuteStatement, None for no such action."""
    model: ServiceModel = get_service_model(service)
    return next(
        (
            model.operation_model(name)
            for name in model.operation_names
            if name[:1].lower() + name[1:] == action
        ),
        None,
    )


def _identifier(service: str) -> str:
    return AFFIXES.sub("", str(get_service_model(service).service_id))
