"""The names of output columns, as PostgreSQL and Redshift derive them."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.nodes import Group, Node, Reader, is_word
from sandbox.engines.redshift.types import read_type
from sandbox.engines.redshift.vocabulary import vocabulary

Names = tuple[str, ...]
UNNAMED = "?column?"
BEFORE_OPERAND = vocabulary(
    """
    IS NOT AND OR WHEN THEN ELSE CASE LIKE ILIKE BETWEEN IN TO ESCAPE BY DISTINCT ALL ANY SOME FROM
    """
)
NOT_AN_ALIAS = ("END", "NULL", "TRUE", "FALSE", "SYSDATE", "IS", "NOT", "AND", "OR", "THEN", "ELSE")


def is_star(item: Sequence[Node]) -> bool:
    """Whether a select item is * or alias.*"""
    return bool(item) and is_word(item[-1], "*") and (len(item) == 1 or is_word(item[-2], "."))


def star_qualifier(item: Sequence[Node]) -> str:
    """The alias of alias.*, "" of a bare *."""
    if len(item) < 3 or not isinstance(item[-3], Token):
        return ""
    return item[-3].name


def item_name(item: Sequence[Node]) -> str:
    """The output name of a select item that is not a star."""
    if len(item) >= 2 and is_word(item[-2], "AS") and isinstance(item[-1], Token):
        return item[-1].name
    last = item[-1] if item else None
    if isinstance(last, Token) and last.is_name and not is_word(last, *NOT_AN_ALIAS):
        before = item[-2] if len(item) > 1 else None
        if before is None or is_word(before, ".") or ends_operand(before):
            return last.name
    if last is not None and is_word(last, "END"):
        return "case"
    if isinstance(last, Group) and len(item) >= 2:
        if name := called(item):
            return name
        function = item[-2]
        if isinstance(function, Token) and function.is_name and _is_call(item):
            return function.name
    return UNNAMED


def path_name(item: Sequence[Node]) -> str:
    """The name of a select item that is a path into a SUPER value, cast or not; "" of others."""
    name, cast, reader = "", False, Reader(item)
    while not reader.ended:
        if reader.take("["):
            reader.number()
            reader.expect("]")
        elif reader.take("::"):
            read_type(reader)
            cast = True
        elif not reader.take("."):
            node = reader.next()
            before = item[reader.position - 2] if reader.position > 1 else None
            if (
                cast
                or not isinstance(node, Token)
                or (before is not None and not is_word(before, "."))
            ):
                return ""  # an alias, or more of an expression
            name = node.name
    return name


def without_explicit_alias(item: Sequence[Node]) -> list[Node]:
    """A select item without the alias that it is given, if it is given one."""
    last = item[-1] if item else None
    if len(item) > 1 and isinstance(last, Token) and last.is_name:
        if is_word(item[-2], "AS"):
            return list(item[:-2])
        if not is_word(last, *NOT_AN_ALIAS) and ends_operand(item[-2]):
            return list(item[:-1])
    return list(item)


def without_alias(item: Sequence[Node]) -> list[Node]:
    """The expression of a select item that ends in a group or an alias."""
    if len(item) > 1 and is_word(item[-2], "AS"):
        return list(item[:-2])
    if isinstance(item[-1], Group):
        return list(item)
    return list(item[:-1])


def called(item: Sequence[Node]) -> str:
    """The function of a select item that is a call with its clauses and nothing else, else ""."""
    if len(item) < 2 or not isinstance(item[0], Token) or not item[0].is_name:
        return ""
    reader = Reader(item[1:])
    if not isinstance(reader.peek(), Group):
        return ""
    reader.next()
    if not reader.take("IGNORE", "NULLS"):
        reader.take("RESPECT", "NULLS")
    for clause in (("WITHIN", "GROUP"), ("OVER",)):
        if reader.take(*clause) and isinstance(reader.peek(), Group):
            reader.next()
    return item[0].name if reader.ended else ""


def _is_call(item: Sequence[Node]) -> bool:
    return all(isinstance(node, Token) and (node.is_name or node.text == ".") for node in item[:-1])


def ends_operand(node: Node) -> bool:
    """Whether an alias may follow without AS."""
    if isinstance(node, Group):
        return True
    if node.kind in (Kind.STRING, Kind.NUMBER, Kind.QUOTED, Kind.PARAMETER):
        return True
    return node.kind is Kind.WORD and not is_word(node, *BEFORE_OPERAND)
