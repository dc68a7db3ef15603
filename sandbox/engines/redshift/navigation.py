"""Navigation into SUPER values: column.attribute and column[0], with their types found at run time.

https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.functions import PREFIX, plain
from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    is_word,
    literal,
    near,
    nodes,
    quote,
)

if TYPE_CHECKING:
    from sandbox.engines.redshift.catalog import Catalog
    from sandbox.engines.redshift.sources import Source

STEP = f"pg_catalog.{PREFIX}at"
COMPARISONS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*"})


@dataclass(frozen=True)
class Navigation(Group):
    """The SUPER value that a path leads to."""


class Scope:
    """The sources whose columns expressions may name, those of the innermost query last."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._queries: list[list[Source]] = []

    @contextmanager
    def query(self, *sources: Source) -> Iterator[None]:
        """The time in which a query, or a part of a statement with tables of its own, is read."""
        self._queries.append(list(sources))
        try:
            yield
        finally:
            self._queries.pop()

    @property
    def sources(self) -> list[Source]:
        """Those of the innermost query, for its FROM clause to add to."""
        return self._queries[-1] if self._queries else []

    def function_schema(self, path: Sequence[str]) -> str:
        """The schema of a user-defined function by its name; "" when there is none."""
        return self._catalog.function_schema(path)

    def is_value(self, names: Sequence[str]) -> bool:
        """Whether a name in a FROM clause is that of a SUPER value, and none of a table."""
        known = {source.alias: source for sources in self._queries for source in sources}
        source = known.get(names[0])
        return source is not None and (source.element or len(names) > 1)

    def has_column(self, name: str) -> bool:
        """Whether a source of the innermost query has, or may have, a column of this name."""
        return self._has(self.sources, name)

    def path(self, first: Token, reader: Reader, *, column: bool = False) -> Navigation | None:
        """The path that a name begins, if it leads into a SUPER value; else nothing is read.

        With column a path may lead no further than to its column.
        """
        element = self._is_element(first)
        if not element and not _leads_on(reader.peek()):
            return None
        start = reader.position
        names = [first, *_names(reader)]
        following = reader.peek()
        called = isinstance(following, Group) and len(names) > 1
        size = 0 if called else self._column(names)
        indexed = following is not None and is_word(following, "[")
        whole = size == len(names) and not indexed and not element
        if not size or (whole and not column):
            reader.position = start
            return None
        value = self._root(names[:size])
        for name in names[size:]:
            value = _step(value, literal(name.name))
        return Navigation((*_elements(value, reader),), first.spaced)

    def _root(self, column: list[Token]) -> Nodes:
        if self._is_element(column[0]):  # its name may be a keyword of PostgreSQL's
            return nodes(f"{quote(column[0].name)}.{quote(column[0].name)}")
        return nodes(".".join(quote(name.name) for name in column))

    def _is_element(self, name: Token) -> bool:
        return any(
            source.element and source.alias == name.name
            for sources in self._queries
            for source in sources
        )

    def _column(self, names: list[Token]) -> int:
        """How many of the names are the column that a path starts from; 0 when none of them is."""
        words = [name.name for name in names]
        for sources in reversed(self._queries):
            for source in sources:
                if source.alias == words[0] and (source.element or len(words) > 1):
                    return 1 if source.element else 2
                size = len(source.path)
                if 1 < size < len(words) and tuple(words[:size]) == source.path:
                    return size + 1
            if self._has(sources, words[0]):
                return 1
        return 0

    def _has(self, sources: Sequence[Source], name: str) -> bool:
        known = [self._columns(source) for source in sources]
        return any(columns is None or name in columns for columns in known)

    def _columns(self, source: Source) -> Collection[str] | None:
        if source.columns is None and source.path:
            relation = self._catalog.relation(source.path)
            source.columns_found = relation.columns if relation else ()
        return source.columns if source.columns is not None else source.columns_found


def _names(reader: Reader) -> list[Token]:
    names: list[Token] = []
    while _is_point(reader.peek()):
        name = reader.peek(1)
        if not isinstance(name, Token) or not name.is_name:
            break
        reader.position += 2
        names.append(name)
    return names


def _is_point(node: Node | None) -> bool:
    return node is not None and is_word(node, ".")


def _leads_on(node: Node | None) -> bool:
    return node is not None and is_word(node, ".", "[")


def _elements(value: Nodes, reader: Reader) -> Nodes:
    """The rest of a path: [place] and .attribute"""
    while not reader.ended:
        if reader.take("["):
            value = _step(value, f"{reader.number()}::bigint")
            reader.expect("]")
        elif _is_point(reader.peek()):
            names = _names(reader)
            if not names:
                following = reader.peek(1)
                raise syntax_error(near(following) if following is not None else ".")
            for name in names:
                value = _step(value, literal(name.name))
        else:
            break
    return value


def _step(value: Nodes, key: str) -> Nodes:
    return plain(STEP, [value, nodes(key)])


def typed(tree: Nodes) -> Nodes:
    """An expression with its strings typed where they meet a SUPER value, which would else have
    them read as JSON."""
    places = {place for i, node in enumerate(tree) for place in _met(tree, i, node)}
    out: Nodes = []
    for place, node in enumerate(tree):
        out.append(node)
        if place not in places:
            continue
        if isinstance(node, Group):
            out[-1] = Group(tuple(_texts(node.children)), node.spaced)
        elif node.kind is Kind.STRING:
            out += nodes("::text")
    return out


def _texts(children: Sequence[Node]) -> Iterator[Node]:
    query = bool(children) and is_word(children[0], "SELECT", "WITH")
    for child in children:
        yield child
        if isinstance(child, Token) and child.kind is Kind.STRING and not query:
            yield from nodes("::text")


def _met(tree: Nodes, place: int, node: Node) -> Iterator[int]:
    """The places of what a SUPER value at a place is compared with.

    Raises RedshiftError for operators that would take the value for JSON.
    """
    reader = Reader(tree)
    reader.position = place + 1
    following = reader.peek()
    if not isinstance(node, Navigation) or (following is not None and is_word(following, "::")):
        return
    before = tree[place - 1] if place else None
    for neighbour in (before, following):
        if neighbour is not None and _is_operator(neighbour):
            _check_operator(neighbour)
    if place > 1 and before is not None and _is_operator(before):
        yield place - 2
    if following is not None and _is_operator(following):
        yield reader.position + 1
    reader.take("NOT")
    if reader.take("IN"):
        yield reader.position
    elif reader.take("BETWEEN"):
        yield reader.position
        if reader.position + 1 < len(tree) and is_word(tree[reader.position + 1], "AND"):
            yield reader.position + 2
    elif before is not None and is_word(before, "CASE"):
        yield from _alternatives(tree, place)


def _alternatives(tree: Nodes, place: int) -> Iterator[int]:
    """The places of what follows the WHENs of the CASE that a value stands in."""
    depth = 0
    for i in range(place + 1, len(tree)):
        if is_word(tree[i], "CASE"):
            depth += 1
        elif is_word(tree[i], "END"):
            depth -= 1
        elif not depth and is_word(tree[i], "WHEN"):
            yield i + 1
        if depth < 0:
            return


def _check_operator(node: Node) -> None:
    if near(node) not in COMPARISONS:
        raise RedshiftError(
            f"operator {near(node)} of type super is not supported by this sandbox: cast the value",
            "0A000",
        )


def _is_operator(node: Node) -> bool:
    return isinstance(node, Token) and node.kind is Kind.OPERATOR
