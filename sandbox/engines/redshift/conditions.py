"""The condition of a WHERE clause may be a number, as any integer is taken for a boolean.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#implicit-conversion-types
"""

from __future__ import annotations

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.nodes import Nodes, is_word, nodes


def begun(where: Nodes) -> Nodes:
    """A condition whose first part may be a number, as WHERE 1 AND … that programs write."""
    first = where[0] if where else None
    if not isinstance(first, Token) or first.kind is not Kind.NUMBER:
        return where
    alone = len(where) == 1 or is_word(where[1], "AND", "OR")
    return [first, *nodes("::boolean"), *where[1:]] if alone else where
