"""The tags of a resource, asked of its service as the administrator.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from sandbox.authorization.context import tag_pair
from sandbox.runtime import Runtime

# by the service in an ARN: boto3's client, its method, and the member that takes the ARN
LISTING = {
    "athena": ("athena", "list_tags_for_resource", "ResourceARN"),
    "dms": ("dms", "list_tags_for_resource", "ResourceArn"),
    "dynamodb": ("dynamodb", "list_tags_of_resource", "ResourceArn"),
    "events": ("events", "list_tags_for_resource", "ResourceARN"),
    "glue": ("glue", "get_tags", "ResourceArn"),
    "kms": ("kms", "list_resource_tags", "KeyId"),
    "logs": ("logs", "list_tags_for_resource", "resourceArn"),
    "rds": ("rds", "list_tags_for_resource", "ResourceName"),
    "redshift-serverless": ("redshift-serverless", "list_tags_for_resource", "resourceArn"),
    "scheduler": ("scheduler", "list_tags_for_resource", "ResourceArn"),
    "secretsmanager": ("secretsmanager", "describe_secret", "SecretId"),
    "sns": ("sns", "list_tags_for_resource", "ResourceArn"),
    "states": ("stepfunctions", "list_tags_for_resource", "resourceArn"),
}
ANSWERS = ("Tags", "tags", "TagList")


def tags_of(runtime: Runtime, arn: str) -> Mapping[str, str]:
    """The tags of a resource; none where it is not there or its service is not known here."""
    service, region = (*arn.split(":"), "", "", "", "")[2:4]
    if service == "iam":
        return _of_role(runtime, arn)
    if service not in LISTING:
        return {}
    client, method, member = LISTING[service]
    try:
        answer = getattr(runtime.client(client, region=region), method)(**{member: arn})
    except ClientError:
        return {}
    return _read(next((answer[name] for name in ANSWERS if name in answer), {}))


def _of_role(runtime: Runtime, arn: str) -> Mapping[str, str]:
    kind, _, path = arn.split(":", 5)[5].partition("/")
    if kind != "role":
        return {}
    try:
        answer = runtime.client("iam").list_role_tags(RoleName=path.rpartition("/")[2])
    except ClientError:
        return {}
    return _read(answer["Tags"])


def _read(tags: Any) -> dict[str, str]:
    return dict(tags) if isinstance(tags, dict) else dict(map(tag_pair, tags))
