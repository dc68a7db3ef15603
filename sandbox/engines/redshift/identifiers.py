"""The names of a statement: how long they may be, and which of PostgreSQL's are not there.

https://docs.aws.amazon.com/redshift/latest/dg/r_names.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.system_catalogs import FORBIDDEN, RENAMED

GUARD = ("IF", "NOT", "EXISTS")  # before a name
MAX_IDENTIFIER = 127
PG_IDENTIFIER = 63


def _policy_name(tokens: Sequence[Token]) -> int:
    """The place of the name of a policy that a statement is about; -1 in other statements."""
    words = [token.word for token in tokens[:7]]
    if words[1:3] not in (["RLS", "POLICY"], ["MASKING", "POLICY"]):
        return -1
    return next((3 + i for i, word in enumerate(words[3:]) if word not in GUARD), -1)


def check(tokens: Sequence[Token]) -> None:
    """Raise RedshiftError for a name that is too long, or that of a catalog nobody may read."""
    policy = _policy_name(tokens)
    for place, token in enumerate(tokens):
        if not token.is_name:
            continue
        size = len(token.exact_name.encode())
        if size > MAX_IDENTIFIER:
            raise RedshiftError(f'identifier "{token.name}" is longer than 127 bytes', "42622")
        # PostgreSQL has neither: users are cut, policies are rows of the engine's
        if place == policy:
            continue
        if size > PG_IDENTIFIER and not token.exact_name.startswith(("IAM:", "IAMR:")):
            raise RedshiftError(
                f'identifier "{token.name}" is longer than the 63 bytes that this sandbox supports',
                "0A000",
            )
        if token.name in FORBIDDEN:
            qualified = place > 1 and tokens[place - 1].text == "."
            name = f"{tokens[place - 2].name}.{token.name}" if qualified else token.name
            raise RedshiftError(f'relation "{name}" does not exist', "42P01")


def renamed(token: Token) -> Token:
    """A name, or that of the view that stands in for a catalog of PostgreSQL's."""
    return token.with_text(RENAMED.get(token.name, token.text)) if token.is_name else token
