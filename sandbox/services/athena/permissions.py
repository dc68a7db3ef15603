"""What Athena asks IAM for: a query is a matter of its workgroup."""

from __future__ import annotations

from sandbox.authorization.resources import arn_of, finder
from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.services.athena.executions import executions_of


@finder("athena", "workgroup of a query")
def workgroup(call: Call) -> list[str]:
    """The workgroup of the query that a request names; none for one that is not there."""
    try:
        execution = executions_of(call).named(str(call.params.get("QueryExecutionId")))
    except AwsError:
        return []
    return [arn_of(call, f"workgroup/{execution.workgroup}")]
