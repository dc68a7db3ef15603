# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies allow, in the worst case: a condition that can't be known here is taken for met
where it allows, and for not met where it denies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from typing import Any

Values = dict[str, Any]

_PRINCIPAL = "aws:PrincipalArn"
_SAME = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
_OTHER = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")
_CERTAIN = {"aws:SecureTransport": "true"}


def allows(policies: Iterable[Values], action: str, resource: str, principal: str) -> bool:
    """Whether the policies of an identity allow an action."""
    effects = _effects(policies, action, resource, principal)
    return "Allow" in effects and "Deny" not in effects


def denies(policy: Values, action: str, resource: str, principal: str) -> bool:
    """Whether the policy of a resource denies it to a principal, whatever its own ones say."""
    return "Deny" in _effects([policy], action, resource, principal)


def admits(trust: Values, action: str, principal: str) -> tuple[bool, bool]:
    """Whether a policy of a resource allows a principal by name, and by its account.

    By the account means that the principal's own policies decide.
    """
    account = principal.split(":")[4]
    named = by_account = False
    for statement in _listed(trust.get("Statement", [])):
        if statement["Effect"] != "Allow" or not _covers(statement, "Action", action):
            continue
        who = statement.get("Principal", {})
        names = ["*"] if who == "*" else _listed(who.get("AWS", []))
        named |= principal in names or "*" in names
        by_account |= any(name == account or name.endswith(f"::{account}:root") for name in names)
    return named, by_account


def _effects(policies: Iterable[Values], action: str, resource: str, principal: str) -> set[str]:
    return {
        statement["Effect"]
        for policy in policies
        for statement in _listed(policy.get("Statement", []))
        if _covers(statement, "Action", action)
        and _covers(statement, "Resource", resource)
        and _names(statement, principal)
        and _holds(statement, principal)
    }


def _covers(statement: Values, element: str, value: str) -> bool:
    """Actions are compared in lower case; of a resource the wildcards may be on both sides."""
    if f"Not{element}" in statement:
        return not any(_like(value, one) for one in _listed(statement[f"Not{element}"]))
    return any(_like(value, one) for one in _listed(statement.get(element, "*")))


def _like(value: str, pattern: str) -> bool:
    pattern = pattern.replace("[", "[[]")
    return fnmatch.fnmatchcase(value.lower(), pattern.lower())


def _names(statement: Values, principal: str) -> bool:
    """Whether a statement of a resource's policy is about the principal; others have no Principal."""
    who = statement.get("Principal", "*")
    names = ["*"] if who == "*" else _listed(who.get("AWS", []))
    account = principal.split(":")[4]
    return any(name in ("*", principal, account, f"arn:aws:iam::{account}:root") for name in names)


def _holds(statement: Values, principal: str) -> bool:
    allowing = statement["Effect"] == "Allow"
    known = {_PRINCIPAL: principal, **_CERTAIN}
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            value = known.get(key)
            if value is None or operator not in (*_SAME, *_OTHER, "Bool"):
                met = allowing
            else:
                met = any(_like(value, str(one)) for one in _listed(wanted)) != (operator in _OTHER)
            if not met:
                return False
    return True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
