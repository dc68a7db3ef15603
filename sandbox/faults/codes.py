"""Which error codes services throttle, fail and refuse old credentials with.

https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/common-errors.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from dataclasses import dataclass

from moto.core.utils import get_service_model

from sandbox.errors import AwsError

# What a service's own model or documents name otherwise than its protocol's others
THROTTLED_AS = {
    "athena": "TooManyRequestsException",
    "lambda": "TooManyRequestsException",
    "resourcegroupstaggingapi": "ThrottledException",
    "s3": "SlowDown",
    "sqs": "RequestThrottled",
}
INTERNAL_AS = {"ec2": "InternalError", "s3": "InternalError"}
STATUS = {
    "RequestLimitExceeded": 503,
    "RequestThrottled": 403,
    "SlowDown": 503,
}
THROTTLING = frozenset(
    {"ThrottlingException", "Throttling", "RequestLimitExceeded", *THROTTLED_AS.values()}
)
"""All codes that throttle."""


@dataclass(frozen=True)
class Codes:
    """The codes of one protocol."""

    throttled: str
    expired: str
    expired_status: int
    skewed: str
    skewed_status: int


QUERY = Codes("Throttling", "ExpiredToken", 403, "SignatureDoesNotMatch", 403)
JSON = Codes("ThrottlingException", "ExpiredTokenException", 403, "InvalidSignatureException", 400)
BY_PROTOCOL = {
    "ec2": Codes("RequestLimitExceeded", "RequestExpired", 400, "RequestExpired", 400),
    "query": QUERY,
    "rest-xml": QUERY,
}


def throttled(service: str, code: str | None) -> AwsError:
    """Too many requests, as the service says it."""
    chosen = code or THROTTLED_AS.get(service) or _codes(service).throttled
    text = "Please reduce your request rate." if chosen == "SlowDown" else "Rate exceeded"
    return AwsError(chosen, text, http_status=STATUS.get(chosen))


def failed(service: str, operation: str, code: str | None, status: int) -> AwsError:
    """The service's own failure: what its model has of that, else what is common to all."""
    chosen = code or INTERNAL_AS.get(service) or _modelled_failure(service, operation)
    text = "We encountered an internal error. Please try again."
    return AwsError(chosen, text, http_status=status)


def expired(service: str) -> AwsError:
    """The session of the credentials is over."""
    if service == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.", http_status=400)
    codes = _codes(service)
    text = "The security token included in the request is expired"
    return AwsError(codes.expired, text, http_status=codes.expired_status)


def skewed(service: str, message: str) -> AwsError:
    """The request was signed too long ago, or in a time to come."""
    if service == "s3":
        text = "The difference between the request time and the current time is too large."
        return AwsError("RequestTimeTooSkewed", text, http_status=403)
    codes = _codes(service)
    return AwsError(codes.skewed, message, http_status=codes.skewed_status)


def _codes(service: str) -> Codes:
    return BY_PROTOCOL.get(str(get_service_model(service).protocol), JSON)


def _modelled_failure(service: str, operation: str) -> str:
    for shape in get_service_model(service).operation_model(operation).error_shapes:
        if "Internal" in shape.name:
            return str(shape.metadata.get("error", {}).get("code") or shape.name)
    return "InternalFailure"
