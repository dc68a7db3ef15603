"""The names of output columns, as PostgreSQL and Redshift derive them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.nodes import Group, Node, is_word

Names = tuple[str, ...]
UNNAMED = "?column?"
NOT_AN_ALIAS = ("END", "NULL", "TRUE", "FALSE", "SYSDATE", "IS", "NOT", "AND", "OR", "THEN", "ELSE")


def is_star(item: Sequence[Node]) -> bool:
    """Whether a select item is * or alias.*"""
    return bool(item) and is_word(item[-1], "*") and (len(item) == 1 or is_word(item[-2], "."))


def star_qualifier(item: Sequence[Node]) -> str:
    """The alias of alias.*, "" of a bare *."""
    if len(item) < 3 or not isinstance(item[-3], Token):
        return ""
    return item[-3].name


def has_alias(item: Sequence[Node]) -> bool:
    """Whether a select item is given a name."""
    if len(item) < 2 or not isinstance(item[-1], Token):
        return False
    before, last = item[-2], item[-1]
    if is_word(before, "AS"):
        return True
    return last.is_name and not is_word(last, *NOT_AN_ALIAS) and _ends_operand(before)


def item_name(item: Sequence[Node]) -> str:
    """The output name of a select item that is not a star."""
    last = item[-1] if item else None
    if isinstance(last, Token) and has_alias(item):
        return last.name
    if isinstance(last, Token) and last.is_name and not is_word(last, *NOT_AN_ALIAS):
        before = item[-2] if len(item) > 1 else None
        if before is None or is_word(before, "."):
            return last.name
    if last is not None and is_word(last, "END"):
        return "case"
    if isinstance(last, Group) and len(item) >= 2:
        function = item[-2]
        if isinstance(function, Token) and function.is_name and _is_call(item):
            return function.name
    return UNNAMED


def without_alias(item: Sequence[Node]) -> list[Node]:
    """The expression of a select item that ends in a group or an alias."""
    if len(item) > 1 and is_word(item[-2], "AS"):
        return list(item[:-2])
    if isinstance(item[-1], Group):
        return list(item)
    return list(item[:-1])


def _is_call(item: Sequence[Node]) -> bool:
    return all(isinstance(node, Token) and (node.is_name or node.text == ".") for node in item[:-1])


def _ends_operand(node: Node) -> bool:
    """Whether an alias may follow without AS."""
    if isinstance(node, Group):
        return True
    if node.kind in (Kind.STRING, Kind.NUMBER, Kind.QUOTED, Kind.PARAMETER):
        return True
    return node.kind is Kind.WORD and not is_word(node, "IS", "NOT", "AND", "OR", "THEN", "ELSE")
