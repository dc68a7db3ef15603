"""S3 is moto's, mended in two things: it forgets that EventBridge is told of objects, and it asks
no policy but the bucket's, and of that takes every statement for one about everybody.

Its requests go to moto untouched, as their bodies are streams: so moto itself is mended here.
"""

from __future__ import annotations

import re
from typing import Any

from flask import request
from moto.core.responses import TYPE_RESPONSE
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from sandbox.authorization.context import Context
from sandbox.authorization.decision import reason_against
from sandbox.authorization.dependents import Wanted
from sandbox.authorization.s3 import READS, S3Request
from sandbox.authorization.statements import Request
from sandbox.identity import ANONYMOUS, Principal, principal_of
from sandbox.s3_operations import s3_operation

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


def _authorize(response: Any, bucket_name: str | None = None, key_name: str | None = None) -> None:
    """Raise AccessDenied unless the caller may make the request that moto is about to serve."""
    request = response.normalized_request
    operation = s3_operation(
        request.method,
        bucket_name or "",
        key_name or "",
        request.query_string.decode(),
        request.headers,
    )
    asked = S3Request(
        operation=operation or response.data["Action"],
        bucket=bucket_name or "",
        key=key_name or "",
        query=request.args.to_dict(),
        headers={name.lower(): value for name, value in request.headers.items()},
    )
    caller = _caller(request, response.current_account)
    if asked.operation == "DeleteObjects":
        return  # each object is asked for by itself, and its refusal told by itself
    for wanted in asked.wanted():
        _require(caller, wanted)
    if asked.operation in READS:
        _require_presence(response, caller, asked)


def _require(caller: Principal, wanted: Wanted) -> None:
    reason = _denial(caller, wanted)
    if reason is not None:
        quoted = f'"{wanted.resource}"'
        raise AccessDenied(
            f"User: {caller.arn} is not authorized to perform: {wanted.action} "
            f"on resource: {quoted} {reason}"
        )


def _denial(caller: Principal, wanted: Wanted) -> str | None:
    context = Context(principal=caller, values=wanted.values)
    request = Request(caller, wanted.action, wanted.resource, context.lookup)
    return reason_against(request)


def _require_presence(response: Any, caller: Principal, asked: S3Request) -> None:
    """Who may not list a bucket is not told that an object is missing.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    if response.backend.get_object(asked.bucket, asked.key) is None:
        _require(caller, Wanted("s3:ListBucket", f"arn:aws:s3:::{asked.bucket}"))


def _get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """What moto asks beside: may an object of a batch be deleted, may nobody read an object."""
    caller = _caller(request, bucket.account_id)
    of_a_batch = action == "s3:DeleteObject" and request.method == "POST"
    if not of_a_batch and caller.kind != "anonymous":
        return PermissionResult.NEUTRAL
    reason = _denial(caller, Wanted(action.replace("Head", "Get"), resource))
    return PermissionResult.DENIED if reason else PermissionResult.PERMITTED


def _caller(request: Any, account: str) -> Principal:
    signed = request.headers.get("Authorization", "") or request.query_string.decode()
    credential = CREDENTIAL.search(signed)
    return principal_of(credential.group(1), account) if credential else ANONYMOUS


class AccessDenied(S3ClientError):  # noqa: N818  named as AWS names it
    """A refusal with its reason, as S3 words it."""

    code = 403  # type: ignore[assignment]  # moto's own errors of S3 have the HTTP status here

    def __init__(self, message: str) -> None:
        super().__init__("AccessDenied", message)


setattr(S3Response, "_authenticate_and_authorize_s3_action", _authorize)  # noqa: B010  typed otherwise
setattr(FakeBucket, "get_permission", _get_permission)  # noqa: B010  typed otherwise
