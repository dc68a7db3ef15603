"""Invoking a target: as its role, again while that may help, else into the dead-letter queue.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

from __future__ import annotations

import datetime
import json
import traceback
import uuid
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from sandbox.errors import AwsError
from sandbox.runtime import Runtime
from sandbox.services.scheduler import targets

SERVICE = "scheduler.amazonaws.com"
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
THROTTLING = frozenset(
    {"ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "Throttling"}
    | {"ExecutionLimitExceeded", "ServiceQuotaExceededException", "KMSThrottling"}
)


@dataclass
class Invocation:
    """One firing of a schedule."""

    runtime: Runtime
    region: str
    schedule_arn: str
    target: dict[str, Any]
    due: datetime.datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    attempts: int = 0

    @property
    def time(self) -> str:
        """When it was due, as messages have it."""
        return self.due.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def payload(self) -> str:
        """The target's input, its context attributes filled in; a notification without one.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        """
        text = self.target.get("Input")
        if text is None:
            return self._notification()
        for name, value in (
            ("schedule-arn", self.schedule_arn),
            ("scheduled-time", self.time),
            ("execution-id", self.id),
            ("attempt-number", str(self.attempts)),
        ):
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return str(text)

    def client(self, service: str) -> Any:
        """A client that acts as the target's role."""
        return self.runtime.client(
            service,
            role_arn=self.target["RoleArn"],
            region=self.region,
            as_service=SERVICE,
            source_arn=group_arn(self.schedule_arn),
        )

    def _notification(self) -> str:
        return json.dumps(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": self.runtime.settings.account,
                "time": self.time,
                "region": self.region,
                "resources": [self.schedule_arn],
                "detail": "{}",
            }
        )


def group_arn(schedule_arn: str) -> str:
    """The group of a schedule: that is what the scheduler tells of a role's use.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    start, _, place = schedule_arn.partition(":schedule/")
    return f"{start}:schedule-group/{place.partition('/')[0]}"


def deliver(invocation: Invocation) -> None:
    """Invoke the target; by its retry policy, try again later or give up."""
    invocation.attempts += 1
    try:
        _invoke(invocation)
    except (AwsError, BotoCoreError, ClientError) as error:
        code, message, passing = _explained(error)
        exhausted = _exhausted(invocation) if passing else ""
        if passing and not exhausted:
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (invocation.attempts - 1))
            invocation.runtime.clock.after(pause, lambda: deliver(invocation))
        else:
            _give_up(invocation, code, message, exhausted)


def _invoke(invocation: Invocation) -> None:
    action = targets.action(invocation.target, invocation.payload)
    client, arguments = invocation.client(action.service), dict(action.arguments)
    if "QueueArn" in arguments:
        arguments["QueueUrl"] = _queue_url(invocation, arguments.pop("QueueArn"))
    answer = getattr(client, xform_name(action.operation))(**arguments)
    if answer.get("FailedEntryCount"):
        failed = answer["Entries"][0]
        raise AwsError(failed["ErrorCode"], failed["ErrorMessage"])


def _explained(error: Exception) -> tuple[str, str, bool]:
    """Code, message, and whether trying again may help."""
    if isinstance(error, ClientError):
        detail = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return detail["Code"], detail["Message"], status >= 500 or detail["Code"] in THROTTLING
    if isinstance(error, AwsError):
        return error.code, str(error.message), False
    return "ValidationException", str(error), not isinstance(error, ParamValidationError)


def _exhausted(invocation: Invocation) -> str:
    """Which limit of the retry policy is reached, '' while none is."""
    policy = invocation.target["RetryPolicy"]
    if invocation.attempts > policy["MaximumRetryAttempts"]:
        return "MaximumRetryAttempts"
    age = (invocation.runtime.clock.now() - invocation.due).total_seconds()
    return "MaximumEventAgeInSeconds" if age >= policy["MaximumEventAgeInSeconds"] else ""


def _give_up(invocation: Invocation, code: str, message: str, exhausted: str) -> None:
    queue = (invocation.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    attributes = {
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message[:1024] or code,
        "EXECUTION_ID": invocation.id,
        "EXECUTION_TIME": invocation.time,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": str(invocation.attempts - 1),
        "SCHEDULE_ARN": invocation.schedule_arn,
        "TARGET_ARN": invocation.target["Arn"],
    }
    if exhausted:
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
    try:
        invocation.client("sqs").send_message(
            QueueUrl=_queue_url(invocation, queue),
            MessageBody=invocation.payload,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
    except (
        AwsError,
        BotoCoreError,
        ClientError,
    ):  # as on AWS nobody hears of it: the sandbox's log does
        traceback.print_exc()


def _queue_url(invocation: Invocation, arn: str) -> str:
    """A queue's URL, which the scheduler knows without asking as the role."""
    client = invocation.runtime.client("sqs", region=invocation.region)
    *_, account, name = arn.split(":")
    url = client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    return str(url)
