"""Values of a client's parameters: as PostgreSQL's, or written into a statement that has none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.engines.redshift.lexer import Kind, Token, tokenize
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal
from sandbox.engines.redshift.values import TYPES

TYPED = frozenset({16, 20, 21, 23, 700, 701, 1082, 1114, 1184})
"""Types whose values are written with a cast; all others take the type that they meet."""


def bind(
    tokens: Sequence[Token], parameters: Sequence[dict[str, Any]] | None
) -> tuple[list[Token], list[str | None] | None]:
    """A statement's :name parameters as $1, $2, … and their values in that order.

    Raises RedshiftError for a :name that has no value.
    """
    given = {parameter["name"]: parameter["value"] for parameter in parameters or []}
    if not given:
        return list(tokens), None
    order: list[str] = []
    bound: list[Token] = []
    for token in tokens:
        name = token.text[1:]
        if token.kind is not Kind.NAMED:
            bound.append(token)
            continue
        if name not in given:
            raise RedshiftError(f"Parameter {json.dumps(name)} has no value", "42P02")
        if name not in order:
            order.append(name)
        bound.append(Token(Kind.PARAMETER, f"${order.index(name) + 1}", token.spaced))
    return bound, [given[name] for name in order]


def written(
    tokens: Sequence[Token], values: Sequence[str | None], types: Sequence[int] = ()
) -> list[Token]:
    """A statement with its $1, $2, … replaced by values; types are their numbers, if known."""
    found: list[Token] = []
    for token in tokens:
        if token.kind is not Kind.PARAMETER:
            found.append(token)
            continue
        place = int(token.text[1:]) - 1
        value = values[place]
        kind = types[place] if place < len(types) else 0
        text = "NULL" if value is None else literal(value)
        if kind in TYPED:
            text = f"CAST({text} AS {TYPES[kind][0]})"
        first, *others = tokenize(text)
        found += [replace(first, spaced=token.spaced), *others]
    return found
