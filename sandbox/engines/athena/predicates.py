"""Row filters of Lake Formation, in the subset of PartiQL that it takes.

https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html
"""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_CONNECTIVES = (exp.And, exp.Or, exp.Not, exp.Paren)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between)
_VALUES = (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Tuple)
_TYPED = (exp.Cast, exp.DataType, exp.DataTypeParam)
_ALLOWED = (*_CONNECTIVES, *_COMPARISONS, exp.Like, *_VALUES, *_TYPED)


def parsed(expression: str) -> exp.Expr:
    """The condition that a filter expression is; ValueError, with the reason, for another text."""
    try:
        trees = sqlglot.parse(expression, read="trino")
    except SqlglotError as error:
        raise ValueError(f"Syntax error in {expression}") from error
    tree = trees[0] if len(trees) == 1 else None
    if tree is None:
        raise ValueError(f"Not one expression: {expression}")
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            raise ValueError(f"Unsupported in a row filter: {node.sql('trino')}")
    if not isinstance(tree, (*_CONNECTIVES, *_COMPARISONS, exp.Like, exp.Boolean)):
        raise ValueError(f"Not a condition: {expression}")
    return tree


def check(expression: str, columns: Collection[str]) -> None:
    """ValueError unless this is a row filter on these columns."""
    unknown = sorted(columns_of(expression) - set(columns))
    if unknown:
        raise ValueError(f"Unknown columns: {', '.join(unknown)}")


def columns_of(expression: str) -> set[str]:
    """The columns that a filter expression looks at."""
    return {column.name.lower() for column in parsed(expression).find_all(exp.Column)}


def to_engine(expression: str) -> str:
    """The same condition as the engine's SQL."""
    return parsed(expression).sql("duckdb", identify=True)
