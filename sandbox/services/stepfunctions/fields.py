"""Which fields a state may have, and which values: by its type and its query language.

https://states-language.net/spec.html
https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from jsonata import Jsonata

from sandbox.services.stepfunctions.intrinsics import read
from sandbox.services.stepfunctions.json_path import MANY

# code, message, field
Problem = tuple[str, str, str]

SCHEMA = "SCHEMA_VALIDATION_FAILED"
MAX_VARIABLE = 80
EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)
INTRINSIC = re.compile(r"States\.\w+\(.*\)", re.DOTALL)
QUOTED = re.compile(r"\['[^']*'\]")

_PATHS = "InputPath OutputPath"
_RESULT = "ResultPath ResultSelector Parameters"
_LIMITS = "MaxConcurrency ToleratedFailureCount ToleratedFailurePercentage"
_MAP = f"ItemProcessor Iterator ItemSelector ItemReader ItemBatcher ResultWriter Label {_LIMITS}"
_FLOW = "Next End"
_HANDLERS = "Retry Catch"
_TASK = "Resource Credentials TimeoutSeconds HeartbeatSeconds"
COMMON = {"Type", "Comment", "QueryLanguage"}
# what only a Map that runs as executions of their own has
DISTRIBUTED_ONLY = (
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "Label",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
)


def _with_paths(fields: str) -> str:
    return " ".join(f"{field} {field}Path" for field in fields.split())


_ALLOWED = {
    "JSONPath": {
        "Task": f"{_FLOW} {_PATHS} {_RESULT} {_HANDLERS} Assign {_TASK} TimeoutSecondsPath"
        " HeartbeatSecondsPath",
        "Pass": f"{_FLOW} {_PATHS} ResultPath Parameters Result Assign",
        "Choice": f"{_PATHS} Choices Default Assign",
        "Wait": f"{_FLOW} {_PATHS} {_with_paths('Seconds Timestamp')} Assign",
        "Succeed": _PATHS,
        "Fail": _with_paths("Error Cause"),
        "Parallel": f"{_FLOW} {_PATHS} {_RESULT} {_HANDLERS} Branches Assign",
        "Map": f"{_FLOW} {_PATHS} {_RESULT} {_HANDLERS} {_MAP} ItemsPath {_with_paths(_LIMITS)}"
        " Assign",
    },
    "JSONata": {
        "Task": f"{_FLOW} Arguments Output {_HANDLERS} Assign {_TASK}",
        "Pass": f"{_FLOW} Output Assign",
        "Choice": "Choices Default Output Assign",
        "Wait": f"{_FLOW} Seconds Timestamp Output Assign",
        "Succeed": "Output",
        "Fail": "Error Cause",
        "Parallel": f"{_FLOW} Arguments Output {_HANDLERS} Branches Assign",
        "Map": f"{_FLOW} Items Output {_HANDLERS} {_MAP} Assign",
    },
}
ALLOWED = {
    language: {kind: COMMON | set(fields.split()) for kind, fields in kinds.items()}
    for language, kinds in _ALLOWED.items()
}
TYPES = set(ALLOWED["JSONPath"])

MAX_SECONDS = 99999999
# least and most
RANGES = {
    "TimeoutSeconds": (1, MAX_SECONDS),
    "HeartbeatSeconds": (1, MAX_SECONDS),
    "Seconds": (0, MAX_SECONDS),
    "MaxConcurrency": (0, None),
    "ToleratedFailureCount": (0, None),
}
REFERENCE_PATHS = (
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "SecondsPath",
    "TimestampPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
)
TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials")
# of each of these a state has one at most
ALTERNATIVES = (
    ("Seconds", "SecondsPath", "Timestamp", "TimestampPath"),
    *((field, f"{field}Path") for field in ("TimeoutSeconds", "HeartbeatSeconds")),
    *((field, f"{field}Path") for field in ("Error", "Cause", *_LIMITS.split())),
)


def field_problems(state: dict[str, Any], language: str) -> Iterator[Problem]:
    """Fields that a state does not have in its language, and values that they can't have."""
    yield from _unsupported(state, language)
    for group in ALTERNATIVES:
        if len(found := [field for field in group if field in state]) > 1:
            yield SCHEMA, f"At most one of the fields {found} may be given".replace("'", ""), ""
    if state["Type"] == "Wait" and not any(field in state for field in ALTERNATIVES[0]):
        yield SCHEMA, f"One of the fields {list(ALTERNATIVES[0])} is required".replace("'", ""), ""
    for field, (least, most) in RANGES.items():
        if field in state:
            yield from number_problems(state[field], field, least, most, language)
    percentage = state.get("ToleratedFailurePercentage", 0)
    yield from _percentage_problems(percentage, "ToleratedFailurePercentage", language)
    until = state.get("Timestamp")
    if "Timestamp" in state and not (is_expression(until, language) or is_timestamp(until)):
        yield SCHEMA, "Value is not a timestamp of RFC 3339", "Timestamp"
    yield from assignment_problems(state, language)
    if language == "JSONata":
        yield from expression_problems(state)
        return
    for field in REFERENCE_PATHS:
        if field in state:
            yield from reference_problems(state[field], field)
    yield from result_path_problems(state)
    for field in TEMPLATES:
        yield from _template_problems(state.get(field), field)


