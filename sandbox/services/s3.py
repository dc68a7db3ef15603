"""S3 is moto's, mended in two things: it forgets that EventBridge is told of objects, and it takes
every statement of a bucket policy for one about everybody, whatever its conditions.

Its requests go to moto untouched, as their bodies are streams: so moto itself is mended here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import has_request_context, request
from moto.core.responses import TYPE_RESPONSE
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from sandbox.identity import Principal, principal_of
from sandbox.policies import decide

_of_moto = S3Response.get_bucket_notification


def _get_bucket_notification(response: Any) -> TYPE_RESPONSE:
    """The notifications of a bucket, EventBridgeConfiguration included.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
    """
    configured = response.backend.get_bucket_notification_configuration(response.bucket_name)
    serialized = response.serialized

    def completed(answer: Any) -> Any:
        if configured and configured.event_bridge is not None:
            answer.result["EventBridgeConfiguration"] = {}
        return serialized(answer)

    response.serialized = completed
    answer: TYPE_RESPONSE = _of_moto(response)
    return answer


setattr(S3Response, "get_bucket_notification", _get_bucket_notification)  # noqa: B010  typed otherwise


# In a header, or in a presigned URL of either version of the signature.
CREDENTIAL = re.compile(r"(?:Credential=|X-Amz-Credential=|AWSAccessKeyId=)([A-Za-z0-9]+)")
# What AWS calls the right to do what moto names by the HTTP method.
ACTIONS = {"s3:HeadObject": "s3:GetObject", "s3:PostObject": "s3:PutObject"}
# moto asks for every object of a batch, and tells each refusal by itself.
ANSWERED_SINGLY = {"s3:DeleteObject"}


def _get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """What the bucket's policy says to the caller, its principals and conditions included.

    Requests come over the loopback interface: they count as secure transport.
    """
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    caller = _caller(bucket.account_id)
    action = ACTIONS.get(action, action)
    policy = json.loads(bucket.policy)
    decision = decide(policy, action, resource, caller, {"aws:SecureTransport": "true"})
    if decision == "Allow":
        return PermissionResult.PERMITTED
    if decision is None:
        return PermissionResult.NEUTRAL
    if action not in ANSWERED_SINGLY:
        raise AccessDenied(
            f"User: {caller.arn} is not authorized to perform: {action} on resource: "
            f'"{resource}" with an explicit deny in a resource-based policy'
        )
    return PermissionResult.DENIED


def _caller(account: str) -> Principal:
    signed = ""
    if has_request_context():
        signed = request.headers.get("Authorization", "") or request.query_string.decode()
    credential = CREDENTIAL.search(signed)
    return principal_of(credential.group(1) if credential else "", account)


class AccessDenied(S3ClientError):  # noqa: N818  named as AWS names it
    """A refusal with its reason, as S3 words it."""

    code = 403  # type: ignore[assignment]  # moto's own errors of S3 have the HTTP status here

    def __init__(self, message: str) -> None:
        super().__init__("AccessDenied", message)


setattr(FakeBucket, "get_permission", _get_permission)  # noqa: B010  typed otherwise
