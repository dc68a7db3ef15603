# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong with AWS, in words that say what to do."""

from __future__ import annotations

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
)
DENIED = (
    "AccessDeniedException",
    "AccessDenied",
    "AccessDeniedFault",
    "UnauthorizedOperation",
)


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


def advice(error: BaseException, action: str) -> str:
    """What the user can do about an error of the call named by the IAM `action`."""
    if isinstance(error, EndpointConnectionError):
        return "nothing answers at the endpoint: check endpoint_url, region and the network"
    code = error_code(error)
    if code in DENIED:
        return f"the caller needs the IAM action {action} on it"
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
