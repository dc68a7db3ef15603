"""SELECT: TOP, QUALIFY, and SELECT * for who may read some of the columns only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from sandbox.engines.redshift import aliases, pivots
from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.blocks import CLAUSES, SET_OPERATORS, Block, cut
from sandbox.engines.redshift.catalog import Catalog, Relation
from sandbox.engines.redshift.conditions import begun
from sandbox.engines.redshift.expressions import Expressions
from sandbox.engines.redshift.functions import CATALOG_STAND_INS, STAND_INS
from sandbox.engines.redshift.lexer import Token, syntax_error
from sandbox.engines.redshift.masked_tables import masked_source, unqualified
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.names import (
    Names,
    called,
    is_star,
    item_name,
    path_name,
    star_qualifier,
    without_alias,
)
from sandbox.engines.redshift.navigation import Navigation, Scope
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    find,
    is_word,
    join,
    nodes,
    quote,
    walk,
)
from sandbox.engines.redshift.sources import FromClause, Source
from sandbox.engines.redshift.windows import NAMES as WINDOW_FUNCTIONS

KEEP = "qualified_row"
Ctes = dict[str, Names | None]


class Selects:
    """Rewrites queries for one user of one database.

    SELECT * gives who has only column grants just those columns; view says that the query makes
    a view, where Redshift refuses that instead.
    """

    def __init__(self, catalog: Catalog, *, catalog_only: bool = False, view: bool = False) -> None:
        self.catalog_only = catalog_only
        self._catalog = catalog
        self._narrow = not catalog.superuser
        self._view = view
        self._resolve = False  # whether the tables of the FROM clause at hand are looked up
        self._masked: set[tuple[str, str]] = set()  # tables read through masks: schema and name
        self.scope = Scope(catalog)
        self._names_wanted = False  # QUALIFY, PIVOT and reused aliases need the names behind a *

    def expression(self, tree: Sequence[Node], ctes: Ctes | None = None) -> Nodes:
        """An expression, with the queries inside it."""
        known = ctes or {}
        rewriter = Expressions(
            lambda inner: self.query(inner, known)[0], self.scope, catalog=self.catalog_only
        )
        return unqualified(rewriter.rewrite(tree), self._masked)

    def query(self, tree: Sequence[Node], ctes: Ctes | None = None) -> tuple[Nodes, Names | None]:
        """A query, and the names of its output columns where they can be known."""
        known = dict(ctes or {})
        wanted = any(is_word(token, "QUALIFY", *pivots.WORDS) for token in walk(tree))
        if wanted or aliases.reuses(tree):
            self._names_wanted = True
        reader = Reader(tree)
        prefix = self.with_clause(reader, known)
        out, names = self._set_operations(reader.rest(), known)
        return [*prefix, *out], names

    def table_source(self, path: Sequence[str], alias: str) -> Source:
        """A table of the FROM clause."""
        masks = not self._view and self._catalog.any_masks  # a view gets its masks once it is made
        relation = self._catalog.relation(path) if self._resolve or masks else None
        if relation is None:
            return Source(alias, None, path=tuple(path))
        source = Source(alias, relation.columns, relation.readable, path=tuple(path))
        if self._view and source.narrowed:
            raise RedshiftError(f"permission denied for relation {path[-1]}", "42501")
        if masks and relation.readable:
            source.replacement = self._through_masks(relation, path)
        if self._resolve:
            return source
        return Source(alias, None, replacement=source.replacement, path=tuple(path))

    def readable(self, source: Source) -> tuple[str, ...] | None:
        """The columns of a source that the user may select, None when they are not known."""
        if not source.path:
            return source.columns
        relation = self._catalog.relation(source.path)
        if relation is None:
            return None
        return tuple(name for name in relation.columns if name in relation.readable)

    def _through_masks(self, relation: Relation, path: Sequence[str]) -> Group | None:
        expressions = self._catalog.masked(relation, path)
        readable = [name for name in relation.columns if name in relation.readable]
        if not expressions:
            return None
        if len(path) > 1:
            self._masked.add((path[-2], path[-1]))
        return masked_source(path, readable, expressions)

    def with_clause(self, reader: Reader, ctes: Ctes) -> Nodes:
        """The WITH clause that comes next, if one does; its names are added to ctes."""
        if not reader.take("WITH"):
            return []
        out = nodes("WITH")
        recursive = reader.take("RECURSIVE")
        if recursive:
            out += nodes("RECURSIVE")
        while True:
            name = reader.identifier()
            out.append(name)
            renamed: Names | None = None
            columns = reader.peek()
            if isinstance(columns, Group):
                reader.next()
                out.append(columns)
                renamed = tuple(column_names(columns))
            reader.expect("AS")
            body = reader.group()
            if recursive:  # else the name in its own query is that of a table
                ctes.setdefault(name.name, renamed)
            inner, names = self.query(body.children, ctes)
            ctes[name.name] = renamed or names
            out += [*nodes("AS"), Group(tuple(inner))]
            if not reader.take(","):
                return out
            out += nodes(",")

    def _set_operations(self, tree: Nodes, ctes: Ctes) -> tuple[Nodes, Names | None]:
        out: Nodes = []
        names: Names | None = None
        part: Nodes = []
        first = True
        for node in [*tree, None]:
            if node is not None and not is_word(node, *SET_OPERATORS):
                part.append(node)
                continue
            rewritten, found = self._operand(part, ctes)
            names, first, part = (found if first else names), False, []
            out += rewritten
            if node is not None:
                out += nodes("EXCEPT") if is_word(node, "MINUS") else [node]
        return out, names

    def _operand(self, part: Nodes, ctes: Ctes) -> tuple[Nodes, Names | None]:
        quantifier = part[:1] if part and is_word(part[0], "ALL", "DISTINCT") else []
        body = part[len(quantifier) :]
        if not body:
            raise RedshiftError("syntax error at end of input", "42601")
        head = body[0]
        if isinstance(head, Group):
            inner, names = self.query(head.children, ctes)
            rest = self.expression(body[1:], ctes)
            return [*quantifier, Group(tuple(inner), head.spaced), *rest], names
        if not is_word(head, "SELECT"):
            raise syntax_error(head.text)
        with self.scope.query():
            rewritten, names = self._block(body, ctes)
        return [*quantifier, *rewritten], names

    def _block(self, tree: Nodes, ctes: Ctes) -> tuple[Nodes, Names | None]:
        block = cut(tree)
        starred = any(is_star(item) for item in block.items)
        sources = self._from(block, ctes, starred)
        names = _output_names(block.items, sources)
        expand = self._narrow and any(source.narrowed for source in sources)
        if starred and (expand or "QUALIFY" in block.clauses):
            block.items = _expand(block.items, sources)
            names = _output_names(block.items, sources)
        block.items, meanings = aliases.inlined(block.items, self.scope.has_column)
        if "WHERE" in block.clauses:
            where = begun(block.clauses["WHERE"])
            block.clauses["WHERE"] = aliases.replaced(where, meanings, self.scope.has_column)
        for name, clause_nodes in block.clauses.items():
            if name != "FROM":
                block.clauses[name] = self.expression(clause_nodes, ctes)
        block.items = [self._item(item, ctes) for item in block.items]
        if "QUALIFY" in block.clauses:
            return _qualified(block, names), names
        head = [*nodes("SELECT"), *block.distinct, *join(block.items)]
        return [*head, *block.render(*CLAUSES)], names

    def _item(self, item: Nodes, ctes: Ctes) -> Nodes:
        rewritten = self.expression(item, ctes)
        if rewritten and isinstance(rewritten[0], Navigation) and (name := path_name(item)):
            return [*rewritten, *nodes(f"AS {quote(name)}")]
        return [*rewritten, *_own_name(item)]

    def _from(self, block: Block, ctes: Ctes, starred: bool) -> list[Source]:
        if "FROM" not in block.clauses:
            return []
        before = self._resolve
        self._resolve = starred and (self._names_wanted or self._narrow)
        clause = FromClause(self, ctes)
        block.clauses["FROM"] = clause.rewrite(block.clauses["FROM"])
        self._resolve = before
        return clause.sources


def _own_name(item: Nodes) -> Nodes:
    """The alias that keeps a call's name in Redshift, where another function stands in for it."""
    name = called(item)
    kept = STAND_INS | CATALOG_STAND_INS | WINDOW_FUNCTIONS
    return nodes(f"AS {quote(name)}") if name in kept else []


