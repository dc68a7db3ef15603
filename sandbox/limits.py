"""What a service's model demands of a request beyond its form: lengths, ranges, patterns, enums.

Clients check types and required members only; the rest is the service's to refuse.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from moto.core.utils import get_service_model

from sandbox.errors import AwsError


def check(service: str, operation: str, params: dict[str, Any], error: str) -> None:
    """Raise AwsError with the given code, worded as AWS does, if a constraint is not met."""
    shape = get_service_model(service).operation_model(operation).input_shape
    found = list(_violations(shape, params, ""))
    if found:
        noun = "error" if len(found) == 1 else "errors"
        raise AwsError(error, f"{len(found)} validation {noun} detected: {'; '.join(found)}")


def _violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None:
                inner = name[0].lower() + name[1:]
                yield from _violations(member, value[name], f"{path}.{inner}" if path else inner)
        return
    unmet = _unmet(shape, value)
    if unmet:
        shown = "" if shape.type_name in {"list", "map"} else f"Value '{value}' "
        yield f"{shown}at '{path}' failed to satisfy constraint: Member must {unmet}"
    if shape.type_name == "list":
        for index, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{path}.{index}.member")


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
