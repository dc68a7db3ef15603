"""Table mappings: from their JSON to the rules of a capture.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from sandbox.engines.capture.columns import HEADERS
from sandbox.engines.capture.mapping import (
    AddedColumn,
    BeforeImage,
    Locator,
    Mapping,
    RemovedColumn,
    Selection,
    Transformation,
)
from sandbox.errors import AwsError

ACTIONS = ("include", "exclude", "explicit")
FILTERS = ("pk-only", "non-lob", "all")
DEFAULT_LENGTH = 50
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
# The least a text column needs for what a header says
LENGTHS = {"AR_H_CHANGE_SEQ": 35, "AR_H_TIMESTAMP": 26, "AR_H_COMMIT_TIMESTAMP": 26}
LENGTHS |= {"AR_H_TRANSACTION_ID": 32, "AR_H_OPERATION": 6, "AR_H_STREAM_POSITION": 17}
TIMES = ("AR_H_TIMESTAMP", "AR_H_COMMIT_TIMESTAMP")


def parse(document: str) -> Mapping:
    """The rules of a table mapping.

    InvalidParameterValueException for what is no table mapping, or has a rule that the sandbox
    does not serve.
    """
    try:
        rules = json.loads(document)["rules"]
    except (ValueError, KeyError, TypeError):
        raise _refused("Invalid Table Mappings document") from None
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise _refused("Invalid Table Mappings document")
    _require_unique(rules)
    selections: list[Selection] = []
    transformations: list[Transformation] = []
    for rule in rules:
        match rule.get("rule-type"):
            case "selection":
                selections.append(_selection(rule))
            case "transformation":
                transformations.append(_transformation(rule))
            case kind:
                raise _unserved(rule, "rule-type", kind)
    if not any(selection.include for selection in selections):
        raise _refused("Invalid Table Mappings document. No selection rule includes a table")
    return Mapping(tuple(selections), tuple(transformations))


def _require_unique(rules: Iterable[dict[str, Any]]) -> None:
    for member in ("rule-id", "rule-name"):
        seen = set()
        for rule in rules:
            value = str(rule.get(member) or "")
            if not value:
                raise _refused(f"Invalid Table Mappings document. A rule has no {member}")
            if value in seen:
                raise _refused(
                    f"Invalid Table Mappings document. Two rules have the {member} {value}"
                )
            seen.add(value)
    for rule in rules:
        _number(rule, "rule-id")


def _selection(rule: dict[str, Any]) -> Selection:
    action = rule.get("rule-action")
    if action not in ACTIONS:
        raise _unserved(rule, "rule-action", action)
    if rule.get("filters"):
        raise _unserved(rule, "filters", "given")
    locator = _locator(rule)
    if action == "explicit" and "%" in locator.schema + locator.table:
        raise _refused(f"Rule {rule['rule-id']}: an explicit selection takes no wildcards")
    order = _number(rule, "load-order") if rule.get("load-order") is not None else 0
    return Selection(locator, action != "exclude", order)


def _transformation(rule: dict[str, Any]) -> Transformation:
    target, action = rule.get("rule-target"), rule.get("rule-action")
    if target != "column":
        raise _unserved(rule, "rule-target", target)
    match action:
        case "add-column":
            return _added(rule)
        case "add-before-image-columns":
            return _before_image(rule)
        case "remove-column":
            return RemovedColumn(_locator(rule, column=True))
    raise _unserved(rule, "rule-action", action)


def _added(rule: dict[str, Any]) -> AddedColumn:
    name, expression = rule.get("value"), str(rule.get("expression") or "")
    if not name:
        raise _refused(f"Rule {rule['rule-id']}: add-column needs a value, the column's name")
    header = expression.removeprefix("$")
    if not expression.startswith("$") or header not in HEADERS:
        raise _unserved(rule, "expression", expression)
    return AddedColumn(_locator(rule), str(name), header, _type(rule, header))


def _type(rule: dict[str, Any], header: str) -> pa.DataType:
    given = _object(rule, "data-type") or {"type": "string"}
    kind = given.get("type")
    if kind == "datetime" and header in TIMES:
        return pa.timestamp("us")
    if kind not in {"string", "wstring"}:
        raise _unserved(rule, "data-type", kind)
    length = _number(given, "length") if given.get("length") else DEFAULT_LENGTH
    needed = LENGTHS.get(header, 0)
    if length < needed:
        raise _refused(
            f"Rule {rule['rule-id']}: the column of ${header} has length {length}: it must be "
            f"at least {needed}"
        )
    return pa.string()


def _before_image(rule: dict[str, Any]) -> BeforeImage:
    given = _object(rule, "before-image-def")
    prefix, suffix = given.get("column-prefix") or "", given.get("column-suffix") or ""
    columns = given.get("column-filter", "pk-only")
    if columns not in FILTERS:
        raise _unserved(rule, "column-filter", columns)
    if not prefix and not suffix:
        raise _refused(
            f"Rule {rule['rule-id']}: before-image-def needs a column-prefix or a column-suffix"
        )
    return BeforeImage(_locator(rule), prefix, suffix, columns)


def _locator(rule: dict[str, Any], *, column: bool = False) -> Locator:
    given = _object(rule, "object-locator")
    if given.get("table-type", "table") != "table":
        raise _unserved(rule, "table-type", given["table-type"])
    members = ["schema-name", "table-name", *(["column-name"] if column else [])]
    names = [given.get(member) for member in members]
    if not all(isinstance(one, str) and one for one in names):
        raise _refused(f"Rule {rule['rule-id']}: object-locator needs {', '.join(members)}")
    schema, table, name = (str(one) for one in [*names, "%"][:3])
    return Locator(schema, table, name)


def _number(values: dict[str, Any], member: str) -> int:
    """A whole number, which may be written as text."""
    text = json.dumps(values[member]).strip('"')
    if not NUMBER.fullmatch(text):
        raise _refused(f"Invalid Table Mappings document. {member} {text} is not numeric")
    return int(text)


def _object(rule: dict[str, Any], member: str) -> dict[str, Any]:
    given = rule.get(member) or {}
    if not isinstance(given, dict):
        raise _refused(f"Rule {rule['rule-id']}: {member} must be an object")
    return given


def _unserved(rule: dict[str, Any], member: str, value: Any) -> AwsError:
    return _refused(
        f"Rule {rule.get('rule-id')} has {member} {value}: the sandbox does not serve it"
    )


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)
