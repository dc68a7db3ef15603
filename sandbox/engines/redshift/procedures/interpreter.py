"""Runs the blocks, conditions and loops of a procedure's body.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.procedures import data, syntax
from sandbox.engines.redshift.procedures.actions import Actions, Caller
from sandbox.engines.redshift.procedures.data import Value
from sandbox.engines.redshift.procedures.execution import Chain, Execution
from sandbox.engines.redshift.procedures.variables import Record, Scalar, Scope
from sandbox.engines.redshift.queries import CANCELLED

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

CASE_NOT_FOUND = "20000"


class _LeavingError(Exception):
    """EXIT or CONTINUE on its way to a loop or block."""

    def __init__(self, statement: syntax.Leave) -> None:
        super().__init__()
        self.statement = statement


class _HandlerError(Exception):
    """An error of a CONTINUE_HANDLER on its way out of the handler's block."""

    def __init__(self, handler: syntax.Handler, error: RedshiftError) -> None:
        super().__init__()
        self.handler = handler
        self.error = error


class _ReturningError(Exception):
    """RETURN on its way to the end of the call."""


class Interpreter:
    """Runs the body of one call."""

    def __init__(self, session: Session, scope: Scope, chain: Chain, call: Caller) -> None:
        self._session = session
        self._scope = scope
        self._chain = chain
        self._execution = Execution(session, scope, chain)
        self._actions = Actions(session, scope, self._execution, chain, call)
        self._handlers: list[syntax.Handler] = []
        self._caught: list[RedshiftError] = []
        self._control: dict[type[Any], Callable[[Any], None]] = {
            syntax.Block: self._block,
            syntax.If: self._if,
            syntax.Case: self._case,
            syntax.Loop: self._loop,
            syntax.Count: self._count,
            syntax.Each: self._each,
            syntax.Leave: self._leave,
            syntax.Return: self._return,
        }

    def run(self, block: syntax.Block) -> None:
        """Run a body. Raises RedshiftError."""
        with contextlib.suppress(_ReturningError):
            self._block(block)

    # blocks

    def _statements(self, statements: Sequence[syntax.Statement]) -> None:
        for statement in statements:
            try:
                self._statement(statement)
            except RedshiftError as error:
                handler = self._handlers[-1] if self._handlers else None
                if handler is None or not handler.resumes or error.sqlstate == CANCELLED:
                    raise
                self._resume(handler, error)

    def _statement(self, statement: syntax.Statement) -> None:
        self._session.refuse_cancelled()
        run = self._control.get(type(statement))
        if run is not None:
            run(statement)
        elif isinstance(statement, syntax.Raise) and not statement.level:
            raise self._caught[-1]
        else:
            self._actions.run(statement)

    def _block(self, block: syntax.Block) -> None:
        with self._scope.level(block.label):
            for declaration in block.declarations:
                self._declare(declaration)
            outer = self._handlers
            self._handlers = [*outer, block.handler] if block.handler else outer
            try:
                self._statements(block.statements)
            except _LeavingError as leaving:
                if not block.label or leaving.statement.label != block.label:
                    raise
            except _HandlerError as failed:
                if failed.handler is not block.handler:
                    raise
                raise failed.error from None
            except RedshiftError as error:
                if block.handler is None or error.sqlstate == CANCELLED:
                    raise
                self._handle(block.handler, error, outer)
            finally:
                self._handlers = outer

    def _declare(self, declaration: syntax.Declaration | syntax.Alias | syntax.BoundCursor) -> None:
        name = declaration.name
        if isinstance(declaration, syntax.Alias):
            self._scope.add(name, self._scope.scalar((f"${declaration.place}",)))
        elif isinstance(declaration, syntax.BoundCursor):
            value = Value(name, data.type_number(data.REFCURSOR))
            self._scope.add(name, Scalar(name, data.REFCURSOR, value, query=declaration))
        elif declaration.kind is None:
            self._scope.add(name, Record(name))
        else:
            null = Value(None, data.type_number(declaration.kind))
            variable = Scalar(name, declaration.kind, null, not_null=declaration.not_null)
            if declaration.default:
                self._actions.assign(variable, self._execution.value(declaration.default))
            variable.constant = declaration.constant
            self._scope.add(name, variable)

    def _resume(self, handler: syntax.Handler, error: RedshiftError) -> None:
        """Run a CONTINUE_HANDLER, after which the next statement runs."""
        try:
            self._handle(handler, error, self._handlers[:-1])
        except RedshiftError as failure:
            raise _HandlerError(handler, failure) from None

    def _handle(
        self, handler: syntax.Handler, error: RedshiftError, outer: list[syntax.Handler]
    ) -> None:
        """Run a handler. The error is thrown again where that doesn't end it."""
        inner, self._handlers = self._handlers, outer
        self._execution.recover()
        self._caught.append(error)
        try:
            with self._scope.level(""):
                for name, text in (("sqlstate", error.sqlstate), ("sqlerrm", error.message)):
                    kind = data.SqlType("varchar")
                    value = Value(text, data.VARCHAR)
                    self._scope.add(name, Scalar(name, kind, value, constant=True))
                self._statements(handler.statements)
        finally:
            self._caught.pop()
            self._handlers = inner
        if not self._execution.handled():
            raise error

    # conditions

    def _if(self, statement: syntax.If) -> None:
        for condition, statements in statement.branches:
            if self._execution.holds(condition):
                return self._statements(statements)
        return self._statements(statement.otherwise)

    def _case(self, statement: syntax.Case) -> None:
        subject = self._execution.value(statement.subject) if statement.subject else None
        for expressions, statements in statement.branches:
            if any(self._matches(subject, expression) for expression in expressions):
                return self._statements(statements)
        if statement.otherwise is None:
            raise RedshiftError(
                "case not found", CASE_NOT_FOUND, hint="CASE statement is missing ELSE part."
            )
        return self._statements(statement.otherwise)

    def _matches(self, subject: Value | None, expression: syntax.Tokens) -> bool:
        if subject is None:
            return self._execution.holds(expression)
        value = self._execution.value(expression)
        return self._session.rows(f"SELECT {subject.sql} = {value.sql}")[0][0] == "t"

    # loops

    def _iterate(self, label: str, statements: Sequence[syntax.Statement]) -> bool:
        """Run a loop's statements once. Gives whether the loop goes on."""
        self._session.refuse_cancelled()  # where there is no statement that would ask
        try:
            self._statements(statements)
        except _LeavingError as leaving:
            if leaving.statement.label not in ("", label):
                raise
            return leaving.statement.again
        return True

    def _loop(self, loop: syntax.Loop) -> None:
        while not loop.condition or self._execution.holds(loop.condition):
            if not self._iterate(loop.label, loop.statements):
                return

    def _count(self, loop: syntax.Count) -> None:
        kind = data.SqlType("integer")
        bounds: list[int] = []
        for what, expression in (("lower", loop.first), ("upper", loop.last)):
            value = data.converted(self._session, self._execution.value(expression), kind)
            if value.text is None:
                raise RedshiftError(f"{what} bound of FOR loop cannot be NULL", "22004")
            bounds.append(int(value.text))
        first, last = bounds
        numbers = range(first, last - 1, -1) if loop.reverse else range(first, last + 1)
        for number in numbers:
            with self._scope.level(loop.label):
                self._scope.add(loop.name, Scalar(loop.name, kind, data.integer(number)))
                if not self._iterate(loop.label, loop.statements):
                    break
        self._actions.found(bool(numbers))

    def _each(self, loop: syntax.Each) -> None:
        names, rows = self._actions.rows(loop.query, dynamic=loop.dynamic)
        self._chain.loop = True
        begun = self._chain.ended
        try:
            for row in rows:
                if self._chain.ended != begun:
                    raise RedshiftError('cursor "<unnamed portal 1>" does not exist', "34000")
                self._actions.store(loop.targets, names, row)
                if not self._iterate(loop.label, loop.statements):
                    break
        finally:
            self._chain.loop = False
        self._actions.found(bool(rows))

    def _leave(self, statement: syntax.Leave) -> None:
        if not statement.condition or self._execution.holds(statement.condition):
            raise _LeavingError(statement)

    def _return(self, _statement: syntax.Return) -> None:
        raise _ReturningError