def _unsupported(state: dict[str, Any], language: str) -> Iterator[Problem]:
    kind = state["Type"]
    other = "JSONata" if language == "JSONPath" else "JSONPath"
    for field in state:
        if field not in ALLOWED[language][kind]:
            of = language if field in ALLOWED[other][kind] else f"a state of type {kind}"
            yield SCHEMA, f'The field "{field}" is not supported by {of}', field


def number_problems(
    value: Any, field: str, least: int, most: int | None, language: str
) -> Iterator[Problem]:
    """A whole number that is none, or is out of its range; an expression has yet to tell."""
    if is_expression(value, language):
        return
    if not isinstance(value, int) or isinstance(value, bool):
        yield SCHEMA, "Value is not an integer", field
    elif value < least or (most is not None and value > most):
        span = f"at least {least}" if most is None else f"from {least} to {most}"
        yield SCHEMA, f"Value must be {span}", field


def _percentage_problems(value: Any, field: str, language: str) -> Iterator[Problem]:
    """https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html"""
    if is_expression(value, language):
        return
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield SCHEMA, "Value is not a number", field
    elif not 0 <= value <= 100:
        yield SCHEMA, "Value must be from 0 to 100", field


def is_expression(value: Any, language: str) -> bool:
    """Whether a value is yet to be computed, by JSONata."""
    return language == "JSONata" and isinstance(value, str) and bool(EXPRESSION.fullmatch(value))


def is_timestamp(value: Any) -> bool:
    """Whether this is a time of RFC 3339, with a T and an offset or a Z."""
    if not isinstance(value, str) or "T" not in value:
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def reference_problems(value: Any, field: str) -> Iterator[Problem]:
    """A path that may meet more than one value, or that is none."""
    if not isinstance(value, str) or not value.startswith("$"):
        message = "Value is not a Reference Path: Reference path didn't start with '$'"
        yield SCHEMA, message, field
    elif MANY.search(QUOTED.sub("", value)):
        yield SCHEMA, "Value is not a Reference Path: it may select many values", field


def result_path_problems(holder: dict[str, Any], at: str = "") -> Iterator[Problem]:
    """The ResultPath of a state or a Catcher: null, or a place in the input."""
    value = holder.get("ResultPath")
    if value is None:
        return
    yield from reference_problems(value, f"{at}ResultPath")
    if isinstance(value, str) and re.match(r"\$[^.\[]", value):
        yield SCHEMA, "Value is not a path into the input", f"{at}ResultPath"


def assignment_problems(holder: dict[str, Any], language: str, at: str = "") -> Iterator[Problem]:
    """Variables whose names are none, in the Assign of a state, a rule or a Catcher.

    https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
    """
    assigned = holder.get("Assign", {})
    if not isinstance(assigned, dict):
        yield SCHEMA, "Value is not an object", f"{at}Assign"
        return
    for key in assigned:
        name = key.removesuffix(".$") if language == "JSONPath" else key
        if name == "states":
            yield SCHEMA, "The variable name 'states' is reserved", f"{at}Assign"
        elif not name.isidentifier() or name.startswith("_") or len(name) > MAX_VARIABLE:
            reason = f"is no identifier of at most {MAX_VARIABLE} characters"
            yield SCHEMA, f"The variable name '{name}' {reason}", f"{at}Assign"


def _template_problems(value: Any, field: str) -> Iterator[Problem]:
    if isinstance(value, list):
        for member in value:
            yield from _template_problems(member, field)
    if not isinstance(value, dict):
        return
    for key, member in value.items():
        if not key.endswith(".$"):
            yield from _template_problems(member, field)
            continue
        if key.removesuffix(".$") in value:
            yield SCHEMA, f"The field '{key.removesuffix('.$')}' is given twice", field
        if reason := _no_value(member):
            valid = "a valid JSONPath or a valid intrinsic function call"
            yield SCHEMA, f"The value for the field '{key}' must be {valid}{reason}", field


def _no_value(text: Any) -> str:
    """Why this is neither a path nor a call of a function; empty for what is."""
    if isinstance(text, str) and text.startswith("$"):
        return ""
    if not (isinstance(text, str) and INTRINSIC.fullmatch(text)):
        return "."
    try:
        read(text)
    except ValueError as error:
        return f": {error}"
    return ""


def expression_problems(state: dict[str, Any]) -> Iterator[Problem]:
    """Expressions of JSONata that are not closed or can't be parsed."""
    for field, value in state.items():
        if field in ("Comment", "Branches", "ItemProcessor", "Iterator"):
            continue
        for text in texts(value):
            yield from _syntax(text, field)


def texts(value: Any) -> Iterator[str]:
    """All text in a value, however deep."""
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def _syntax(text: str, field: str) -> Iterator[Problem]:
    match = EXPRESSION.fullmatch(text)
    bare = text.strip()
    if match is None:
        if bare.startswith("{%") or bare.endswith("%}"):
            reason = "starts with '{%' and ends with '%}', without spaces around"
            yield SCHEMA, f"A JSONata expression {reason}", field
        return
    try:
        Jsonata(match[1])
    except Exception as error:  # the engine raises whatever comes to hand
        yield SCHEMA, f"The JSONata expression '{match[1].strip()}' is invalid: {error}", field
