"""JSONata and JSONPath: what expressions, paths and variables yield."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.stepfunctions.workflows import SDK, Run, jsonata, one, refusal


def test_text_keeps_its_quotes_and_lines_through_variables(run: Run) -> None:
    definition = jsonata(
        {
            "Keep": {
                "Type": "Pass",
                "Assign": {
                    "literal": 'he said "hi"\nand left \\ at once',
                    "computed": "{% $states.input.text & '!' %}",
                },
                "Next": "Show",
            },
            "Show": {
                "Type": "Pass",
                "Output": {"literal": "{% $literal %}", "computed": "{% $computed %}"},
                "End": True,
            },
        },
        start="Keep",
    )
    ended = run(definition, {"text": 'a "quoted"\nline'})
    assert ended["output"] == {
        "literal": 'he said "hi"\nand left \\ at once',
        "computed": 'a "quoted"\nline!',
    }


def test_the_functions_of_step_functions_are_there(run: Run) -> None:
    output = {
        "partition": "{% $partition([1, 2, 3], 2) %}",
        "range": "{% $range(0, 10, 5) %}",
        "hash": "{% $hash('abc', 'SHA-256') %}",
        "uuid": "{% $length($uuid()) %}",
        "parse": "{% $parse('{\"a\": [1, null]}').a %}",
        "random": "{% $random(7) = $random(7) %}",
        "null": "{% null %}",
        "whole": "{% 4 / 2 %}",
    }
    assert run(one({"Type": "Pass", "Output": output}))["output"] == {
        "partition": [[1, 2], [3]],
        "range": [0, 5, 10],
        "hash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "uuid": 36,
        "parse": [1, None],
        "random": True,
        "null": None,
        "whole": 2,
    }


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("$states.input.missing", "returned nothing (undefined)"),
        ("$eval('1')", "$eval is not supported"),
        ("$number('x')", "threw an error during evaluation"),
        ("$uuid", "unsupported result type"),
    ],
)
def test_an_expression_without_a_value_fails_the_execution(
    run: Run, expression: str, reason: str
) -> None:
    ended = run(one({"Type": "Pass", "Output": f"{{% {expression} %}}"}))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    assert reason in ended["cause"]


@pytest.mark.parametrize("field", ["Arguments", "Assign", "Output"])
def test_a_task_can_catch_a_field_that_cannot_be_evaluated(run: Run, field: str) -> None:
    task = {
        "Type": "Task",
        "Resource": f"{SDK}s3:listBuckets",
        field: {"Prefix": "{% $states.input.missing %}"},
        "Catch": [
            {
                "ErrorEquals": ["States.QueryEvaluationError"],
                "Assign": {"caught": "{% $states.errorOutput.Error %}"},
                "Output": "{% $states.errorOutput.Error %}",
                "Next": "Caught",
            }
        ],
        "End": True,
    }
    caught = {"Type": "Pass", "Output": "{% [$caught, $states.input] %}", "End": True}
    ended = run(jsonata({"Only": task, "Caught": caught}))
    assert ended["output"] == ["States.QueryEvaluationError"] * 2


def test_output_sees_the_variables_as_they_were_before_the_state(run: Run) -> None:
    definition = jsonata(
        {
            "First": {"Type": "Pass", "Assign": {"n": 1}, "Next": "Second"},
            "Second": {
                "Type": "Pass",
                "Assign": {"n": "{% $n + 1 %}"},
                "Output": {"during": "{% $n %}"},
                "Next": "Third",
            },
            "Third": {
                "Type": "Pass",
                "Output": {"during": "{% $states.input.during %}", "after": "{% $n %}"},
                "End": True,
            },
        },
        start="First",
    )
    assert run(definition)["output"] == {"during": 1, "after": 2}


def test_choices_waits_and_maps_evaluate_their_fields(run: Run) -> None:
    definition = jsonata(
        {
            "Any": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $count($states.input) > 1 %}", "Next": "Each"}],
                "Default": "None",
            },
            "None": {"Type": "Succeed", "Output": "none"},
            "Each": {
                "Type": "Map",
                "Items": "{% $states.input %}",
                "MaxConcurrency": 2,
                "ItemProcessor": {
                    "StartAt": "Wait",
                    "States": {
                        "Wait": {"Type": "Wait", "Seconds": "{% 0 %}", "Next": "Double"},
                        "Double": {
                            "Type": "Pass",
                            "Output": "{% $states.input * 2 %}",
                            "End": True,
                        },
                    },
                },
                "End": True,
            },
        },
        start="Any",
    )
    assert run(definition, [1, 2, 3])["output"] == [2, 4, 6]
    assert run(definition, [])["output"] == "none"


def test_a_definite_path_yields_the_value_and_others_a_list(run: Run) -> None:
    ended = run(
        {
            "StartAt": "Only",
            "States": {
                "Only": {
                    "Type": "Pass",
                    "Parameters": {
                        "one.$": "$.rows[0][0].long",
                        "many.$": "$.rows[*][0].long",
                        "list.$": "$.rows[0]",
                    },
                    "End": True,
                }
            },
        },
        {"rows": [[{"long": 4}]]},
    )
    assert ended["output"] == {"one": 4, "many": [4], "list": [{"long": 4}]}


def test_variables_are_assigned_and_read_by_path(run: Run) -> None:
    ended = run(
        {
            "StartAt": "Keep",
            "States": {
                "Keep": {"Type": "Pass", "Assign": {"kept.$": "$.deep"}, "Next": "Show"},
                "Show": {
                    "Type": "Pass",
                    "Parameters": {"all.$": "$kept", "part.$": "$kept.list[1]"},
                    "End": True,
                },
            },
        },
        {"deep": {"list": ["a", 'b"']}},
    )
    assert ended["output"] == {"all": {"list": ["a", 'b"']}, "part": 'b"'}


@pytest.mark.parametrize("around", ["Map", "Parallel"])
def test_states_inside_have_the_language_of_the_machine(run: Run, around: str) -> None:
    inside = {
        "StartAt": "ByPath",
        "States": {
            "ByPath": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "Next": "ByExpression"},
            "ByExpression": {
                "Type": "Pass",
                "QueryLanguage": "JSONata",
                "Output": "{% $states.input.n + 1 %}",
                "End": True,
            },
        },
    }
    outside = {"Type": around, "QueryLanguage": "JSONata", "Output": "{% $states.result %}"}
    if around == "Map":
        outside |= {"Items": "{% [$states.input] %}", "ItemProcessor": inside}
    else:
        outside |= {"Branches": [inside]}
    ended = run({"StartAt": "Outer", "States": {"Outer": {**outside, "End": True}}}, {"n": 1})
    assert ended["output"] == [2]


def test_an_expression_inside_of_a_map_is_none_in_a_machine_by_path(
    create: Callable[..., str],
) -> None:
    inside = {"StartAt": "In", "States": {"In": {"Type": "Pass", "Output": 1, "End": True}}}
    outside = {"Type": "Map", "QueryLanguage": "JSONata", "Items": [1], "ItemProcessor": inside}
    definition = {"StartAt": "Outer", "States": {"Outer": {**outside, "End": True}}}
    code, message = refusal(lambda: create(definition))
    assert code == "InvalidDefinition"
    assert 'The field "Output" is not supported by JSONPath' in message
    assert create({**definition, "QueryLanguage": "JSONata"})
