from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.stepfunctions_execution import main

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:load"
ARN = "arn:aws:states:us-east-1:123456789012:execution:load:1"
DATE = "2026-01-01T00:00:00Z"
BUSY = {"tables": [{"table": "public.orders", "status": "busy"}]}
LOADED = {"tables": [{"table": "public.orders", "status": "loaded"}]}


@pytest.fixture(autouse=True)
def made_up_name(monkeypatch):
    monkeypatch.setattr(uuid, "uuid4", lambda: "made-up")


@pytest.fixture
def start(say):
    def line(name: str = "made-up", data: Any = None) -> Any:
        request = {"stateMachineArn": MACHINE, "name": name, "input": json.dumps(data or {})}
        answer = {"executionArn": ARN, "startDate": DATE}
        return say("stepfunctions", "StartExecution", request, answer)

    return line


@pytest.fixture
def describe(say):
    def line(status: str, output: Any = None, **members: Any) -> Any:
        answer = {
            "executionArn": ARN,
            "stateMachineArn": MACHINE,
            "startDate": DATE,
            "status": status,
            **({"output": json.dumps(output)} if output is not None else {}),
            **members,
        }
        return say("stepfunctions", "DescribeExecution", {"executionArn": ARN}, answer)

    return line


@pytest.fixture
def running(say):
    def line(*arns: str) -> Any:
        request = {"stateMachineArn": MACHINE, "statusFilter": "RUNNING"}
        found = [
            {
                "executionArn": arn,
                "stateMachineArn": MACHINE,
                "name": "1",
                "status": "RUNNING",
                "startDate": DATE,
            }
            for arn in arns
        ]
        return say("stepfunctions", "ListExecutions", request, {"executions": found})

    return line


OPTIONS = {"state_machine_arn": MACHINE}


class TestExecution:
    def test_is_waited_for_and_its_output_is_data(self, run_module, start, describe):
        script = [start(data={"a": 1}), describe("RUNNING"), describe("SUCCEEDED", LOADED)]
        result = run_module(main, script, **OPTIONS, input={"a": 1})
        assert result["changed"]
        assert result["execution"] == {
            "execution_arn": ARN,
            "status": "SUCCEEDED",
            "output": LOADED,
        }

    def test_is_not_started_in_check_mode(self, run_module):
        result = run_module(main, [], check=True, **OPTIONS, input={"a": 1})
        assert result["changed"]
        assert result["diff"]["after"] == {"input": {"a": 1}}

    def test_is_not_waited_for_when_not_asked(self, run_module, start):
        result = run_module(main, [start("mine")], **OPTIONS, name="mine", wait=False)
        assert result["execution"] == {"execution_arn": ARN, "status": "RUNNING"}

    @pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
    def test_that_fails_tells_error_and_cause_in_a_line(self, run_module, start, describe, status):
        failed = describe(status, error="Load.Failed", cause="no\n  such table")
        result = run_module(main, [start(), failed], **OPTIONS)
        assert f"execution {ARN} {status}: Load.Failed: no such table" in result["msg"]

    def test_that_fails_without_a_word_says_so(self, run_module, start, describe):
        result = run_module(main, [start(), describe("ABORTED")], **OPTIONS)
        assert "ABORTED: AWS gives no reason" in result["msg"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"state_machine_arn": "load"}, "state_machine_arn is load: it must be an ARN"),
            ({"name": "a b"}, "name is a b: it must be 1 to 80"),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        for check in (False, True):
            result = run_module(main, [], check=check, **{**OPTIONS, **options})
            assert message in result["msg"]


class TestAfterRunning:
    def test_waits_for_those_that_run(self, run_module, start, describe, running):
        script = [running(ARN), running(), start(), describe("SUCCEEDED", LOADED)]
        result = run_module(main, script, **OPTIONS, after_running=True)
        assert result["execution"]["output"] == LOADED

    def test_repeats_a_busy_one_under_another_name(self, run_module, start, describe, running):
        script = [
            running(),
            start("mine"),
            describe("SUCCEEDED", BUSY),
            running(ARN),
            running(),
            start("mine-2"),
            describe("SUCCEEDED", LOADED),
        ]
        result = run_module(main, script, **OPTIONS, after_running=True, name="mine")
        assert result["execution"]["output"] == LOADED

    def test_gives_up_when_it_is_always_busy(
        self, run_module, start, describe, running, monkeypatch
    ):
        now = iter(range(0, 1000, 7))
        monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
        script = [running(), start(), describe("SUCCEEDED", BUSY)]
        result = run_module(main, script, **OPTIONS, after_running=True, wait_timeout=40)
        assert "an execution that finds no table busy; it is busy now" in result["msg"]

    def test_a_busy_one_is_what_was_asked_for_otherwise(self, run_module, start, describe):
        script = [start(), describe("SUCCEEDED", BUSY)]
        assert run_module(main, script, **OPTIONS)["execution"]["output"] == BUSY


class TestThoseThatRun:
    @pytest.mark.parametrize("check", [False, True])
    def test_are_waited_for_and_nothing_changes(self, run_module, running, check):
        script = [running(ARN)] if check else [running(ARN), running(ARN), running()]
        result = run_module(main, script, check=check, **OPTIONS, state="ended")
        assert not result["changed"]
        assert result["running"] == [ARN]
        assert result["diff"]["before"] == result["diff"]["after"]

    @pytest.mark.parametrize("check", [False, True])
    def test_are_stopped(self, run_module, running, say, check):
        script = [running(ARN)]
        if not check:
            stop = say("stepfunctions", "StopExecution", {"executionArn": ARN}, {"stopDate": DATE})
            script += [stop, running(ARN), running()]
        result = run_module(main, script, check=check, **OPTIONS, state="stopped")
        assert result["changed"]
        assert result["diff"] == {"before": {"running": [ARN]}, "after": {"running": []}}

    def test_are_stopped_and_not_waited_for_when_not_asked(self, run_module, running, say):
        stop = say("stepfunctions", "StopExecution", {"executionArn": ARN}, {"stopDate": DATE})
        script = [running(ARN), stop]
        assert run_module(main, script, **OPTIONS, state="stopped", wait=False)["changed"]

    def test_are_none_which_is_no_change(self, run_module, running):
        result = run_module(main, [running(), running()], **OPTIONS, state="stopped")
        assert not result["changed"]
