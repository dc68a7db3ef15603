"""The condition of a WHERE clause: it may use aliases of the select list, and be a number.

A column of an alias's name comes first, as in Redshift's lateral aliases.
https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_list.html
https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html#implicit-conversion-types
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.names import has_alias, item_name, without_alias
from sandbox.engines.redshift.nodes import Group, Node, Nodes, is_query, is_word, nodes


def begun(where: Nodes) -> Nodes:
    """A condition whose first part may be a number, as WHERE 1 AND … that programs write."""
    first = where[0] if where else None
    if not isinstance(first, Token) or first.kind is not Kind.NUMBER:
        return where
    alone = len(where) == 1 or is_word(where[1], "AND", "OR")
    return [first, *nodes("::boolean"), *where[1:]] if alone else where


def used_aliases(items: Sequence[Nodes], where: Sequence[Node]) -> dict[str, Nodes]:
    """The expressions of a select list that a WHERE clause calls by their alias."""
    aliases = {item_name(item): without_alias(item) for item in items if has_alias(item)}
    names = _names(where)
    return {name: expression for name, expression in aliases.items() if name in names}


def without_aliases(where: Sequence[Node], aliases: Mapping[str, Nodes]) -> Nodes:
    """A WHERE clause with the expressions that its aliases stand for."""
    out: Nodes = []
    for place, node in enumerate(where):
        if isinstance(node, Group):
            inner = node.children if is_query(node) else without_aliases(node.children, aliases)
            out.append(Group(tuple(inner), node.spaced))
        elif _is_column(where, place) and node.name in aliases:
            out.append(Group(tuple(aliases[node.name])))
        else:
            out.append(node)
    return out


def _names(tree: Sequence[Node]) -> set[str]:
    found: set[str] = set()
    for place, node in enumerate(tree):
        if isinstance(node, Group):
            found |= set() if is_query(node) else _names(node.children)
        elif _is_column(tree, place):
            found.add(node.name)
    return found


def _is_column(tree: Sequence[Node], place: int) -> bool:
    """Whether a token is a name that stands alone: of no table, and no function's."""
    node = tree[place]
    if not isinstance(node, Token) or not node.is_name:
        return False
    after = tree[place + 1] if place + 1 < len(tree) else None
    if isinstance(after, Group) or (after is not None and is_word(after, ".")):
        return False
    return not place or not is_word(tree[place - 1], ".", "::")
