"""The event that tells EventBridge of a query's next state.

https://docs.aws.amazon.com/athena/latest/ug/athena-events.html
"""

from __future__ import annotations

from typing import Any

from sandbox.runtime import Runtime
from sandbox.services.athena.execution import Execution
from sandbox.services.events.bus import Event, publish

DETAIL_TYPE = "Athena Query State Change"
NUMBERS = {"QUEUED": "1", "RUNNING": "2"}


def tell(runtime: Runtime, account: str, region: str, execution: Execution, previous: str) -> None:
    """Put the event of a query's new state on the default bus."""
    detail: dict[str, Any] = {
        "versionId": "0",
        "currentState": execution.state,
        "previousState": previous,
        "statementType": execution.statement.type,
        "queryExecutionId": execution.id,
        "workgroupName": execution.workgroup,
        "sequenceNumber": NUMBERS.get(execution.state, "3"),
    }
    if execution.error:
        told = {name[0].lower() + name[1:]: value for name, value in execution.error.items()}
        detail["athenaError"] = told
    publish(runtime, account, region, Event("aws.athena", DETAIL_TYPE, detail))
