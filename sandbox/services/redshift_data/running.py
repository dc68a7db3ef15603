"""Carries a statement out, from SUBMITTED to its end."""

from __future__ import annotations

import traceback
from functools import partial

from sandbox.engines.redshift import Batch, RedshiftError, StatementResult
from sandbox.errors import AwsError
from sandbox.faults import faults
from sandbox.services.redshift_data import events
from sandbox.services.redshift_data.fields import result_size, size
from sandbox.services.redshift_data.ledger import Ledger
from sandbox.services.redshift_data.statement import ENDED, Statement

CANCELLED = "57014"
# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-troubleshooting.html
LARGEST_RESULT = 500 * 1024 * 1024
LARGEST_ROW = 64 * 1024


def run(ledger: Ledger, statement: Statement) -> None:
    """Run a statement to its end; what fails is told by its status."""
    with ledger.changed:
        if statement.ended:
            return
        statement.become("PICKED")
    try:
        if statement.execution_mode == "AUTO_COMMIT":
            _run_each(ledger, statement)
        else:
            _run_from(ledger, statement, 0, transaction=statement.batch)
        _end(ledger, statement)
    except RedshiftError as error:
        _end(ledger, statement, error.index, str(error))
    except AwsError as error:  # the namespace's cluster did not start
        _end(ledger, statement, 0, f"FATAL: {error}")
    except Exception as error:  # nobody waits for this thread: the log gets what is unexpected
        traceback.print_exc()
        _end(ledger, statement, 0, f"FATAL: {error}")


def cancel(ledger: Ledger, statement: Statement) -> None:
    """Ask a statement to end; one that has not begun ends at once. Hold ledger.changed."""
    statement.cancelled.set()
    if statement.status == "SUBMITTED":
        _end(ledger, statement)


def _run_from(ledger: Ledger, statement: Statement, first: int, *, transaction: bool) -> None:
    batch = Batch(
        [query.sql for query in statement.queries[first:]],
        transaction,
        statement.parameters,
        on_start=partial(_started, ledger, statement, first),
        on_done=partial(_done, ledger, statement, first),
        control=statement.session is not None and not statement.batch,
    )
    (statement.session or statement.connection).run(batch, statement.cancelled)


def _run_each(ledger: Ledger, statement: Statement) -> None:
    """Commit every query by itself; one that fails does not keep the next from running."""
    first, failure = 0, None
    while first < len(statement.queries) and not statement.cancelled.is_set():
        try:
            _run_from(ledger, statement, first, transaction=False)
            break
        except RedshiftError as error:
            number = first + error.index
            with ledger.changed:
                statement.queries[number].become("FAILED", str(error))
            failure = failure or _in_batch(number, error)
            first = number + 1
    if failure:
        raise failure


def _in_batch(number: int, error: RedshiftError) -> RedshiftError:
    return RedshiftError(
        error.message, error.sqlstate, number, detail=error.detail, hint=error.hint
    )


def _started(ledger: Ledger, statement: Statement, first: int, index: int) -> None:
    with ledger.changed:
        if statement.status == "PICKED":
            statement.become("STARTED")
        statement.queries[first + index].become("STARTED")
    _strike(statement, statement.queries[first + index].sql)


def _strike(statement: Statement, sql: str) -> None:
    """What the fault plan does to a query that begins. Raises RedshiftError for one that fails."""
    fault = faults.on("statement", lambda entry: entry.matches(sql))
    if fault is None:
        return
    if fault.entry.outcome == "fail":
        raise RedshiftError(fault.entry.message)
    if statement.cancelled.wait(fault.entry.seconds):
        raise RedshiftError("Query cancelled on user's request", CANCELLED)


def _done(
    ledger: Ledger, statement: Statement, first: int, index: int, result: StatementResult
) -> None:
    if any(size(row) > LARGEST_ROW for row in result.rows):
        raise RedshiftError("Packet for query is too large", index=index)
    if result_size(result) > LARGEST_RESULT:
        raise RedshiftError("Database response exceeded size limit", index=index)
    with ledger.changed:
        query = statement.queries[first + index]
        query.result = result
        query.become("FINISHED")
        statement.pid = result.redshift_pid


def _end(ledger: Ledger, statement: Statement, index: int = 0, error: str = "") -> None:
    with ledger.changed:
        if statement.ended:
            return
        if statement.cancelled.is_set() and not _all_finished(statement):
            _abort(statement)
        elif error:
            statement.queries[index].become("FAILED", error)
            shown = f"Query #{index + 1} failed with {error}" if statement.batch else error
            statement.become("FAILED", shown)
        else:
            statement.become("FINISHED")
        for query in statement.queries:
            if query.status not in ENDED:
                query.become("ABORTED")
        if statement.session is not None:
            ledger.sessions.end(statement.session)
        ledger.changed.notify_all()
    if statement.with_event:
        events.tell(ledger, statement)


def _all_finished(statement: Statement) -> bool:
    return all(query.status == "FINISHED" for query in statement.queries)


def _abort(statement: Statement) -> None:
    message = "ERROR: Query cancelled on user's request"
    for query in statement.queries:
        if query.status == "STARTED":
            query.become("ABORTED", message)
    statement.become("ABORTED", message)
