"""What CreateStateMachine finds wrong with a definition before anything runs.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)

from sandbox.services.stepfunctions.fields import (
    ALLOWED,
    RANGES,
    SCHEMA,
    TYPES,
    Problem,
    field_problems,
    is_expression,
    number_problems,
)
from sandbox.services.stepfunctions.json_text import parse
from sandbox.services.stepfunctions.rules import rule_problems
from sandbox.services.stepfunctions.tasks import execution_type, processor_config, task_problems
from sandbox.services.stepfunctions.unserved import unserved_problems

MAX_NAME = 80
EXPRESS_SECONDS = 300
TERMINAL = ("Succeed", "Fail")
TARGET = "MISSING_TRANSITION_TARGET"


@dataclass(frozen=True)
class Diagnostic:
    """One thing wrong: its code, what it is, and where, as /States/Load/Next (or nowhere)."""

    code: str
    message: str
    location: str = ""

    def __str__(self) -> str:
        at = f" at {self.location}" if self.location else ""
        return f"{self.code}: {self.message}{at}"


def diagnose(definition: str, kind: str) -> list[Diagnostic]:
    """All that is wrong with a STANDARD or EXPRESS definition; an empty list when it can run."""
    try:
        machine = parse(definition)
    except ValueError as error:
        return [Diagnostic("INVALID_JSON_DESCRIPTION", str(error))]
    if not isinstance(machine, dict):
        return [Diagnostic("INVALID_JSON_DESCRIPTION", "A definition is an object")]
    language = str(machine.get("QueryLanguage", "JSONPath"))
    found = list(_workflow(machine, "", language, kind))
    found += _repeated_names(machine)
    return found or list(_grammar(definition, kind))


def interpretable(definition: str, kind: str) -> str:
    """A definition as moto's grammar reads it, with the time that an EXPRESS one has at most.

    The grammar wants a percentage with its fraction, knows STANDARD executions of items only, and
    an expression that selects items by the name of Arguments.
    """
    machine = json.loads(definition)
    for _, state in _all_states(machine):
        if isinstance(state.get("ToleratedFailurePercentage"), int):
            state["ToleratedFailurePercentage"] = float(state["ToleratedFailurePercentage"])
        if execution_type(state, "STANDARD") == "EXPRESS":
            processor_config(state)["ExecutionType"] = "STANDARD"
        if is_expression(state.get("ItemSelector"), "JSONata"):
            state["Arguments"] = state.pop("ItemSelector")
    if kind == "EXPRESS":
        seconds = machine.get("TimeoutSeconds", EXPRESS_SECONDS)
        machine["TimeoutSeconds"] = min(seconds, EXPRESS_SECONDS)
    return json.dumps(machine, ensure_ascii=False)


def _repeated_names(machine: dict[str, Any]) -> Iterator[Diagnostic]:
    """Names of states are unique in a whole state machine, inner workflows included."""
    seen: set[str] = set()
    for name, _ in _all_states(machine):
        if name in seen:
            yield Diagnostic("DUPLICATE_STATE_NAME", f"The state name {name} appears twice")
        seen.add(name)


def _all_states(workflow: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    states = workflow.get("States")
    for name, state in states.items() if isinstance(states, dict) else ():
        if not isinstance(state, dict):
            continue
        yield name, state
        for _, inner in _inner_workflows(state):
            yield from _all_states(inner)


def _inner_workflows(state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            yield field, state[field]
    for number, branch in _objects(state, "Branches"):
        yield f"Branches[{number}]", branch


def _objects(state: dict[str, Any], field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    members = state.get(field)
    for number, member in enumerate(members if isinstance(members, list) else []):
        if isinstance(member, dict):
            yield number, member


def _workflow(workflow: dict[str, Any], at: str, language: str, kind: str) -> Iterator[Diagnostic]:
    missing = [field for field in ("StartAt", "States") if field not in workflow]
    if missing:
        yield Diagnostic(SCHEMA, f"These fields are required: {missing}".replace("'", ""), at)
        return
    states = workflow["States"]
    if not isinstance(states, dict) or not states:
        yield Diagnostic(SCHEMA, "States is an object of at least one state", f"{at}/States")
        return
    if not isinstance(workflow["StartAt"], str):
        yield Diagnostic(SCHEMA, "Value is not a string", f"{at}/StartAt")
        return
    if "TimeoutSeconds" in workflow:
        value, (least, most) = workflow["TimeoutSeconds"], RANGES["TimeoutSeconds"]
        for problem in number_problems(value, "TimeoutSeconds", least, most, "JSONPath"):
            yield _at(problem, at)
    for name, state in states.items():
        where = f"{at}/States/{name}"
        if len(name) > MAX_NAME:
            yield Diagnostic("STATE_NAME_TOO_LONG", f"A name has at most {MAX_NAME}", where)
        yield from _state(state, where, language, kind)
    yield from _transitions(workflow["StartAt"], states, at)


def _state(state: Any, at: str, language: str, kind: str) -> Iterator[Diagnostic]:
    if not isinstance(state, dict) or "Type" not in state:
        yield Diagnostic(SCHEMA, "These fields are required: [Type]", at)
        return
    if not isinstance(state["Type"], str) or state["Type"] not in TYPES:
        yield Diagnostic(
            SCHEMA, f"Value is not valid. Must be one of: {sorted(TYPES)}", f"{at}/Type"
        )
        return
    if misshapen := [_at(problem, at) for problem in _misshapen(state)]:
        yield from misshapen
        return
    flows = "Next" in ALLOWED["JSONPath"][state["Type"]]
    if flows and ("Next" in state) == (state.get("End") is True):
        yield Diagnostic(SCHEMA, "Exactly one of the fields [Next, End] is required", at)
    own = state.get("QueryLanguage", language)
    if own not in ALLOWED:
        message = f"Value is not valid. Must be one of: {sorted(ALLOWED)}"
        yield Diagnostic(SCHEMA, message, f"{at}/QueryLanguage")
        return
    for problem in (
        *field_problems(state, own),
        *rule_problems(state, own),
        *task_problems(state, own, kind),
        *unserved_problems(state),
    ):
        yield _at(problem, at)
    for field, inner in _inner_workflows(state):
        # the states inside have the language of the whole machine, not that of this state
        yield from _workflow(inner, f"{at}/{field}", language, execution_type(state, kind))


def _misshapen(state: dict[str, Any]) -> Iterator[Problem]:
    """Fields that the other checks could not read."""
    for field in ("Next", "Default", "QueryLanguage"):
        if not isinstance(state.get(field, ""), str):
            yield SCHEMA, "Value is not a string", field
    for field in ("ItemProcessor", "Iterator"):
        if not isinstance(state.get(field, {}), dict):
            yield SCHEMA, "Value is not an object", field
    for field in ("Branches", "Choices", "Retry", "Catch"):
        members = state.get(field, [])
        if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
            yield SCHEMA, "Value is not a list of objects", field
            continue
        for number, member in enumerate(members):
            if not isinstance(member.get("Next", ""), str):
                yield SCHEMA, "Value is not a string", f"{field}[{number}]/Next"
    if state["Type"] == "Parallel" and not state.get("Branches", ()):
        yield SCHEMA, "Branches is a list of at least one workflow", "Branches"


def _at(problem: Problem, holder: str) -> Diagnostic:
    code, message, field = problem
    return Diagnostic(code, message, f"{holder}/{field}" if field else holder)


def _transitions(start: str, states: dict[str, Any], at: str) -> Iterator[Diagnostic]:
    if start not in states:
        yield Diagnostic(TARGET, f"Missing 'Next' target: {start}", f"{at}/StartAt")
    reached, pending = set(), [start]
    while pending:
        name = pending.pop()
        if name in states and name not in reached:
            reached.add(name)
            pending += [target for _, target in _targets(states[name])]
    for name, state in states.items():
        for field, target in _targets(state):
            if target not in states:
                where = f"{at}/States/{name}/{field}"
                yield Diagnostic(TARGET, f"Missing 'Next' target: {target}", where)
    if not any(_is_terminal(state) for state in states.values()):
        yield Diagnostic("MISSING_END_STATE", "Workflow has no terminal state")
        return
    for name in states:
        if name not in reached:
            yield Diagnostic(TARGET, f'State "{name}" is not reachable.', f"{at}/States/{name}")


def _is_terminal(state: Any) -> bool:
    return isinstance(state, dict) and (state.get("Type") in TERMINAL or state.get("End") is True)


def _targets(state: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if isinstance(state.get(field), str):
            yield field, state[field]
    for field in ("Choices", "Catch"):
        for number, rule in _objects(state, field):
            if isinstance(rule.get("Next"), str):
                yield f"{field}[{number}]/Next", rule["Next"]


def _grammar(definition: str, kind: str) -> Iterator[Diagnostic]:
    try:
        AmazonStateLanguageParser.parse(interpretable(definition, kind))
    except ASLParserException as error:
        for message in error.errors:
            yield Diagnostic(SCHEMA, message)
    except Exception as error:  # moto's checks raise whatever comes to hand
        yield Diagnostic(SCHEMA, str(error))
