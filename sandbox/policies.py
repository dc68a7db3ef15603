"""Evaluates a resource policy: does it allow or deny an action on a resource to a caller?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sandbox.errors import AwsError
from sandbox.identity import Principal

Decision = Literal["Allow", "Deny"]

Test = Callable[[str, str], bool]


def _like(value: str, pattern: str) -> bool:
    """* and ? as IAM means them: brackets are no wildcards."""
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def _same(value: str, wanted: str) -> bool:
    return value == wanted


OPERATORS: dict[str, Test] = {
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "NumericGreaterThan": lambda value, wanted: float(value) > float(wanted),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
    "StringEquals": _same,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": _like,
}
NEGATED = {
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
}


def decide(
    policy: Mapping[str, Any],
    action: str,
    resource: str,
    caller: Principal,
    context: Mapping[str, str],
) -> Decision | None:
    """What a resource policy says; None when no statement applies.

    context has the values of condition keys, such as {"aws:SecureTransport": "true"};
    aws:PrincipalArn and aws:PrincipalAccount are the caller's.
    """
    values = {
        "aws:PrincipalArn": caller.iam_arn,
        "aws:PrincipalAccount": caller.account,
        **context,
    }
    decision: Decision | None = None
    for statement in _listed(policy.get("Statement", [])):
        if (
            _names(statement, "Action", action.lower(), str.lower)
            and _names(statement, "Resource", resource, str)
            and _admits(statement, caller)
            and _meets(statement.get("Condition", {}), values)
        ):
            if statement["Effect"] == "Deny":
                return "Deny"
            decision = "Allow"
    return decision


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(
    statement: Mapping[str, Any], element: str, value: str, fold: Callable[[str], str]
) -> bool:
    """Whether Action or Resource, or else its negation, covers a value."""
    if element in statement:
        return any(_like(value, fold(pattern)) for pattern in _listed(statement[element]))
    negated = f"Not{element}"
    if negated in statement:
        return not any(_like(value, fold(pattern)) for pattern in _listed(statement[negated]))
    return True


def _admits(statement: Mapping[str, Any], caller: Principal) -> bool:
    """Whether Principal, or else NotPrincipal, covers the caller."""
    if "NotPrincipal" in statement:
        return not _is_among(statement["NotPrincipal"], caller)
    return _is_among(statement.get("Principal", "*"), caller)


def _is_among(principal: Any, caller: Principal) -> bool:
    named = ["*"] if principal == "*" else _listed(principal.get("AWS", []))
    account = {caller.account, f"arn:aws:iam::{caller.account}:root"}
    return bool({"*", caller.arn, caller.iam_arn, *account} & set(named))


def _meets(condition: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> bool:
    """Whether all operators of a Condition hold.

    Raises AwsError NotImplemented for an operator that is not known here: guessing would be
    kinder, or harsher, than AWS.
    """
    folded = {key.lower(): value for key, value in values.items()}
    for operator, keys in condition.items():
        name = operator.removesuffix("IfExists")
        positive = NEGATED.get(name, name)
        if positive not in OPERATORS:
            raise AwsError("NotImplemented", f"The sandbox does not evaluate condition {operator}")
        test, negated = OPERATORS[positive], name in NEGATED
        for key, wanted in keys.items():
            value = folded.get(key.lower())
            if value is None:
                # An absent key satisfies …IfExists and negations, and nothing else.
                if negated or operator.endswith("IfExists"):
                    continue
                return False
            matches = any(test(value, str(item)) for item in _listed(wanted))
            if matches == negated:
                return False
    return True
