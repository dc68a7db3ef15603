"""Many secrets read at once: which of them, by whose leave, in which pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.identities import permit, refused

BATCH, READ, LIST = (
    f"secretsmanager:{name}" for name in ("BatchGetSecretValue", "GetSecretValue", "ListSecrets")
)
ALL = [{"Key": "all", "Values": ["a"]}]
DENIED = "AccessDeniedException"


@pytest.fixture
def reader(aws: Callable[..., Any]) -> tuple[str, Any]:
    """A user that may ask for many secrets and read none: its ARN, its client."""
    iam, name = aws("iam"), f"reader-{uuid.uuid4().hex[:8]}"
    arn = permit(aws, iam.create_user(UserName=name)["User"]["Arn"], BATCH)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    client = aws(
        "secretsmanager",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    return arn, client


@pytest.fixture
def secrets(aws: Callable[..., Any]) -> dict[str, str]:
    """The ARNs of three secrets by their names; the last is under a key of one's own."""
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    prefix, create = f"batch-{uuid.uuid4().hex[:8]}", aws("secretsmanager").create_secret
    made = [
        create(Name=f"{prefix}-a", SecretString="word-a"),
        create(Name=f"{prefix}-b", SecretBinary=b"word-b"),
        create(Name=f"{prefix}-c", SecretString="word-c", KmsKeyId=key),
    ]
    return {one["Name"]: one["ARN"] for one in made}


def by_name(secrets: dict[str, str]) -> list[dict[str, Any]]:
    return [{"Key": "name", "Values": [min(secrets).removesuffix("-a")]}]


def told(answer: dict[str, Any]) -> tuple[list[str], list[tuple[str, str]]]:
    """The names of the secrets that are read, and the refusals of the others."""
    names = [value["Name"] for value in answer["SecretValues"]]
    return names, [(error["SecretId"], error["ErrorCode"]) for error in answer["Errors"]]


def test_the_administrator_reads_all(aws: Callable[..., Any], secrets: dict[str, str]) -> None:
    client = aws("secretsmanager")
    answer = client.batch_get_secret_value(SecretIdList=[*secrets])
    assert answer["Errors"] == []
    for value in answer["SecretValues"]:
        alone = client.get_secret_value(SecretId=value["ARN"])
        assert value == {name: alone[name] for name in alone if name != "ResponseMetadata"}


def test_leave_to_ask_for_many_reads_none(reader: tuple[str, Any], secrets: dict[str, str]) -> None:
    arn, client = reader
    answer = client.batch_get_secret_value(SecretIdList=[*secrets])
    assert told(answer) == ([], [(name, DENIED) for name in secrets])
    first = next(iter(secrets.values()))
    assert answer["Errors"][0]["Message"].startswith(
        f"User: {arn} is not authorized to perform: {READ} on resource: {first}"
    )


def test_each_is_read_by_leave_to_read_it(
    aws: Callable[..., Any], reader: tuple[str, Any], secrets: dict[str, str]
) -> None:
    arn, client = reader
    text, binary, keyed = secrets
    permit(aws, arn, READ, resource=secrets[binary])
    answer = client.batch_get_secret_value(SecretIdList=[*secrets])
    assert told(answer) == ([binary], [(text, DENIED), (keyed, DENIED)])
    assert answer["SecretValues"][0]["SecretBinary"] == b"word-b"


def test_a_key_of_ones_own_wants_leave_of_its_own(
    aws: Callable[..., Any], reader: tuple[str, Any], secrets: dict[str, str]
) -> None:
    arn, client = reader
    permit(aws, arn, READ)
    answer = client.batch_get_secret_value(SecretIdList=[*secrets])
    text, binary, keyed = secrets
    assert told(answer) == ([text, binary], [(keyed, DENIED)])
    assert answer["Errors"][0]["Message"] == "Access to KMS is not allowed"
    permit(aws, arn, "kms:Decrypt")
    assert told(client.batch_get_secret_value(SecretIdList=[*secrets])) == ([*secrets], [])


def test_what_is_found_must_be_listed_and_read(
    aws: Callable[..., Any], reader: tuple[str, Any], secrets: dict[str, str]
) -> None:
    arn, client = reader
    permit(aws, arn, READ, resource=min(secrets.values()))
    filters = by_name(secrets)
    code, _, message = refused(client.batch_get_secret_value, Filters=filters)
    assert code == DENIED
    assert f"not authorized to perform: {LIST} on resource: *" in message
    permit(aws, arn, LIST)
    others = [*secrets.values()][1:]
    assert told(client.batch_get_secret_value(Filters=filters)) == (
        [min(secrets)],
        [(other, DENIED) for other in others],
    )


def test_what_is_found_comes_in_pages(aws: Callable[..., Any], secrets: dict[str, str]) -> None:
    read, filters = aws("secretsmanager").batch_get_secret_value, by_name(secrets)
    first = read(Filters=filters, MaxResults=2)
    last = read(Filters=filters, MaxResults=2, NextToken=first["NextToken"])
    assert [told(page)[0] for page in (first, last)] == [[*secrets][:2], [*secrets][2:]]
    assert "NextToken" not in last


def test_what_is_gone_is_told_beside_what_is_there(
    aws: Callable[..., Any], secrets: dict[str, str]
) -> None:
    client, (first, second, third) = aws("secretsmanager"), secrets
    client.delete_secret(SecretId=second)
    answer = client.batch_get_secret_value(SecretIdList=["none", second, third])
    assert told(answer) == (
        [third],
        [("none", "ResourceNotFoundException"), (second, "InvalidRequestException")],
    )
    assert [error["Message"] for error in answer["Errors"]] == [
        "Secrets Manager can't find the specified secret.",
        "You can't perform this operation on the secret because it was marked for deletion.",
    ]
    found = told(client.batch_get_secret_value(Filters=by_name(secrets)))
    assert found == ([first, third], [])


@pytest.mark.parametrize(
    ("request_parts", "code"),
    [
        ({}, "InvalidParameterException"),
        ({"SecretIdList": ["a"], "Filters": ALL}, "InvalidParameterException"),
        ({"SecretIdList": ["a"], "MaxResults": 5}, "InvalidParameterException"),
        ({"SecretIdList": ["a"] * 21}, "ValidationException"),
        ({"Filters": ALL, "MaxResults": 21}, "ValidationException"),
        ({"Filters": [{"Key": "colour", "Values": ["a"]}]}, "ValidationException"),
        (
            {"Filters": ALL, "NextToken": "zz"},
            "InvalidNextTokenException",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    aws: Callable[..., Any], request_parts: dict[str, Any], code: str
) -> None:
    assert refused(aws("secretsmanager").batch_get_secret_value, **request_parts)[0] == code
