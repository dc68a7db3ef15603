"""Security Token Service over moto: roles must exist and trust the caller."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.identity import caller_is_trusted
from sandbox.registry import operation


@operation("sts", "AssumeRole")
def assume_role(call: Call, RoleArn: str, **_: Any) -> dict[str, Any]:
    """Credentials of a role, when it exists and its trust policy admits the caller.

    AWS gives AccessDenied in both cases, so that nobody can probe for names.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    try:
        trusted = caller_is_trusted(RoleArn, call.principal)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError(
            "AccessDenied",
            f"User: {call.principal.arn} is not authorized to perform: sts:AssumeRole "
            f"on resource: {RoleArn}",
        )
    return call.moto()


@operation("sts", "GetCallerIdentity")
def get_caller_identity(call: Call) -> dict[str, Any]:
    """The caller's ARN: moto's own answer, but for the administrator, whom moto calls moto."""
    if call.principal.kind != "administrator":
        return call.moto()
    return {
        "UserId": "AIDAIOSFODNN7EXAMPLE",
        "Account": call.account,
        "Arn": call.principal.arn,
    }
