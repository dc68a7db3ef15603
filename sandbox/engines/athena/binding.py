"""The engine's refusals in Trino's words, with the place in the statement."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from sandbox.engines.athena.errors import OTHER, USER, QueryFailed, at

_ACCESS = "cannot be resolved or requester is not authorized to access requested resources"
EXHAUSTED = "Query exhausted resources at this scale factor"
_CODES = (
    ("Division by zero", "DIVISION_BY_ZERO", "Division by zero"),
    ("Conversion Error", "INVALID_CAST_ARGUMENT", ""),
    ("Out of Range Error", "NUMERIC_VALUE_OUT_OF_RANGE", ""),
    ("More than one row returned by a subquery", "SUBQUERY_MULTIPLE_ROWS", ""),
    ("Binder Error", "TYPE_MISMATCH", ""),
)


def failure(message: str, sql: str, tree: exp.Expr) -> QueryFailed:
    """What Athena says where the engine's error has this text."""
    first = message.partition("\n")[0]
    if first.startswith("Out of Memory"):
        return QueryFailed(EXHAUSTED, OTHER)
    for pattern, told in _NAMED:
        found = pattern.search(first)
        if found:
            return QueryFailed(told(sql, tree, found))
    for text, code, own in _CODES:
        if text in first:
            return QueryFailed(f"{code}: {own or first.partition(': ')[2]}", USER)
    return QueryFailed(f"GENERIC_INTERNAL_ERROR: {first}", OTHER)


def no_columns(sql: str, tree: exp.Expr, table: str) -> QueryFailed:
    """The failure of a query of a table of which the caller may read nothing."""
    if any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star)):
        place = at(sql, max(0, sql.find("*")))
        return QueryFailed(f"COLUMN_NOT_FOUND: {place}: Relation contains no accessible columns")
    column = tree.find(exp.Column)
    if column is not None:
        return QueryFailed(_unresolved(sql, tree, column.name, ""))
    return insufficient(f"Insufficient Lake Formation permission(s): Required Select on {table}")


def insufficient(message: str) -> QueryFailed:
    """The failure of a query whose caller lacks a right; message is the refusal of the service."""
    return QueryFailed(f"Insufficient permissions to execute the query. {message}")


def _unresolved(sql: str, tree: exp.Expr, name: str | None, relation: str) -> str:
    place, shown = _place(sql, tree, name, relation)
    return f"COLUMN_NOT_FOUND: {place}Column '{shown}' {_ACCESS}"


def _ambiguous(sql: str, tree: exp.Expr, found: re.Match[str]) -> str:
    place, _ = _place(sql, tree, found[1], "")
    return f"AMBIGUOUS_NAME: {place}Column '{found[1]}' is ambiguous"


def _ungrouped(sql: str, tree: exp.Expr, found: re.Match[str]) -> str:
    place, shown = _place(sql, tree, found[1], "")
    text = f"'{shown}' must be an aggregate expression or appear in GROUP BY clause"
    return f"EXPRESSION_NOT_AGGREGATE: {place}{text}"


def _place(sql: str, tree: exp.Expr, name: str | None, relation: str) -> tuple[str, str]:
    """Where a column is first used, and how it is written there."""
    places = []
    for column in tree.find_all(exp.Column):
        if name is not None and column.name.lower() != name.lower():
            continue
        if relation and column.table.lower() != relation.lower():
            continue
        start = column.parts[0].meta.get("start")
        if start is not None:
            places.append((start, ".".join(part.name for part in column.parts)))
    if places:
        start, shown = min(places)
        return f"{at(sql, start)}: ", shown
    for identifier in tree.find_all(exp.Identifier):
        if name is not None and identifier.name.lower() == name.lower():
            return f"{at(sql, identifier.meta.get('start') or 0)}: ", name
    return "", name or relation


_NAMED: tuple[tuple[re.Pattern[str], Callable[[str, exp.Expr, re.Match[str]], str]], ...] = (
    (
        re.compile(r'Referenced column "([^"]+)" (?:was )?not found'),
        lambda sql, tree, found: _unresolved(sql, tree, found[1], ""),
    ),
    (
        re.compile(r'Column "([^"]+)" does not exist on (?:left|right) side of join'),
        lambda sql, tree, found: _unresolved(sql, tree, found[1], ""),
    ),
    (
        re.compile(r'"([^"]+)" does not have a column named "([^"]+)"'),
        lambda sql, tree, found: _unresolved(sql, tree, found[2], found[1]),
    ),
    (
        re.compile(r'Referenced table "([^"]+)" not found'),
        lambda sql, tree, found: _unresolved(sql, tree, None, found[1]),
    ),
    (re.compile(r'Ambiguous reference to column name "([^"]+)"'), _ambiguous),
    (re.compile(r'column "([^"]+)" must appear in the GROUP BY clause'), _ungrouped),
    (
        re.compile(r"Function with name \"?([^ \"]+)\"? does not exist"),
        lambda sql, tree, found: (
            f"FUNCTION_NOT_FOUND: line 1:1: Function '{found[1]}' not registered"
        ),
    ),
)
