"""Maps whose items run as executions of their own: what a definition may say of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.services.stepfunctions.definitions import diagnose
from sandbox.services.stepfunctions.unserved import HTTP, INPUT_TYPES, READER_FIELDS, STATE_FIELDS
from tests.sandbox.stepfunctions.workflows import PASS, Run, jsonata


def distributed(config: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A state that runs one Pass for each item."""
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **PASS}
    if config is not None:
        processor["ProcessorConfig"] = config
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


def by_path(state: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": "Each", "States": {"Each": state}}


def complaints(definition: dict[str, Any]) -> str:
    return "\n".join(str(found) for found in diagnose(json.dumps(definition), "STANDARD"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ToleratedFailurePercentage", 0),
        ("ToleratedFailurePercentage", 12.5),
        ("ToleratedFailurePercentage", 100),
        ("ToleratedFailurePercentagePath", "$.percentage"),
        ("ToleratedFailureCount", 0),
    ],
)
def test_failures_are_tolerated_up_to_a_bound(field: str, value: Any) -> None:
    assert complaints(by_path(distributed(**{field: value}))) == ""


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("ToleratedFailurePercentage", 101, "Value must be from 0 to 100"),
        ("ToleratedFailurePercentage", -1, "Value must be from 0 to 100"),
        ("ToleratedFailurePercentage", "50", "Value is not a number"),
        ("ToleratedFailurePercentage", None, "Value is not a number"),
        ("ToleratedFailureCount", -1, "Value must be at least 0"),
        ("ToleratedFailureCount", 1.5, "Value is not an integer"),
    ],
)
def test_a_bound_that_is_none_is_refused(field: str, value: Any, complaint: str) -> None:
    assert f"{complaint} at /States/Each/{field}" in complaints(
        by_path(distributed(**{field: value}))
    )


def test_a_bound_may_be_an_expression_of_jsonata() -> None:
    each = distributed(ToleratedFailurePercentage="{% 10 %}", ToleratedFailureCount="{% 1 %}")
    assert complaints(jsonata({"Each": {**each, "Items": [1]}}, "Each")) == ""


def reader(**config: Any) -> dict[str, Any]:
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "CSV", **config},
        "Parameters": {"Bucket": "b", "Key": "k"},
    }


WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}}
LISTED = {
    "Resource": "arn:aws:states:::s3:listObjectsV2",
    "ReaderConfig": {"MaxItems": 5},
    "Parameters": {"Bucket": "b"},
}


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"ItemBatcher": {"MaxItemsPerBatch": 5}}, "ItemBatcher at /States/Each/ItemBatcher"),
        ({"ResultWriter": WRITER}, "ResultWriter at /States/Each/ResultWriter"),
        ({"ResultWriter": {"WriterConfig": {"OutputType": "JSON"}}}, "ResultWriter at"),
        ({"ItemReader": reader(InputType="JSONL")}, "the InputType JSONL at"),
        ({"ItemReader": reader(InputType="PARQUET")}, "the InputType PARQUET at"),
        (
            {"ItemReader": reader(InputType="MANIFEST", ManifestType="S3_INVENTORY")},
            "ManifestType at /States/Each/ItemReader/ReaderConfig/ManifestType",
        ),
        ({"ItemReader": reader(CSVDelimiter="PIPE")}, "CSVDelimiter at"),
        ({"ItemReader": reader(ItemsPointer="/rows")}, "ItemsPointer at"),
        ({"ItemReader": reader(Transformation="LOAD_AND_FLATTEN")}, "Transformation at"),
        ({"ItemReader": LISTED}, "a ReaderConfig without an InputType at"),
    ],
)
def test_what_the_sandbox_does_not_serve_is_named(fields: dict[str, Any], what: str) -> None:
    told = f"SCHEMA_VALIDATION_FAILED: the sandbox does not serve {what}"
    assert complaints(by_path(distributed(**fields))).startswith(told)


@pytest.mark.parametrize("name", [HTTP, *STATE_FIELDS, *READER_FIELDS, *INPUT_TYPES])
def test_the_table_of_differences_names_what_is_not_served(name: str) -> None:
    (row,) = [
        line
        for line in (Path(__file__).parents[3] / "docs/sandbox.md").read_text().splitlines()
        if line.startswith("| **Step Functions** |")
    ]
    assert name in row


@pytest.mark.parametrize(
    "read",
    [
        reader(CSVHeaderLocation="FIRST_ROW", MaxItems=5),
        reader(InputType="JSON"),
        {name: LISTED[name] for name in ("Resource", "Parameters")},
    ],
)
def test_items_are_read_from_what_the_sandbox_serves(read: dict[str, Any]) -> None:
    assert complaints(by_path(distributed(ItemReader=read))) == ""


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_items_run_as_workflows_of_either_kind(run: Run, kind: str) -> None:
    each = distributed({"Mode": "DISTRIBUTED", "ExecutionType": kind})
    assert run(by_path(each), [1, 2])["output"] == [1, 2]


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
def test_an_expression_selects_what_each_item_runs_with(run: Run, mode: str) -> None:
    kind = {"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {}
    each = distributed(
        {"Mode": mode, **kind},
        Items="{% $states.input.rows %}",
        ItemSelector="{% {'n': $states.context.Map.Item.Value * $states.input.by} %}",
    )
    ended = run(jsonata({"Each": each}, "Each"), {"rows": [1, 2], "by": 10})
    assert ended["output"] == [{"n": 10}, {"n": 20}]


FAIL_WITHOUT_NUMBER = {
    "StartAt": "Inner",
    "States": {
        "Inner": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "IsNumeric": True, "Next": "Good"}],
            "Default": "Bad",
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "NoNumber"},
    },
}


@pytest.mark.parametrize(
    ("bounds", "tolerated"),
    [
        ({}, False),
        ({"ToleratedFailureCount": 1}, False),
        ({"ToleratedFailureCount": 2}, True),
        ({"ToleratedFailurePercentage": 49.9}, False),
        ({"ToleratedFailurePercentage": 50}, True),
        ({"ToleratedFailureCount": 3, "ToleratedFailurePercentage": 25}, False),
        ({"ToleratedFailurePercentagePath": "$.percentage"}, True),
    ],
)
def test_a_map_fails_when_more_of_its_items_did_than_it_tolerates(
    run: Run, bounds: dict[str, Any], tolerated: bool
) -> None:
    each = distributed(ItemsPath="$.items", **bounds)
    each["ItemProcessor"] |= FAIL_WITHOUT_NUMBER
    each["Catch"] = [
        {"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "Exceeded"}
    ]
    exceeded = {"Type": "Pass", "Result": "exceeded", "End": True}
    definition = {"StartAt": "Each", "States": {"Each": each, "Exceeded": exceeded}}
    ended = run(definition, {"items": [1, "a", 2, "b"], "percentage": 100})
    if tolerated:
        assert [item for item in ended["output"] if item] == [1, 2]
    else:
        assert ended["output"] == "exceeded"


def test_a_map_whose_items_failed_fails_the_execution(run: Run) -> None:
    each = distributed()
    each["ItemProcessor"] |= FAIL_WITHOUT_NUMBER
    ended = run(by_path(each), ["a"])
    assert (ended["status"], ended["error"], ended["cause"]) == (
        "FAILED",
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )
