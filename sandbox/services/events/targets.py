"""Targets of rules: which ones there are, and what each must bring.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.errors import AwsError
from sandbox.services.events.inputs import path

ARN = re.compile(r"arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12}):(.+)")
KINDS = {
    "states": "stateMachine:",
    "sqs": "",
    "sns": "",
    "logs": "log-group:",
    "events": "event-bus/",
}
"""By service, how the resources that can be targets begin."""
BY_ROLE = frozenset({"states"})
"""What EventBridge reaches only as a role."""
INPUTS = ("Input", "InputPath", "InputTransformer")


def check(target: dict[str, Any], account: str, region: str) -> None:
    """Raise AwsError unless the target can be delivered to.

    ValidationException for what AWS does not take, NotImplemented for what the sandbox does not.
    """
    arn, identifier = target["Arn"], target["Id"]
    matched = ARN.fullmatch(arn)
    if matched is None:
        reason = "Provided Arn is not in correct format."
        raise _invalid(f"Parameter {arn} is not valid. Reason: {reason}")
    service, where, owner, resource = matched.groups()
    if service not in KINDS or not resource.startswith(KINDS[service]):
        raise AwsError("NotImplemented", f"The sandbox's EventBridge does not deliver to {arn}")
    if (where, owner) != (region, account):
        raise AwsError("NotImplemented", "Targets are in the account and region of their rule")
    if service in BY_ROLE and not target.get("RoleArn"):
        raise _invalid(f"RoleArn is required for target {arn}.")
    given = [name for name in INPUTS if target.get(name)]
    if len(given) > 1:
        raise _invalid(
            "Only one of Input, InputPath, or InputTransformer must be provided for target "
            f"{identifier}."
        )
    if resource.endswith(".fifo") and service == "sqs" and not target.get("SqsParameters"):
        raise _invalid(f"Parameter(s) SqsParameters must be specified for target: {identifier}.")
    _check_input(target)


def _check_input(target: dict[str, Any]) -> None:
    identifier = target["Id"]
    if target.get("Input"):
        try:
            json.loads(target["Input"])
        except ValueError:
            raise _invalid(f"JSON syntax error in input for target {identifier}.") from None
    transformer = target.get("InputTransformer") or {}
    paths = [*(transformer.get("InputPathsMap") or {}).values()]
    for each in [*paths, *([target["InputPath"]] if target.get("InputPath") else [])]:
        try:
            path(each)
        except ValueError:
            raise _invalid(f"Invalid JSON path: {each} for target {identifier}.") from None


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
