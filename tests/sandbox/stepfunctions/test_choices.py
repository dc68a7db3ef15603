"""Choices and what meets their failures: paths that are not there, and errors beyond a Catch."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.stepfunctions.workflows import Run


def choose(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "StartAt": "Choose",
        "States": {
            "Choose": {"Type": "Choice", "Choices": [{**rule, "Next": "B"}], "Default": "D"},
            "B": {"Type": "Pass", "Result": "B", "End": True},
            "D": {"Type": "Pass", "Result": "D", "End": True},
        },
    }


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.a", "StringEquals": "x"},
        {"Variable": "$.a", "IsNull": True},
        {"Not": {"Variable": "$.a", "IsString": True}},
        {
            "Or": [
                {"Variable": "$.a", "IsPresent": True},
                {"Variable": "$.a", "NumericGreaterThan": 1},
            ]
        },
    ],
)
def test_a_path_that_is_not_there_fails_the_execution(run: Run, rule: dict[str, Any]) -> None:
    ended = run(choose(rule))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert ended["cause"] == (
        "An error occurred while executing the state 'Choose' (entered at the event id #2). "
        "Invalid path '$.a': The choice state's condition path references an invalid value."
    )


@pytest.mark.parametrize(
    ("given", "chosen"), [({}, "D"), ({"a": "x"}, "B"), ({"a": None}, "D"), ({"a": 1}, "D")]
)
def test_is_present_guards_the_rules_after_it(run: Run, given: dict[str, Any], chosen: str) -> None:
    guard = {"Variable": "$.a", "IsPresent": True}
    rule = {"And": [guard, {"Variable": "$.a", "StringEquals": "x"}]}
    assert run(choose(rule), given)["output"] == chosen


@pytest.mark.parametrize("name", ["States.Runtime", "States.ALL", "States.TaskFailed"])
def test_no_catch_and_no_retry_meets_states_runtime(run: Run, name: str) -> None:
    inner = choose({"Variable": "$.a", "StringEquals": "x"})
    parallel = {
        "Type": "Parallel",
        "Branches": [inner],
        "Retry": [{"ErrorEquals": [name], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": [name], "Next": "Caught"}],
        "End": True,
    }
    ended = run({"StartAt": "All", "States": {"All": parallel, "Caught": {"Type": "Succeed"}}})
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
