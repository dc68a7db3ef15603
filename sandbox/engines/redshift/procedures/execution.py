"""How the calls of a session stand to its transaction, and the SQL that they run in it.

https://docs.aws.amazon.com/redshift/latest/dg/stored-procedure-transaction-management.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import Kind, Token, syntax_error, tokenize
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import is_word
from sandbox.engines.redshift.plan import CONTROL, Outcome, Plan, Rule, outside_block
from sandbox.engines.redshift.procedures import data
from sandbox.engines.redshift.procedures.data import Value
from sandbox.engines.redshift.procedures.variables import Scope

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TERMINATED = "2D000"  # invalid_transaction_termination
QUERIES = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "(")
ATOMIC_HINT = (
    "Try calling the procedure as a top-level call i.e. not from within an explicit transaction"
    " block. Or, if this procedure (or one of its ancestors in the call chain) was created with"
    " SET config options, recreate the procedure without them."
)


@dataclass
class Chain:
    """What nested calls share. atomic: the transaction is not theirs to end."""

    atomic: bool
    nonatomic: bool
    queries: list[int] = field(default_factory=list)  # the calls, the innermost last
    block: bool = False  # of START TRANSACTION
    loop: bool = False  # over a query: an implicit cursor is open
    ended: int = 0  # transactions that a statement has ended
    aborted: bool = False  # an error was caught, and the transaction is not theirs to roll back


class Execution:
    """Runs the SQL of one call through the gate, as the user that it runs as."""

    def __init__(self, session: Session, scope: Scope, chain: Chain) -> None:
        self._session = session
        self._scope = scope
        self._chain = chain

    # expressions and statements

    def row(self, expressions: Sequence[Token]) -> list[Value]:
        """The values of a select list, and of what may follow it."""
        select = [Token(Kind.WORD, "SELECT"), *expressions]
        before = self._session.query_id
        plan, values = self._plan(select)
        self._session.query_id = before  # an expression is no query of its own
        if plan.single is None:
            raise syntax_error("INTO")
        texts = [value.text for value in values] if values else None
        result = self._session.backend.execute(plan.single, texts, types=_types(values))
        found = data.rows(result)
        return found[0] if found else [Value(None, data.UNKNOWN)] * result.nfields

    def value(self, expression: Sequence[Token]) -> Value:
        """The value of an expression."""
        found = self.row(expression)
        if len(found) != 1:
            raise RedshiftError("query returned more than one column", "42601")
        return found[0]

    def holds(self, condition: Sequence[Token]) -> bool:
        """Whether a condition is true."""
        value = self.value(condition)
        if value.type != data.BOOLEAN:
            value = data.converted(self._session, value, data.SqlType("boolean"))
        return value.true

    def run(self, tokens: Sequence[Token], *, bound: bool = True) -> tuple[Plan, Outcome]:
        """Run a statement; only the statements of the body itself are bound to its variables."""
        if is_word(tokens[0], "SET") and len(tokens) > 1 and is_word(tokens[1], "LOCAL"):
            raise RedshiftError("SET LOCAL is not supported inside a stored procedure", "0A000")
        plan, values = self._plan(tokens, bound=bound)
        self._check(plan)
        if plan.rule is Rule.INSIDE and not self._session.block:
            raise outside_block(plan)
        if is_word(tokens[0], "FETCH"):
            self._refuse_foreign(tokens[-1].name)
        outcome = self._carry_out(plan, values)
        if plan.rule is Rule.COMMITS:
            self._chain.ended += 1
        return plan, outcome

    def cursor(self, head: str, query: Sequence[Token] = (), *, bound: bool = True) -> Outcome:
        """Run what the body does with a cursor; head stands before the query that it opens."""
        plan, values = self._plan(query, bound=bound, head=tokenize(head))
        if not query:
            self._refuse_foreign(tokenize(head)[-1].name)
        return self._carry_out(plan, values)

    def _carry_out(self, plan: Plan, values: list[Value]) -> Outcome:
        if not values:
            return self._session.carry_out(plan)
        return self._session.carry_out(plan, [value.text for value in values], _types(values))

    def _plan(
        self, tokens: Sequence[Token], *, bound: bool = True, head: Sequence[Token] = ()
    ) -> tuple[Plan, list[Value]]:
        """A plan, and the values of its parameters."""
        if self._chain.aborted:
            raise RedshiftError(
                "current transaction is aborted, commands ignored until end of transaction block",
                "25P02",
            )
        self._session.refuse_cancelled()
        replaced, values = self._scope.bind(tokens) if bound else (self._scope.unbound(tokens), [])
        if values and not _takes_parameters(tokens):
            raise syntax_error("$1")
        plan = self._session.plan([*head, *replaced])
        return plan, values

    def _check(self, plan: Plan) -> None:
        if plan.rule is Rule.COMMITS:
            self._refuse_atomic(plan.name.removesuffix(" TABLE"))
        if plan.rule is Rule.ALONE or plan.rule in CONTROL:
            raise RedshiftError(
                f"{plan.name} cannot be executed from a function or multi-command string", "25001"
            )

    def _refuse_foreign(self, cursor: str) -> None:
        """Policies and masks ask for who fetches: a procedure that runs as its owner must not
        fetch for whoever opened the cursor."""
        session = self._session
        owner = session.cursor_owners.get(cursor, session.login)
        if session.user not in (session.login, owner):
            raise RedshiftError(
                f'FETCH from cursor "{cursor}" as another user than opened it is not supported by'
                " this sandbox",
                "0A000",
            )

    # transactions

    def control(self, word: str) -> None:
        """COMMIT, ROLLBACK or START TRANSACTION as a statement of the body."""
        if word == "START TRANSACTION":
            self._refuse_atomic(word)
            self._session.commit()
            self._session.begin()
            self._chain.block = True
            return
        self._refuse_atomic(word)
        self._chain.block = False
        self._chain.ended += 1
        if word == "COMMIT":
            self._session.commit()
        else:
            self._session.rollback()
        self._session.begin()

    def settle(self) -> None:
        """A statement is done: NONATOMIC commits it."""
        chain = self._chain
        if chain.nonatomic and not chain.atomic and not chain.block:
            self._session.commit()
            self._session.begin()

    def recover(self) -> None:
        """An error has been caught: its transaction is rolled back, and another one begins."""
        if self._chain.atomic:
            self._chain.aborted = True
            return
        self._chain.block = False
        self._session.rollback()
        self._session.begin()

    def handled(self) -> bool:
        """A handler is done, and its work committed. Gives whether the error is over with."""
        if self._chain.atomic:
            return False
        self._session.commit()
        self._session.begin()
        return self._chain.nonatomic

    def _refuse_atomic(self, word: str) -> None:
        if self._chain.atomic:
            raise RedshiftError(
                f"{word} cannot be invoked from a procedure that is executing in an atomic context.",
                TERMINATED,
                hint=ATOMIC_HINT,
            )


def _types(values: Sequence[Value]) -> list[int]:
    """The numbers of the types of values, 0 for what takes any type."""
    return [0 if value.type == data.UNKNOWN else value.type for value in values]


def _takes_parameters(tokens: Sequence[Token]) -> bool:
    """Whether a statement may have parameters: queries, changes of rows, and CREATE TABLE AS."""
    if is_word(tokens[0], *QUERIES):
        return True
    words = [token.word for token in tokens[:4]]
    query = any(is_word(token, "SELECT", "WITH") for token in tokens)
    return words[0] == "CREATE" and "TABLE" in words and query
