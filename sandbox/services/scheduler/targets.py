"""Targets: which operation of which service an ARN stands for.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from botocore.model import Shape

from sandbox.errors import AwsError
from sandbox.services.stepfunctions.names import familiar_service, operation_of

ARN = re.compile(r"arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12}|):(.+)")
UNIVERSAL = re.compile(r"arn:aws[\w-]*:scheduler:::aws-sdk:(\w+):(\w+)")
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
READS = (
    *("get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read"),
    *("lookup", "discover", "validate", "batchGet", "batchDescribe", "batchRead", "transactGet"),
    *("adminGet", "adminList", "testMigration", "retrieve", "testConnection"),
    *("translateDocument", "isAuthorized", "invokeModel"),
)


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
        return _universal(universal[1], universal[2], _document(payload))
    matched = ARN.fullmatch(arn)
    if matched is None:
        raise _invalid("Provided Arn is not in correct format.")
    service, _, _, resource = matched.groups()
    if service == "states" and resource.startswith("stateMachine:"):
        _document(payload)
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


def _universal(name: str, action_name: str, given: Any) -> Action:
    if action_name.startswith(READS):
        raise _invalid(f"{action_name} is a read-only operation: it is no target.")
    service = familiar_service(name)
    if service is None:
        raise _invalid(f"The service {name} is not supported for a target.")
    operation = operation_of(service, action_name)
    if operation is None:
        raise _invalid(f"The operation {action_name} of {name} is not supported for a target.")
    if not isinstance(given, dict):
        raise _invalid("Invalid RequestJson provided: Input must be a JSON object.")
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
    _document(payload)
    return {
        "EventBusName": arn,
        "Source": given["Source"],
        "DetailType": given["DetailType"],
        "Detail": payload,
    }


def _document(payload: str) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        raise _invalid("Invalid RequestJson provided: Input must be well-formed JSON.") from None


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
