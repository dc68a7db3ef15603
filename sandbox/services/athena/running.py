"""Runs a query, from the queue to its end."""

from __future__ import annotations

import traceback

from sandbox.engines.athena.errors import OTHER, Cancelled, QueryFailed
from sandbox.services.athena import output
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.executions import Executions
from sandbox.services.athena.lake import CallersCatalog
from sandbox.services.athena.writing import Writer


def run(executions: Executions, execution: Execution) -> None:
    """Run a query to its end; what fails is told by its state."""
    if not executions.become(execution, "RUNNING"):
        return
    try:
        _run(executions, execution)
        executions.become(execution, "SUCCEEDED")
    except Cancelled as end:
        executions.become(execution, "CANCELLED", str(end))
    except QueryFailed as failure:
        _fail(executions, execution, str(failure), failure.category)
    except Exception as failure:  # nobody waits for this thread: the log gets what is unexpected
        traceback.print_exc()
        _fail(executions, execution, f"GENERIC_INTERNAL_ERROR: {failure}", OTHER)
    finally:
        executions.sessions.pop(execution.id, None)


def _run(executions: Executions, execution: Execution) -> None:
    from sandbox.engines.athena.session import Session  # noqa: PLC0415  its engine is slow to import

    catalog = CallersCatalog(executions.runtime, executions.region, execution.principal)
    with Session(catalog, execution.database, execution.cutoff) as session:
        executions.sessions[execution.id] = session
        try:
            writes = execution.statement.target is not None
            result = (
                Writer(executions, execution, session).run()
                if writes
                else session.run(execution.statement)
            )
            execution.columns, execution.is_table = result.columns, result.is_table
            output.write(executions, execution, result)
        finally:
            execution.scanned_bytes = session.scanned_bytes
            execution.scanned_rows = session.scanned_rows


def _fail(executions: Executions, execution: Execution, reason: str, category: int) -> None:
    error = {"ErrorCategory": category, "Retryable": False, "ErrorMessage": reason}
    executions.become(execution, "FAILED", reason, error)
