"""Cursors of procedures: OPEN, FETCH and CLOSE of refcursor variables.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html#r_PLpgSQL-cursors
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.engines.redshift import cursors
from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal, quote
from sandbox.engines.redshift.plan import Outcome
from sandbox.engines.redshift.procedures import data
from sandbox.engines.redshift.procedures.data import Value
from sandbox.engines.redshift.procedures.execution import Chain, Execution
from sandbox.engines.redshift.procedures.syntax import Target, Tokens
from sandbox.engines.redshift.procedures.variables import Scalar, Scope

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

UNNAMED = "<unnamed portal 1>"


class Portals:
    """The cursors of one call. A session has one open at a time, loops over queries included."""

    def __init__(self, session: Session, scope: Scope, execution: Execution, chain: Chain) -> None:
        self._session = session
        self._scope = scope
        self._execution = execution
        self._chain = chain

    def refuse_second(self) -> None:
        """Raise RedshiftError when a cursor is open."""
        if self._chain.loop:
            raise RedshiftError("only one cursor can be open in a session at a time", "0A000")
        cursors.refuse_second(self._session)

    def open(self, target: Target, query: Sequence[Token], *, bound: bool = True) -> None:
        """Open a cursor over a query; one without a name gets one."""
        variable = self._scope.scalar(target)
        if variable.value.text is None:
            kind = data.type_number(data.REFCURSOR)
            variable.value = Value(UNNAMED, kind)
        self._declare(variable.value.text or "", query, bound=bound)

    def open_bound(self, target: Target, arguments: Sequence[Tokens]) -> None:
        """Open a cursor over the query that it was declared with."""
        variable = self._scope.scalar(target)
        cursor = variable.query
        assert cursor is not None
        if len(arguments) != len(cursor.arguments):
            raise RedshiftError(f'wrong number of arguments for cursor "{variable.name}"', "42601")
        given = [self._execution.value(tokens) for tokens in arguments]
        with self._scope.level(variable.name):
            for (name, kind), value in zip(cursor.arguments, given, strict=True):
                converted = data.converted(self._session, value, kind)
                self._scope.add(name, Scalar(name, kind, converted))
            self._declare(variable.value.text or "", cursor.query)

    def fetch(self, target: Target) -> Outcome:
        name = self._name(target)
        return self._execution.cursor(f"FETCH NEXT FROM {quote(name)}")

    def close(self, target: Target) -> None:
        self._execution.cursor(f"CLOSE {quote(self._name(target))}")

    def _declare(self, name: str, query: Sequence[Token], *, bound: bool = True) -> None:
        self.refuse_second()
        self._execution.cursor(f"DECLARE {quote(name)} CURSOR FOR", query, bound=bound)

    def _name(self, target: Target) -> str:
        """The name of a cursor that is open."""
        name = self._scope.scalar(target).value.text
        if name is None:
            raise RedshiftError(f'cursor variable "{target[-1]}" is NULL', "22004")
        if not self._session.rows(
            f"SELECT 1 FROM pg_catalog.pg_cursors WHERE name = {literal(name.lower())}"
        ):
            raise RedshiftError(f'cursor "{name}" does not exist', "34000")
        return name
