"""CALL: the procedure that it runs, as whom, with which settings, and what it gives back.

https://docs.aws.amazon.com/redshift/latest/dg/r_CALL_procedure.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.engines.redshift.lexer import Kind, Token, with_parameters
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Nodes,
    Reader,
    is_word,
    literal,
    nodes,
    quote,
    split_on,
    walk,
)
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.procedures import data, parser, stored
from sandbox.engines.redshift.procedures.data import UNKNOWN, Value
from sandbox.engines.redshift.procedures.execution import Chain
from sandbox.engines.redshift.procedures.interpreter import Interpreter
from sandbox.engines.redshift.procedures.stored import Procedure
from sandbox.engines.redshift.procedures.variables import Scalar, Scope

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

DEEPEST = 16


@dataclass(frozen=True)
class Call:
    """The step of a CALL. query selects its arguments, which have these types."""

    path: tuple[str, ...]
    query: str
    kinds: tuple[int, ...]

    def __call__(self, session: Session, /) -> Any:
        """Run the procedure; gives a result of one row where it has outputs."""
        procedure = stored.resolve(session, self.path, self.kinds)  # once more: time has passed
        values: list[Value] = []
        if self.kinds:
            row = data.rows(session.backend.execute(self.query))[0]
            values = [Value(value.text, kind) for value, kind in zip(row, self.kinds, strict=True)]
        if session.chain is not None and procedure.outputs:
            raise RedshiftError(
                "an INOUT argument of a nested call must be passed a nonconstant variable", "42601"
            )
        outputs = _run(session, procedure, values)
        if not outputs:
            return None
        columns = ", ".join(
            f"{value.sql} AS {quote(label)}"
            for value, label in zip(outputs, procedure.labels, strict=True)
        )
        return session.backend.execute(f"SELECT {columns}")


def call(tree: Nodes, select: Callable[[Nodes], Plan], session: Session) -> Plan:
    """CALL name ([argument, …]); select makes the plan of the arguments as a query."""
    reader = Reader(tree)
    reader.expect("CALL")
    path = reader.path()
    arguments = reader.group().children
    reader.end()
    query, kinds = "", []
    if arguments:
        query = select([*nodes("SELECT"), *arguments]).single or ""
        count = max((_place(token) for token in walk(arguments)), default=0)
        described = session.describe(with_parameters(query, ["NULL"] * count))
        untyped = [_is_untyped(part) for part in split_on(arguments, ",")]
        kinds = [
            UNKNOWN if unknown else output.oid
            for output, unknown in zip(described, untyped, strict=True)
        ]
    procedure = stored.resolve(session, path, kinds)
    outputs = ", ".join(
        f"{Value(None, data.type_number(argument.kind)).sql} AS {quote(label)}"
        for argument, label in zip(procedure.outputs, procedure.labels, strict=True)
    )
    return Plan(
        [Call(tuple(path), query, tuple(kinds))],
        tag="CALL",
        described=f"SELECT {outputs}" if outputs else "",
    )


def refuse_subqueries(tokens: Sequence[Token]) -> None:
    """Raise RedshiftError for a CALL whose arguments have a query."""
    if any(is_word(token, "SELECT", "WITH") for token in tokens):
        raise RedshiftError("cannot use subquery in CALL argument", "0A000")


def _place(token: Token) -> int:
    return int(token.text[1:]) if token.kind is Kind.PARAMETER else 0


def _is_untyped(part: Nodes) -> bool:
    """Whether an argument is a string, NULL, or a client's parameter, which take any type."""
    node = part[0] if len(part) == 1 else None
    if not isinstance(node, Token):
        return False
    return node.kind in (Kind.STRING, Kind.PARAMETER) or is_word(node, "NULL")


def _nested(
    session: Session, path: Sequence[str], given: Sequence[Value]
) -> tuple[Procedure, Callable[[], list[Value]]]:
    """The procedure of a CALL in a procedure, and what runs it."""
    procedure = stored.resolve(session, path, [value.type for value in given])
    if any(not argument.is_input for argument in procedure.outputs):
        raise RedshiftError(
            f"procedure {procedure.name} has OUT arguments, which are not allowed in a nested call",
            "0A000",
        )

    def run() -> list[Value]:
        session.next_query()
        plan = Plan([], tag="CALL", text=f"CALL {'.'.join(path)}({_numbered(len(given))})")
        with session.recorded(plan):
            return _run(session, procedure, given)

    return procedure, run


