"""The rules inside of states: those of a Choice, and what its Retry and Catch meet.

https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)

from sandbox.services.stepfunctions.fields import (
    MAX_SECONDS,
    SCHEMA,
    Problem,
    assignment_problems,
    is_timestamp,
    number_problems,
    reference_problems,
    result_path_problems,
)

ALL = "States.ALL"
MAX_DELAY = 31622400
# the names of the language, and those of calls to HTTPS APIs
RESERVED = re.compile(
    "|".join(
        [r"States\.Http\.", *(f"{re.escape(kind.to_name())}$" for kind in StatesErrorNameType)]
    )
)
COMPARISON = re.compile(
    r"(?P<kind>String|Numeric|Timestamp)(?:Equals|(?:LessThan|GreaterThan)(?:Equals)?)(?P<path>Path)?"
    r"|(?P<boolean>Boolean)Equals(?P<boolean_path>Path)?"
    r"|(?P<test>Is(?:Null|Present|Numeric|String|Boolean|Timestamp))"
    r"|(?P<pattern>StringMatches)"
)
OUTCOME = {"Next", "Assign", "Comment"}
CATCHER = {
    "JSONPath": {"ErrorEquals", "Next", "ResultPath", "Assign", "Comment"},
    "JSONata": {"ErrorEquals", "Next", "Output", "Assign", "Comment"},
}
RETRIER = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}


def rule_problems(state: dict[str, Any], language: str) -> Iterator[Problem]:
    """What is wrong with the rules of one state; that they are lists of objects was seen before."""
    if state["Type"] == "Choice":
        if not state.get("Choices"):
            yield SCHEMA, "Choices is a list of at least one rule", "Choices"
        for number, rule in enumerate(state.get("Choices", [])):
            at = f"Choices[{number}]"
            yield from _required(rule, ["Next"], at)
            yield from assignment_problems(rule, language, f"{at}/")
            if language == "JSONata":
                yield from _required(rule, ["Condition"], at)
                yield from _only(rule, OUTCOME | {"Condition", "Output"}, at)
            else:
                yield from _comparison(rule, OUTCOME, at)
    for field in ("Retry", "Catch"):
        yield from _errors(state.get(field, []), field)
    for number, retrier in enumerate(state.get("Retry", [])):
        yield from _retrier(retrier, f"Retry[{number}]")
    for number, catcher in enumerate(state.get("Catch", [])):
        at = f"Catch[{number}]"
        yield from _required(catcher, ["Next"], at)
        yield from _only(catcher, CATCHER[language], at)
        yield from assignment_problems(catcher, language, f"{at}/")
        yield from result_path_problems(catcher, f"{at}/")


def _required(rule: dict[str, Any], fields: list[str], at: str) -> Iterator[Problem]:
    if missing := [field for field in fields if field not in rule]:
        yield SCHEMA, f"These fields are required: {missing}".replace("'", ""), at


def _only(rule: dict[str, Any], allowed: set[str], at: str) -> Iterator[Problem]:
    for field in rule:
        if field not in allowed:
            yield SCHEMA, f'The field "{field}" is not supported here', f"{at}/{field}"


def _comparison(rule: dict[str, Any], outcome: set[str], at: str) -> Iterator[Problem]:
    """A rule by JSONPath; those inside of it have no outcome of their own."""
    operators = [name for name in rule if name not in outcome | {"Variable"}]
    if len(operators) != 1:
        yield SCHEMA, "A rule has exactly one operator", at
        return
    operator, operand = operators[0], rule[operators[0]]
    where = f"{at}/{operator}"
    if operator in ("And", "Or", "Not"):
        inner = [operand] if operator == "Not" else operand
        if not isinstance(inner, list) or not inner or not all(isinstance(x, dict) for x in inner):
            yield SCHEMA, f"{operator} has no rules", where
            return
        for number, nested in enumerate(inner):
            place = where if operator == "Not" else f"{where}[{number}]"
            yield from _comparison(nested, {"Comment"}, place)
        return
    yield from _required(rule, ["Variable"], at)
    if "Variable" in rule:
        yield from reference_problems(rule["Variable"], f"{at}/Variable")
    match = COMPARISON.fullmatch(operator)
    if match is None:
        yield SCHEMA, f'The field "{operator}" is not supported here', where
    elif match["path"] or match["boolean_path"]:
        yield from reference_problems(operand, where)
    elif not _fits(match, operand):
        yield SCHEMA, f"Value is not what {operator} compares with", where


def _fits(comparison: re.Match[str], operand: Any) -> bool:
    if comparison["boolean"] or comparison["test"]:
        return isinstance(operand, bool)
    if comparison["kind"] == "Numeric":
        return isinstance(operand, int | float) and not isinstance(operand, bool)
    if comparison["kind"] == "Timestamp":
        return is_timestamp(operand)
    return isinstance(operand, str)


def _errors(rules: list[dict[str, Any]], field: str) -> Iterator[Problem]:
    for number, rule in enumerate(rules):
        at = f"{field}[{number}]/ErrorEquals"
        names = rule.get("ErrorEquals")
        if not isinstance(names, list) or not names or not all(isinstance(x, str) for x in names):
            yield SCHEMA, "ErrorEquals is a list of at least one name", at
        elif ALL in names and len(names) > 1:
            yield SCHEMA, f"{ALL} must appear alone", at
        elif ALL in names and number < len(rules) - 1:
            yield SCHEMA, f"{ALL} must appear in the last of the list", at
        else:
            for name in names:
                if name.startswith("States.") and not RESERVED.match(name):
                    yield SCHEMA, f"'{name}' is none of the reserved names of errors", at


def _retrier(retrier: dict[str, Any], at: str) -> Iterator[Problem]:
    yield from _only(retrier, RETRIER, at)
    interval = retrier.get("IntervalSeconds", 1)
    found = list(number_problems(interval, f"{at}/IntervalSeconds", 1, MAX_SECONDS, "JSONPath"))
    yield from found
    attempts = retrier.get("MaxAttempts", 3)
    yield from number_problems(attempts, f"{at}/MaxAttempts", 0, MAX_SECONDS, "JSONPath")
    if "MaxDelaySeconds" in retrier and not found:
        # greater than the interval, and less than a leap year
        delay, where = retrier["MaxDelaySeconds"], f"{at}/MaxDelaySeconds"
        yield from number_problems(delay, where, interval + 1, MAX_DELAY - 1, "JSONPath")
    rate = retrier.get("BackoffRate", 2)
    if not isinstance(rate, int | float) or isinstance(rate, bool) or rate < 1:
        yield SCHEMA, "BackoffRate is a number of at least 1", f"{at}/BackoffRate"
    if retrier.get("JitterStrategy", "NONE") not in ("FULL", "NONE"):
        yield SCHEMA, "JitterStrategy is FULL or NONE", f"{at}/JitterStrategy"
