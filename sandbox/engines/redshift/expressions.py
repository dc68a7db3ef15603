"""Expressions: what Redshift does not know is refused, what PostgreSQL lacks is rewritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.engines.redshift import functions, windows
from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.navigation import Scope, typed
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    find,
    is_query,
    is_word,
    join,
    near,
    nodes,
    quote,
    split_on,
)
from sandbox.engines.redshift.types import CASTABLE, read_type
from sandbox.engines.redshift.vocabulary import vocabulary

Subquery = Callable[[Sequence[Node]], Nodes]

OPERATORS = vocabulary(
    "+ - * / % ^ |/ ||/ @ & | # ~ << >> || < > <= >= = <> != !~ ~* !~* ~~ !~~ ~~* !~~*"
)
BEFORE_GROUP = vocabulary(
    """
    ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FROM GROUP HAVING ILIKE IN INTERSECT IS
    LIKE LIMIT MINUS NOT OFFSET ON OR OVER SELECT SETS SOME THEN TO UNION USING VALUES WHEN WHERE
    QUALIFY SET ROLLUP CUBE END
    """
)
BEFORE_STRING = vocabulary(
    """
    ALL AND BETWEEN BOTH BY CASE DISTINCT ELSE ESCAPE FOR FROM HAVING ILIKE IN LEADING LIKE LIMIT NOT
    OFFSET ON OR QUALIFY SELECT THEN TO TRAILING WHEN WHERE ZONE
    """
)
REFUSED = frozenset({"RETURNING", "LATERAL", "TABLESAMPLE", "ONLY", "CONFLICT"})


class Expressions:
    """Rewrites expressions; subquery rewrites what stands in parentheses and selects.

    scope knows which names lead into SUPER values. catalog is set for queries on system catalogs alone, which run on the leader node and there
    may use what tables may not: arrays, and functions of the catalogs.
    """

    def __init__(self, subquery: Subquery, scope: Scope, *, catalog: bool = False) -> None:
        self._subquery = subquery
        self._scope = scope
        self._catalog = catalog

    def rewrite(self, tree: Sequence[Node]) -> Nodes:
        reader = Reader(tree)
        out: Nodes = []
        while not reader.ended:
            node = reader.next()
            if isinstance(node, Group):
                out.append(self._group(node))
            elif node.kind in (Kind.WORD, Kind.QUOTED):
                self._name(node, reader, out)
            elif node.text == "::" and node.kind is Kind.MARK:
                cast = read_type(reader, catalog=self._catalog)
                out += [node, *nodes(cast.sql), *self._array_suffix(reader)]
            else:
                self._symbol(node, reader, out)
        return typed(out)

    def _array_suffix(self, reader: Reader) -> Nodes:
        return nodes("[]") if reader.take("[", "]") else []

    def _group(self, node: Group) -> Group:
        if is_query(node):
            return Group(tuple(self._subquery(node.children)), node.spaced)
        if _is_set_operation(node):
            return Group(tuple(self._subquery(node.children)), node.spaced)
        return Group(tuple(self.rewrite(node.children)), node.spaced)

    def _symbol(self, node: Token, reader: Reader, out: Nodes) -> None:
        if node.kind is Kind.OPERATOR and node.text not in OPERATORS:
            raise RedshiftError(f"operator does not exist: {node.text}", "42883")
        if node.kind is Kind.MARK and node.text in "[]" and not self._catalog:
            raise syntax_error(node.text)
        if node.kind is Kind.NAMED:
            raise syntax_error(":")
        out.append(node)

    def _name(self, node: Token, reader: Reader, out: Nodes) -> None:
        following = reader.peek()
        qualified = bool(out) and is_word(out[-1], ".")
        if not qualified and not self._catalog and (value := self._scope.path(node, reader)):
            out.append(value)
            return
        if isinstance(following, Group) and not _is_keyword(node, BEFORE_GROUP):
            reader.next()
            if self._catalog and node.word == "OPERATOR":
                out += [node, following]
            elif self._catalog and node.word == "ARRAY" and is_query(following):
                out += [node, self._group(following)]
            else:
                self._call(node, following, reader, out, qualified)
            return
        if node.kind is Kind.WORD and not qualified:
            if node.word in REFUSED or (node.word == "ARRAY" and not self._catalog):
                raise syntax_error(node.text)
            if node.word == "SYSDATE":
                out += nodes(f"pg_catalog.{functions.PREFIX}sysdate()")
                return
            if node.word == "APPROXIMATE" and following is not None:
                return
        if isinstance(following, Token) and following.kind is Kind.STRING:
            self._before_string(node, following)
            if node.word == "E" and node.kind is Kind.WORD:
                node = node.with_text('"e"')  # a type that there is not
        out.append(node)

    def _before_string(self, node: Token, following: Token) -> None:
        allowed = _is_keyword(node, BEFORE_STRING | CASTABLE | {"E"})
        if not allowed and not self._catalog:
            raise syntax_error(following.text)

    def _call(
        self, node: Token, arguments: Group, reader: Reader, out: Nodes, qualified: bool
    ) -> None:
        name = node.name
        if qualified:
            if len(out) < 2 or not is_word(out[-2], "PG_CATALOG"):
                self._user_function(_qualifiers(out), node, arguments, out)
                return
            del out[-2:]
        if name in _SPECIAL:
            out += _SPECIAL[name](self, node, arguments)
            return
        if name in windows.NAMES:
            out += windows.call(name, arguments, reader, self.rewrite)
            return
        if not functions.is_known(name, catalog=self._catalog):
            self._user_function([], node, arguments, out)
            return
        if is_query(arguments):
            out += [node, self._group(arguments)]
            return
        parts = [self.rewrite(part) for part in split_on(arguments.children, ",")]
        if parts == [[]]:
            out += [*functions.call(name, [], node.spaced)]
        else:
            out += functions.call(name, parts, node.spaced)
        following = reader.peek()
        if following is not None and is_word(following, "FILTER"):
            raise syntax_error("(")
        window = reader.peek(1)
        if following is not None and is_word(following, "OVER") and isinstance(window, Group):
            windows.require_frame(name, window.children)

    def _user_function(
        self, qualifiers: list[str], node: Token, arguments: Group, out: Nodes
    ) -> None:
        """A call by the function's full name: a mask's must not depend on who reads."""
        schema = self._scope.function_schema([*qualifiers, node.name])
        if not schema:
            raise _no_function(node.name)
        if qualifiers:
            del out[-2 * len(qualifiers) :]
        parts = [self.rewrite(part) for part in split_on(arguments.children, ",")]
        name = nodes(f"{quote(schema)}.{quote(node.name)}")
        out += [*name, Group(tuple(join(parts)), spaced=False)]

    def _cast(self, node: Token, arguments: Group) -> Nodes:
        place = find(arguments.children, "AS")
        if place < 0:
            raise syntax_error(")")
        value = self.rewrite(arguments.children[:place])
        reader = Reader(arguments.children[place + 1 :])
        target = read_type(reader, catalog=self._catalog)
        reader.end()
        return [node, Group((*value, *nodes(f"AS {target.sql}")), spaced=False)]

    def _convert(self, node: Token, arguments: Group) -> Nodes:
        reader = Reader(arguments.children)
        target = read_type(reader)
        reader.expect(",")
        value = self.rewrite(reader.rest())
        return [node.with_text("CAST"), Group((*value, *nodes(f"AS {target.sql}")), spaced=False)]


def _extract(rewriter: Expressions, _node: Token, arguments: Group) -> Nodes:
    """EXTRACT(part FROM moment), which gives an integer."""
    reader = Reader(arguments.children)
    part = [reader.next()]
    reader.expect("FROM")
    return functions.extract(part, rewriter.rewrite(reader.rest()))


_SPECIAL: dict[str, Callable[[Expressions, Token, Group], Nodes]] = {
    "cast": Expressions._cast,
    "convert": Expressions._convert,
    "extract": _extract,
}


def _qualifiers(out: Nodes) -> list[str]:
    """The names before the point that comes last."""
    names: list[str] = []
    place = len(out) - 1
    while place > 0 and is_word(out[place], "."):
        name = out[place - 1]
        if not isinstance(name, Token) or not name.is_name:
            break
        names.insert(0, name.name)
        place -= 2
    return names


def _is_keyword(node: Token, keywords: frozenset[str] | set[str]) -> bool:
    return node.kind is Kind.WORD and node.word in keywords


def _is_set_operation(node: Group) -> bool:
    return any(is_word(child, "UNION", "INTERSECT", "EXCEPT", "MINUS") for child in node.children)


def _no_function(name: str) -> RedshiftError:
    return RedshiftError(f"function {name}() does not exist", "42883")


def refuse_words(tree: Sequence[Node], *refused: str) -> None:
    """Raise a syntax error at the first of these keywords on this level."""
    for node in tree:
        if is_word(node, *refused):
            raise syntax_error(near(node))
