"""Definitions and answers that the tests of Step Functions share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

SDK = "arn:aws:states:::aws-sdk:"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
Execution = dict[str, Any]
Run = Callable[..., Execution]


def wait_for_end(states: Any, execution_arn: str, seconds: float = 20) -> Execution:
    deadline = time.monotonic() + seconds
    while (found := states.describe_execution(executionArn=execution_arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution is still running"
        time.sleep(0.02)
    return found


def jsonata(states_: dict[str, Any], start: str = "Only", **more: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": start, "States": states_, **more}


def one(state: dict[str, Any]) -> dict[str, Any]:
    return jsonata({"Only": {"End": True, **state}})


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
