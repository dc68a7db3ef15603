"""Runs a list of statements: all in one transaction, or each in its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.engines.redshift import values
from sandbox.engines.redshift.binding import bind, written
from sandbox.engines.redshift.lexer import Token, split
from sandbox.engines.redshift.model import RedshiftError, StatementResult
from sandbox.engines.redshift.plan import CONTROL, Outcome, Plan, Rule
from sandbox.engines.redshift.queries import statement_text
from sandbox.engines.redshift.session import Session
from sandbox.engines.redshift.transactions import IDLE, IN_BLOCK, Transactions, inside_block

COUNTED = {"", "MERGE"}
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Batch:
    """What to run, and whom to tell: on_start and on_done get a statement's place, from 0.

    control lets BEGIN, COMMIT and ROLLBACK through, whose transaction outlives the batch.
    """

    statements: Sequence[str]
    transaction: bool
    parameters: Sequence[dict[str, Any]] | None = None
    on_start: Callable[[int], None] | None = None
    on_done: Callable[[int, StatementResult], None] | None = None
    control: bool = False


class Runner:
    """Runs batches in one session, which keeps its temporary tables and its open transaction.

    Not for use by several threads at once.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._transactions = Transactions(session)

    @property
    def broken(self) -> bool:
        """Whether the connection is gone."""
        return self._session.backend.broken

    def run(self, batch: Batch, cancelled: threading.Event | None = None) -> list[StatementResult]:
        """Run a batch as run() does, until an event is set."""
        canceller = _Canceller(self._session, cancelled)
        try:
            return run(self._session, batch, self._transactions)
        finally:
            canceller.close()
            self._session.take_notices()  # a batch tells none

    def close(self) -> None:
        """End the session."""
        self._session.close()


def run(
    session: Session, batch: Batch, transactions: Transactions | None = None
) -> list[StatementResult]:
    """Run a batch in a session; transactions are those of one that had batches before.

    Raises RedshiftError with the index of the statement that failed, after rolling back all
    statements (one transaction) or that one (each its own). A transaction that an earlier batch
    opened waits for its ROLLBACK then.
    """
    transactions = transactions or Transactions(session)
    if not batch.control and transactions.state != IDLE:
        raise RedshiftError("a batch cannot run inside a transaction block", IN_BLOCK)
    results: list[StatementResult] = []
    index = 0
    try:
        if batch.transaction:
            session.begin()
            session.block = True
        for index, sql in enumerate(batch.statements):
            if batch.on_start:
                batch.on_start(index)
            result = _statement(session, sql, batch, transactions)
            results.append(result)
            if batch.on_done:
                batch.on_done(index, result)
        _leave_block(session, batch)
        transactions.settle()
    except BaseException as error:
        _leave_block(session, batch)
        transactions.fail()
        if isinstance(error, RedshiftError):
            error.index = index
        raise
    return results


def _leave_block(session: Session, batch: Batch) -> None:
    if batch.transaction:
        session.block = False


def _statement(
    session: Session, sql: str, batch: Batch, transactions: Transactions
) -> StatementResult:
    bound, parameters = bind(_single(sql), batch.parameters)
    tokens = bound
    if parameters is not None and bound[0].word == "CALL":
        tokens, parameters = written(bound, parameters), None
    started = time.perf_counter_ns()
    # the views that tell of the past show $1, never its value
    plan = replace(transactions.plan(tokens), text=statement_text(bound))
    _check_rule(plan, batch)
    if batch.transaction:
        outcome = session.carry_out(plan, parameters)
    else:
        outcome = transactions.carry_out(plan, parameters)
    described = None
    rows: list[tuple[Any, ...]] = []
    if outcome.result is not None and outcome.result.nfields:
        described = values.columns(outcome.result, session.backend)
        rows = values.rows(outcome.result)
    if not batch.transaction:
        transactions.settle()
    return StatementResult(
        columns=described,
        rows=rows,
        row_count=_row_count(plan, outcome, described is not None),
        duration_ns=time.perf_counter_ns() - started,
        redshift_pid=session.backend.pid,
        query_id=session.query_id,
    )


def _single(sql: str) -> list[Token]:
    statements = split(sql)
    if not statements:
        raise RedshiftError("syntax error at end of input", "42601")
    if len(statements) > 1:
        raise RedshiftError("cannot insert multiple commands into a prepared statement", "42601")
    return statements[0]


def _check_rule(plan: Plan, batch: Batch) -> None:
    if plan.rule in CONTROL and not batch.control:
        raise RedshiftError(
            f"{plan.tag} is not supported here: the statements run in a transaction of their own",
            IN_BLOCK,
        )
    if plan.rule is Rule.ALONE and batch.transaction:
        raise inside_block(plan)


def _row_count(plan: Plan, outcome: Outcome, has_rows: bool) -> int:
    if outcome.affected is not None:
        return outcome.affected
    if outcome.result is None:
        return -1
    if has_rows:
        return int(outcome.result.ntuples)
    count = outcome.result.command_tuples
    return -1 if count is None or plan.tag not in COUNTED else int(count)


class _Canceller:
    """Cancels what a session runs as soon as an event is set, until it is closed."""

    def __init__(self, session: Session, cancelled: threading.Event | None) -> None:
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        if cancelled is not None:
            self._thread = threading.Thread(
                target=self._watch, args=(session, cancelled), daemon=True, name="canceller"
            )
            self._thread.start()

    def _watch(self, session: Session, cancelled: threading.Event) -> None:
        while not self._over.is_set():
            if cancelled.wait(POLL_SECONDS):
                session.cancel()
                self._over.wait(POLL_SECONDS)

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
