"""What services of AWS publish to topics of SNS, by leave of the topic's policy.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from sandbox.authorization.collection import resource_policy
from sandbox.authorization.services import require_policy
from sandbox.errors import AwsError
from sandbox.runtime import Runtime

NO_TOPIC = "NotFound"
DENIED = "AccessDenied"
LONGEST_SUBJECT = 100


@dataclass(frozen=True)
class Sender:
    """A service such as dms.amazonaws.com, and the resource on whose behalf it publishes."""

    service: str
    account: str
    source_arn: str


def require_topic(runtime: Runtime, sender: Sender, topic_arn: str) -> None:
    """Raise AwsError NotFound without such a topic, AccessDenied if its policy is against it.

    The policy that a topic is made with lets in whatever its account owns (aws:SourceOwner).
    """
    parts = topic_arn.split(":")
    if len(parts) != 6 or parts[2] != "sns":
        raise AwsError(NO_TOPIC, f"{topic_arn} is not the ARN of a topic.")
    try:
        runtime.client("sns", region=parts[3]).get_topic_attributes(TopicArn=topic_arn)
    except ClientError as error:
        raise AwsError(NO_TOPIC, error.response["Error"]["Message"]) from error
    policy, _ = resource_policy(sender.account, topic_arn)
    values = {
        "aws:SourceArn": [sender.source_arn],
        "aws:SourceAccount": [sender.account],
        "aws:SourceOwner": [sender.account],
    }
    require_policy(sender.service, sender.account, "sns:Publish", topic_arn, policy, values)


def publish(
    runtime: Runtime, sender: Sender, topic_arn: str, *, subject: str, message: str
) -> None:
    """Publish a message. Raises AwsError as require_topic does."""
    require_topic(runtime, sender, topic_arn)
    region = topic_arn.split(":")[3]
    runtime.client("sns", region=region).publish(
        TopicArn=topic_arn, Subject=subject[:LONGEST_SUBJECT], Message=message
    )
