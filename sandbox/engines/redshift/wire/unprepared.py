"""Statements of the extended protocol that PostgreSQL does not prepare: CALL, with its values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from psycopg.pq import Format

from sandbox.engines.redshift import binding
from sandbox.engines.redshift.backend import Backend, texts
from sandbox.engines.redshift.lexer import Token

NAME = b"described"


def described(backend: Backend, sql: str) -> Any:
    """The description of a query's result."""
    backend.checked(backend.connection.prepare(NAME, sql.encode()))
    description = backend.checked(backend.connection.describe_prepared(NAME))
    backend.execute(f"DEALLOCATE {NAME.decode()}")
    return description


def written(
    backend: Backend,
    tokens: Sequence[Token],
    types: Sequence[int],
    values: Sequence[bytes | None],
    value_formats: Sequence[int],
) -> list[Token]:
    """A statement with the values of a Bind message written into it."""
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    result = backend.checked(
        backend.connection.exec_params(
            f"SELECT {places}".encode(),
            cast(Any, values),  # psycopg's types leave out that NULL is None
            list(types) or None,
            [Format(number) for number in value_formats],
        )
    )
    kinds = [result.ftype(index) for index in range(result.nfields)]
    return binding.written(tokens, texts(result)[0], kinds)
