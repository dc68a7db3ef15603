"""What the tests' users and roles are allowed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
ARN = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"


def permit(
    aws: Callable[..., Any],
    arn: str,
    *actions: str,
    resource: str = "*",
    condition: dict[str, Any] | None = None,
) -> str:
    """Allow a user or role these actions, beside what it has; returns its ARN."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    statement |= {"Condition": condition} if condition else {}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam, name = aws("iam"), arn.rpartition("/")[2]
    called = f"test-{uuid.uuid4()}"
    if ":user/" in arn:
        iam.put_user_policy(UserName=name, PolicyName=called, PolicyDocument=document)
    else:
        iam.put_role_policy(RoleName=name, PolicyName=called, PolicyDocument=document)
    return arn


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, int, str]:
    """The code, the status and the words with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], status, response["Error"]["Message"]
