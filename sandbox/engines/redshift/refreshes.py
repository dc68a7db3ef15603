"""How a materialized view is refreshed: by its changes, or all of it.

https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-refresh-sql-command.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sandbox.engines.redshift.nodes import Group, Node, Nodes, is_query, is_word, walk
from sandbox.engines.redshift.vocabulary import vocabulary

MUTABLE = vocabulary(
    """
    current_date current_time current_timestamp getdate localtime now random sysdate timeofday
    """
)
# functions whose results are not kept up to date change by change
RECOMPUTED = MUTABLE | vocabulary(
    """
    avg median percentile_cont max min listagg stddev stddev_samp stddev_pop variance var_samp var_pop
    bit_and bit_or bool_and bool_or approximate any_value
    age date date_part date_trunc date_cmp_timestamptz to_timestamp
    current_user session_user user current_database version pg_backend_pid
    """
)
SET_OPERATORS = ("UNION", "INTERSECT", "EXCEPT", "MINUS")
SOURCES = ("FROM", "JOIN", ",")


def is_mutable(query: Nodes) -> bool:
    """Whether a query may give another result though no table has changed."""
    return any(token.is_name and token.name in MUTABLE for token in walk(query))


def is_incremental(query: Nodes) -> bool:
    """Whether a refresh can apply the changes of the tables alone."""
    tokens = list(walk(query))
    if any(is_word(token, *SET_OPERATORS, "OVER", "DISTINCT") for token in tokens):
        return False
    if any(token.is_name and token.name in RECOMPUTED for token in tokens):
        return False
    outer = any(
        is_word(token, "LEFT", "RIGHT", "FULL") and is_word(following, "JOIN", "OUTER")
        for token, following in pairwise(tokens)
    )
    return not outer and all(_is_source(before) for before in _before_queries(query))


def _is_source(before: Node | None) -> bool:
    return before is not None and is_word(before, *SOURCES)


def _before_queries(tree: Sequence[Node]) -> Iterator[Node | None]:
    """What stands before each query in parentheses."""
    for before, node in pairwise([None, *tree]):
        if isinstance(node, Group):
            if is_query(node):
                yield before
            yield from _before_queries(node.children)
