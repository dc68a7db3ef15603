"""SELECT: TOP, QUALIFY, and SELECT * for who may read some of the columns only."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift import conditions
from sandbox.engines.redshift.attributes import column_names
from sandbox.engines.redshift.blocks import CLAUSES, Block, cut
from sandbox.engines.redshift.catalog import Catalog, Relation
from sandbox.engines.redshift.expressions import Expressions
from sandbox.engines.redshift.functions import CATALOG_STAND_INS, STAND_INS
from sandbox.engines.redshift.lexer import Token, syntax_error
from sandbox.engines.redshift.masked_tables import masked_source, unqualified
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.names import Names, is_star, item_name, star_qualifier, without_alias
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

SET_OPERATORS = ("UNION", "INTERSECT", "EXCEPT", "MINUS")
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
        self._columns_wanted = False  # or at least their columns are
        self._masked: set[tuple[str, str]] = set()  # tables read through masks: schema and name
        self._names_wanted = False  # there is a QUALIFY, which needs the names behind a *

    def expression(self, tree: Sequence[Node], ctes: Ctes | None = None) -> Nodes:
        """An expression, with the queries inside it."""
        known = ctes or {}
        rewriter = Expressions(lambda inner: self.query(inner, known)[0], catalog=self.catalog_only)
        return unqualified(rewriter.rewrite(tree), self._masked)

    def query(self, tree: Sequence[Node], ctes: Ctes | None = None) -> tuple[Nodes, Names | None]:
        """A query, and the names of its output columns where they can be known."""
        known = dict(ctes or {})
        if any(is_word(token, "QUALIFY") for token in walk(tree)):
            self._names_wanted = True
        reader = Reader(tree)
        prefix = self.with_clause(reader, known)
        out, names = self._set_operations(reader.rest(), known)
        return [*prefix, *out], names

    def table_source(self, path: Sequence[str], alias: str) -> Source:
        """A table of the FROM clause."""
        masks = not self._view and self._catalog.any_masks  # a view gets its masks once it is made
        wanted = self._resolve or self._columns_wanted or masks
        relation = self._catalog.relation(path) if wanted else None
        if relation is None:
            return Source(alias, None)
        source = Source(alias, relation.columns, relation.readable)
        if self._view and self._resolve and source.narrowed:
            raise RedshiftError(f"permission denied for relation {path[-1]}", "42501")
        if masks and relation.readable:
            source.replacement = self._through_masks(relation, path)
        if self._resolve:
            return source
        columns = relation.columns if self._columns_wanted else None
        return Source(alias, columns, replacement=source.replacement)

    def system_source(self, path: Sequence[str], alias: str) -> Source:
        """A system table or view of the FROM clause."""
        relation = self._catalog.relation(path) if self._columns_wanted else None
        return Source(alias, relation.columns if relation else None)

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
        rewritten, names = self._block(body, ctes)
        return [*quantifier, *rewritten], names

    def _block(self, tree: Nodes, ctes: Ctes) -> tuple[Nodes, Names | None]:
        block = cut(tree)
        starred = any(is_star(item) for item in block.items)
        where = conditions.begun(block.clauses.get("WHERE", []))
        named = conditions.used_aliases(block.items, where)
        sources = self._from(block, ctes, starred, columns_wanted=bool(named))
        if named and (columns := _all_columns(sources)) is not None:
            named = {name: item for name, item in named.items() if name not in columns}
            where = conditions.without_aliases(where, named)
        if where:
            block.clauses["WHERE"] = where
        names = _output_names(block.items, sources)
        expand = self._narrow and any(source.narrowed for source in sources)
        if starred and (expand or "QUALIFY" in block.clauses):
            block.items = _expand(block.items, sources)
            names = _output_names(block.items, sources)
        for name, clause_nodes in block.clauses.items():
            if name != "FROM":
                block.clauses[name] = self.expression(clause_nodes, ctes)
        block.items = [[*self.expression(item, ctes), *_own_name(item)] for item in block.items]
        if "QUALIFY" in block.clauses:
            return _qualified(block, names), names
        head = [*nodes("SELECT"), *block.distinct, *join(block.items)]
        return [*head, *block.render(*CLAUSES)], names

    def _from(
        self, block: Block, ctes: Ctes, starred: bool, *, columns_wanted: bool
    ) -> list[Source]:
        if "FROM" not in block.clauses:
            return []
        before = self._resolve, self._columns_wanted
        self._resolve = starred and (self._names_wanted or self._narrow)
        self._columns_wanted = columns_wanted
        clause = FromClause(self, ctes)
        block.clauses["FROM"] = clause.rewrite(block.clauses["FROM"])
        self._resolve, self._columns_wanted = before
        return clause.sources


def _own_name(item: Nodes) -> Nodes:
    """The alias that keeps a call's name in Redshift, where another function stands in for it."""
    whole = len(item) == 2 or (len(item) == 4 and is_word(item[2], "OVER"))
    if not whole or not isinstance(item[-1], Group) or not isinstance(item[0], Token):
        return []
    return (
        nodes(f"AS {quote(item[0].name)}") if item[0].name in STAND_INS | CATALOG_STAND_INS else []
    )


def _all_columns(sources: list[Source]) -> set[str] | None:
    """The columns of a FROM clause, None where they are not all known."""
    columns: set[str] = set()
    for source in sources:
        if source.columns is None:
            return None
        columns.update(source.columns)
    return columns


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
    for node in block.clauses["QUALIFY"]:
        alias = node.name if isinstance(node, Token) and node.is_name else ""
        condition += [Group(tuple(windows[alias]))] if alias in windows else [node]
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
