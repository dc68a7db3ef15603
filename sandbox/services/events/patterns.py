"""Event patterns: moto matches them; which ones there are is checked here.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

from moto.events.models import EventPattern

from sandbox.errors import AwsError

COMPARISONS = ("=", "<", "<=", ">", ">=")
INSENSITIVE = "equals-ignore-case"


def matches(rule: Any, event: dict[str, Any]) -> bool:
    """Whether a rule has a pattern that an event matches: a schedule alone matches none."""
    pattern: EventPattern = rule.event_pattern
    return bool(pattern.get_pattern()) and bool(pattern.matches_event(event))  # type: ignore[arg-type]


def matches_text(text: str, event: dict[str, Any]) -> bool:
    """Whether an event matches a pattern; InvalidEventPatternException for one that is none."""
    check(text)
    return bool(EventPattern.load(text).matches_event(event))  # type: ignore[arg-type]


def check(text: str) -> None:
    """InvalidEventPatternException unless the text is a pattern whose operators are known."""
    try:
        pattern = json.loads(text)
    except ValueError:
        raise _invalid("Filter is not valid JSON") from None
    if not isinstance(pattern, dict):
        raise _invalid("Filter is not an object")
    if not pattern:
        raise _invalid("Empty objects are not allowed")
    _check_fields(pattern)


def _check_fields(fields: dict[str, Any]) -> None:
    for name, wanted in fields.items():
        if name == "$or" and isinstance(wanted, list):
            for alternative in wanted:
                if not isinstance(alternative, dict):
                    raise _invalid("Each element of $or must be an object")
                _check_fields(alternative)
        elif isinstance(wanted, dict):
            if not wanted:
                raise _invalid("Empty objects are not allowed")
            _check_fields(wanted)
        elif not isinstance(wanted, list):
            raise _invalid(f'"{name}" must be an object or an array')
        elif not wanted:
            raise _invalid("Empty arrays are not allowed")
        else:
            for value in wanted:
                _check_value(value)


def _check_value(value: Any) -> None:
    if isinstance(value, list):
        raise _invalid("Match value must be String, number, true, false, or null")
    if not isinstance(value, dict):
        return
    if len(value) != 1:
        raise _invalid("Only one key allowed in match expression")
    ((operator, operand),) = value.items()
    if operator not in OPERATORS:
        raise _invalid(f"Unrecognized match type {operator}")
    OPERATORS[operator](operator, operand)


def _text(operator: str, operand: Any) -> None:
    if isinstance(operand, dict):
        if set(operand) != {INSENSITIVE}:
            raise _invalid(f"Unsupported {operator} pattern: {', '.join(operand)}")
        operand = operand[INSENSITIVE]
    if not isinstance(operand, str) or not operand:
        raise _invalid(f"{operator} match pattern must be a string")


def _plain_text(operator: str, operand: Any) -> None:
    if not isinstance(operand, str):
        raise _invalid(f"{operator} match pattern must be a string")


def _wildcard(operator: str, operand: Any) -> None:
    _plain_text(operator, operand)
    if "**" in operand:
        raise _invalid("Consecutive wildcard characters are not allowed")


def _exists(operator: str, operand: Any) -> None:
    if not isinstance(operand, bool):
        raise _invalid(f"{operator} match pattern must be either true or false.")


def _cidr(_: str, operand: Any) -> None:
    try:
        ipaddress.ip_network(operand, strict=False)
    except ValueError:
        raise _invalid(f"Malformed CIDR, one '/' required: {operand}") from None


def _numeric(_: str, operand: Any) -> None:
    if not isinstance(operand, list):
        raise _invalid("Value of numeric must be an array.")
    if len(operand) not in {2, 4}:
        raise _invalid("Invalid member in numeric match: a range has two or four members")
    for comparison, number in zip(operand[::2], operand[1::2], strict=True):
        if comparison not in COMPARISONS:
            raise _invalid(f"Unrecognized numeric range operator: {comparison}")
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _invalid(f"Value of {comparison} must be numeric")


def _anything_but(operator: str, operand: Any) -> None:
    if isinstance(operand, dict):
        if len(operand) != 1 or not set(operand) <= NEGATED:
            raise _invalid(f"Unsupported {operator} pattern: {', '.join(operand)}")
        ((inner, value),) = operand.items()
        for each in value if isinstance(value, list) else [value]:
            _plain_text(inner, each)
        return
    values = operand if isinstance(operand, list) else [operand]
    if not values:
        raise _invalid("Empty arrays are not allowed")
    if any(not isinstance(value, str | int | float) for value in values):
        raise _invalid("Inside anything but list, start|null|boolean is not supported.")


NEGATED = frozenset({"prefix", "suffix", "wildcard", INSENSITIVE})
"""What anything-but takes beside values."""
OPERATORS: dict[str, Callable[[str, Any], None]] = {
    "anything-but": _anything_but,
    "cidr": _cidr,
    INSENSITIVE: _plain_text,
    "exists": _exists,
    "numeric": _numeric,
    "prefix": _text,
    "suffix": _text,
    "wildcard": _wildcard,
}


def _invalid(reason: str) -> AwsError:
    message = f"Event pattern is not valid. Reason: {reason}"
    return AwsError("InvalidEventPatternException", message)
