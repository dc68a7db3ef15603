# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong with AWS, in words that say what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

with suppress(ImportError):  # AnsibleAWSModule reports that botocore is missing
    from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

if TYPE_CHECKING:
    from typing import ParamSpec

    P = ParamSpec("P")
T = TypeVar("T")

THROTTLING = (
    "ThrottlingException",
    "ThrottledException",
    "Throttling",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
)
DENIED = (
    "AccessDeniedException",
    "AccessDenied",
    "AccessDeniedFault",
    "UnauthorizedOperation",
)
THERE_ALREADY = ("AlreadyExist", "AlreadyOwnedByYou", "ResourceExists")
"""What the codes hold of a creation that finds another of its name."""
ACTIONS = {
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteObjects": "s3:DeleteObject and s3:DeleteObjectVersion",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
"""Calls whose IAM action has another name.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""


class ResourceError(AnsibleAWSError):
    """A refusal of ours: the resource is in a state, or the request has a value, that cannot be.

    Its message is the whole story; there is no AWS exception behind it.
    """


def error_code(error: BaseException | None) -> str:
    """The AWS error code of an exception or of what it wraps; empty when there is none."""
    if isinstance(error, AnsibleAWSError):
        error = error.exception
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "")
    return ""


def is_there_already(error: BaseException) -> bool:
    """Whether a creation was refused since there is one of that name already."""
    code = error_code(error)
    return code == "ConflictException" or any(text in code for text in THERE_ALREADY)


def denial(reason: str, action: str) -> str:
    """What a denied call lacks. AWS often names it, and it need not be the call's own action.

    A role that is handed on needs iam:PassRole, an encrypted resource an action on its key, and the
    Data Catalog may lack a grant of Lake Formation, which no IAM policy gives.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    if "Lake Formation permission" in reason:
        return "the caller lacks a grant of Lake Formation, no IAM action"
    named = re.search(r"not authorized to perform:? ([\w-]+:\w+)(?: on resource:? (\S+))?", reason)
    if named is None:
        return f"the caller needs the IAM action {ACTIONS.get(action, action)} on it"
    resource = (named[2] or "").rstrip(".,")
    return f"the caller needs the IAM action {named[1]} on {resource or 'it'}"


def advice(error: BaseException, action: str) -> str:
    """What the user can do about an error of the call named by the IAM `action`."""
    if isinstance(error, EndpointConnectionError):
        return "nothing answers at the endpoint: check endpoint_url, region and the network"
    code = error_code(error)
    if code in DENIED:
        return denial(str(error), action)
    if code in THROTTLING:
        return "AWS kept throttling the call: run again, or ask for a higher quota"
    if code in ("ExpiredTokenException", "ExpiredToken"):
        return "the credentials have expired: renew them"
    return ""


def explained(action: str, what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a call of AWS: its exceptions become AnsibleAWSError with a plain message.

    `action` is the IAM name of the call ("glue:GetTable"), `what` the resource it is for.
    """

    def decorate(call: Callable[P, T]) -> Callable[P, T]:
        @wraps(call)
        def handler(*args: Any, **kwargs: Any) -> T:
            try:
                return call(*args, **kwargs)
            except (ClientError, BotoCoreError) as error:
                hint = advice(error, action)
                message = f"{action} failed for {what}" + (f" ({hint})" if hint else "")
                raise AnsibleAWSError(message=message, exception=error) from error

        return handler

    return decorate
