"""Executions of EXPRESS state machines: quick, of shared names, and kept by nobody."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.services.stepfunctions import definitions
from tests.sandbox.stepfunctions.workflows import PASS, one, refusal


def test_names_are_shared_and_nothing_tells_of_an_execution(
    states: Any, create: Callable[..., str]
) -> None:
    name = f"quick-{uuid.uuid4()}"
    machine = create(PASS, name=name, type="EXPRESS")
    started = [
        states.start_execution(stateMachineArn=machine, name="same", input=given)["executionArn"]
        for given in ("1", "2", "2")
    ]
    assert len(set(started)) == 3
    prefix = f"arn:aws:states:us-east-1:123456789012:express:{name}:same:"
    for arn in started:
        assert re.fullmatch(f"{prefix}[0-9a-f-]{{36}}", arn)
    for ask in (
        states.describe_execution,
        states.get_execution_history,
        states.stop_execution,
        states.describe_state_machine_for_execution,
    ):
        code, message = refusal(lambda ask=ask: ask(executionArn=started[0]))
        assert code == "InvalidArn"
        assert message == "Invalid Arn: 'Resource type not valid in this context: express'"


def test_they_end_after_five_minutes(
    states: Any, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert definitions.EXPRESS_SECONDS == 300
    monkeypatch.setattr(definitions, "EXPRESS_SECONDS", 1)
    slow = {**one({"Type": "Wait", "Seconds": 60}), "TimeoutSeconds": 30}
    machine = create(slow, type="EXPRESS")
    assert states.start_sync_execution(stateMachineArn=machine)["status"] == "TIMED_OUT"


def test_one_is_not_waited_for_that_can_not_start(
    states: Any, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = create(PASS, type="EXPRESS")

    def start(**settings: str) -> str:
        given = {"stateMachineArn": machine} | settings
        return refusal(lambda: states.start_sync_execution(**given))[0]

    assert start(name="no spaces") == "InvalidName"
    assert start(input="NaN") == "InvalidExecutionInput"
    assert start(stateMachineArn=create(PASS)) == "StateMachineTypeNotSupported"
    done = states.start_sync_execution(stateMachineArn=machine, name="n", input="5")
    assert (done["status"], done["name"], done["output"]) == ("SUCCEEDED", "n", "5")
    monkeypatch.setattr(Clock, "later", lambda *_: None)  # it goes on being deleted
    states.delete_state_machine(stateMachineArn=machine)
    assert start() == "StateMachineDeleting"
