"""Executions: start, stop, describe, list, and their history.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

from __future__ import annotations

import uuid
from typing import Any

from moto.stepfunctions.models import StateMachine

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.stepfunctions import credentials
from sandbox.services.stepfunctions.checks import check_not_deleting
from sandbox.services.stepfunctions.execution import WorkflowExecution
from sandbox.services.stepfunctions.json_text import check_payload
from sandbox.services.stepfunctions.machines import backend_of, machine_of
from sandbox.services.stepfunctions.pages import page

STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")


@operation("stepfunctions", "StartExecution")
def start_execution(
    call: Call,
    stateMachineArn: str,
    name: str | None = None,
    input: str = "{}",
    traceHeader: str | None = None,
) -> dict[str, Any]:
    """Start a state machine as its role; the same name and input while it runs is the same."""
    machine = machine_of(call, stateMachineArn)
    name = _checked_name(call, machine, name, input)
    owner: Any = _owner(call, machine)
    again = machine.type == "STANDARD"  # EXPRESS: "Idempotency is not automatically managed"
    execution = owner._handle_name_input_idempotency(name, input) if again else None
    if execution is None:
        credentials.serve(call.runtime)
        execution = WorkflowExecution(call.runtime, machine, name, input, traceHeader)
        owner.executions.append(execution)
        execution.start()
    return {"executionArn": execution.execution_arn, "startDate": execution.start_date}


@operation("stepfunctions", "StartSyncExecution")
def start_sync_execution(
    call: Call,
    stateMachineArn: str,
    name: str | None = None,
    input: str = "{}",
    traceHeader: str | None = None,
    includedData: str = "ALL_DATA",
) -> dict[str, Any]:
    """Run an EXPRESS state machine and wait for it; a STANDARD one cannot be waited for."""
    machine = machine_of(call, stateMachineArn)
    if machine.type != "EXPRESS":
        raise AwsError(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
    name = _checked_name(call, machine, name, input)
    credentials.serve(call.runtime)
    execution = WorkflowExecution(call.runtime, machine, name, input, traceHeader)
    execution.start()
    execution.finished.wait()
    return _description(execution)


@operation("stepfunctions", "StopExecution")
def stop_execution(
    call: Call, executionArn: str, error: str | None = None, cause: str | None = None
) -> dict[str, Any]:
    """Abort an execution, with a reason for the record; one that has ended stays as it is."""
    execution = _execution(call, executionArn)
    execution.stop(stop_date=call.runtime.clock.now(), error=error, cause=cause)
    return {"stopDate": execution.stop_date}


@operation("stepfunctions", "DescribeExecution")
def describe_execution(
    call: Call, executionArn: str, includedData: str = "ALL_DATA"
) -> dict[str, Any]:
    """How an execution stands, or how it ended and why."""
    return _description(_execution(call, executionArn), includedData == "ALL_DATA")


@operation("stepfunctions", "DescribeStateMachineForExecution")
def describe_state_machine_for_execution(
    call: Call, executionArn: str, includedData: str = "ALL_DATA"
) -> dict[str, Any]:
    """The state machine as it was when the execution started."""
    machine = _execution(call, executionArn).snapshot
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "definition": machine.definition,
        "roleArn": machine.roleArn,
        "updateDate": machine.update_date,
        "loggingConfiguration": machine.loggingConfiguration,
        "tracingConfiguration": machine.tracingConfiguration,
        "encryptionConfiguration": machine.encryptionConfiguration,
    }


@operation("stepfunctions", "ListExecutions")
def list_executions(
    call: Call,
    stateMachineArn: str | None = None,
    statusFilter: str | None = None,
    maxResults: int = 0,
    nextToken: str | None = None,
    mapRunArn: str | None = None,
    redriveFilter: str | None = None,
) -> dict[str, Any]:
    """The executions of a state machine, newest first."""
    if stateMachineArn is None:
        raise AwsError("ValidationException", "Either stateMachineArn or mapRunArn is required.")
    if mapRunArn is not None:
        raise AwsError("ValidationException", "Only one of stateMachineArn and mapRunArn is taken.")
    if statusFilter is not None and statusFilter not in STATUSES:
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{statusFilter}' at 'statusFilter' failed to "
            f"satisfy constraint: Member must satisfy enum value set: [{', '.join(STATUSES)}]",
        )
    machine = machine_of(call, stateMachineArn)
    if machine.type != "STANDARD":
        raise AwsError(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
    executions = sorted(machine.executions, key=lambda each: each.start_date, reverse=True)
    items = []
    for execution in executions:
        item = {
            "executionArn": execution.execution_arn,
            "stateMachineArn": machine.arn,
            "name": execution.name,
            "status": execution.status,
            "startDate": execution.start_date,
        }
        if execution.stop_date is not None:
            item["stopDate"] = execution.stop_date
        if statusFilter in (None, item["status"]):
            items.append(item)
    return page("executions", items, maxResults, nextToken)


@operation("stepfunctions", "GetExecutionHistory")
def get_execution_history(
    call: Call,
    executionArn: str,
    maxResults: int = 0,
    reverseOrder: bool = False,
    nextToken: str | None = None,
    includeExecutionData: bool = True,
) -> dict[str, Any]:
    """The events of an execution, a page at a time."""
    events = _execution(call, executionArn).history()
    if not includeExecutionData:
        events = [_without_data(event) for event in events]
    return page("events", events[::-1] if reverseOrder else events, maxResults, nextToken)


def _checked_name(call: Call, machine: StateMachine, name: str | None, text: str) -> str:
    """The name of an execution that is about to start, given or not; refused with its input."""
    check_not_deleting(machine)
    name = str(uuid.uuid4()) if name is None else name
    backend_of(call)._validate_name(name)
    check_payload(text, "InvalidExecutionInput", "State Machine Execution Input")
    return name


def _owner(call: Call, machine: StateMachine) -> StateMachine:
    """The state machine that keeps the executions: of a version, the one it is a version of."""
    arn = vars(machine).get("source_arn")
    return machine_of(call, arn) if arn else machine


def _execution(call: Call, arn: str) -> WorkflowExecution:
    backend: Any = backend_of(call)
    if ":express:" in arn:  # nothing is kept of an execution of an EXPRESS state machine
        message = "Invalid Arn: 'Resource type not valid in this context: express'"
        raise AwsError("InvalidArn", message)
    backend._validate_execution_arn(arn)
    for machine in backend.state_machines:
        for execution in machine.executions:
            if execution.execution_arn == arn:
                found: WorkflowExecution = execution
                return found
    raise AwsError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def _description(execution: WorkflowExecution, with_data: bool = True) -> dict[str, Any]:
    status = execution.status
    answer = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": status,
        "startDate": execution.start_date,
        "stopDate": execution.stop_date,
        "error": execution.error,
        "cause": execution.cause,
        "traceHeader": execution.trace_header,
    }
    if with_data:
        answer |= {"input": execution.execution_input, "inputDetails": {"included": True}}
    if with_data and execution.output is not None:
        answer |= {"output": execution.output, "outputDetails": {"included": True}}
    if execution.sm_type == "STANDARD":
        reasons = {
            "RUNNING": "Execution is RUNNING and cannot be redriven",
            "SUCCEEDED": "Execution is SUCCEEDED and cannot be redriven",
        }
        answer |= {
            "redriveCount": 0,
            "redriveStatus": "NOT_REDRIVABLE" if status in reasons else "REDRIVABLE",
            "redriveStatusReason": reasons.get(status),
        }
    return {name: value for name, value in answer.items() if value is not None}


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in member.items() if key not in DATA}
        if isinstance(member, dict)
        else member
        for name, member in event.items()
    }
