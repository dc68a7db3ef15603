"""The event that tells EventBridge of a query's next state.

https://docs.aws.amazon.com/athena/latest/ug/athena-events.html
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sandbox.runtime import Runtime
from sandbox.services.athena.execution import Execution

DETAIL_TYPE = "Athena Query State Change"
NUMBERS = {"QUEUED": "1", "RUNNING": "2"}


def tell(runtime: Runtime, region: str, execution: Execution, previous: str) -> None:
    """Put the event of a query's new state on the default bus, soon."""
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
    entry = {
        "Source": "aws.athena",
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail),
        "Time": runtime.clock.now(),
    }
    runtime.clock.after(0, partial(_put, runtime, region, entry))


def _put(runtime: Runtime, region: str, entry: dict[str, Any]) -> None:
    runtime.client("events", region=region).put_events(Entries=[entry])
