"""Whose credentials these are, and where they lead."""

from __future__ import annotations

import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.tasks import Account

SECONDS = 3 * 60 * 60
"""For one playbook, of which a dozen steps may wait minutes for AWS."""


class AccountError(RuntimeError):
    """No account can be reached with what the environment gives."""


def account() -> Account:
    """The account of the environment's credentials, in its region. Raises AccountError."""
    session = boto3.Session()
    region = os.environ.get("AWS_REGION") or session.region_name
    if not region:
        raise AccountError("no region: set AWS_REGION")
    try:
        number = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise AccountError(f"no credentials that AWS takes: {error}") from None
    return Account(number, {"region": region}, dict(os.environ), SECONDS)
