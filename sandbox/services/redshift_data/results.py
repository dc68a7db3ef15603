"""GetStatementResult and GetStatementResultV2: the rows of a statement, in pages.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResult.html
"""

from __future__ import annotations

import csv
import io
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_data.connection import invalid
from sandbox.services.redshift_data.fields import field, metadata, size, text
from sandbox.services.redshift_data.ledger import ledger_of

SERVICE = "redshift-data"
PAGE_ROWS = 1000
PAGE_BYTES = 1024 * 1024
Row = tuple[Any, ...]


@operation(SERVICE, "GetStatementResult")
def get_statement_result(
    call: Call, Id: str, NextToken: str | None = None, WaitTimeSeconds: int = 0
) -> dict[str, Any]:
    """A page of rows as typed fields.

    Raises ResourceNotFoundException for a statement without rows, or that has not finished.
    """
    answer, rows = _page(call, Id, NextToken, WaitTimeSeconds, "JSON")
    return answer | {"Records": [[field(value) for value in row] for row in rows]}


@operation(SERVICE, "GetStatementResultV2")
def get_statement_result_v2(
    call: Call, Id: str, NextToken: str | None = None, WaitTimeSeconds: int = 0
) -> dict[str, Any]:
    """A page of rows as CSV, of a statement that was run with the result format CSV."""
    answer, rows = _page(call, Id, NextToken, WaitTimeSeconds, "CSV")
    table = io.StringIO()
    csv.writer(table).writerows(
        ["" if value is None else text(value) for value in row] for row in rows
    )
    return answer | {"Records": [{"CSVRecords": table.getvalue()}], "ResultFormat": "CSV"}


def _page(
    call: Call, identifier: str, token: str | None, seconds: int, result_format: str
) -> tuple[dict[str, Any], list[Row]]:
    ledger = ledger_of(call)
    with ledger.changed:
        statement, number = ledger.find(call.principal, identifier)
        ledger.wait(statement, seconds)
        if statement.result_format != result_format:
            raise invalid(
                f"The result format of the statement is {statement.result_format}, "
                f"not {result_format}."
            )
        result = statement.result(number)
    if result is None or result.columns is None:
        raise AwsError(
            "ResourceNotFoundException",
            "Query does not have result. Please check query status with DescribeStatement.",
            ResourceId=identifier,
        )
    shown, following = page(_pages(result.rows), token, 1)
    answer = {
        "ColumnMetadata": [metadata(column) for column in result.columns],
        "TotalNumRows": len(result.rows),
        "NextToken": following,
    }
    return answer, shown[0] if shown else []


def _pages(rows: list[Row]) -> list[list[Row]]:
    """Rows cut into pages of no more than so many rows and bytes, one row at least."""
    pages: list[list[Row]] = []
    room = 0
    for row in rows:
        needed = size(row)
        if not pages or needed > room or len(pages[-1]) == PAGE_ROWS:
            pages.append([])
            room = PAGE_BYTES
        pages[-1].append(row)
        room -= needed
    return pages
