"""GetQueryResults: the result in S3, page by page, read with the caller's rights.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.engines.athena.model import ResultColumn
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.athena.caller import client_of
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.executions import executions_of
from sandbox.services.athena.output import Row, rows, split
from sandbox.services.athena.refusals import invalid

PAGE = 1000
TEXTS = frozenset({"char", "string", "varchar"})


@operation("athena", "GetQueryResults")
def get_query_results(
    call: Call,
    QueryExecutionId: str,
    NextToken: str | None = None,
    MaxResults: int = PAGE,
    QueryResultType: str = "DATA_ROWS",
) -> dict[str, Any]:
    """A page of rows; the first of a query's first page has the names of the columns.

    A page begins where its token says: so many bytes into the object.
    """
    executions = executions_of(call)
    with executions.lock:
        execution = executions.named(QueryExecutionId)
        _require_succeeded(execution)
    if QueryResultType != "DATA_ROWS":
        raise AwsError("NotImplemented", f"The sandbox does not serve {QueryResultType}")
    start = _offset(execution, NextToken)
    found = _read(call, execution, start)
    shown = list(itertools.islice(found, MaxResults))
    end = start + sum(size for _, size in shown)
    answer = {
        "UpdateCount": execution.updated,
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row, _ in shown],
            "ResultSetMetadata": {"ColumnInfo": [_info(one) for one in execution.columns]},
        },
    }
    if end < execution.bytes:
        answer["NextToken"] = f"{execution.id}.{end}"
    return answer


def _require_succeeded(execution: Execution) -> None:
    if not execution.ended:
        raise invalid(f"Query has not yet finished. Current state: {execution.state}")
    if execution.state != "SUCCEEDED":
        state = execution.state
        raise invalid(f"Query did not finish successfully. Final query state: {state}")


def _offset(execution: Execution, token: str | None) -> int:
    if token is None:
        return 0
    identifier, _, offset = token.rpartition(".")
    if identifier != execution.id or not offset.isdecimal() or int(offset) >= execution.bytes:
        raise invalid("The NextToken is not valid.")
    return int(offset)


def _read(call: Call, execution: Execution, start: int) -> Iterator[tuple[Row, int]]:
    if execution.bytes == 0:  # nothing of which a range could be asked for
        return iter(())
    s3 = client_of(call.principal, call.runtime, "s3", call.region)
    bucket, key = split(execution.location)
    try:
        body = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={start}-")["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket", "InvalidRange"}:
            raise invalid("Could not find results") from None
        message = error.response["Error"]["Message"]
        raise invalid(f"Access denied when reading {execution.location}: {message}") from None
    lines = body.iter_lines(keepends=True)
    if execution.is_table:
        return rows(lines)
    return (([line.decode().removesuffix("\n")], len(line)) for line in lines)


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _info(column: ResultColumn) -> dict[str, Any]:
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type in TEXTS,
    }
