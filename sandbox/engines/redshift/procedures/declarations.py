"""The DECLARE section of a block.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-structure.html
"""

from __future__ import annotations

from sandbox.engines.redshift.lexer import Kind
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, group, is_word
from sandbox.engines.redshift.procedures.data import REFCURSOR
from sandbox.engines.redshift.procedures.reading import BodyReader, Known, parts
from sandbox.engines.redshift.procedures.syntax import Alias, BoundCursor, Declaration, Tokens
from sandbox.engines.redshift.types import SqlType, read_type


def read(reader: BodyReader) -> tuple[Declaration | Alias | BoundCursor, ...]:
    """The declarations up to BEGIN, whose names the reader knows from then on."""
    found: list[Declaration | Alias | BoundCursor] = []
    while not reader.take("BEGIN"):
        if reader.take("DECLARE"):  # PL/pgSQL lets it stand before each of them
            continue
        declaration = _declaration(reader)
        reader.expect(";")
        reader.declare(declaration.name, _known(declaration))
        found.append(declaration)
    return tuple(found)


def variable_type(tokens: Tokens) -> SqlType:
    """The type that tokens are."""
    if len(tokens) == 1 and is_word(tokens[0], "REFCURSOR"):
        return REFCURSOR
    reader = Reader(group(tokens))
    found = read_type(reader)
    reader.end()
    return found


def _declaration(reader: BodyReader) -> Declaration | Alias | BoundCursor:
    name = reader.identifier().name
    if reader.take("ALIAS"):
        reader.expect("FOR")
        return Alias(name, _place(reader))
    if reader.take("CURSOR"):
        return _cursor(reader, name)
    if reader.take("RECORD"):
        return Declaration(name, None)
    constant = reader.take("CONSTANT")
    tokens = reader.until("NOT", "DEFAULT", ":=", "=", ";")
    if not tokens:
        raise reader.error()
    kind = variable_type(tokens)
    not_null = reader.take("NOT", "NULL")
    default: Tokens = ()
    if reader.take("DEFAULT") or reader.take(":=") or reader.take("="):
        default = reader.sql(";")
    elif not_null:
        raise RedshiftError(
            f'variable "{name}" must have a default value, since it\'s declared NOT NULL', "22004"
        )
    return Declaration(name, kind, constant, not_null, default)


def _place(reader: BodyReader) -> int:
    token = reader.token()
    if token.kind is not Kind.PARAMETER:
        reader.position -= 1
        raise reader.error()
    return int(token.text[1:])


def _cursor(reader: BodyReader, name: str) -> BoundCursor:
    """CURSOR [(name type, …)] {FOR | IS} query"""
    arguments: list[tuple[str, SqlType]] = []
    if reader.take("("):
        for part in parts(reader.until(")")):
            arguments.append((part[0].name, variable_type(part[1:])))
        reader.expect(")")
    if not reader.choose("FOR", "IS"):
        raise reader.error()
    return BoundCursor(name, tuple(arguments), reader.sql(";"))


def _known(declaration: Declaration | Alias | BoundCursor) -> Known:
    if isinstance(declaration, BoundCursor):
        return Known(cursor=True, bound=True)
    if isinstance(declaration, Alias):
        return Known(cursor=True)
    return Known(
        record=declaration.kind is None,
        constant=declaration.constant,
        cursor=declaration.kind == REFCURSOR,
    )
