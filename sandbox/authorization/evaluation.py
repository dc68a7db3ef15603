"""Allowed or denied: what the policies of one account say together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.authorization.statements import Policy, Request, effects, grants


@dataclass(frozen=True)
class Policies:
    """All policies that bear on a request.

    boundary and session are None where there is none. A resource that rules over itself (a KMS
    key, a role's trust) opens nothing to an identity's policy unless its own says so.
    """

    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    session: Sequence[Policy] | None = None
    resource: Policy | None = None
    resource_rules: bool = False


def denial(policies: Policies, request: Request) -> str | None:
    """Why a request is denied, as AWS words it; None when it is allowed."""
    said = grants(policies.resource, request) if policies.resource else set()
    identity = _effects(policies.identity, request)
    boundary = _effects([policies.boundary], request) if policies.boundary is not None else None
    session = _effects(policies.session, request) if policies.session is not None else None
    for kind, found in (
        ("an identity-based policy", identity),
        ("a permissions boundary", boundary or set()),
        ("a session policy", session or set()),
        ("a resource-based policy", {effect for effect, _ in said}),
    ):
        if "Deny" in found:
            return f"with an explicit deny in {kind}"
    named = {whom for effect, whom in said if effect == "Allow"}
    if "session" in named:
        return None
    lacking = f"allows the {request.action} action"
    if policies.resource_rules and not named:
        return f"because no resource-based policy {lacking}"
    if "Allow" not in identity and "principal" not in named:
        return f"because no identity-based policy {lacking}"
    if boundary is not None and "Allow" not in boundary:
        return f"because no permissions boundary {lacking}"
    if session is not None and "Allow" not in session:
        return f"because no session policy {lacking}"
    return None


def _effects(policies: Sequence[Policy], request: Request) -> set[str]:
    return {effect for policy in policies for effect in effects(policy, request)}
