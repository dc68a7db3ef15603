"""Intrinsic functions: what their text may say, and what they yield."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services.stepfunctions.definitions import diagnose
from tests.sandbox.stepfunctions.workflows import SDK, Run

GIVEN = {
    "x": "y",
    "a-b": 1,
    "a": 2,
    "list": [1, None, "t"],
    "of space": {"b, c": ["d)"]},
    "template": "{} of {a} {}",
    "nothing": None,
}


def passed(*calls: str) -> dict[str, Any]:
    """A definition that calls functions, and gives what they yield as a list."""
    results = {f"r{number}.$": call for number, call in enumerate(calls)}
    state = {"Type": "Pass", "Parameters": results, "End": True}
    return {"StartAt": "Only", "States": {"Only": state}}


CALLS = {
    r"States.Format('It\'s {}', $.x)": "It's y",
    r"States.Format('a\{\} {}', $.x)": "a{} y",
    r"States.Format('\\{}', $.x)": "\\y",
    r"States.Format('\{{}\}', $.x)": "{y}",
    "States.Format('{} \"quoted\"\n', $.nothing)": 'null "quoted"\n',
    "States.Format($.template, 1, 2.5)": "1 of {a} 2.5",
    "States.Format(States.Format('{}', '1, 2)'))": "1, 2)",
    "States.Format('{}', $.list)": "[1, null, t]",
    "States.Format('{}', $.a-b)": "1",
    "States.Format('{}', $['of space']['b, c'][0])": "d)",
    "States.Format('{}', $$.State.Name)": "Only",
    "States.Array(1, null, true)": [1, None, True],
    "States.Array( -1.5 , 'a,b' ,States.Array())": [-1.5, "a,b", []],
    "States.Array()": [],
    "States.MathAdd(1.5, 2)": 4,
    "States.MathAdd($.a, -1)": 1,
    "States.ArrayContains($.list, null)": True,
    """States.StringToJson('{"a": "b"}')""": {"a": "b"},
    "States.StringSplit('a\nb', '\n')": ["a", "b"],
}


def test_functions_are_read_to_their_end(run: Run) -> None:
    ended = run(passed(*CALLS), GIVEN)
    assert ended["status"] == "SUCCEEDED"
    assert list(ended["output"].values()) == list(CALLS.values())


def test_functions_read_variables(run: Run) -> None:
    definition = passed("States.Format('{} {}', $kept, $kept[0])")
    definition["States"]["First"] = {"Type": "Pass", "Assign": {"kept": [1]}, "Next": "Only"}
    assert run({**definition, "StartAt": "First"})["output"] == {"r0": "[1] 1"}


@pytest.mark.parametrize(
    "call",
    [
        r"States.Format('\n {}', $.x)",
        "States.Format('{} {}', $.x)",
        "States.Format('{}', $.x, $.x)",
        "States.Format($.a, $.x)",
        "States.ArrayGetItem($.list, 3)",
        "States.JsonMerge($.list, $.list, false)",
    ],
)
def test_a_function_that_fails_says_so(run: Run, call: str) -> None:
    ended = run(passed(call), GIVEN)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.IntrinsicFailure")
    assert f"The function '{call}' had the following error: " in ended["cause"]


def test_a_failed_function_is_caught(run: Run) -> None:
    definition = passed("States.Format('done')")
    definition["States"]["First"] = {
        "Type": "Task",
        "Resource": f"{SDK}s3:listBuckets",
        "Parameters": {"Prefix.$": "States.ArrayGetItem($.list, 3)"},
        "Catch": [{"ErrorEquals": ["States.IntrinsicFailure"], "Next": "Only"}],
        "End": True,
    }
    assert run({**definition, "StartAt": "First"}, GIVEN)["output"] == {"r0": "done"}


def test_a_function_that_failed_for_an_item_of_a_map_is_caught(run: Run) -> None:
    definition = passed("States.Format('done')")
    definition["States"]["Each"] = {
        "Type": "Map",
        "ItemsPath": "$.list",
        "ItemProcessor": passed("States.ArrayLength($)"),
        "Catch": [{"ErrorEquals": ["States.IntrinsicFailure"], "Next": "Last"}],
        "End": True,
    }
    definition["States"]["Last"] = definition["States"].pop("Only")
    assert run({**definition, "StartAt": "Each"}, GIVEN)["output"] == {"r0": "done"}


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("States.Unknown(1)", "there is no function States.Unknown"),
        ("States.MathAdd(1)", "States.MathAdd does not take 1 arguments"),
        ("States.Format()", "the first argument of States.Format is text"),
        ("States.Format(1)", "the first argument of States.Format is text"),
        ("States.Format('It's')", "a comma or a parenthesis is expected at s')"),
        ("States.Format('a\\')", "a function of States is expected at 'a\\')"),
        ("States.Array(1,)", "a function of States is expected at )"),
        ("States.Array(, 1)", "a function of States is expected at , 1)"),
        ("States.Array(1 2)", "a function of States is expected at 1 2)"),
        ("States.Array(nothing)", "a function of States is expected at nothing)"),
        ("States.Array($.a b)", "a comma or a parenthesis is expected at  b)"),
        ("States.Array($.é)", "the sandbox does not serve the path $.é"),
        ("States.Array(1) + States.Array(2)", "nothing is expected at  + States.Array(2)"),
    ],
)
def test_a_call_that_cannot_be_read_is_told(call: str, complaint: str) -> None:
    (found,) = diagnose(json.dumps(passed(call)), "STANDARD")
    told = "The value for the field 'r0.$' must be a valid JSONPath or a valid intrinsic"
    assert str(found) == (
        f"SCHEMA_VALIDATION_FAILED: {told} function call: {complaint} at /States/Only/Parameters"
    )