def _numbered(count: int) -> str:
    return ", ".join(f" ${number} " for number in range(1, count + 1)).strip()


def _run(session: Session, procedure: Procedure, given: Sequence[Value]) -> list[Value]:
    """Run a procedure with values for its inputs. Gives the values of its outputs."""
    stored.require_execute(session, procedure)
    block = parser.parse(
        procedure.body, procedure.name, procedure.arguments, nonatomic=procedure.nonatomic
    )
    values = [
        data.converted(session, value, argument.kind)
        for value, argument in zip(given, procedure.inputs, strict=True)
    ]
    with _chained(session, procedure) as chain, _as_definer(session, procedure) as caller:
        scope = Scope(caller)
        with scope.level(procedure.name), _settings(session, procedure):
            outputs = _arguments(scope, procedure, values)
            nested = _caller(session)
            Interpreter(session, scope, chain, nested).run(block)
        return [variable.value for variable in outputs]


def _caller(
    session: Session,
) -> Callable[[Sequence[str], Sequence[Value]], tuple[Procedure, Callable[[], list[Value]]]]:
    return lambda path, given: _nested(session, path, given)


def _arguments(scope: Scope, procedure: Procedure, values: list[Value]) -> list[Scalar]:
    """Make a call's arguments known. Gives those that it returns."""
    remaining = iter(values)
    outputs: list[Scalar] = []
    for place, argument in enumerate(procedure.arguments, 1):
        null = Value(None, data.type_number(argument.kind))
        value = next(remaining) if argument.is_input else null
        name = argument.name or f"${place}"
        variable = Scalar(name, argument.kind, value, constant=not argument.is_output)
        scope.add(f"${place}", variable)
        scope.add(name, variable)
        if argument.is_output:
            outputs.append(variable)
    kind = data.SqlType("boolean")
    scope.add("found", Scalar("found", kind, data.boolean(False), constant=True))
    return outputs


@contextlib.contextmanager
def _chained(session: Session, procedure: Procedure) -> Iterator[Chain]:
    """The call as one of a chain of nested calls."""
    outer = session.chain
    chain = outer or Chain(session.block, procedure.nonatomic)
    if chain.nonatomic != procedure.nonatomic:
        raise RedshiftError(
            "nested stored procedures must be created in the same transaction mode", "0A000"
        )
    if len(chain.queries) == DEEPEST:
        raise RedshiftError(
            f"stored procedure calls cannot be nested more than {DEEPEST} levels deep", "54001"
        )
    before = chain.atomic
    chain.queries.append(session.query_id)
    chain.atomic = before or bool(procedure.settings)
    session.chain = chain
    try:
        yield chain
    finally:
        chain.queries.pop()
        chain.atomic = before
        session.chain = outer


@contextlib.contextmanager
def _as_definer(session: Session, procedure: Procedure) -> Iterator[str]:
    """The time in which a procedure runs as its owner, if it does; gives its caller then."""
    if not procedure.definer:
        yield session.login if session.user != session.login else ""
        return
    with session.acting_as(procedure.owner):
        yield session.login


@contextlib.contextmanager
def _settings(session: Session, procedure: Procedure) -> Iterator[None]:
    """The SET options of a procedure, which end with it."""
    names = [setting.partition("=")[0] for setting in procedure.settings]
    before = [
        session.rows(f"SELECT pg_catalog.current_setting({literal(name)}, true)")[0][0] or ""
        for name in names
    ]
    for setting in procedure.settings:
        name, _, value = setting.partition("=")
        _set(session, name, value)
    yield
    for name, value in zip(names, before, strict=True):
        _set(session, name, value)


def _set(session: Session, name: str, value: str) -> None:
    session.rows(f"SELECT pg_catalog.set_config({literal(name)}, {literal(value)}, true)")
