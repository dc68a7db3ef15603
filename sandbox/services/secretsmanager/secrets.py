"""What is asked of secrets before moto keeps them: names, values, tags and states.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation

NAME = re.compile(r"[\w/+=.@!-]+", re.ASCII)
LARGEST_VALUE = 65_536  # bytes
MOST_TAGS = 50


@operation("secretsmanager", "CreateSecret")
def create_secret(
    call: Call, Name: str, Tags: list[dict[str, str]] | None = None, **_: Any
) -> dict[str, Any]:
    """Make a secret whose name, value and tags the service takes."""
    if not NAME.fullmatch(Name):
        raise AwsError(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
            "following: -/_+=.@!",
        )
    _require_value(call)
    _require_tags(tag["Key"] for tag in Tags or [])
    return call.moto()


@operation("secretsmanager", "UpdateSecret")
def update_secret(call: Call, **_: Any) -> dict[str, Any]:
    """Change a secret; moto refuses one that is marked for deletion."""
    _require_value(call)
    return call.moto()


@operation("secretsmanager", "PutSecretValue")
def put_secret_value(call: Call, SecretId: str, **_: Any) -> dict[str, Any]:
    """Give a secret a new value."""
    _require_value(call)
    require_kept(call, SecretId)
    return call.moto()


@operation("secretsmanager", "TagResource")
def tag_resource(call: Call, SecretId: str, Tags: list[dict[str, str]], **_: Any) -> dict[str, Any]:
    """Give a secret tags beside those that it has."""
    require_kept(call, SecretId)
    secret = _secret(call, SecretId)
    present = [tag["Key"] for tag in secret.tags or []] if secret else []
    _require_tags((tag["Key"] for tag in Tags), present)
    return call.moto()


@operation("secretsmanager", "UntagResource")
@operation("secretsmanager", "PutResourcePolicy")
@operation("secretsmanager", "DeleteResourcePolicy")
def change_secret(call: Call, SecretId: str, **_: Any) -> dict[str, Any]:
    """Change what belongs to a secret that stays."""
    require_kept(call, SecretId)
    return call.moto()


@operation("secretsmanager", "RotateSecret")
def rotate_secret(
    call: Call, SecretId: str, RotationLambdaARN: str | None = None, **_: Any
) -> dict[str, Any]:
    """Rotate a secret by a function, which it has or gets; its service rotates a managed one."""
    secret = _secret(call, SecretId)
    if secret and not (RotationLambdaARN or secret.rotation_lambda_arn or secret.owning_service):
        raise AwsError(
            "InvalidRequestException",
            "No Lambda rotation function ARN is associated with this secret.",
        )
    return call.moto()


@operation("secretsmanager", "ListSecrets")
def list_secrets(call: Call, NextToken: str | None = None, **_: Any) -> dict[str, Any]:
    """A page of secrets; a token is one that a page ended with."""
    if NextToken is not None and not (NextToken.isascii() and NextToken.isdigit()):
        raise AwsError("InvalidNextTokenException", "The NextToken value is invalid.")
    return call.moto()


def _secret(call: Call, identifier: str) -> Any:
    """moto's record of a secret; None where it knows none."""
    return secretsmanager_backends[call.account][call.region].secrets.get(identifier)


def require_kept(call: Call, identifier: str) -> None:
    """Raise InvalidRequestException for a secret that is to be deleted."""
    secret = _secret(call, identifier)
    if secret and secret.is_deleted():
        raise AwsError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )


def _require_value(call: Call) -> None:
    text, binary = call.params.get("SecretString"), call.params.get("SecretBinary")
    if text is not None and binary is not None:
        raise invalid("You can't specify both a SecretString and a SecretBinary.")
    if text is not None and len(text.encode()) > LARGEST_VALUE:
        raise invalid(f"SecretString has more than {LARGEST_VALUE} bytes.")


def _require_tags(keys: Iterable[str], present: Iterable[str] = ()) -> None:
    given = set(keys)
    if any(key.lower().startswith("aws:") for key in given):
        raise invalid("Tag keys that begin with aws: are reserved.")
    if len(given.union(present)) > MOST_TAGS:
        raise invalid(f"A secret has at most {MOST_TAGS} tags.")


def invalid(message: str) -> AwsError:
    """The refusal of a parameter."""
    return AwsError("InvalidParameterException", message)
