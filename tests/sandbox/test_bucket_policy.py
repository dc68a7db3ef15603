"""A bucket policy tells callers apart: by who they are and by its conditions."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.identities import permit

BUCKET = "policy-test"
ADMINISTRATOR = "arn:aws:iam::123456789012:user/administrator"


def role(aws, name):
    trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    created = aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
    return created["Role"]["Arn"]


def deny(sid, action, resource, condition):
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": condition,
    }


@pytest.fixture(scope="module")
def readers(aws, assume):
    """The administrator, a role that the policy names, and one that it does not."""
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    named, other = role(aws, "policy-named"), role(aws, "policy-other")
    for reader in (named, other):
        permit(aws, reader, "s3:GetObject", "s3:PutObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    only_named = {"ArnNotEquals": {"aws:PrincipalArn": [named, ADMINISTRATOR]}}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            deny(
                "Tls",
                "s3:*",
                [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
                {"Bool": {"aws:SecureTransport": "false"}},
            ),
            deny("Raw", ["s3:GetObject"], f"arn:aws:s3:::{BUCKET}/raw/*", only_named),
        ],
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    for key in ("raw/a", "open/a"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    return {"named": aws("s3", **assume(named)), "other": aws("s3", **assume(other))}


def test_a_condition_that_does_not_hold_denies_nothing(aws, readers):
    aws("s3").get_object(Bucket=BUCKET, Key="raw/a")


def test_a_role_that_the_policy_names_reads(readers):
    assert readers["named"].get_object(Bucket=BUCKET, Key="raw/a")["ContentLength"] == 1


def test_another_role_is_refused_and_told_what(readers):
    with pytest.raises(ClientError, match=r"GetObject on resource.*explicit deny") as refused:
        readers["other"].get_object(Bucket=BUCKET, Key="raw/a")
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError):
        readers["other"].head_object(Bucket=BUCKET, Key="raw/a")


def test_another_role_still_reads_elsewhere_and_writes(readers):
    readers["other"].get_object(Bucket=BUCKET, Key="open/a")
    readers["other"].put_object(Bucket=BUCKET, Key="raw/b", Body=b"y")


def test_a_presigned_url_is_its_signers(readers):
    url = readers["other"].generate_presigned_url(
        "get_object", Params={"Bucket": BUCKET, "Key": "raw/a"}
    )
    with pytest.raises(HTTPError, match="403"):
        urlopen(url)
