"""Who is calling: an access key tells the principal, a role's trust tells who may be it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from sandbox.errors import AwsError

ADMINISTRATOR_KEY = {
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


@dataclass(frozen=True)
class Principal:
    """The caller of one request.

    arn is what sts:GetCallerIdentity answers; name the user's or the role's; role_arn and
    session are set for an assumed role only.
    """

    kind: Literal["administrator", "user", "role"]
    arn: str
    name: str
    account: str
    role_arn: str | None = None
    session: str | None = None

    @property
    def iam_arn(self) -> str:
        """The ARN that policies and grants name: the role behind a session, else the user."""
        return self.role_arn or self.arn


def principal_of(access_key: str, account: str) -> Principal:
    """The principal that an access key belongs to; a key nobody made is the administrator's."""
    assumed = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if assumed:
        name = assumed.role_arn.rsplit("/", 1)[-1]
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/{assumed.session_name}"
        return Principal("role", arn, name, account, assumed.role_arn, assumed.session_name)
    for user in iam_backends[account]["aws"].users.values():
        if any(key.access_key_id == access_key for key in user.access_keys):
            return Principal("user", user.arn, user.name, account)
    arn = f"arn:aws:iam::{account}:user/administrator"
    return Principal("administrator", arn, "administrator", account)


def role_named(role_arn: str, account: str) -> Any:
    """moto's record of a role; NoSuchEntity when there is none."""
    for role in iam_backends[account]["aws"].roles.values():
        if role.arn == role_arn:
            return role
    raise AwsError("NoSuchEntity", f"The role with name {role_arn} cannot be found.")


def service_is_trusted(role_arn: str, service: str, account: str) -> bool:
    """Whether a service such as dms.amazonaws.com may assume the role."""
    role = role_named(role_arn, account)
    return any(
        service in _strings(statement.get("Principal", {}), "Service")
        for statement in trust_statements(role)
    )


def caller_is_trusted(role_arn: str, caller: Principal) -> bool:
    """Whether the trust policy of a role admits a user or role of this account."""
    role = role_named(role_arn, caller.account)
    admitted = {caller.arn, caller.iam_arn, caller.account, "*"}
    admitted.add(f"arn:aws:iam::{caller.account}:root")
    return any(
        admitted & set(_strings(statement.get("Principal", {}), "AWS"))
        for statement in trust_statements(role)
    )


def trust_statements(role: Any) -> list[dict[str, Any]]:
    """The Allow statements of a role's trust policy that let it be assumed."""
    document = role.assume_role_policy_document
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy.get("Statement", [])
    return [
        statement
        for statement in (statements if isinstance(statements, list) else [statements])
        if statement.get("Effect") == "Allow"
        and {"sts:AssumeRole", "sts:*", "*"} & set(_strings(statement, "Action"))
    ]


def assume_for_service(role_arn: str, service: str, account: str) -> dict[str, str]:
    """Credentials with which a service acts as a role, as boto3.client takes them.

    AccessDenied when the role is missing or does not trust the service.
    """
    try:
        trusted = service_is_trusted(role_arn, service, account)
    except AwsError:
        trusted = False
    if not trusted:
        raise AwsError(
            "AccessDenied",
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
        )
    session = sts_backends[account]["aws"].assume_role(
        region_name="us-east-1",
        role_session_name=service.split(".", maxsplit=1)[0],
        role_arn=role_arn,
        policy="",
        duration=3600,
        external_id="",
    )
    return {
        "aws_access_key_id": session.access_key_id,
        "aws_secret_access_key": session.secret_access_key,
        "aws_session_token": session.session_token,
    }


def _strings(document: Any, key: str) -> list[str]:
    if document == "*":
        return ["*"]
    value = document.get(key, [])
    return value if isinstance(value, list) else [value]
