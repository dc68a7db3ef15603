"""Security Token Service over moto: roles must exist and trust the caller."""

from __future__ import annotations

from typing import Any

from sandbox.authorization.context import request_tags
from sandbox.authorization.trust import require_trust
from sandbox.call import Call
from sandbox.identity import ADMINISTRATOR_ID, Session, sessions
from sandbox.registry import operation, refuses


@operation("sts", "AssumeRole")
def assume_role(call: Call, RoleArn: str, **told: Any) -> dict[str, Any]:
    """Credentials of a role, when it exists and its trust policy admits the caller.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    require_trust(RoleArn, call.principal, told)
    answer = call.moto()
    given = Session(
        policy=told.get("Policy") or "",
        policy_arns=tuple(each["arn"] for each in told.get("PolicyArns") or ()),
        tags=request_tags(told),
        source_identity=told.get("SourceIdentity") or "",
    )
    if given != Session():
        sessions[answer["Credentials"]["AccessKeyId"]] = given
    return answer


refuses(
    "sts",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "GetFederationToken",
    "GetSessionToken",
    why="the keys would be the administrator's.",
)


@operation("sts", "GetCallerIdentity")
def get_caller_identity(call: Call) -> dict[str, Any]:
    """The caller's ARN: moto's own answer, but for the administrator, whom moto calls moto."""
    if call.principal.kind != "administrator":
        return call.moto()
    return {
        "UserId": ADMINISTRATOR_ID,
        "Account": call.account,
        "Arn": call.principal.arn,
    }
