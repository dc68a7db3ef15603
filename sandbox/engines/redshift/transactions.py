"""The transactions of a client: its own between BEGIN and COMMIT, else one for each request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.plan import Outcome, Plan, Rule, outside_block
from sandbox.engines.redshift.session import Session

ENDING = ("COMMIT", "END", "ROLLBACK", "ABORT")
IDLE = b"I"
IN_BLOCK = "25001"  # active_sql_transaction


class Transactions:
    """Opens and ends a session's transactions as the client's statements demand."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.failed = False

    @property
    def state(self) -> bytes:
        """As ReadyForQuery tells it."""
        if not self._session.block:
            return IDLE
        return b"E" if self.failed else b"T"

    def plan(self, tokens: Sequence[Token]) -> Plan:
        """The plan of a statement. Raises RedshiftError in a failed transaction."""
        if self.failed and tokens[0].word not in ENDING:
            raise RedshiftError(
                "current transaction is aborted, commands ignored until end of transaction block",
                "25P02",
            )
        return self._session.plan(tokens)

    def carry_out(self, plan: Plan, parameters: Sequence[str | None] | None = None) -> Outcome:
        """Run a plan as its rule says. Raises RedshiftError."""
        if plan.rule in (Rule.BEGIN, Rule.COMMIT, Rule.ROLLBACK):
            return self._control(plan)
        if plan.rule is Rule.ALONE:
            if self._session.block:
                raise inside_block(plan)
            self.settle()
            if len(plan.steps) == 1:
                return self._session.carry_out(plan, parameters)
        self._check_block(plan)
        self._open()
        return self._session.carry_out(plan, parameters)

    def execute_prepared(self, plan: Plan, execute: Callable[[], Any]) -> Outcome:
        """Run a plan of one query that PostgreSQL has prepared."""
        self._check_block(plan)
        self._open()
        outcome = Outcome()
        with self._session.recorded(plan) as record:
            outcome.result = execute()
            record.returned_rows = outcome.result.ntuples
        if plan.rule is Rule.COMMITS:
            self._session.commit()
            self._session.begin()
        return outcome

    def settle(self) -> None:
        """End the transaction of a request, unless the client has one open."""
        if self._session.open and not self._session.block:
            self._session.commit()

    def fail(self) -> None:
        """A statement has failed: so has the client's transaction, if it has one."""
        if self._session.block:
            self.failed = True
        else:
            self._session.rollback()

    def _check_block(self, plan: Plan) -> None:
        if plan.rule is Rule.INSIDE and not self._session.block:
            raise outside_block(plan)

    def _open(self) -> None:
        if not self._session.open:
            self._session.begin()

    def _control(self, plan: Plan) -> Outcome:
        outcome = Outcome()
        if plan.rule is Rule.BEGIN:
            if self._session.block:
                self._session.notice("there is already a transaction in progress")
            elif not self._session.open:
                self._session.begin(plan.mode)
            self._session.block = True
            return outcome
        commit = plan.rule is Rule.COMMIT and not self.failed
        if not self._session.block:
            self._session.notice("there is no transaction in progress")
        self._session.block = self.failed = False
        if commit:
            if self._session.open:
                self._session.commit()
        else:
            self._session.rollback()
            outcome.tag = "ROLLBACK"
        return outcome


def inside_block(plan: Plan) -> RedshiftError:
    """The error of a statement that runs outside of transaction blocks only."""
    return RedshiftError(f"{plan.tag} cannot run inside a transaction block", IN_BLOCK)
