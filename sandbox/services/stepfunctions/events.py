"""The event that every change of an execution's status puts on the default event bus.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.runtime import Runtime
from sandbox.services.events.bus import Event, publish

if TYPE_CHECKING:
    from sandbox.services.stepfunctions.execution import WorkflowExecution

DETAIL_TYPE = "Step Functions Execution Status Change"


def publish_status(runtime: Runtime, execution: WorkflowExecution) -> None:
    """Tell EventBridge of an execution's new status."""
    event = Event("aws.states", DETAIL_TYPE, _detail(execution), [execution.exec_arn])
    publish(runtime, execution.account_id, execution.region_name, event)


def _detail(execution: WorkflowExecution) -> dict[str, Any]:
    included = {"included": True}
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": execution.execution_input,
        "output": execution.output,
        "error": execution.error,
        "cause": execution.cause,
        "inputDetails": included,
        "outputDetails": included if execution.output is not None else None,
    }


def _milliseconds(moment: Any) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
