"""What a target is given: the event, a part of it, a constant, or a template filled from it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jsonpath_ng.ext import parse

from sandbox.errors import AwsError

PLACEHOLDER = re.compile(r"<([\w.-]+)>")
ABSENT = object()


def payload(target: Mapping[str, Any], event: dict[str, Any], rule: Any) -> str:
    """The text that a rule's target gets of an event.

    AwsError when a template gives no JSON, as a target of AWS would never get it.
    """
    if target.get("Input") is not None:
        return str(target["Input"])
    if target.get("InputPath"):
        found = _at(target["InputPath"], event)
        return _compact({} if found is ABSENT else found)
    if target.get("InputTransformer"):
        return _transformed(target["InputTransformer"], event, rule)
    return _compact(event)


def path(text: str) -> Any:
    """A JSONPath, read; ValueError for what is none."""
    try:
        return parse(text)
    except Exception as error:  # the parser raises plain Exceptions
        raise ValueError(str(error)) from error


def _transformed(transformer: Mapping[str, Any], event: dict[str, Any], rule: Any) -> str:
    values = {
        name: value
        for name, where in (transformer.get("InputPathsMap") or {}).items()
        if (value := _at(where, event)) is not ABSENT
    }
    values |= {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event": event,
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": event["time"],
    }
    filled = _filled(transformer["InputTemplate"], values)
    try:
        return _compact(json.loads(filled))
    except ValueError:
        message = "The input template does not give JSON for this event."
        raise AwsError("INVALID_JSON", message) from None


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """The template with its variables: in a string as text, elsewhere as JSON.

    One that the event has not is empty.
    """
    parts, quoted, end = [], False, 0
    for place in PLACEHOLDER.finditer(template):
        before = template[end : place.start()]
        quoted ^= len(re.findall(r'(?<!\\)"', before)) % 2 == 1
        value = values.get(place[1], "")
        parts += [before, _as_text(value) if quoted else _compact(value)]
        end = place.end()
    return "".join([*parts, template[end:]])


def _as_text(value: Any) -> str:
    """Within a string quotes of JSON are left out, and text is not escaped."""
    return value if isinstance(value, str) else _compact(value).replace('"', "")


def _at(where: str, event: dict[str, Any]) -> Any:
    found = [match.value for match in path(where).find(event)]
    if len(found) > 1:
        return found
    return found[0] if found else ABSENT


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
