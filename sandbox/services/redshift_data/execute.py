"""ExecuteStatement and BatchExecuteStatement.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ExecuteStatement.html
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from sandbox.call import Call
from sandbox.identity import Principal
from sandbox.registry import operation
from sandbox.services.redshift_data import running
from sandbox.services.redshift_data.connection import Connection, connect, invalid
from sandbox.services.redshift_data.ledger import Ledger, ledger_of
from sandbox.services.redshift_data.sessions import Session
from sandbox.services.redshift_data.statement import Query, Statement

SERVICE = "redshift-data"
LARGEST_SQL = 100 * 1024
CONNECTION = ("WorkgroupName", "ClusterIdentifier", "Database", "SecretArn", "DbUser")


@operation(SERVICE, "ExecuteStatement")
def execute_statement(call: Call, Sql: str, **given: Any) -> dict[str, Any]:
    """Submit one SQL statement, which runs in a transaction of its own."""
    return _submit(call, [Sql], given, batch=False)


@operation(SERVICE, "BatchExecuteStatement")
def batch_execute_statement(call: Call, Sqls: list[str], **given: Any) -> dict[str, Any]:
    """Submit 1-40 SQL statements, which run one after the other in one transaction."""
    return _submit(call, Sqls, given, batch=True)


def _submit(call: Call, sqls: list[str], given: dict[str, Any], *, batch: bool) -> dict[str, Any]:
    _check(sqls, given)
    token, seconds = given.pop("ClientToken", ""), given.pop("WaitTimeSeconds", 0)
    request = json.dumps([call.operation, sqls, given], sort_keys=True)
    ledger = ledger_of(call)
    kept = _known_session(call, given)
    connection = kept.connection if kept else connect(call, **_connection(given))
    with ledger.changed:
        statement = ledger.known(call.principal, token, request) if token else None
        if statement is None:
            session = _session(ledger, kept, call.principal, connection, given)
            statement = Statement(
                id=str(uuid.uuid4()),
                principal=call.principal,
                connection=connection,
                session=session,
                queries=[Query(sql) for sql in sqls],
                batch=batch,
                name=given.get("StatementName", ""),
                parameters=given.get("Parameters", []),
                result_format=given.get("ResultFormat", "JSON"),
                execution_mode=given.get("ExecutionMode", "TRANSACTION"),
                with_event=given.get("WithEvent", False),
            )
            ledger.add(statement)
            if session is not None:
                session.keep_alive = given.get("SessionKeepAliveSeconds", session.keep_alive)
                ledger.sessions.begin(session, statement)
            if token:
                ledger.remember(token, request, statement)
            ledger.pool.submit(running.run, ledger, statement)
        if not seconds:
            return statement.submitted()
        ledger.wait(statement, seconds)
        return statement.submitted() | statement.progress()


def _connection(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in CONNECTION if name in given}


def _known_session(call: Call, given: dict[str, Any]) -> Session | None:
    ledger = ledger_of(call)
    with ledger.changed:
        identifier = given.get("SessionId")
        return ledger.sessions.known(call.principal, identifier) if identifier else None


def _session(
    ledger: Ledger,
    kept: Session | None,
    principal: Principal,
    connection: Connection,
    given: dict[str, Any],
) -> Session | None:
    """The session that a statement runs in, None for one that nobody asked to keep."""
    if kept is not None:
        return ledger.sessions.available(kept)
    seconds = given.get("SessionKeepAliveSeconds", 0)
    return ledger.sessions.new(principal, connection, seconds) if seconds else None


def _check(sqls: list[str], given: dict[str, Any]) -> None:
    for number, sql in enumerate(sqls, 1):
        if not sql.strip():
            raise invalid(f"SQL statement #{number} is empty.")
        if len(sql.encode()) > LARGEST_SQL:
            raise invalid(f"SQL statement #{number} is larger than the limit of 100 KB.")
    beside = [name for name in CONNECTION if name in given]
    if "SessionId" in given and beside:
        raise invalid(f"{beside[0]} can't be specified with SessionId.")
    names = [parameter["name"] for parameter in given.get("Parameters", [])]
    if len(set(names)) < len(names):
        raise invalid("A parameter is given more than once.")
