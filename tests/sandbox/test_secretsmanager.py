"""What Secrets Manager refuses, and moto does not."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.scheduler_tools import refused

INVALID = "InvalidParameterException"


@pytest.fixture(scope="module")
def secrets(aws):
    return aws("secretsmanager")


@pytest.fixture
def name():
    return f"secret-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def secret(secrets, name):
    """The ARN of a new secret."""
    return secrets.create_secret(Name=name, SecretString="word")["ARN"]


def tags(*keys):
    return [{"Key": key, "Value": "any"} for key in keys]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Name": "a secret"}, "ValidationException"),
        ({"Name": "geheimnis-ä"}, "ValidationException"),
        ({"Name": "n" * 513}, "ValidationException"),
        ({"SecretString": "a", "SecretBinary": b"b"}, INVALID),
        ({"SecretString": "a" * 65_537}, "ValidationException"),
        ({"SecretString": "ä" * 32_769}, INVALID),
        ({"SecretBinary": b"a" * 65_537}, "ValidationException"),
        ({"Tags": tags("aws:mine")}, INVALID),
        ({"Tags": tags(*(f"tag-{number}" for number in range(51)))}, INVALID),
    ],
)
def test_a_secret_that_cannot_be_is_refused(secrets, name, settings, code):
    assert refused(secrets.create_secret, **{"Name": name} | settings)[0] == code


def test_a_secret_as_large_as_may_be_is_kept(secrets, name):
    binary = b"a" * 65_536
    secrets.create_secret(Name=f"/{name}_+=.@!", SecretBinary=binary)
    assert secrets.get_secret_value(SecretId=f"/{name}_+=.@!")["SecretBinary"] == binary


def test_a_value_is_text_or_bytes(secrets, secret):
    for change in (secrets.put_secret_value, secrets.update_secret):
        assert refused(change, SecretId=secret, SecretString="a", SecretBinary=b"b")[0] == INVALID


def test_tags_are_counted_with_those_that_are_there(secrets, secret):
    first = tags(*(f"tag-{number}" for number in range(50)))
    secrets.tag_resource(SecretId=secret, Tags=first)
    secrets.tag_resource(SecretId=secret, Tags=tags("tag-7"))
    assert refused(secrets.tag_resource, SecretId=secret, Tags=tags("more"))[0] == INVALID


def test_a_secret_that_is_to_be_deleted_is_not_changed(secrets, secret):
    secrets.delete_secret(SecretId=secret)
    for change, settings in (
        (secrets.put_secret_value, {"SecretString": "new"}),
        (secrets.update_secret, {"SecretString": "new"}),
        (secrets.tag_resource, {"Tags": tags("a")}),
        (secrets.untag_resource, {"TagKeys": ["a"]}),
        (secrets.put_resource_policy, {"ResourcePolicy": "{}"}),
        (secrets.delete_resource_policy, {}),
    ):
        assert refused(change, SecretId=secret, **settings)[0] == "InvalidRequestException"
    secrets.restore_secret(SecretId=secret)
    secrets.put_secret_value(SecretId=secret, SecretString="new")


def test_only_a_function_rotates_a_secret(secrets, secret):
    assert refused(secrets.rotate_secret, SecretId=secret) == (
        "InvalidRequestException",
        "No Lambda rotation function ARN is associated with this secret.",
    )
    assert refused(secrets.rotate_secret, SecretId="none")[0] == "ResourceNotFoundException"


def test_a_token_is_one_that_was_given(secrets, secret):
    assert refused(secrets.list_secrets, NextToken="zz")[0] == "InvalidNextTokenException"
    assert secret in {one["ARN"] for one in secrets.list_secrets()["SecretList"]}
