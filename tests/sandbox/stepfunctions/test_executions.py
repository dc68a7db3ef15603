"""Executions: how they start, end and tell of it."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from moto.stepfunctions.parser.utils import TMP_THREADS

from sandbox.services.stepfunctions import limits
from sandbox.services.stepfunctions.execution import WorkflowExecution
from tests.sandbox.event_tools import listening
from tests.sandbox.stepfunctions.workflows import (
    PASS,
    Run,
    jsonata,
    one,
    refusal,
    wait_for_end,
)


def test_a_name_is_given_once(states: Any, create: Callable[..., str]) -> None:
    arn = create(one({"Type": "Wait", "Seconds": 600}))
    first = states.start_execution(stateMachineArn=arn, name="first")
    again = states.start_execution(stateMachineArn=arn, name="first")
    assert again["executionArn"] == first["executionArn"]
    code, _ = refusal(
        lambda: states.start_execution(stateMachineArn=arn, name="first", input="[1]")
    )
    assert code == "ExecutionAlreadyExists"
    unnamed = states.start_execution(stateMachineArn=arn)
    assert unnamed["executionArn"].rsplit(":", 1)[1] not in ("None", "first")
    running = states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
    assert len(running) == 2
    states.delete_state_machine(stateMachineArn=arn)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"input": "{"}, "InvalidExecutionInput"),
        ({"input": "NaN"}, "InvalidExecutionInput"),
        ({"input": json.dumps("ß" * 131072, ensure_ascii=False)}, "InvalidExecutionInput"),
        ({"name": "no spaces"}, "InvalidName"),
        (
            {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:missing"},
            "StateMachineDoesNotExist",
        ),
        ({"stateMachineArn": "missing"}, "InvalidArn"),
    ],
)
def test_what_cannot_start_is_refused(
    states: Any, create: Callable[..., str], settings: dict[str, str], code: str
) -> None:
    arguments = {"stateMachineArn": create(PASS)} | settings
    assert refusal(lambda: states.start_execution(**arguments))[0] == code


def test_executions_are_listed_of_a_machine_or_a_map_run(
    states: Any, create: Callable[..., str]
) -> None:
    arn = create(PASS)
    settings = {"stateMachineArn": arn, "mapRunArn": f"{arn}/map:{uuid.uuid4()}"}
    assert refusal(lambda: states.list_executions(**settings))[0] == "ValidationException"


def test_an_execution_of_a_version_has_the_arn_of_its_state_machine(
    states: Any, create: Callable[..., str]
) -> None:
    arn = create(PASS)
    version = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    started = states.start_execution(stateMachineArn=version, name="n")["executionArn"]
    assert started == f"{arn.replace(':stateMachine:', ':execution:')}:n"


def test_the_context_tells_times_and_counts(run: Run) -> None:
    ended = run(one({"Type": "Pass", "Output": "{% $states.context %}"}))
    execution, state = ended["output"]["Execution"], ended["output"]["State"]
    assert (execution["RedriveCount"], state["RetryCount"]) == (0, 0)
    for moment in (execution["StartTime"], state["EnteredTime"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", moment)


def test_a_stopped_one_keeps_the_reason(states: Any, create: Callable[..., str]) -> None:
    arn = create(one({"Type": "Wait", "Seconds": 600}))
    execution = states.start_execution(stateMachineArn=arn)["executionArn"]
    stopped = states.stop_execution(executionArn=execution, error="Enough", cause="of this")
    found = states.describe_execution(executionArn=execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "of this")
    assert found["stopDate"] == stopped["stopDate"]


def test_a_timeout_of_the_machine_ends_it(run: Run, states: Any) -> None:
    ended = run({**one({"Type": "Wait", "Seconds": 600}), "TimeoutSeconds": 1})
    assert ended["status"] == "TIMED_OUT"
    assert ended["stopDate"] > ended["startDate"]
    history = states.get_execution_history(executionArn=ended["executionArn"])["events"]
    assert history[-1]["type"] == "ExecutionTimedOut"


def test_a_timeout_of_a_task_is_an_error(run: Run, create: Callable[..., str]) -> None:
    slow = create(one({"Type": "Wait", "Seconds": 600}))
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": slow, "Input": {}},
        "TimeoutSeconds": 1,
    }
    ended = run(one(task))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")


def test_what_a_task_started_too_late_is_not_waited_for(
    run: Run, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    late = create(PASS)
    start = WorkflowExecution.start

    def start_late(execution: WorkflowExecution) -> None:
        if execution.state_machine_arn == late:
            assert over.wait(60)
        start(execution)

    monkeypatch.setattr(WorkflowExecution, "start", start_late)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": late, "Input": {}},
        "TimeoutSeconds": 1,
    }
    ended = run(one(task))
    over.set()
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    for thread in TMP_THREADS:  # it grows as the one that calls makes the one that waits
        if "_exec_and_notify" in thread.name or "WaitForTaskToken" in thread.name:
            thread.join(60)  # what goes wrong in it fails the test
            assert not thread.is_alive()


def test_a_failure_tells_error_and_cause_in_its_history(run: Run, states: Any) -> None:
    ended = run(jsonata({"Only": {"Type": "Fail", "Error": "Bad", "Cause": "{% 'it' & 's' %}"}}))
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Bad", "its")
    last = states.get_execution_history(
        executionArn=ended["executionArn"], reverseOrder=True, maxResults=1
    )
    assert last["events"][0]["executionFailedEventDetails"] == {"error": "Bad", "cause": "its"}


def test_an_execution_of_too_many_events_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_EVENTS", 50)
    choice = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% false %}", "Next": "Never"}],
        "Default": "Only",
    }
    ended = run(
        jsonata(
            {
                "Only": {"Type": "Pass", "Next": "Again"},
                "Again": choice,
                "Never": {"Type": "Succeed"},
            }
        )
    )
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert "maximum number of history events" in ended["cause"]


def test_history_comes_in_pages(run: Run, states: Any) -> None:
    ended = run(PASS)
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=ended["executionArn"], PaginationConfig={"PageSize": 1}
    )
    kinds = [event["type"] for page in pages for event in page["events"]]
    assert kinds == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]


def test_a_change_of_status_is_an_event(run: Run, aws: Callable[..., Any]) -> None:
    with listening(aws, {"source": ["aws.states"]}) as heard:
        ended = run(jsonata({"Only": {"Type": "Fail", "Error": "Bad"}}))
        running, failed = heard(2)
    for event in (running, failed):
        assert event["detail-type"] == "Step Functions Execution Status Change"
        assert event["resources"] == [ended["executionArn"]]
        assert event["detail"]["executionArn"] == ended["executionArn"]
    assert running["detail"]["status"] == "RUNNING"
    assert running["detail"]["stopDate"] is None
    assert (failed["detail"]["status"], failed["detail"]["error"]) == ("FAILED", "Bad")


def test_stopping_an_execution_is_an_event(
    create: Callable[..., str], states: Any, aws: Callable[..., Any]
) -> None:
    machine = create(jsonata({"Only": {"Type": "Wait", "Seconds": 60, "End": True}}))
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [machine]}}
    with listening(aws, pattern) as heard:
        started = states.start_execution(stateMachineArn=machine)["executionArn"]
        states.stop_execution(executionArn=started, error="Enough", cause="of it")
        _, aborted = heard(2)
    detail = aborted["detail"]
    assert (detail["status"], detail["error"], detail["cause"]) == ("ABORTED", "Enough", "of it")


def test_a_failure_is_logged_and_counted(
    states: Any, create: Callable[..., str], aws: Callable[..., Any]
) -> None:
    group = f"/states/{uuid.uuid4()}"
    aws("logs").create_log_group(logGroupName=group)
    group_arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group_arn}}]
    arn = create(
        jsonata({"Only": {"Type": "Fail", "Error": "Bad"}}),
        loggingConfiguration={"level": "ERROR", "destinations": destinations},
    )
    wait_for_end(states, states.start_execution(stateMachineArn=arn)["executionArn"])
    deadline = time.monotonic() + 5
    while not (found := aws("logs").filter_log_events(logGroupName=group)["events"]):
        assert time.monotonic() < deadline, "nothing was logged"
        time.sleep(0.02)
    kinds = [json.loads(event["message"])["type"] for event in found]
    assert kinds == ["FailStateEntered", "ExecutionFailed"]
    counted = aws("cloudwatch").list_metrics(
        Namespace="AWS/States", Dimensions=[{"Name": "StateMachineArn", "Value": arn}]
    )
    names = {metric["MetricName"] for metric in counted["Metrics"]}
    assert names == {"ExecutionsStarted", "ExecutionsFailed"}
