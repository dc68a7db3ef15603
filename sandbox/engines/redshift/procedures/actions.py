"""What the statements of a body do that hold no others.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.engines.redshift.lexer import Kind, Token, split
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import is_word
from sandbox.engines.redshift.plan import Outcome, Plan
from sandbox.engines.redshift.procedures import data, portals, syntax
from sandbox.engines.redshift.procedures.data import Value
from sandbox.engines.redshift.procedures.execution import Chain, Execution
from sandbox.engines.redshift.procedures.stored import Procedure
from sandbox.engines.redshift.procedures.syntax import Target
from sandbox.engines.redshift.procedures.variables import (
    Record,
    Scalar,
    Scope,
    Variable,
    literal_type,
)

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

QUERIES = ("SELECT", "WITH", "(")
CONTROL = ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT")
CHANGES = ("INSERT", "UPDATE", "DELETE", "MERGE")
Caller = Callable[[Sequence[str], Sequence[Value]], tuple[Procedure, Callable[[], list[Value]]]]
"""Finds the procedure of a nested call, and gives what runs it."""


class Actions:
    """Runs plain statements, and keeps FOUND and ROW_COUNT."""

    def __init__(
        self, session: Session, scope: Scope, execution: Execution, chain: Chain, call: Caller
    ) -> None:
        self._session = session
        self._scope = scope
        self._execution = execution
        self._invoke = call
        self._row_count = 0
        self._portals = portals.Portals(session, scope, execution, chain)
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            syntax.Assignment: self._assignment,
            syntax.Null: lambda _statement: None,
            syntax.Raise: self._raise,
            syntax.Diagnostics: self._diagnostics,
            syntax.Execute: self._execute,
            syntax.Perform: self._perform,
            syntax.SelectInto: self._select_into,
            syntax.Open: self._open,
            syntax.Fetch: self._fetch,
            syntax.Close: lambda statement: self._portals.close(statement.cursor),
            syntax.Control: lambda statement: self._execution.control(statement.word),
            syntax.Call: self._call,
            syntax.Sql: self._sql,
        }

    def run(self, statement: syntax.Statement) -> None:
        """Run a statement. Raises RedshiftError."""
        self._handlers[type(statement)](statement)

    # variables

    def assign(self, variable: Scalar, value: Value) -> None:
        """Give a variable a value, converted to its type."""
        if variable.constant:
            raise RedshiftError(f'"{variable.name}" is declared CONSTANT', "22005")
        if value.text is None and variable.not_null:
            raise RedshiftError(
                f'null value cannot be assigned to variable "{variable.name}" declared NOT NULL',
                "22004",
            )
        variable.value = data.converted(self._session, value, variable.kind)

    def store(self, targets: Sequence[Target], names: Sequence[str], row: Sequence[Value]) -> None:
        """Give targets the values of a row: a record all of it, variables one each."""
        first = self._scope.find(targets[0])
        if isinstance(first, Record) and len(targets[0]) == 1:
            first.fields = dict(zip(names, row, strict=True))
            return
        if len(targets) != len(row):
            raise RedshiftError("query's columns do not match the INTO list", "42804")
        for target, value in zip(targets, row, strict=True):
            self._set(target, value)

    def found(self, truth: bool) -> None:
        self._scope.scalar(("found",)).value = data.boolean(truth)

    def _set(self, target: Target, value: Value) -> None:
        variable: Variable | None = self._scope.find(target)
        if isinstance(variable, Record):
            before = variable.value(target[1])
            assert variable.fields is not None
            kind = data.SqlType(data.NAMES.get(before.type, "varchar"))
            variable.fields[target[1]] = data.converted(self._session, value, kind)
        else:
            self.assign(self._scope.scalar(target), value)

    def _assignment(self, statement: syntax.Assignment) -> None:
        value = self._execution.value(statement.expression)
        self._set(statement.target, literal_type(statement.expression, value))

    def _diagnostics(self, statement: syntax.Diagnostics) -> None:
        self._set(statement.target, data.integer(self._row_count))

    def _raise(self, statement: syntax.Raise) -> None:
        pieces = statement.message.replace("%%", "\0").split("%")
        if len(pieces) - 1 > len(statement.arguments):
            raise RedshiftError("too few parameters specified for RAISE", "42601")
        if len(pieces) - 1 < len(statement.arguments):
            raise RedshiftError("too many parameters specified for RAISE", "42601")
        message = pieces[0]
        for argument, piece in zip(statement.arguments, pieces[1:], strict=True):
            text = self._scope.value(argument).text
            message += ("<NULL>" if text is None else text) + piece
        message = message.replace("\0", "%")
        if statement.level == "EXCEPTION":
            raise RedshiftError(message, "P0001")
        if statement.level != "LOG":  # which goes to the server's log only
            self._session.notice(message, statement.level)

    # SQL

    def rows(self, query: syntax.Tokens, *, dynamic: bool) -> tuple[list[str], list[list[Value]]]:
        """The columns and rows of a query, for a loop over them."""
        self._portals.refuse_second()
        tokens: Sequence[Token] = query
        if dynamic:
            statements = self._text(query)
            if len(statements) != 1 or not is_word(statements[0][0], *QUERIES):
                raise RedshiftError("cannot open non-SELECT query as cursor", "42P11")
            tokens = statements[0]
        _, outcome = self._execution.run(tokens, bound=not dynamic)
        return data.names(outcome.result), data.rows(outcome.result)

    def _sql(self, statement: syntax.Sql) -> None:
        plan, outcome = self._execution.run(statement.tokens)
        if is_word(statement.tokens[0], *QUERIES) and _has_rows(outcome):
            raise RedshiftError(
                "query has no destination for result data",
                "42601",
                hint="If you want to discard the results of a SELECT, use PERFORM instead.",
            )
        self._done(plan, outcome)

    def _perform(self, statement: syntax.Perform) -> None:
        select = split("SELECT")[0]
        _, outcome = self._execution.run([*select, *statement.query])
        self._row_count = outcome.result.ntuples
        self._execution.settle()

    def _select_into(self, statement: syntax.SelectInto) -> None:
        _, outcome = self._execution.run(statement.query)
        self._into(statement.targets, outcome)
        self._execution.settle()

    def _into(self, targets: Sequence[Target], outcome: Outcome) -> None:
        names, rows = data.names(outcome.result), data.rows(outcome.result)
        none = [Value(None, outcome.result.ftype(i)) for i in range(outcome.result.nfields)]
        self.store(targets, names, rows[0] if rows else none)
        self._row_count = min(len(rows), 1)
        self.found(bool(rows))

    def _execute(self, statement: syntax.Execute) -> None:
        for tokens in self._text(statement.command):
            if is_word(tokens[0], *CONTROL):
                raise RedshiftError("EXECUTE of transaction commands is not implemented", "0A000")
            if is_word(tokens[0], "SELECT") and any(is_word(token, "INTO") for token in tokens):
                raise RedshiftError("EXECUTE of SELECT ... INTO is not implemented", "0A000")
            plan, outcome = self._execution.run(tokens, bound=False)
            if statement.targets:
                if not _has_rows(outcome):
                    raise RedshiftError("INTO used with a command that cannot return data", "42601")
                self._into(statement.targets, outcome)
                self._execution.settle()
            else:
                self._done(plan, outcome)

    def _text(self, command: syntax.Tokens) -> list[list[Token]]:
        """The statements that an expression gives the text of."""
        text = self._execution.value(command).text
        if text is None:
            raise RedshiftError("cannot EXECUTE a null querystring", "22004")
        return split(text)

    def _done(self, plan: Plan, outcome: Outcome) -> None:
        """A statement has run: ROW_COUNT and FOUND tell of it, and NONATOMIC commits it."""
        count = outcome.affected
        if count is None:
            tuples = outcome.result.command_tuples if outcome.result is not None else None
            count = int(tuples or 0)
        self._row_count = count
        words = plan.text.split(maxsplit=1)
        if words and words[0].upper() in CHANGES:
            self.found(count > 0)
        self._execution.settle()

    # cursors and calls

    def _open(self, statement: syntax.Open) -> None:
        if statement.dynamic:
            statements = self._text(statement.query)
            if len(statements) != 1:
                raise RedshiftError("cannot open multi-query plan as cursor", "42P11")
            self._portals.open(statement.cursor, statements[0], bound=False)
        elif statement.query:
            self._portals.open(statement.cursor, statement.query)
        else:
            self._portals.open_bound(statement.cursor, statement.arguments)

    def _fetch(self, statement: syntax.Fetch) -> None:
        outcome = self._portals.fetch(statement.cursor)
        self._into(statement.targets, outcome)

    def _call(self, statement: syntax.Call) -> None:
        given = [
            literal_type(tokens, self._execution.value(tokens)) for tokens in statement.arguments
        ]
        procedure, run = self._invoke(statement.path, given)
        targets = [
            _variable(tokens)
            for argument, tokens in zip(procedure.inputs, statement.arguments, strict=True)
            if argument.is_output
        ]
        for target, value in zip(targets, run(), strict=True):
            self._set(target, value)
        self._execution.settle()


def _variable(tokens: syntax.Tokens) -> Target:
    """The variable that an argument is."""
    names = tuple(token.name if token.is_name else token.text for token in tokens[::2])
    dots = all(is_word(token, ".") for token in tokens[1::2])
    if not dots or not all(_is_name(token) for token in tokens[::2]):
        raise RedshiftError(
            "an INOUT argument of a nested call must be passed a nonconstant variable", "42601"
        )
    return names


def _is_name(token: Token) -> bool:
    return token.is_name or token.kind is Kind.PARAMETER


def _has_rows(outcome: Outcome) -> bool:
    return outcome.result is not None and outcome.result.nfields > 0
