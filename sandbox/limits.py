"""What a service's model demands of a request: members, lengths, ranges, patterns, enumerations.

Clients check some of it at most: it is the service's to refuse.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

from moto.core.utils import get_service_model


def missing(service: str, operation: str, params: dict[str, Any]) -> list[str]:
    """The paths of the members that the operation requires and the request has not."""
    shape = get_service_model(service).operation_model(operation).input_shape
    return list(_missing(shape, params, "")) if shape else []


def unmet(
    service: str, operation: str, params: dict[str, Any], unchecked: Collection[str] = ()
) -> list[str]:
    """The constraints that the request breaks, each worded as AWS does.

    unchecked names the shapes whose values are left to the operation.
    """
    shape = get_service_model(service).operation_model(operation).input_shape
    return list(_violations(shape, params, "", unchecked)) if shape else []


def _missing(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name in shape.required_members:
            given = value.get(name)
            if given is None or (given == [] and _is_in_query(shape.members[name])):
                yield _path_of(path, name)
    for member, inner, at in _parts(shape, value, path):
        yield from _missing(member, inner, at)


def _is_in_query(shape: Any) -> bool:
    """Whether a member is told by repeating its name, so that an empty list isn't told at all."""
    return bool(shape.serialization.get("location") == "querystring")


def _violations(shape: Any, value: Any, path: str, unchecked: Collection[str]) -> Iterator[str]:
    if shape.name in unchecked:
        return
    broken = None if shape.type_name == "structure" else _unmet(shape, value)
    if broken:
        hidden = shape.type_name in {"list", "map"} or shape.metadata.get("sensitive")
        shown = "" if hidden else f"'{value}' "
        yield f"Value {shown}at '{path}' failed to satisfy constraint: Member must {broken}"
    for member, inner, at in _parts(shape, value, path):
        yield from _violations(member, inner, at, unchecked)


def _parts(shape: Any, value: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """The shapes, values and paths of what a value is made of."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield member, value[name], _path_of(path, name)
    elif shape.type_name == "list":
        for index, item in enumerate(value, start=1):
            if item is not None:
                yield shape.member, item, f"{path}.{index}.member"
    elif shape.type_name == "map":
        for key, item in value.items():
            yield shape.key, key, f"{path}.key"
            if item is not None:
                yield shape.value, item, f"{path}.{key}.member"


def _path_of(path: str, name: str) -> str:
    inner = name[0].lower() + name[1:]
    return f"{path}.{inner}" if path else inner


def _unmet(shape: Any, value: Any) -> str | None:
    limits = shape.metadata
    if shape.type_name in {"integer", "long", "float", "double"}:
        size, what = value, "value"
    elif isinstance(value, (str, bytes, list, dict)):
        size, what = len(value), "length"
    else:
        return None
    if "max" in limits and size > limits["max"]:
        return f"have {what} less than or equal to {limits['max']}"
    if "min" in limits and size < limits["min"]:
        return f"have {what} greater than or equal to {limits['min']}"
    if "enum" in limits and value not in limits["enum"]:
        return f"satisfy enum value set: [{', '.join(limits['enum'])}]"
    pattern = _compiled(limits["pattern"]) if "pattern" in limits else None
    if pattern and isinstance(value, str) and not pattern.fullmatch(value):
        return f"satisfy regular expression pattern: {limits['pattern']}"
    return None


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:  # Java's classes (\p{L}) and its surrogate ranges say nothing to us
        return None
