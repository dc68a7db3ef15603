"""PIVOT and UNPIVOT, which turn the rows of a table into columns and back.

https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause-pivot-unpivot-examples.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.names import item_name, without_explicit_alias
from sandbox.engines.redshift.nodes import (
    Group,
    Nodes,
    Reader,
    find,
    is_word,
    join,
    literal,
    nodes,
    quote,
    split_on,
    walk,
)

WORDS = ("PIVOT", "UNPIVOT")
AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG")


@dataclass(frozen=True)
class Input:
    """What is turned: a table as it stands in PostgreSQL's FROM clause, its alias and columns.

    expression rewrites an expression on these columns.
    """

    table: Nodes
    alias: str
    columns: Sequence[str]
    expression: Callable[[Nodes], Nodes]


Turned = tuple[Group, tuple[str, ...]]
"""A subquery, and the names of its columns."""


def read(reader: Reader, given: Input) -> Turned:
    """The PIVOT or UNPIVOT that comes next. Raises RedshiftError for what Redshift refuses."""
    if reader.take("PIVOT"):
        return _pivot(reader.group(), given)
    reader.expect("UNPIVOT")
    nulls = reader.choose("INCLUDE", "EXCLUDE")
    if nulls:
        reader.expect("NULLS")
    return _unpivot(reader.group(), given, nulls=nulls == "INCLUDE")


def _pivot(definition: Group, given: Input) -> Turned:
    """( aggregate(x) [[AS] alias] FOR column IN ( value [[AS] alias], … ) )"""
    place = find(definition.children, "FOR")
    item = list(definition.children[: max(place, 0)])
    call = without_explicit_alias(item)
    name, argument = _aggregate(call)
    suffix = f"_{item_name(item)}" if len(call) < len(item) else ""
    reader = Reader(definition.children[place + 1 :])
    column, values = _for(reader)
    _check(given, [column])
    used = {token.name for token in walk(argument) if token.is_name} | {column}
    kept = [each for each in given.columns if each not in used]
    names = [_value_name(value) + suffix for value in values]
    condition = nodes(f"CASE WHEN {quote(column)} IS NOT DISTINCT FROM")
    picked = [
        _counted(name, argument, [*condition, Group(tuple(_constant(value)))]) for value in values
    ]
    items = [
        *(nodes(quote(each)) for each in kept),
        *(
            [*given.expression(each), *nodes(f"AS {quote(alias)}")]
            for each, alias in zip(picked, names, strict=True)
        ),
    ]
    query = [*nodes("SELECT"), *join(items), *nodes("FROM"), *given.table]
    if kept:
        query += [*nodes("GROUP BY"), *join(nodes(quote(each)) for each in kept)]
    return Group(tuple(query)), (*kept, *names)


def _aggregate(call: Nodes) -> tuple[Token, Nodes]:
    function, arguments = (call[0], call[1]) if len(call) == 2 else (None, None)
    if not isinstance(function, Token) or not isinstance(arguments, Group):
        raise RedshiftError("PIVOT takes one call of an aggregate function", "42601")
    if not is_word(function, *AGGREGATES):
        raise RedshiftError(f"PIVOT does not support the function {function.name}", "0A000")
    return function, list(arguments.children)


def _counted(function: Token, argument: Nodes, condition: Nodes) -> Nodes:
    """The aggregate over those rows only that have a value."""
    distinct = argument[:1] if argument and is_word(argument[0], "DISTINCT", "ALL") else []
    inner = argument[len(distinct) :]
    if len(inner) == 1 and is_word(inner[0], "*"):
        inner = nodes("1")
    case = [*distinct, *condition, *nodes("THEN"), Group(tuple(inner)), *nodes("END")]
    return [function, Group(tuple(case), spaced=False)]


def _constant(value: Nodes) -> Nodes:
    """A value of PIVOT's list. Raises RedshiftError for columns and subqueries."""
    expression = without_explicit_alias(value)
    for node, following in zip(expression, [*expression[1:], None], strict=True):
        if isinstance(node, Group) and find(node.children, "SELECT") >= 0:
            raise RedshiftError("PIVOT values cannot be subqueries", "0A000")
        column = isinstance(node, Token) and node.is_name and not isinstance(following, Group)
        if column and len(expression) == 1 and not is_word(node, "NULL", "TRUE", "FALSE"):
            raise RedshiftError("PIVOT values cannot be column references", "0A000")
    return expression


def _value_name(value: Nodes) -> str:
    expression = without_explicit_alias(value)
    only = expression[0] if len(expression) == 1 else None
    if len(expression) == len(value) and isinstance(only, Token):
        if only.kind is Kind.STRING:
            return only.value.lower()
        return only.text.lower()
    return item_name(value)


def _unpivot(definition: Group, given: Input, *, nulls: bool) -> Turned:
    """( value FOR name IN ( column [[AS] alias], … ) )"""
    reader = Reader(definition.children)
    value = reader.identifier().name
    reader.expect("FOR")
    name, items = _for(reader)
    columns = [_column(item) for item in items]
    _check(given, columns)
    kept = [each for each in given.columns if each not in columns]
    rows = ", ".join(
        f"({literal(item_name(item))}::varchar, {quote(given.alias)}.{quote(column)})"
        for item, column in zip(items, columns, strict=True)
    )
    out = [
        *(f"{quote(given.alias)}.{quote(each)}" for each in kept),
        f"turned.{quote(name)}",
        f"turned.{quote(value)}",
    ]
    query = [*nodes(f"SELECT {', '.join(out)} FROM"), *given.table, *nodes("CROSS JOIN LATERAL")]
    query += nodes(f"(VALUES {rows}) AS turned({quote(name)}, {quote(value)})")
    if not nulls:
        query += nodes(f"WHERE turned.{quote(value)} IS NOT NULL")
    return Group(tuple(query)), (*kept, name, value)


def _column(item: Nodes) -> str:
    column = without_explicit_alias(item)
    if len(column) != 1 or not isinstance(column[0], Token) or not column[0].is_name:
        raise RedshiftError("UNPIVOT takes references to columns only", "0A000")
    return column[0].name


def _for(reader: Reader) -> tuple[str, list[Nodes]]:
    """name IN ( item, … ), to its end"""
    name = reader.identifier().name
    reader.expect("IN")
    items = split_on(reader.group().children, ",")
    reader.end()
    if [] in items:
        raise RedshiftError('syntax error at or near ")"', "42601")
    return name, items


def _check(given: Input, columns: Sequence[str]) -> None:
    for column in columns:
        if column not in given.columns:
            raise RedshiftError(f'column "{column}" does not exist', "42703")
