"""DescribeStatement, ListStatements, CancelStatement and ListSessions.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_data import running
from sandbox.services.redshift_data.connection import Connection, invalid
from sandbox.services.redshift_data.ledger import ledger_of
from sandbox.services.redshift_data.sessions import Session
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
    _check_target(wanted)
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


@operation(SERVICE, "ListSessions")
def list_sessions(
    call: Call,
    NextToken: str | None = None,
    MaxResults: int = 100,
    RoleLevel: bool = True,
    SessionId: str = "",
    **wanted: str,
) -> dict[str, Any]:
    """The sessions that the caller made in the last day, the newest first, in pages.

    Raises ResourceNotFoundException for a SessionId that is none of them.
    """
    _check_target(wanted)
    if SessionId and wanted:
        raise invalid(f"{next(iter(wanted))} can't be specified with SessionId.")
    ledger = ledger_of(call)
    with ledger.changed:
        found = [
            session.members()
            for session in ledger.sessions.visible(call.principal)
            if (session.id == SessionId if SessionId else _is_wanted(session, wanted))
            and (RoleLevel or session.principal.arn == call.principal.arn)
        ]
    if SessionId and not found:
        raise AwsError("ResourceNotFoundException", "Session does not exist.", ResourceId=SessionId)
    shown, following = page(found, NextToken, MaxResults or 100)
    return {"Sessions": shown, "NextToken": following}


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


def _check_target(wanted: dict[str, str]) -> None:
    if "WorkgroupName" in wanted and "ClusterIdentifier" in wanted:
        raise invalid("ClusterIdentifier and WorkgroupName can't be provided together.")


def _matches(statement: Statement, wanted: dict[str, str]) -> bool:
    return (
        wanted.get("Status", "FINISHED") in {"ALL", statement.status}
        and statement.name.startswith(wanted.get("StatementName", ""))
        and _is_there(statement.connection, wanted)
    )


def _is_wanted(session: Session, wanted: dict[str, str]) -> bool:
    statuses = {wanted["Status"]} if "Status" in wanted else {"AVAILABLE", "BUSY"}
    return session.status in statuses and _is_there(session.connection, wanted)


def _is_there(connection: Connection, wanted: dict[str, str]) -> bool:
    workgroup = wanted.get("WorkgroupName")
    return (
        wanted.get("Database", connection.database) == connection.database
        and workgroup in {None, connection.workgroup.name, connection.workgroup.arn}
        and "ClusterIdentifier" not in wanted
    )
