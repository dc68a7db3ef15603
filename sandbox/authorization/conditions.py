"""Conditions of a policy's statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.authorization.patterns import Lookup, arn_like, filled, like, plain
from sandbox.errors import AwsError

Test = Callable[[str, str], bool]


def _number(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted: compare(float(value), float(wanted))


def _time(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted: compare(_seconds(value), _seconds(wanted))


def _seconds(text: str) -> float:
    """A time of ISO 8601, or the seconds since 1970."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _exactly(value: str, wanted: str) -> bool:
    return value == plain(wanted)


def _folded(value: str, wanted: str) -> bool:
    return value.lower() == plain(wanted).lower()


def _within(value: str, wanted: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


TEXTS: dict[str, Test] = {
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "StringEquals": _exactly,
    "StringEqualsIgnoreCase": _folded,
    "StringLike": like,
}
"""The operators that know variables."""
OPERATORS: dict[str, Test] = TEXTS | {
    "BinaryEquals": _exactly,
    "Bool": _folded,
    "DateEquals": _time(lambda value, wanted: value == wanted),
    "DateGreaterThan": _time(lambda value, wanted: value > wanted),
    "DateGreaterThanEquals": _time(lambda value, wanted: value >= wanted),
    "DateLessThan": _time(lambda value, wanted: value < wanted),
    "DateLessThanEquals": _time(lambda value, wanted: value <= wanted),
    "IpAddress": _within,
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
}
NEGATED = {
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
}


def hold(
    condition: Mapping[str, Mapping[str, Any]], lookup: Lookup, *, variables: bool = True
) -> bool:
    """Whether all operators of a Condition hold for all of their keys.

    variables says whether the policy's version knows them. Raises AwsError NotImplemented for an
    operator that is not known here: guessing would be kinder, or harsher, than AWS.
    """
    return all(
        _holds(operator, lookup(key), listed(wanted), lookup if variables else None)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def listed(value: Any) -> list[Any]:
    """The values of an element that may be one or a list."""
    return value if isinstance(value, list) else [value]


def _holds(
    operator: str, values: list[str] | None, wanted: list[Any], variables: Lookup | None
) -> bool:
    every, some = (operator.startswith(f"{each}:") for each in ("ForAllValues", "ForAnyValue"))
    base = operator.partition(":")[2] if every or some else operator
    if base == "Null":
        return any((str(item).lower() == "true") == (values is None) for item in wanted)
    optional = base.endswith("IfExists")
    name = base.removesuffix("IfExists")
    positive = NEGATED.get(name, name)
    if positive not in OPERATORS:
        raise AwsError("NotImplemented", f"The sandbox does not evaluate condition {operator}")
    negated = name in NEGATED
    if values is None:
        # An absent key satisfies …IfExists, ForAllValues and, of one value, a negation.
        return optional or every or (negated and not some)
    texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in wanted]
    if variables is not None and positive in TEXTS:
        texts = [text for item in texts if (text := filled(item, variables)) is not None]
    matches = [any(_passes(positive, value, text) for text in texts) for value in values]
    if every:
        return all(matched != negated for matched in matches)
    if some:
        return any(matched != negated for matched in matches)
    return any(matches) != negated


def _passes(operator: str, value: str, wanted: str) -> bool:
    try:
        return OPERATORS[operator](value, wanted)
    except ValueError:  # no number, no time, no address
        return False
