"""User-defined functions of SQL: CREATE FUNCTION and DROP FUNCTION.

A function is one expression of its arguments. PostgreSQL runs it, as the gate has rewritten it.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_FUNCTION.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.engines.redshift import policies
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.lexer import Token, split, syntax_error, with_parameters
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.names import without_explicit_alias
from sandbox.engines.redshift.nodes import (
    Nodes,
    Reader,
    is_word,
    literal,
    near,
    path_sql,
    render,
    split_on,
    walk,
)
from sandbox.engines.redshift.plan import Plan, Query
from sandbox.engines.redshift.procedures import stored
from sandbox.engines.redshift.procedures.data import STRINGS, type_number
from sandbox.engines.redshift.procedures.signatures import read_arguments, read_reference
from sandbox.engines.redshift.selects import Selects
from sandbox.engines.redshift.types import SqlType, read_type

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

CLAUSES = ("FROM", "INTO", "WHERE", "GROUP", "ORDER", "LIMIT")
VOLATILITIES = ("VOLATILE", "STABLE", "IMMUTABLE")


@dataclass
class Definition:
    """What CREATE FUNCTION says."""

    path: list[str]
    arguments: list[SqlType]
    returns: SqlType
    clauses: dict[str, str] = field(default_factory=dict)  # volatility, body and language

    def give(self, clause: str, value: str) -> None:
        if clause in self.clauses:
            raise RedshiftError("conflicting or redundant options", "42601")
        self.clauses[clause] = value


def create(tree: Nodes, catalog: Catalog, read: Callable[[Sequence[Token]], Nodes]) -> Plan:
    """CREATE [OR REPLACE] FUNCTION name (types) RETURNS type volatility AS $$ … $$ LANGUAGE sql

    read makes a tree of the tokens of the body.
    """
    reader = Reader(tree)
    reader.expect("CREATE")
    replace = reader.take("OR", "REPLACE")
    reader.expect("FUNCTION")
    path = reader.path()
    arguments = read_arguments(reader.group())
    reader.expect("RETURNS")
    definition = Definition(path, [each.kind for each in arguments], read_type(reader))
    while not reader.ended:
        _read_clause(reader, definition)
    language = definition.clauses.get("language", "")
    if language == "plpythonu":
        raise RedshiftError(
            "user-defined functions in Python are not supported by this sandbox", "0A000"
        )
    if language != "sql":
        raise RedshiftError(f'language "{language}" does not exist', "42704")
    for clause in ("volatility", "body"):
        if clause not in definition.clauses:
            raise RedshiftError(f"no function {clause} specified", "42P13")
    named = next((each.name for each in arguments if each.name or each.mode != "IN"), None)
    if named is not None:
        raise syntax_error(named)
    body = _expression(definition.clauses["body"], catalog, read)

    def apply(session: Session) -> None:
        _create(session, definition, body, replace)

    return Plan([apply], tag="CREATE FUNCTION")


def drop(tree: Nodes) -> Plan:
    """DROP FUNCTION name (types) [CASCADE | RESTRICT]

    CASCADE does not reach policies: t_rls_object_dependency of the documentation.
    """
    reader = Reader(tree)
    reader.expect("DROP", "FUNCTION")
    reference = read_reference(reader)
    behaviour = reader.choose("CASCADE", "RESTRICT")
    reader.end()
    return Plan(
        [
            lambda session: policies.refuse_lookup_function(session, reference.path[-1]),
            Query(f"DROP FUNCTION {reference.sql} {behaviour}"),
        ],
        tag="DROP FUNCTION",
    )


def _read_clause(reader: Reader, definition: Definition) -> None:
    if word := reader.choose(*VOLATILITIES):
        definition.give("volatility", word)
    elif reader.take("AS"):
        definition.give("body", reader.string())
    elif reader.take("LANGUAGE"):
        definition.give("language", reader.identifier().name)
    else:
        raise reader.error()


def _expression(body: str, catalog: Catalog, read: Callable[[Sequence[Token]], Nodes]) -> str:
    """The expression of a body for PostgreSQL. Raises RedshiftError for more than one."""
    statements = split(body)
    if len(statements) != 1 or not is_word(statements[0][0], "SELECT"):
        raise RedshiftError("the body of a SQL function must be one SELECT clause", "42P13")
    tree = read(statements[0])[1:]
    for node in tree:
        if is_word(node, *CLAUSES):
            raise RedshiftError(
                f"the SELECT clause of a SQL function cannot have {near(node).upper()}", "0A000"
            )
    if any(is_word(token, "SELECT", "WITH") for token in walk(tree)):
        raise RedshiftError("the SELECT clause of a SQL function cannot have a query", "0A000")
    if len(split_on(tree, ",")) != 1:
        raise RedshiftError("a SQL function must return one value", "42P13")
    return render(Selects(catalog).expression(without_explicit_alias(tree)))


def _create(session: Session, definition: Definition, body: str, replace: bool) -> None:
    stored.refuse_builtin(session, definition.path[-1])
    declared = ", ".join(kind.sql for kind in definition.arguments)
    nulls = [f"CAST(NULL AS {kind.sql})" for kind in definition.arguments]
    _check_type(session, definition.returns, with_parameters(f"SELECT {body}", nulls))
    name = path_sql(definition.path[-2:])
    existed = session.rows(f"SELECT to_regprocedure({literal(f'{name}({declared})')})")[0][0]
    session.run_sql(
        f"CREATE {'OR REPLACE ' if replace else ''}FUNCTION {name}({declared})"
        f" RETURNS {definition.returns.sql} LANGUAGE sql {definition.clauses['volatility']}"
        f" AS {literal(f'SELECT {body}')}"
    )
    if existed is None:  # whatever the owner's default privileges of procedures are
        session.run_sql(f"GRANT EXECUTE ON FUNCTION {name}({declared}) TO PUBLIC")


def _check_type(session: Session, declared: SqlType, query: str) -> None:
    """Raise RedshiftError unless a query gives what a function is declared to return."""
    (actual,) = session.describe(query)
    wanted = type_number(declared)
    if actual.oid != wanted and not (actual.oid in STRINGS and wanted in STRINGS):
        raise RedshiftError(
            f"return type mismatch in function declared to return {declared.sql}", "42P13"
        )
