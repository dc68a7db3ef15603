"""Maps whose items run as executions of their own: what a definition may say of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services.stepfunctions.definitions import diagnose
from tests.sandbox.stepfunctions.workflows import PASS, jsonata


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
