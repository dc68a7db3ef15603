"""A query in Trino's SQL: read, and held to what Trino has.

https://trino.io/docs/current/sql/select.html
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokens import Token, TokenType

from sandbox.engines.athena.errors import Malformed, at
from sandbox.engines.athena.functions import SERVED

# what it does not know, sqlglot reads as an opaque command, and warns of it
logging.getLogger("sqlglot").setLevel(logging.ERROR)

# what sqlglot reads in all dialects, and Trino does not have
_FOREIGN_TOKENS = frozenset(
    {TokenType.DCOLON, TokenType.QUALIFY, TokenType.ILIKE, TokenType.PIVOT, TokenType.UNPIVOT}
    | {TokenType.GLOB, TokenType.RLIKE, TokenType.SEMI, TokenType.ANTI, TokenType.ASOF}
    | {TokenType.DIV, TokenType.COLON_EQ, TokenType.DPIPE_SLASH}
)
_LITERALS = (
    *(exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Cast),
    *(exp.DataType, exp.DataTypeParam, exp.Interval, exp.Var),
)
_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
_FOREIGN_NODES = (exp.Into, exp.Pivot, exp.Qualify, exp.Command, exp.DML, exp.DDL)


def head(text: str) -> str:
    """The first word of a statement, "" where there is none."""
    tokens = _tokens(text)
    return tokens[0].text.upper() if tokens else ""


def read(text: str, parameters: Sequence[str]) -> tuple[str, exp.Query, str]:
    """A query: its text with the parameters in it, its tree, and why it fails once it runs.

    Malformed for what is no query of Trino.
    """
    filled, problem = _filled(text, parameters)
    trees, tokens = _read(filled)
    if len(trees) != 1:
        raise Malformed(f"Only one sql statement is allowed. Got: {text}", "INVALID_INPUT")
    tree = trees[0]
    _require_trino(filled, tree, tokens)
    if not isinstance(tree, exp.Query):
        raise Malformed("Queries of this type are not supported", "NOT_SUPPORTED")
    return filled, tree, problem or _unknown_function(filled, tokens)


def _tokens(text: str) -> list[Token]:
    try:
        return sqlglot.tokenize(text, read="trino")
    except SqlglotError as error:
        raise Malformed(f"line 1:1: {error}") from error


def _read(text: str) -> tuple[list[exp.Expr], list[Token]]:
    try:
        trees = [tree for tree in sqlglot.parse(text, read="athena") if tree is not None]
    except ParseError as error:
        where = error.errors[0] if error.errors else {}
        line, found = where.get("line", 1), where.get("highlight", "")
        column = max(1, int(where.get("col") or 1) - len(found) + 1)
        raise Malformed(f"line {line}:{column}: mismatched input '{found}'") from error
    except SqlglotError as error:
        raise Malformed(f"line 1:1: {error}") from error
    return trees, _tokens(text)


def _filled(text: str, parameters: Sequence[str]) -> tuple[str, str]:
    """The text with its placeholders filled in, and what is wrong with their number."""
    marks = [token for token in _tokens(text) if token.token_type == TokenType.PLACEHOLDER]
    if len(marks) != len(parameters):
        counts = f"expected {len(marks)} but found {len(parameters)}"
        return text, f"INVALID_PARAMETER_USAGE: Incorrect number of parameters: {counts}"
    for mark, value in reversed(list(zip(marks, parameters, strict=True))):
        _require_literal(value)
        text = f"{text[: mark.start]}{value}{text[mark.end + 1 :]}"
    return text, ""


def _require_literal(value: str) -> None:
    try:
        trees = sqlglot.parse(value, read="trino")
    except SqlglotError:
        trees = []
    tree = trees[0] if len(trees) == 1 else None
    if tree is None or not all(isinstance(node, _LITERALS) for node in tree.walk()):
        raise Malformed(f"Execution parameter is not a literal: {value}", "INVALID_INPUT")


def _require_trino(sql: str, tree: exp.Expr, tokens: Sequence[Token]) -> None:
    """Malformed for what sqlglot reads and Trino does not."""
    for token in tokens:
        if token.token_type in _FOREIGN_TOKENS:
            raise Malformed(f"{at(sql, token.start)}: mismatched input '{token.text}'")
    literals = (table for table in tree.find_all(exp.Table) if _is_quoted_text(sql, table))
    foreign = next(literals, None) or tree.find(*_FOREIGN_NODES)
    if foreign is not None:
        raise Malformed(f"line 1:1: mismatched input '{foreign.sql('trino')}'")


def _is_quoted_text(sql: str, table: exp.Table) -> bool:
    """FROM 'text': a file's name to DuckDB, an error to Trino."""
    start = table.this.meta.get("start") if isinstance(table.this, exp.Identifier) else None
    return start is not None and sql[start : start + 1] == "'"


def _unknown_function(sql: str, tokens: Sequence[Token]) -> str:
    """The failure of a query that calls a function that is not served.

    A name before a bracket is a call, unless it names the columns of a relation.
    """
    for index, (token, following) in enumerate(itertools.pairwise(tokens)):
        if following.token_type != TokenType.L_PAREN or token.token_type not in _NAMES:
            continue
        if token.text.lower() not in SERVED and not _names_columns(tokens, index):
            message = f"Function '{token.text.lower()}' not registered"
            return f"FUNCTION_NOT_FOUND: {at(sql, token.start)}: {message}"
    return ""


def _names_columns(tokens: Sequence[Token], index: int) -> bool:
    """Whether x (a, b) follows AS, a bracket or a name, or has AS behind it: a relation's."""
    before = tokens[index - 1].token_type if index else None
    if before in {TokenType.ALIAS, TokenType.R_PAREN, *_NAMES}:
        return True
    depth = 0
    for place in range(index + 1, len(tokens)):
        depth += tokens[place].token_type == TokenType.L_PAREN
        depth -= tokens[place].token_type == TokenType.R_PAREN
        if depth == 0:
            behind = tokens[place + 1 : place + 3]
            kinds = [token.token_type for token in behind]
            return kinds == [TokenType.ALIAS, TokenType.L_PAREN]
    return False
