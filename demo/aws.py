"""AWS clients of the sandbox, and the names that the sandbox inventory gives its resources."""

from __future__ import annotations

import os
from typing import Any

import boto3

PLATFORM = "mdw-sandbox"
ENDPOINT = f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT') or '4566'}"
REGION = "us-east-1"


def client(service: str, **credentials: str) -> Any:
    """A boto3 client of the sandbox: its administrator's, or with given credentials."""
    key = credentials or {
        "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    }
    return boto3.client(service, region_name=REGION, endpoint_url=ENDPOINT, **key)


def credentials_of(role: str) -> dict[str, str]:
    """Credentials of an IAM role of this account, by its name."""
    account = client("sts").get_caller_identity()["Account"]
    given = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="demo"
    )["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
