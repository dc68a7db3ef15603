"""Which statements of a policy apply to a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.authorization.conditions import hold, listed
from sandbox.authorization.patterns import Lookup, filled, like
from sandbox.identity import Principal

Policy = Mapping[str, Any]
Effect = Literal["Allow", "Deny"]
# whom a statement of a resource's policy names: the caller's session or user, or everybody and
# the caller's role, or the account, which leaves the decision to IAM
Named = Literal["session", "principal", "account"]

WITH_VARIABLES = "2012-10-17"
ROOT = re.compile(r"(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?")


@dataclass(frozen=True)
class Request:
    """One thing that a caller asks leave for.

    action is such as glue:GetTable, resource its ARN or "*"; lookup gives a condition key's
    values. service is the AWS service that asks to be a role, else "".
    """

    principal: Principal
    action: str
    resource: str
    lookup: Lookup
    service: str = ""


def effects(policy: Policy, request: Request) -> set[Effect]:
    """What the statements of an identity's policy say."""
    return {statement["Effect"] for statement in _applying(policy, request)}


def grants(policy: Policy, request: Request) -> set[tuple[Effect, Named]]:
    """What the statements of a resource's policy say, and to whom."""
    return {
        (statement["Effect"], named)
        for statement in _applying(policy, request)
        if (named := _named(statement, request)) is not None
    }


def _applying(policy: Policy, request: Request) -> Iterator[Mapping[str, Any]]:
    variables = policy.get("Version") == WITH_VARIABLES
    for statement in listed(policy.get("Statement", [])):
        if (
            _covers_action(statement, request.action)
            and _covers_resource(statement, request, variables=variables)
            and hold(statement.get("Condition", {}), request.lookup, variables=variables)
        ):
            yield statement


def _covers_action(statement: Mapping[str, Any], action: str) -> bool:
    negated = "NotAction" in statement
    patterns = listed(statement["NotAction" if negated else "Action"])
    return any(like(action.lower(), pattern.lower()) for pattern in patterns) != negated


def _covers_resource(statement: Mapping[str, Any], request: Request, *, variables: bool) -> bool:
    if "Resource" not in statement and "NotResource" not in statement:
        return True  # a trust policy's
    negated = "NotResource" in statement
    patterns = listed(statement["NotResource" if negated else "Resource"])
    if variables:
        patterns = [filled(pattern, request.lookup) for pattern in patterns]
    named = any(pattern is not None and like(request.resource, pattern) for pattern in patterns)
    return named != negated


def _named(statement: Mapping[str, Any], request: Request) -> Named | None:
    if "NotPrincipal" in statement:
        return None if _among(statement["NotPrincipal"], request) else "principal"
    return _among(statement.get("Principal", {}), request)


def _among(named: Any, request: Request) -> Named | None:
    """How a Principal element names the caller; None when it does not.

    Both forms of everybody are one, and services are among it:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if named == "*":
        return "principal"
    caller, found = request.principal, listed(named.get("AWS", []))
    everybody = "*" in found
    if request.service:
        named_too = request.service in listed(named.get("Service", []))
        return "principal" if named_too or everybody else None
    if caller.arn in found:
        return "session"
    if caller.iam_arn in found or everybody:
        return "principal"
    accounts = {matched[1] for each in found if (matched := ROOT.fullmatch(each))}
    return "account" if caller.account in accounts else None
