"""Row filters of Lake Formation, in the subset of PartiQL that it takes.

https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LIMIT = 2048
"""An expression is shorter."""
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like)
# the types that the page lists -> what their constants are; the sandbox filters by no struct
_KINDS = dict.fromkeys(("string", "char", "varchar"), "text")
_KINDS |= dict.fromkeys(("int", "integer", "long", "bigint"), "whole number")
_KINDS |= dict.fromkeys(("float", "double", "decimal"), "number") | {"boolean": "boolean"}
_CONSTANTS = {"whole number": re.compile(r"\d+"), "number": re.compile(r"\d+(\.\d+)?")}


def parsed(expression: str) -> exp.Expr:
    """The tree of a filter expression; ValueError, with the reason, for another text."""
    try:
        trees = sqlglot.parse(expression, read="trino")
    except SqlglotError as error:
        raise ValueError(f"Syntax error in {expression}") from error
    tree = trees[0] if len(trees) == 1 else None
    if tree is None:
        raise ValueError(f"Not one expression: {expression}")
    return tree


def check(expression: str, types: Mapping[str, str], partitions: Collection[str]) -> None:
    """ValueError unless this is a row filter on columns of these types, some of partitions."""
    if len(expression) >= LIMIT:
        raise ValueError(f"It has {len(expression)} characters: fewer than {LIMIT} are allowed")
    tree = parsed(expression)
    # the one expression without a column: all rows
    if not (isinstance(tree, exp.Boolean) and tree.this):
        _check_condition(tree, types, partitions)


def columns_of(expression: str) -> set[str]:
    """The columns that a filter expression looks at."""
    return {column.name.lower() for column in parsed(expression).find_all(exp.Column)}


def to_engine(expression: str) -> str:
    """The same condition as the engine's SQL."""
    return parsed(expression).sql("duckdb", identify=True)


def _check_condition(tree: exp.Expr, types: Mapping[str, str], partitions: Collection[str]) -> None:
    if isinstance(tree, (exp.And, exp.Or)):
        _check_condition(tree.left, types, partitions)
        _check_condition(tree.right, types, partitions)
        return
    if isinstance(tree, (exp.Not, exp.Paren)):
        _check_condition(tree.this, types, partitions)
        return
    values = _values(tree)
    name, kind = _column(tree.this, types)
    if isinstance(tree, exp.Is):
        if name in partitions:
            raise ValueError(f"IS NULL is not supported on the partition column {name}")
    elif isinstance(tree, exp.Like) and kind != "text":
        raise ValueError(f"LIKE is not supported on {name}, which is {types[name]}")
    for value in values:
        if not _is_constant(value, kind):
            raise ValueError(f"{name} is {types[name]}: {value.sql('trino')} is no {kind}")


def _values(tree: exp.Expr) -> list[exp.Expr]:
    """What a simple expression compares its column with; ValueError for what is none."""
    given = {name for name, value in tree.args.items() if value}
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Null):
        return []
    if isinstance(tree, _COMPARISONS):
        return [tree.expression]
    if isinstance(tree, exp.Between) and given == {"this", "low", "high"}:
        return [tree.args["low"], tree.args["high"]]
    if isinstance(tree, exp.In) and given == {"this", "expressions"}:
        return list(tree.expressions)
    raise ValueError(f"Unsupported in a row filter: {tree.sql('trino')}")


def _column(node: exp.Expr, types: Mapping[str, str]) -> tuple[str, str]:
    """The name of a column and the kind of its constants."""
    if not isinstance(node, exp.Column) or len(node.parts) > 1:
        raise ValueError(f"Not a column of the table's top level: {node.sql('trino')}")
    name = node.name.lower()
    if name not in types:
        raise ValueError(f"Unknown column: {name}")
    base = re.split(r"\W", types[name].lower(), maxsplit=1)[0]
    if base not in _KINDS:
        raise ValueError(f"Unsupported data type of {name}: {types[name]}")
    return name, _KINDS[base]


def _is_constant(node: exp.Expr, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(node, exp.Boolean)
    if kind == "text":
        return isinstance(node, exp.Literal) and node.is_string
    number = node.this if isinstance(node, exp.Neg) else node
    plain = isinstance(number, exp.Literal) and not number.is_string
    return plain and bool(_CONSTANTS[kind].fullmatch(number.this))
