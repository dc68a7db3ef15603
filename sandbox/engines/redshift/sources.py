"""The FROM clause: which tables and subqueries a SELECT reads, under which names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.engines.redshift import pivots
from sandbox.engines.redshift.catalog import is_system
from sandbox.engines.redshift.functions import CATALOG, PREFIX, plain
from sandbox.engines.redshift.lexer import Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    is_word,
    near,
    nodes,
    quote,
    split_on,
)

if TYPE_CHECKING:
    from sandbox.engines.redshift.selects import Selects

JOIN_WORDS = ("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL")
OF_THE_SESSION = frozenset({"current_database", "current_schema", "version"})
NOT_AN_ALIAS = frozenset(
    {*JOIN_WORDS, "ON", "USING", ",", "OUTER", "WHERE", "SET", "AT", *pivots.WORDS}
)


@dataclass
class Source:
    """One item of a FROM clause.

    columns are the output names, None when they are not known; readable those that the user may
    select, None for all of them. merged columns belong to an earlier item (JOIN … USING).
    replacement is the subquery through which a table with masks is read. path is the name of a
    table, whose columns_found are looked up for who needs them; element says that the alias is a
    SUPER value, one of an array's.
    """

    alias: str
    columns: tuple[str, ...] | None
    readable: frozenset[str] | None = None
    merged: set[str] = field(default_factory=set)
    replacement: Group | None = None
    path: tuple[str, ...] = ()
    element: bool = False
    columns_found: tuple[str, ...] | None = None

    @property
    def narrowed(self) -> bool:
        """Whether SELECT * leaves columns out: there is a grant on some columns only."""
        if self.readable is None or self.columns is None:
            return False
        return bool(self.readable) and not self.readable.issuperset(self.columns)


class FromClause:
    """Rewrites one FROM clause and collects its sources."""

    def __init__(self, selects: Selects, ctes: dict[str, tuple[str, ...] | None]) -> None:
        self._selects = selects
        self._ctes = ctes
        self.sources = selects.scope.sources

    def rewrite(self, tree: Sequence[Node]) -> Nodes:
        reader = Reader(tree)
        out = self._item(reader)
        while not reader.ended:
            if reader.take(","):
                out += [*nodes(","), *self._item(reader)]
            elif _joins(reader):
                out += self._join(reader)
            else:
                raise reader.error()
        return out

    def _join(self, reader: Reader) -> Nodes:
        out: Nodes = []
        while not is_word(reader.tree[reader.position], "JOIN"):
            if not _joins(reader) and not is_word(reader.tree[reader.position], "OUTER"):
                raise reader.error()
            out.append(reader.next())
            if reader.ended:
                raise reader.error()
        out.append(reader.next())
        out += self._item(reader)
        if reader.take("USING"):
            columns = reader.group()
            names = {node.name for node in columns.children if not isinstance(node, Group)}
            self.sources[-1].merged |= names - {","}
            out += [*nodes("USING"), columns]
        elif reader.take("ON"):
            condition: Nodes = []
            while (
                not reader.ended
                and not _joins(reader)
                and not is_word(reader.tree[reader.position], ",")
            ):
                condition.append(reader.next())
            out += [*nodes("ON"), *self._selects.expression(condition, self._ctes)]
        elif self.sources[-1].element and not any(is_word(n, "CROSS", "NATURAL") for n in out):
            out += nodes("ON true")  # a SUPER value needs no condition
        return out

    def _item(self, reader: Reader) -> Nodes:
        known = len(self.sources)
        out = self._source(reader)
        following = reader.peek()
        if following is None or not is_word(following, *pivots.WORDS):
            return out
        source = self.sources[-1]
        if len(self.sources) != known + 1 or source.element:
            raise RedshiftError(f"{following.word} cannot be applied to this expression", "0A000")
        del self.sources[-1]
        return self._turned(out, source, reader)

    def _turned(self, table: Nodes, source: Source, reader: Reader) -> Nodes:
        """A table through its PIVOT or UNPIVOT."""
        columns = self._selects.readable(source)
        if columns is None:
            raise RedshiftError("PIVOT and UNPIVOT of this source are not supported", "0A000")
        inner = source.alias or "turned_table"
        if not source.alias:
            table = [*table, *nodes(f"AS {inner}")]
        with self._selects.scope.query(source):
            given = pivots.Input(
                table, inner, columns, lambda tree: self._selects.expression(tree, self._ctes)
            )
            query, names = pivots.read(reader, given)
        alias, named = self._alias(reader, "")
        self.sources.append(Source(alias, _column_names(named) or names))
        return [query, *named]

    def _source(self, reader: Reader) -> Nodes:
        node = reader.peek()
        if isinstance(node, Group):
            return self._parenthesised(reader)
        start = reader.position
        unpivot = _unpivots(reader)
        if unpivot:
            reader.next()
        first = reader.identifier()
        reader.position -= 1
        path = reader.path()
        if not self._selects.catalog_only and (unpivot or self._selects.scope.is_value(path)):
            reader.position = start + unpivot + 1
            return self._elements(first, reader, unpivot=unpivot)
        if isinstance(reader.peek(), Group):
            known = path[-1] in CATALOG and self._selects.catalog_only
            if not known and path[-1] not in OF_THE_SESSION:
                raise RedshiftError(f"function {path[-1]}() does not exist", "42883")
            reader.next()
            table = reader.tree[start : reader.position]
            alias, named = self._alias(reader, path[-1])
            self.sources.append(Source(alias, _defined_names(named)))
            return [*table, *named]
        table = reader.tree[start : reader.position]
        alias, named = self._alias(reader, path[-1])
        source = self._table(path, alias)
        self.sources.append(source)
        if source.replacement is not None:
            return [source.replacement, *(named or nodes(f"AS {quote(alias)}"))]
        return [*table, *named]

    def _elements(self, first: Token, reader: Reader, *, unpivot: bool) -> Nodes:
        """A SUPER array as a table of its elements, or UNPIVOT of an object as one of its values."""
        value = self._selects.scope.path(first, reader, column=True)
        if value is None:
            raise RedshiftError(f'relation "{first.name}" does not exist', "42P01")
        alias, _named = self._alias(reader, "")
        if not alias or isinstance(reader.tree[reader.position - 1], Group):
            raise reader.error()
        place = reader.identifier().name if reader.take("AT") else ""
        names = [alias, place] if place else [alias]
        function = ("unpivot" if unpivot else "unnest") + ("_at" if place else "")
        self.sources.append(Source(alias, tuple(names), element=True))
        listed = ", ".join(quote(name) for name in names)
        call = plain(f"pg_catalog.{PREFIX}{function}", [[value]])
        return [*nodes("LATERAL"), *call, *nodes(f"AS {quote(alias)} ({listed})")]

    def _parenthesised(self, reader: Reader) -> Nodes:
        group = reader.group()
        first = group.children[0] if group.children else None
        if first is None:
            raise syntax_error(")")
        if is_word(first, "SELECT", "WITH") or _is_query(group):
            tree, names = self._selects.query(group.children, self._ctes)
            alias, named = self._alias(reader, "")
            renamed = _column_names(named)
            self.sources.append(Source(alias, renamed or names))
            return [Group(tuple(tree), group.spaced), *named]
        return [Group(tuple(self.rewrite(group.children)), group.spaced)]

    def _alias(self, reader: Reader, default: str) -> tuple[str, Nodes]:
        start = reader.position
        explicit = reader.take("AS")
        node = reader.peek()
        is_name = node is not None and not isinstance(node, Group) and node.is_name
        if not is_name or (not explicit and is_word(reader.tree[reader.position], *NOT_AN_ALIAS)):
            if explicit:
                raise reader.error()
            return default, []
        alias = reader.identifier().name
        if isinstance(reader.peek(), Group):
            reader.next()
        return alias, reader.tree[start : reader.position]

    def _table(self, path: list[str], alias: str) -> Source:
        if len(path) == 1 and path[0] in self._ctes:
            return Source(alias, self._ctes[path[0]])
        if is_system(path):
            return Source(alias, None, path=tuple(path))
        return self._selects.table_source(path, alias)


def _joins(reader: Reader) -> bool:
    node, following = reader.peek(), reader.peek(1)
    return (
        node is not None
        and is_word(node, *JOIN_WORDS)
        and not (is_word(node, "LEFT", "RIGHT") and isinstance(following, Group))
    )


def _unpivots(reader: Reader) -> bool:
    """Whether UNPIVOT value comes next, and no table of that name."""
    node, following = reader.peek(), reader.peek(1)
    if node is None or not is_word(node, "UNPIVOT") or not isinstance(following, Token):
        return False
    return following.is_name and not is_word(following, "AS", *JOIN_WORDS, "WHERE")


def _is_query(group: Group) -> bool:
    return any(is_word(child, "UNION", "INTERSECT", "EXCEPT", "MINUS") for child in group.children)


def _defined_names(alias: Nodes) -> tuple[str, ...] | None:
    """The columns that AS alias(name type, …) gives a function's rows."""
    if not alias or not isinstance(alias[-1], Group):
        return None
    first = [part[0] for part in split_on(alias[-1].children, ",") if part]
    return tuple(node.name for node in first if not isinstance(node, Group))


def _column_names(alias: Nodes) -> tuple[str, ...] | None:
    if not alias or not isinstance(alias[-1], Group):
        return None
    return tuple(
        node.name
        for node in alias[-1].children
        if not isinstance(node, Group) and near(node) != ","
    )
