"""Users with policies of their own."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.identities import permit


@pytest.fixture
def user(aws):
    """Makes a user with a policy; gives its ARN and its clients."""

    def make(*actions, resource="*"):
        iam, name = aws("iam"), f"user-{uuid.uuid4().hex[:8]}"
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if actions:
            permit(aws, arn, *actions, resource=resource)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        secret = {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }
        return arn, lambda service: aws(service, **secret)

    return make
