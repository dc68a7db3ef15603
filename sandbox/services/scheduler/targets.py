"""Targets: which operation of which service an ARN stands for.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import Shape

from sandbox.errors import AwsError

ARN = re.compile(r"arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12}|):(.+)")
UNIVERSAL = re.compile(r"arn:aws[\w-]*:scheduler:::aws-sdk:(\w+):(\w+)")
# what universal targets call services that boto3 calls otherwise
SDK_NAMES = {
    "sfn": "stepfunctions",
    "redshiftdata": "redshift-data",
    "redshiftserverless": "redshift-serverless",
    "databasemigration": "dms",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
}
READS = ("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select")


@dataclass(frozen=True)
class Action:
    """A call: boto3's names of service and operation, and the operation's members."""

    service: str
    operation: str
    arguments: dict[str, Any]


def check(target: dict[str, Any]) -> None:
    """Raise AwsError unless the target is one that can be invoked.

    ValidationException for what AWS does not take, NotImplemented for what the sandbox does not.
    """
    action(target, target.get("Input") or "{}")


def action(target: dict[str, Any], payload: str) -> Action:
    """The call that delivers a payload to a target."""
    arn = target["Arn"]
    universal = UNIVERSAL.fullmatch(arn)
    if universal:
        return _universal(universal[1], universal[2], _object(payload))
    matched = ARN.fullmatch(arn)
    if matched is None:
        raise _invalid("Provided Arn is not in correct format.")
    service, _, _, resource = matched.groups()
    if service == "states" and resource.startswith("stateMachine:"):
        _object(payload)
        start = {"stateMachineArn": arn, "input": payload}
        return Action("stepfunctions", "StartExecution", start)
    if service == "sqs":
        group = (target.get("SqsParameters") or {}).get("MessageGroupId")
        grouped = {"MessageGroupId": group} if group else {}
        # the service finds a queue by URL: delivery asks for it
        return Action("sqs", "SendMessage", {"QueueArn": arn, "MessageBody": payload, **grouped})
    if service == "sns":
        return Action("sns", "Publish", {"TopicArn": arn, "Message": payload})
    if service == "events" and resource.startswith("event-bus/"):
        return Action("events", "PutEvents", {"Entries": [_event(target, arn, payload)]})
    raise AwsError("NotImplemented", f"The sandbox's scheduler does not invoke {arn}")


def _universal(name: str, action_name: str, given: dict[str, Any]) -> Action:
    if action_name.lower().startswith(READS):
        raise _invalid(f"{action_name} is a read-only operation: it is no target.")
    service = SDK_NAMES.get(name, name)
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        raise _invalid(f"The service {name} is not supported for a target.") from None
    operations = {one.lower(): one for one in model.operation_names}
    if action_name.lower() not in operations:
        raise _invalid(f"The operation {action_name} of {name} is not supported for a target.")
    operation = model.operation_model(operations[action_name.lower()])
    return Action(service, operation.name, _recased(operation.input_shape, given))


def _recased(shape: Shape | None, value: Any) -> Any:
    """Members as the service's model spells them: targets spell all in PascalCase."""
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        unknown = sorted(name for name in value if name.lower() not in members)
        if unknown:
            raise _invalid(f"Invalid RequestJson provided: unknown members {', '.join(unknown)}")
        return {
            members[name.lower()]: _recased(shape.members[members[name.lower()]], inner)
            for name, inner in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_recased(shape.member, inner) for inner in value]
    return value


def _event(target: dict[str, Any], arn: str, payload: str) -> dict[str, Any]:
    given = target.get("EventBridgeParameters")
    if not given:
        raise _invalid("EventBridgeParameters is required for an event bus target.")
    _object(payload)
    return {
        "EventBusName": arn,
        "Source": given["Source"],
        "DetailType": given["DetailType"],
        "Detail": payload,
    }


def _object(payload: str) -> dict[str, Any]:
    try:
        document = json.loads(payload)
    except ValueError:
        raise _invalid("Invalid RequestJson provided: Input must be well-formed JSON.") from None
    return document if isinstance(document, dict) else {}


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
