"""Requests made from botocore's models: the least that is valid, and each way of breaking it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel

Request = dict[str, Any]
ACCOUNT = "123456789012"
# Texts that one or the other pattern of a model wants
TEXTS = (
    "absent",
    "absent-one",
    "absent-one-that-is-long-enough",
    ACCOUNT,
    "11111111-2222-3333-4444-555555555555",
    f"arn:aws:iam::{ACCOUNT}:role/absent",
    f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule-group/absent",
    f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:absent",
    f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:absent",
    "1",
    "a" * 40,
)
TOO_LONG = 300_000


@dataclass(frozen=True)
class Breach:
    """One member of a request that a model forbids."""

    kind: str
    path: str
    request: Request


def least(shape: Any) -> Any:
    """The smallest valid value of a shape: required members, one item where one is demanded."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        members = shape.required_members
        if getattr(shape, "is_tagged_union", False):
            members = list(shape.members)[:1]
        return {name: least(shape.members[name]) for name in members}
    if shape.type_name == "list":
        return [least(shape.member)] * max(shape.metadata.get("min", 0), 1)
    if shape.type_name == "map":
        return {least(shape.key): least(shape.value)}
    if shape.type_name in {"integer", "long", "float", "double"}:
        return max(shape.metadata.get("min", 1), 1)
    if shape.type_name == "boolean":
        return False
    if shape.type_name == "timestamp":
        return 1_700_000_000
    return b"x" if shape.type_name == "blob" else _text(shape)


def _text(shape: Any) -> str:
    limits = shape.metadata
    if "enum" in limits:
        return str(limits["enum"][0])
    fitting = (text for text in TEXTS if _fits(text, limits))
    return next(fitting, "absent")


def _fits(text: str, limits: dict[str, Any]) -> bool:
    if not limits.get("min", 0) <= len(text) <= limits.get("max", TOO_LONG):
        return False
    try:
        return "pattern" not in limits or bool(re.fullmatch(limits["pattern"], text))
    except re.error:
        return True


def breaches(operation: OperationModel) -> Iterator[Breach]:
    """Every way in which one member of the least valid request can break the model.

    Members that are no part of it are put in, and broken. A member that stands in the path of a
    URL has to be there, and of its form, for the request to reach its operation at all. In a
    query string what has no members is not there.
    """
    shape, is_query = operation.input_shape, operation.metadata["protocol"] == "query"
    if shape is None:
        return
    for name, member in shape.members.items():
        if member.serialization.get("location") in {"uri", "header"}:
            continue
        whole = least(shape)
        if name in shape.required_members:
            yield Breach("missing", name, {key: whole[key] for key in whole if key != name})
        for kind, path, value in _broken(member, name):
            if is_query and isinstance(value, list) and value and not any(value):
                continue
            yield Breach(kind, path, copy.deepcopy(whole) | {name: value})


def _broken(shape: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    limits = shape.metadata
    if shape.type_name == "string":
        yield from _broken_text(shape, path)
    if shape.type_name in {"integer", "long"}:
        if limits.get("min"):
            yield "constraint", path, limits["min"] - 1
        if "max" in limits and limits["max"] < 2**31 - 1:
            yield "constraint", path, limits["max"] + 1
    if shape.type_name == "list":
        item = least(shape.member)
        if limits.get("min"):
            yield "constraint", path, []
        if "max" in limits and limits["max"] <= 1000:
            yield "constraint", path, [item] * (limits["max"] + 1)
        for kind, inner, value in _broken(shape.member, f"{path}[]"):
            yield kind, inner, [value]
    if shape.type_name == "structure" and not getattr(shape, "is_tagged_union", False):
        whole = least(shape)
        for name in shape.required_members:
            yield "missing", f"{path}.{name}", {key: whole[key] for key in whole if key != name}
            for kind, inner, value in _broken(shape.members[name], f"{path}.{name}"):
                yield kind, inner, whole | {name: value}


def _broken_text(shape: Any, path: str) -> Iterator[tuple[str, str, str]]:
    limits = shape.metadata
    text = least(shape)
    if "enum" in limits:
        yield "constraint", path, "NO_SUCH_VALUE"
    if limits.get("min") and limits["min"] > 1:
        yield "constraint", path, text[: limits["min"] - 1]
    if "max" in limits and limits["max"] < TOO_LONG:
        yield "constraint", path, "a" * (limits["max"] + 1)
    if "pattern" in limits and not _fits("\x01", limits | {"min": 0}):
        yield "constraint", path, "\x01" * max(limits.get("min", 1), 1)


def of_wrong_type(shape: Any) -> Iterator[Breach]:
    """Requests with a member in the body that is of another type, as JSON gives it."""
    wrong = {"string": 7, "integer": "seven", "long": "seven", "boolean": "perhaps"}
    wrong |= {"list": "one", "map": "one", "structure": "one"}
    for name, member in shape.members.items() if shape else ():
        if member.type_name in wrong and "location" not in member.serialization:
            value = wrong[member.type_name]
            yield Breach("malformed", name, {member.serialization.get("name", name): value})
