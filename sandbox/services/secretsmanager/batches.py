"""The values of many secrets at once, each read by leave to read that one.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
"""

from __future__ import annotations

import dataclasses
from typing import Any

from botocore.exceptions import ClientError

from sandbox import paging
from sandbox.authorization.gate import authorize
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.secretsmanager.secrets import invalid, require_kept

LARGEST_PAGE = 20
MEMBERS = (
    *("ARN", "Name", "VersionId", "VersionStages", "CreatedDate"),
    *("SecretString", "SecretBinary"),
)


@operation("secretsmanager", "BatchGetSecretValue")
def batch_get_secret_value(
    call: Call,
    SecretIdList: list[str] | None = None,
    Filters: list[dict[str, Any]] | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """The values of secrets that are named or found; what keeps one from being read is told of it.

    Inferred: a page of found secrets has 20 of them unless told otherwise, and a refusal names one
    by its ARN.
    """
    if bool(SecretIdList) == bool(Filters):
        raise invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
    if MaxResults and not Filters:
        raise invalid(
            "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is "
            "provided."
        )
    wanted = SecretIdList or _found(call, Filters or [])
    page, following = paging.page(
        wanted, NextToken, MaxResults or LARGEST_PAGE, "InvalidNextTokenException"
    )
    values, errors = [], []
    for secret in page:
        try:
            values.append(_value(call, secret))
        except AwsError as error:
            told = {"SecretId": secret, "ErrorCode": error.code, "Message": error.message}
            errors.append(told)
    answer: dict[str, Any] = {"SecretValues": values, "Errors": errors}
    return answer | ({"NextToken": following} if following else {})


def _found(call: Call, filters: list[dict[str, Any]]) -> list[str]:
    """The ARNs of the secrets that pass the filters and are not to be deleted."""
    client = call.runtime.client("secretsmanager", region=call.region)
    try:
        pages = list(client.get_paginator("list_secrets").paginate(Filters=filters))
    except ClientError as error:
        raise _own(error) from None
    return [secret["ARN"] for page in pages for secret in page["SecretList"]]


def _value(call: Call, secret: str) -> dict[str, Any]:
    """The value of one secret, as its caller would read it alone."""
    authorize(dataclasses.replace(call, operation="GetSecretValue", params={"SecretId": secret}))
    require_kept(call, secret)
    client = call.runtime.client("secretsmanager", region=call.region)
    try:
        answer = client.get_secret_value(SecretId=secret)
    except ClientError as error:
        raise _own(error) from None
    return {name: answer[name] for name in MEMBERS if name in answer}


def _own(error: ClientError) -> AwsError:
    told = error.response["Error"]
    return AwsError(told["Code"], told["Message"])
