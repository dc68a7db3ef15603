"""Aliases that are used again further on in their own select list, or in WHERE: what they stand for
is inlined.

https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_list.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

from sandbox.engines.redshift.blocks import SET_OPERATORS, cut
from sandbox.engines.redshift.functions import DATE_PART_FIRST, SYNONYMS
from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.names import (
    UNNAMED,
    ends_operand,
    item_name,
    without_explicit_alias,
)
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    find,
    is_query,
    is_word,
    nodes,
    quote,
    split_on_any,
)

Meanings = Mapping[str, Nodes]
OF_DATE_PARTS = DATE_PART_FIRST | {"extract"}
"""Functions whose first word is a date part."""


def reuses(tree: Sequence[Node]) -> bool:
    """Whether any SELECT of a query uses an alias of its own again."""
    if any(isinstance(node, Group) and reuses(node.children) for node in tree):
        return True
    for part in split_on_any(tree, SET_OPERATORS):
        start = find(part, "SELECT")
        if start >= 0:
            items = cut(part[start:]).items
            if inlined(items, lambda _name: False)[0] != items:
                return True
    return False


def inlined(
    items: Sequence[Nodes], is_column: Callable[[str], bool]
) -> tuple[list[Nodes], Meanings]:
    """The items of a select list without aliases of earlier items, and what its aliases stand for.

    is_column says whether a column of the FROM clause has a name: this goes before an alias.
    """
    meanings: dict[str, Nodes] = {}
    out: list[Nodes] = []
    for item in items:
        body = without_explicit_alias(item)
        meaning = replaced(body, meanings, is_column)
        own = item[len(body) :]
        if meaning != body and not own and (name := item_name(item)) != UNNAMED:
            out.append([*meaning, *nodes(f"AS {quote(name)}")])
        else:
            out.append([*meaning, *own])
        if own:
            meanings[item_name(item)] = meaning
    return out, meanings


def replaced(tree: Sequence[Node], meanings: Meanings, is_column: Callable[[str], bool]) -> Nodes:
    """An expression without aliases; is_column is as above."""
    out: Nodes = []
    for node, following in zip_longest(tree, tree[1:]):
        if isinstance(node, Group):
            out.append(_in_group(node, out[-1] if out else None, meanings, is_column))
            continue
        name = node.name if node.is_name else ""
        inlines = name in meanings and _may_be_column(out, following) and not is_column(name)
        out.append(Group(tuple(meanings[name]), node.spaced) if inlines else node)
    return out


def _in_group(
    node: Group, before: Node | None, meanings: Meanings, is_column: Callable[[str], bool]
) -> Group:
    if is_query(node):
        return node
    part: Nodes = []
    if (
        isinstance(before, Token)
        and before.is_name
        and SYNONYMS.get(before.name, before.name) in OF_DATE_PARTS
    ):
        part = list(node.children[:1])  # a word like day, whatever has that alias
    inner = replaced(node.children[len(part) :], meanings, is_column)
    return Group((*part, *inner), node.spaced)


def _may_be_column(before: Sequence[Node], following: Node | None) -> bool:
    """Whether a name can be that of a column where it stands, and not a type, a keyword or a part."""
    if before and (is_word(before[-1], ".", "::", "AS") or ends_operand(before[-1])):
        return False
    if isinstance(following, Token) and following.kind is Kind.STRING:
        return False
    return following is None or not is_word(following, "(", ".", "[")
