"""Tags put on resources and taken from them, by the operations that their services have for it.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from sandbox.authorization.gate import allowed
from sandbox.call import Call
from sandbox.errors import AwsError

Tags = Mapping[str, str]


def _listed(tags: Tags) -> Any:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _listed_in_lower_case(tags: Tags) -> Any:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _listed_for_kms(tags: Tags) -> Any:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


def _keys(keys: Sequence[str]) -> Any:
    return list(keys)


def _keys_as_tags(keys: Sequence[str]) -> Any:
    return [{"Key": key} for key in keys]


@dataclass(frozen=True)
class Tagging:
    """How a service tags: operations, the members of resource, tags and keys, their forms."""

    client: str
    tag: str = "TagResource"
    untag: str = "UntagResource"
    resource: str = "ResourceArn"
    tags: str = "Tags"
    keys: str = "TagKeys"
    as_tags: Callable[[Tags], Any] = _listed
    as_keys: Callable[[Sequence[str]], Any] = _keys


SERVICES = {
    "athena": Tagging("athena", resource="ResourceARN"),
    "cloudwatch": Tagging("cloudwatch", resource="ResourceARN"),
    "dms": Tagging("dms", "AddTagsToResource", "RemoveTagsFromResource"),
    "dynamodb": Tagging("dynamodb"),
    "ec2": Tagging(
        "ec2", "CreateTags", "DeleteTags", "Resources", keys="Tags", as_keys=_keys_as_tags
    ),
    "events": Tagging("events", resource="ResourceARN"),
    "glue": Tagging("glue", tags="TagsToAdd", keys="TagsToRemove", as_tags=dict),
    "kms": Tagging("kms", resource="KeyId", as_tags=_listed_for_kms),
    "logs": Tagging("logs", resource="resourceArn", tags="tags", keys="tagKeys", as_tags=dict),
    "rds": Tagging("rds", "AddTagsToResource", "RemoveTagsFromResource", "ResourceName"),
    "redshift-serverless": Tagging(
        "redshift-serverless",
        resource="resourceArn",
        tags="tags",
        keys="tagKeys",
        as_tags=_listed_in_lower_case,
    ),
    "s3": Tagging("s3", "PutBucketTagging", "PutBucketTagging", "Bucket"),
    "scheduler": Tagging("scheduler"),
    "secretsmanager": Tagging("secretsmanager", resource="SecretId"),
    "sns": Tagging("sns"),
    "sqs": Tagging("sqs", "TagQueue", "UntagQueue", "QueueUrl", as_tags=dict),
    "states": Tagging(
        "stepfunctions",
        resource="resourceArn",
        tags="tags",
        keys="tagKeys",
        as_tags=_listed_in_lower_case,
    ),
}
"""By the service in ARNs."""


def tag(call: Call, arn: str, tags: Tags) -> None:
    """Put tags on a resource; AwsError or ClientError where its service or IAM refuses."""
    service, client = _prepared(call, arn, "tag")
    if service.client == "s3":
        _put_bucket_tags(client, arn, lambda present: present | dict(tags))
        return
    request = {service.tags: service.as_tags(tags)}
    getattr(client, xform_name(service.tag))(**_resource(service, client, arn), **request)


def untag(call: Call, arn: str, keys: Sequence[str]) -> None:
    """Take tags from a resource; AwsError or ClientError where its service or IAM refuses."""
    service, client = _prepared(call, arn, "untag")
    if service.client == "s3":
        _put_bucket_tags(
            client,
            arn,
            lambda present: {key: value for key, value in present.items() if key not in keys},
        )
        return
    request = {service.keys: service.as_keys(keys)}
    getattr(client, xform_name(service.untag))(**_resource(service, client, arn), **request)


def failure(error: AwsError | ClientError) -> dict[str, Any]:
    """A FailureInfo structure."""
    if isinstance(error, AwsError):
        return {
            "StatusCode": error.http_status or HTTPStatus.BAD_REQUEST,
            "ErrorCode": error.code,
            "ErrorMessage": str(error.message),
        }
    return {
        "StatusCode": error.response["ResponseMetadata"]["HTTPStatusCode"],
        "ErrorCode": error.response["Error"]["Code"],
        "ErrorMessage": error.response["Error"]["Message"],
    }


def _prepared(call: Call, arn: str, what: str) -> tuple[Tagging, Any]:
    """How a resource's service tags, and a client of it, if the caller may."""
    _, _, name, region, account, _ = arn.split(":", 5)
    service = SERVICES.get(name)
    if service is None or region not in {"", call.region} or account not in {"", call.account}:
        message = f"The resource {arn} cannot be tagged in {call.region} by this API."
        raise AwsError("InvalidParameterException", message)
    operation = service.tag if what == "tag" else service.untag
    action = f"{name}:{operation}"
    if not allowed(call, action, arn):
        message = (
            f"User: {call.principal.arn} is not authorized to perform: {action} on resource: {arn}"
        )
        raise AwsError("AccessDeniedException", message, http_status=HTTPStatus.FORBIDDEN)
    return service, call.runtime.client(service.client, region=call.region)


def _resource(service: Tagging, client: Any, arn: str) -> dict[str, Any]:
    """The member that names the resource."""
    name = arn.split(":", 5)[5]
    if service.client == "ec2":
        return {service.resource: [name.partition("/")[2]]}
    if service.client == "sqs":
        return {service.resource: client.get_queue_url(QueueName=name)["QueueUrl"]}
    return {service.resource: arn}


def _put_bucket_tags(
    client: Any, arn: str, change: Callable[[dict[str, str]], Mapping[str, str]]
) -> None:
    """S3 takes all tags of a bucket, or none."""
    bucket = arn.rpartition(":")[2]
    try:
        told = client.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        told = []
    wanted = change({tag["Key"]: tag["Value"] for tag in told})
    if wanted:
        client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": _listed(wanted)})
    else:
        client.delete_bucket_tagging(Bucket=bucket)
