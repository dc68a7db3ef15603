"""DescribeStatement, ListStatements and CancelStatement.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_data import running
from sandbox.services.redshift_data.connection import invalid
from sandbox.services.redshift_data.ledger import ledger_of
from sandbox.services.redshift_data.statement import Statement

SERVICE = "redshift-data"


@operation(SERVICE, "DescribeStatement")
def describe_statement(call: Call, Id: str, WaitTimeSeconds: int = 0) -> dict[str, Any]:
    """How far a statement, or one query of a batch, has come; on request once it has ended."""
    ledger = ledger_of(call)
    with ledger.changed:
        statement, number = ledger.find(call.principal, Id)
        ledger.wait(statement, WaitTimeSeconds)
        return statement.described_query(number) if number else statement.described()


@operation(SERVICE, "ListStatements")
def list_statements(
    call: Call,
    NextToken: str | None = None,
    MaxResults: int = 100,
    RoleLevel: bool = True,
    **wanted: str,
) -> dict[str, Any]:
    """The caller's statements, the newest first, in pages; only finished ones by default."""
    if "WorkgroupName" in wanted and "ClusterIdentifier" in wanted:
        raise invalid("ClusterIdentifier and WorkgroupName can't be provided together.")
    ledger = ledger_of(call)
    with ledger.changed:
        found = [
            statement.listed()
            for statement in ledger.visible(call.principal)
            if _matches(statement, wanted)
            and (RoleLevel or statement.principal.arn == call.principal.arn)
        ]
    shown, following = page(found, NextToken, MaxResults or 100)
    return {"Statements": shown, "NextToken": following}


@operation(SERVICE, "CancelStatement")
def cancel_statement(call: Call, Id: str) -> dict[str, Any]:
    """Cancel a statement that has not ended; a batch is cancelled as a whole."""
    ledger = ledger_of(call)
    with ledger.changed:
        statement, number = ledger.find(call.principal, Id)
        if number:
            raise invalid(f"A query of a batch can't be cancelled by itself: use {statement.id}.")
        if statement.ended:
            raise invalid(
                f"Could not cancel a query that is already in {statement.status} state "
                f"with ID: {Id}"
            )
        running.cancel(ledger, statement)
    return {"Status": True}


def _matches(statement: Statement, wanted: dict[str, str]) -> bool:
    connection = statement.connection
    status = wanted.get("Status", "FINISHED")
    workgroup = wanted.get("WorkgroupName")
    return (
        status in {"ALL", statement.status}
        and statement.name.startswith(wanted.get("StatementName", ""))
        and wanted.get("Database", connection.database) == connection.database
        and workgroup in {None, connection.workgroup.name, connection.workgroup.arn}
        and "ClusterIdentifier" not in wanted
    )
