"""What is refused before a state machine is made or changed, with the words of AWS.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from moto.logs.models import logs_backends
from moto.stepfunctions.models import StateMachine

from sandbox.authorization.trust import service_is_trusted
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.services.stepfunctions.credentials import SERVICE
from sandbox.services.stepfunctions.definitions import diagnose

MAX_DEFINITION = 1048576
MOST_TAGS = 50
LEVELS = ("ALL", "ERROR", "FATAL", "OFF")
LOG_GROUP_ARN = re.compile(r"arn:[a-z-]+:logs:([a-z0-9-]+):(\d{12}):log-group:([^:*]+):\*")
NO_LOGGING = {"level": "OFF", "includeExecutionData": False}


def is_deleting(machine: StateMachine) -> bool:
    """Whether DeleteStateMachine was called and its executions are still ending."""
    return bool(vars(machine).get("deleting"))


def check_same(
    there: StateMachine,
    definition: str,
    kind: str,
    logging: dict[str, Any],
    tracing: dict[str, Any] | None,
    encryption: dict[str, Any],
) -> None:
    """Refuse another definition under the name of a state machine that is there."""
    check_not_deleting(there)
    wanted = (definition, kind, logging, tracing or {"enabled": False}, encryption)
    if wanted != (
        there.definition,
        there.type,
        there.loggingConfiguration,
        there.tracingConfiguration,
        there.encryptionConfiguration,
    ):
        raise AwsError("StateMachineAlreadyExists", f"State Machine Already Exists: '{there.arn}'")


def check_not_deleting(machine: StateMachine) -> None:
    """Refuse to touch a state machine on its way out."""
    if is_deleting(machine):
        raise AwsError("StateMachineDeleting", f"State Machine is being deleted: '{machine.arn}'")


def check_definition(definition: str, kind: str) -> None:
    """Refuse a definition that is too long or cannot run, with all that is wrong with it."""
    if len(definition) > MAX_DEFINITION:
        raise AwsError(
            "ValidationException",
            "1 validation error detected: Value at 'definition' failed to satisfy constraint:"
            f" Member must have length less than or equal to {MAX_DEFINITION}",
        )
    if found := diagnose(definition, kind):
        text = ", ".join(str(diagnostic) for diagnostic in found)
        raise AwsError("InvalidDefinition", f"Invalid State Machine Definition: '{text}'")


def check_version(publish: bool, description: str | None) -> None:
    """Refuse the description of a version that is not published."""
    if description and not publish:
        message = "Version description can only be set when publish is true"
        raise AwsError("ValidationException", message)


def check_tags(
    arn: str, tags: list[dict[str, str]], there: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Refuse more tags than a resource can have with those that are there."""
    if len({*there, *(tag["key"] for tag in tags)}) > MOST_TAGS:
        message = f"A resource can have {MOST_TAGS} tags at most."
        raise AwsError("TooManyTags", message, resourceName=arn)


def check_role(call: Call, role_arn: str, machine_arn: str) -> None:
    """Refuse a role that is not there or does not trust Step Functions for the machine.

    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
    """
    try:
        trusted = service_is_trusted(role_arn, SERVICE, call.account, machine_arn)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError(
            "AccessDeniedException",
            f"Neither the global service principal {SERVICE}, nor the regional one is "
            "authorized to assume the provided role.",
        )


def checked_logging(call: Call, configuration: dict[str, Any] | None) -> dict[str, Any]:
    """The logging configuration with its defaults; refused without a log group that is there."""
    logging: dict[str, Any] = NO_LOGGING | (configuration or {})
    destinations = logging.get("destinations", [])
    if logging["level"] not in LEVELS:
        raise _bad_logging(f"level must be one of {', '.join(LEVELS)}")
    if logging["level"] != "OFF" and len(destinations) != 1:
        raise _bad_logging("exactly one log destination is required")
    for destination in destinations:
        arn = destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        match = LOG_GROUP_ARN.fullmatch(arn)
        if match is None:
            raise _bad_logging(f"'{arn}' is not the ARN of a log group, ending in ':*'")
        if match[3] not in logs_backends[call.account][match[1]].groups:
            raise _bad_logging("Log Destination not found.")
    return logging


def _bad_logging(reason: str) -> AwsError:
    message = f"Invalid Logging Configuration: {reason}"
    return AwsError("InvalidLoggingConfiguration", message)
