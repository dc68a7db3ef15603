"""ListQueryExecutions.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.athena.executions import PAGE, executions_of
from sandbox.services.athena.workgroups import PRIMARY, workgroups_of


@operation("athena", "ListQueryExecutions")
def list_query_executions(
    call: Call,
    NextToken: str | None = None,
    MaxResults: int | None = None,
    WorkGroup: str = PRIMARY,
) -> dict[str, Any]:
    """The IDs of a workgroup's queries, the newest first."""
    group = workgroups_of(call).named(WorkGroup)
    found = [execution.id for execution in executions_of(call).of(group.name)]
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"QueryExecutionIds": part, "NextToken": following}
