"""StartQueryExecution.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
"""

from __future__ import annotations

import uuid
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.engines.athena.errors import Malformed
from sandbox.engines.athena.statements import Statement, parse
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.athena import configuration, running
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.executions import executions_of
from sandbox.services.athena.refusals import invalid
from sandbox.services.athena.workgroups import PRIMARY, workgroups_of

CATALOG = "awsdatacatalog"


@operation("athena", "StartQueryExecution")
def start_query_execution(
    call: Call,
    QueryString: str,
    ClientRequestToken: str | None = None,
    WorkGroup: str = PRIMARY,
    **given: Any,
) -> dict[str, Any]:
    """Submit a query; the same token with the same request is the same query."""
    executions = executions_of(call)
    group = workgroups_of(call).named(WorkGroup)
    request = {"QueryString": QueryString, "WorkGroup": WorkGroup, **given}
    with executions.lock:
        known = _known(call, ClientRequestToken, request)
    if known is not None:
        return {"QueryExecutionId": known.id}
    if group.state != "ENABLED":
        raise invalid(f"WorkGroup {WorkGroup} is disabled.")
    _require_served(given)
    statement = _parsed(QueryString, given.get("ExecutionParameters") or [])
    result = configuration.of_results(group.configuration, given.get("ResultConfiguration"))
    _require_bucket(call, result["OutputLocation"])
    identifier = str(uuid.uuid4())
    suffix = "csv" if statement.kind == "SELECT" else "txt"
    location = f"{result['OutputLocation'].rstrip('/')}/{identifier}.{suffix}"
    execution = Execution(
        id=identifier,
        statement=statement,
        principal=call.principal,
        request=request,
        workgroup=WorkGroup,
        result_configuration=result | {"OutputLocation": location},
        cutoff=group.configuration.get("BytesScannedCutoffPerQuery"),
    )
    with executions.lock:
        known = _known(call, ClientRequestToken, request)
        if known is not None:
            return {"QueryExecutionId": known.id}
        executions.add(execution, ClientRequestToken)
        executions.pool.submit(running.run, executions, execution)
    return {"QueryExecutionId": identifier}


def _known(call: Call, token: str | None, request: dict[str, Any]) -> Execution | None:
    return executions_of(call).known(call.principal.iam_arn, token, request) if token else None


def _require_served(given: dict[str, Any]) -> None:
    catalog = (given.get("QueryExecutionContext") or {}).get("Catalog") or CATALOG
    if catalog.lower() != CATALOG:
        raise invalid(f"Catalog {catalog} does not exist.")
    reuse = (given.get("ResultReuseConfiguration") or {}).get("ResultReuseByAgeConfiguration") or {}
    if reuse.get("Enabled"):
        raise AwsError("NotImplemented", "The sandbox does not reuse results")


def _parsed(sql: str, parameters: list[str]) -> Statement:
    try:
        return parse(sql, parameters)
    except Malformed as error:
        raise invalid(str(error), error.code) from None


def _require_bucket(call: Call, location: str) -> None:
    """InvalidRequestException unless the caller finds the bucket of the results."""
    bucket = location.removeprefix("s3://").partition("/")[0]
    try:
        s3 = client_of(call.principal, call.runtime, "s3", call.region)
        s3.get_bucket_location(Bucket=bucket)
    except ClientError:
        raise invalid(f"Unable to verify/create output bucket {bucket}") from None
