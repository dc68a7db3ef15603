"""One event on its way to one target: as the target's role, or by leave of the target's policy.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from __future__ import annotations

import json
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.logs.models import logs_backends

from sandbox.authorization.collection import resource_policy
from sandbox.authorization.services import require_policy
from sandbox.authorization.statements import Policy
from sandbox.authorization.trust import require_role
from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.events import inputs

SERVICE = "events.amazonaws.com"
FAILURES = (AwsError, BotoCoreError, ClientError)


@dataclass(frozen=True)
class Matched:
    """An event that a rule matched, and one target of the rule; the rule is moto's."""

    runtime: Runtime
    account: str
    region: str
    rule: Any
    target: dict[str, Any]
    event: dict[str, Any]

    @property
    def arn(self) -> str:
        """The target's ARN."""
        return str(self.target["Arn"])

    def client(self, service: str) -> Any:
        """A client of the target's service: as the target's role, where it has one."""
        return self.runtime.client(service, self.target.get("RoleArn"), self.region, SERVICE)

    def require(self, action: str, resource: str, policy: Policy | None) -> None:
        """AccessDenied unless a role does it, or a resource's policy opens it to this rule."""
        if self.target.get("RoleArn"):
            return
        values = {"aws:SourceArn": [self.rule.arn], "aws:SourceAccount": [self.account]}
        require_policy(SERVICE, self.account, action, resource, policy, values)


def deliver(matched: Matched, hand_on: Callable[[], None] | None = None) -> None:
    """Deliver an event, else put it into the target's dead-letter queue, if it has one.

    hand_on gives the event to another bus. Clients try again what is throttled or fails.
    """
    try:
        text = inputs.payload(matched.target, matched.event, matched.rule)
        if hand_on is None:
            _SENDERS[matched.arn.split(":")[2]](matched, text)
        else:
            _require_bus(matched)
            hand_on()
    except FAILURES as error:
        _give_up(matched, error)


def _send_message(matched: Matched, text: str) -> None:
    policy, _ = resource_policy(matched.account, matched.arn)
    matched.require("sqs:SendMessage", matched.arn, policy)
    group = (matched.target.get("SqsParameters") or {}).get("MessageGroupId")
    grouped = {"MessageGroupId": group} if group else {}
    url = _queue_url(matched, matched.arn)
    matched.client("sqs").send_message(QueueUrl=url, MessageBody=text, **grouped)


def _publish(matched: Matched, text: str) -> None:
    policy, _ = resource_policy(matched.account, matched.arn)
    matched.require("sns:Publish", matched.arn, policy)
    matched.client("sns").publish(TopicArn=matched.arn, Message=text)


def _start_execution(matched: Matched, text: str) -> None:
    matched.client("stepfunctions").start_execution(stateMachineArn=matched.arn, input=text)


def _put_log_event(matched: Matched, text: str) -> None:
    """A log group gets an event as a message, or the two members that a template may give."""
    group = matched.arn.split(":log-group:")[1].removesuffix(":*")
    stream = str(uuid.uuid4())
    place = f"arn:aws:logs:{matched.region}:{matched.account}:log-group:{group}:log-stream:{stream}"
    policy = _log_policy(matched)
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        matched.require(action, place, policy)
    if matched.target.get("InputTransformer"):
        given = json.loads(text)
        if not isinstance(given, dict) or set(given) != {"timestamp", "message"}:
            message = "A log group's template gives timestamp and message."
            raise AwsError("INVALID_PARAMETER", message)
        text = given["message"] if isinstance(given["message"], str) else json.dumps(given)
    logs = matched.client("logs")
    named = {"logGroupName": group, "logStreamName": stream}
    logs.create_log_stream(**named)
    now = int(matched.runtime.clock.now().timestamp() * 1000)
    logs.put_log_events(**named, logEvents=[{"timestamp": now, "message": text}])


def _log_policy(matched: Matched) -> Policy:
    """The resource policies of CloudWatch Logs, which are of the account, as one."""
    kept = logs_backends[matched.account][matched.region].resource_policies.values()
    documents = [json.loads(each.policy_document) for each in list(kept)]
    statements = [
        statement
        for document in documents
        for given in [document.get("Statement", [])]
        for statement in (given if isinstance(given, list) else [given])
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _require_bus(matched: Matched) -> None:
    """A bus of the same account and region asks for no role; one that is given must be able to."""
    role = matched.target.get("RoleArn")
    if role:
        require_role(role, SERVICE, matched.account, "events:PutEvents", matched.arn)


_SENDERS: dict[str, Callable[[Matched, str], None]] = {
    "logs": _put_log_event,
    "sns": _publish,
    "sqs": _send_message,
    "states": _start_execution,
}


def _give_up(matched: Matched, error: Exception) -> None:
    """Tell the dead-letter queue why.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    queue = (matched.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    if isinstance(error, ClientError):
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    else:
        code = getattr(error, "code", type(error).__name__)
        message = str(getattr(error, "message", error))
    denied = code.startswith("AccessDenied") or code == "AuthorizationError"
    attributes = {
        "RULE_ARN": matched.rule.arn,
        "TARGET_ARN": matched.arn,
        "ERROR_CODE": "NO_PERMISSIONS" if denied else code,
        "ERROR_MESSAGE": message[:1024] or code,
    }
    values = {"aws:SourceArn": [matched.rule.arn], "aws:SourceAccount": [matched.account]}
    policy, _ = resource_policy(matched.account, queue)
    try:
        require_policy(SERVICE, matched.account, "sqs:SendMessage", queue, policy, values)
        matched.runtime.client("sqs", region=matched.region).send_message(
            QueueUrl=_queue_url(matched, queue),
            MessageBody=json.dumps(matched.event),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
    except FAILURES:  # as on AWS nobody hears of it: the sandbox's log does
        traceback.print_exc()


def _queue_url(matched: Matched, arn: str) -> str:
    """A queue's URL, which EventBridge knows without asking as the role."""
    client = matched.runtime.client("sqs", region=matched.region)
    return str(client.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])
