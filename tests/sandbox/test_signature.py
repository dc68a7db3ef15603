"""What is refused by the signature alone, without any fault: old dates, sessions that are over."""

from __future__ import annotations

import datetime
import uuid

import pytest
from botocore.exceptions import ClientError
from moto.sts.models import sts_backends

from tests.sandbox.identities import permit


@pytest.mark.parametrize(
    ("service", "read", "code", "minutes"),
    [
        ("s3", "list_buckets", "RequestTimeTooSkewed", 16),
        ("glue", "get_databases", "InvalidSignatureException", 6),
        ("sts", "get_caller_identity", "SignatureDoesNotMatch", 6),
    ],
)
def test_a_request_that_was_signed_long_ago_is_refused(aws, service, read, code, minutes):
    client = aws(service)
    signed = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)

    def age(request, **_):
        request.headers["X-Amz-Date"] = f"{signed:%Y%m%dT%H%M%SZ}"

    getattr(client, read)()
    client.meta.events.register("before-send", age)
    with pytest.raises(ClientError, match=code):
        getattr(client, read)()


@pytest.mark.parametrize(
    ("service", "read", "code"),
    [
        ("s3", "list_buckets", "ExpiredToken"),
        ("glue", "get_databases", "ExpiredTokenException"),
        ("sts", "get_caller_identity", "ExpiredToken"),
    ],
)
def test_a_session_that_is_over_is_refused(aws, assume, service, read, code):
    role = aws("iam").create_role(
        RoleName=f"session-{uuid.uuid4()}",
        AssumeRolePolicyDocument='{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, '
        '"Action": "sts:AssumeRole"}}',
    )["Role"]["Arn"]
    permit(aws, role, "s3:ListAllMyBuckets", "glue:GetDatabases")
    credentials = assume(role)
    call = getattr(aws(service, **credentials), read)
    call()
    session = sts_backends["123456789012"]["aws"].get_assumed_role_from_access_key(
        credentials["aws_access_key_id"]
    )
    session.expiration = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    with pytest.raises(ClientError, match=code):
        call()
