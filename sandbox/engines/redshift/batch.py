"""Runs a list of statements: all in one transaction, or each in its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.engines.redshift import values
from sandbox.engines.redshift.binding import bind, written
from sandbox.engines.redshift.lexer import Token, split
from sandbox.engines.redshift.model import RedshiftError, StatementResult
from sandbox.engines.redshift.plan import CONTROL, Outcome, Plan, Rule, outside_block
from sandbox.engines.redshift.session import Session

IN_BLOCK = "25001"  # active_sql_transaction
COUNTED = {"", "MERGE"}
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Batch:
    """What to run, and whom to tell: on_start and on_done get a statement's place, from 0."""

    statements: Sequence[str]
    transaction: bool
    parameters: Sequence[dict[str, Any]] | None = None
    on_start: Callable[[int], None] | None = None
    on_done: Callable[[int, StatementResult], None] | None = None


def run(session: Session, batch: Batch) -> list[StatementResult]:
    """Run a batch in a session.

    Raises RedshiftError with the index of the statement that failed, after rolling back all
    statements (one transaction) or that one (each its own).
    """
    results: list[StatementResult] = []
    index = 0
    session.block = batch.transaction
    try:
        if batch.transaction:
            session.begin()
        for index, sql in enumerate(batch.statements):
            if batch.on_start:
                batch.on_start(index)
            result = _statement(session, sql, batch)
            results.append(result)
            if batch.on_done:
                batch.on_done(index, result)
        if session.open:
            session.commit()
    except RedshiftError as error:
        session.rollback()
        error.index = index
        raise
    except BaseException:
        session.rollback()
        raise
    return results


def _statement(session: Session, sql: str, batch: Batch) -> StatementResult:
    tokens, parameters = bind(_single(sql), batch.parameters)
    if parameters is not None and tokens[0].word == "CALL":
        tokens, parameters = written(tokens, parameters), None
    started = time.perf_counter_ns()
    own_transaction = not batch.transaction
    if own_transaction:
        session.begin()
    plan = session.plan(tokens)
    _check_rule(plan, batch)
    if own_transaction and plan.rule is Rule.ALONE and len(plan.steps) == 1:
        session.rollback()  # VACUUM and its like cannot run in a block
        own_transaction = False
    outcome = session.carry_out(plan, parameters)
    described = None
    rows: list[tuple[Any, ...]] = []
    if outcome.result is not None and outcome.result.nfields:
        described = values.columns(outcome.result, session.backend)
        rows = values.rows(outcome.result)
    if own_transaction:
        session.commit()
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
    if plan.rule in CONTROL:
        raise RedshiftError(
            f"{plan.tag} is not supported here: the statements run in a transaction of their own",
            IN_BLOCK,
        )
    if plan.rule is Rule.INSIDE and not batch.transaction:
        raise outside_block(plan)
    if plan.rule is Rule.ALONE and batch.transaction:
        raise RedshiftError(f"{plan.tag} cannot run inside a transaction block", IN_BLOCK)


def _row_count(plan: Plan, outcome: Outcome, has_rows: bool) -> int:
    if outcome.affected is not None:
        return outcome.affected
    if outcome.result is None:
        return -1
    if has_rows:
        return int(outcome.result.ntuples)
    count = outcome.result.command_tuples
    return -1 if count is None or plan.tag not in COUNTED else int(count)


class Canceller:
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
