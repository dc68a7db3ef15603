"""The event that every change of an execution's status puts on the default event bus.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends

if TYPE_CHECKING:
    from sandbox.services.stepfunctions.execution import WorkflowExecution


def publish_status(execution: WorkflowExecution) -> None:
    """Tell EventBridge; users may not put events of aws.*, so it goes to the bus itself."""
    event = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Resources": [execution.exec_arn],
        "Detail": json.dumps(_detail(execution)),
    }
    try:
        events_backends[execution.account_id][execution.region_name].put_events([event])
    except Exception:  # an undeliverable event changes nothing for the execution
        traceback.print_exc()


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
