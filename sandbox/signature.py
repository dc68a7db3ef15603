"""What AWS refuses by a request's signature alone: a date that is off, a session that is over.

The signature itself is not computed.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import AwsError
from sandbox.faults import codes
from sandbox.identity import Principal

FORM = "%Y%m%dT%H%M%SZ"
ALLOWED = datetime.timedelta(minutes=5)
ALLOWED_BY_S3 = datetime.timedelta(minutes=15)


def refusal_of(environ: dict[str, Any], service: str, principal: Principal) -> AwsError | None:
    """Why a request is refused unread; None when it is not."""
    now = Clock.now()
    if principal.expires is not None and principal.expires <= now:
        return codes.expired(service)
    return skew_of(environ, service, now)


def skew_of(environ: dict[str, Any], service: str, now: datetime.datetime) -> AwsError | None:
    """The refusal of a request whose date is too far from a time; None when it is not."""
    signed = environ.get("HTTP_X_AMZ_DATE", "")
    try:
        date = datetime.datetime.strptime(signed, FORM).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
    allowed = ALLOWED_BY_S3 if service == "s3" else ALLOWED
    if abs(now - date) <= allowed:
        return None
    minutes = allowed.seconds // 60
    if date < now:
        message = (
            f"Signature expired: {signed} is now earlier than {now - allowed:{FORM}} "
            f"({now:{FORM}} - {minutes} min.)"
        )
    else:
        message = (
            f"Signature not yet current: {signed} is still later than {now + allowed:{FORM}} "
            f"({now:{FORM}} + {minutes} min.)"
        )
    return codes.skewed(service, message)