def _output_names(items: list[Nodes], sources: list[Source]) -> Names | None:
    names: list[str] = []
    for item in items:
        if not is_star(item):
            names.append(item_name(item))
            continue
        for source in _starred(item, sources):
            if source.columns is None:
                return None
            names += [name for name in source.columns if name not in source.merged]
    return tuple(names)


def _starred(item: Nodes, sources: list[Source]) -> list[Source]:
    qualifier = star_qualifier(item)
    if not qualifier:
        return sources
    return [source for source in sources if source.alias == qualifier]


def _expand(items: list[Nodes], sources: list[Source]) -> list[Nodes]:
    """The select list with each * as the columns that the user may read."""
    expanded: list[Nodes] = []
    for item in items:
        if not is_star(item):
            expanded.append(item)
            continue
        for source in _starred(item, sources):
            if source.columns is None or not source.alias:
                expanded.append(nodes(f"{quote(source.alias)}.*" if source.alias else "*"))
                continue
            readable = source.readable if source.narrowed and source.readable else source.columns
            expanded += [
                nodes(f"{quote(source.alias)}.{quote(name)}")
                for name in source.columns
                if name in readable and name not in source.merged
            ]
    return expanded


def _qualified(block: Block, names: Names | None) -> Nodes:
    """QUALIFY as a condition on a subquery that has computed it."""
    if names is None or len(names) != len(block.items):
        raise RedshiftError("QUALIFY over SELECT * of this source is not supported", "0A000")
    windows = {
        item_name(item): without_alias(item) for item in block.items if find(item, "OVER") > 0
    }
    condition: Nodes = []
    for node, following in zip_longest(block.clauses["QUALIFY"], block.clauses["QUALIFY"][1:]):
        alias = node.name if isinstance(node, Token) and node.is_name else ""
        if alias in windows and not isinstance(following, Group):  # else it is a function
            condition.append(Group(tuple(windows[alias])))
        else:
            condition.append(node)
    inner = [*nodes("SELECT"), *join([*block.items, [Group(tuple(condition))]])]
    inner += block.render("FROM", "WHERE", "GROUP", "HAVING", "ORDER")
    columns = [f"c{number}" for number in range(1, len(names) + 1)]
    picked = ", ".join(
        f"{column} AS {quote(name)}" for column, name in zip(columns, names, strict=True)
    )
    return [
        *nodes("SELECT"),
        *block.distinct,
        *nodes(f"{picked} FROM"),
        Group(tuple(inner)),
        *nodes(f"AS qualified({', '.join(columns)}, {KEEP}) WHERE {KEEP}"),
        *block.render("LIMIT", "OFFSET"),
    ]
