"""Who is calling: an access key tells the principal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from sandbox.errors import AwsError
from sandbox.faults import faults

ADMINISTRATOR_KEY = {
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
ADMINISTRATOR_ID = "AIDAIOSFODNN7EXAMPLE"


@dataclass(frozen=True)
class Principal:
    """The caller of one request.

    arn is what sts:GetCallerIdentity answers; name the user's or the role's; role_arn and
    session are set for an assumed role only, and so is the time at which its session expires.
    user_id is what policies call aws:userid.
    """

    kind: Literal["administrator", "user", "role", "anonymous", "service"]
    arn: str
    name: str
    account: str
    role_arn: str | None = None
    session: str | None = None
    user_id: str = ""
    access_key: str = field(default="", repr=False, compare=False)
    expires: datetime.datetime | None = field(default=None, compare=False)

    @property
    def iam_arn(self) -> str:
        """The ARN that policies and grants name: the role behind a session, else the user."""
        return self.role_arn or self.arn


@dataclass(frozen=True)
class Session:
    """What AssumeRole was told beside the role: policies that narrow it, tags, the source."""

    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    source_identity: str = ""


sessions: dict[str, Session] = {}
"""Sessions by access key, those that were told something: moto keeps the rest."""

ANONYMOUS = Principal("anonymous", "anonymous", "anonymous", "")


def principal_of(access_key: str, account: str) -> Principal:
    """The principal that an access key belongs to; a key nobody made is the administrator's."""
    assumed = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if assumed:
        name = assumed.role_arn.rsplit("/", 1)[-1]
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/{assumed.session_name}"
        return Principal(
            "role",
            arn,
            name,
            account,
            assumed.role_arn,
            assumed.session_name,
            user_id=assumed.user_id,
            access_key=access_key,
            expires=assumed.expiration.replace(tzinfo=datetime.UTC),
        )
    for user in list(iam_backends[account]["aws"].users.values()):
        if any(key.access_key_id == access_key for key in user.access_keys):
            return Principal(
                "user", user.arn, user.name, account, user_id=user.id, access_key=access_key
            )
    arn = f"arn:aws:iam::{account}:user/administrator"
    return Principal("administrator", arn, "administrator", account, user_id=ADMINISTRATOR_ID)


def role_named(role_arn: str, account: str) -> Any:
    """moto's record of a role as other services than IAM see it; NoSuchEntity when they don't."""
    for role in list(iam_backends[account]["aws"].roles.values()):
        if role.arn == role_arn and is_known(role):
            return role
    raise AwsError("NoSuchEntity", f"The role with name {role_arn} cannot be found.")


def is_known(role: Any) -> bool:
    """Whether IAM has told other services of a role: at once, unless the fault plan delays it."""
    seconds, fault = faults.delay("iam")
    if fault is None:
        return True
    known = role.create_date.replace(tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds)
    if known <= datetime.datetime.now(datetime.UTC):
        return True
    fault.strike()
    return False
