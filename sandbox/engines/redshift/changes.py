"""INSERT, UPDATE, DELETE and MERGE as Redshift has them.

https://docs.aws.amazon.com/redshift/latest/dg/r_MERGE.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.lexer import Kind, Token, syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    find,
    is_word,
    near,
    nodes,
    path_sql,
    render,
)
from sandbox.engines.redshift.plan import Plan, Query
from sandbox.engines.redshift.selects import Ctes, Selects
from sandbox.engines.redshift.sources import FromClause, Source

WHEN = "WHEN"


class Changes:
    """Rewrites the statements that change rows."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._selects = Selects(catalog)

    def insert(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("INSERT", "INTO")
        path = reader.path()
        out = nodes(f"INSERT INTO {path_sql(path)}")
        columns = reader.peek()
        if isinstance(columns, Group) and not is_word(_first(columns), "SELECT", "WITH", "("):
            out.append(reader.group())
        if reader.take("DEFAULT", "VALUES"):
            reader.end()
            out += nodes("DEFAULT VALUES")
        else:
            rest = reader.rest()
            if not rest:
                raise reader.error()
            if find(rest, "ON", "CONFLICT") >= 0:
                raise syntax_error("ON")
            rows = is_word(rest[0], "VALUES")
            out += self._selects.expression(rest) if rows else self._selects.query(rest)[0]
        return Plan([Query(render(out))], table=path[-1])

    def update(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        ctes: Ctes = {}
        prefix = self._selects.with_clause(reader, ctes)
        reader.expect("UPDATE")
        path = reader.path()
        self._refuse_masked(path, "UPDATE")
        with self._selects.scope.query(_source(path)):
            rest = self._rest(reader.rest(), ctes, "FROM")
        return Plan(
            [Query(render([*prefix, *nodes(f"UPDATE {path_sql(path)}"), *rest]))], table=path[-1]
        )

    def delete(self, tree: Nodes) -> Plan:
        """DELETE [FROM] table [USING …] [WHERE …]; the table cannot be given an alias."""
        reader = Reader(tree)
        ctes: Ctes = {}
        prefix = self._selects.with_clause(reader, ctes)
        reader.expect("DELETE")
        reader.take("FROM")
        path = reader.path()
        following = reader.peek()
        if following is not None and not is_word(following, "USING", "WHERE"):
            raise reader.error()
        self._refuse_masked(path, "DELETE")
        with self._selects.scope.query(_source(path)):
            rest = self._rest(reader.rest(), ctes, "USING")
        text = render([*prefix, *nodes(f"DELETE FROM {path_sql(path)}"), *rest])
        return Plan([Query(text)], table=path[-1])

    def merge(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("MERGE", "INTO")
        target = reader.path()
        reader.expect("USING")
        if isinstance(reader.peek(), Group):
            raise syntax_error("(")
        source = reader.path()
        alias = self._source_alias(reader)
        self._check_tables(target, source)
        for path in (target, source):
            self._refuse_masked(path, "MERGE")
        reader.expect("ON")
        condition: Nodes = []
        while not reader.ended and not (is_word(reader.tree[reader.position], WHEN, "REMOVE")):
            condition.append(reader.next())
        _check_condition(condition)
        on = self._selects.expression(condition)
        if reader.take("REMOVE", "DUPLICATES"):
            reader.end()
            return _remove_duplicates(target, source, alias, on)
        out = nodes(f"MERGE INTO {path_sql(target)} USING {path_sql(source)} {alias} ON")
        out += [*on, *self._matched(reader), *self._not_matched(reader)]
        reader.end()
        return Plan([Query(render(out))], table=target[-1])

    def _rest(self, rest: Nodes, ctes: Ctes, word: str) -> Nodes:
        """What follows the table of an UPDATE or DELETE; word begins its other tables."""
        start = find(rest, word)
        while start > 0 and is_word(rest[start - 1], "DISTINCT"):  # IS [NOT] DISTINCT FROM
            start = find(rest, word, start=start + 1)
        where = find(rest, "WHERE")
        if start < 0 or 0 <= where < start:
            return self._selects.expression(rest, ctes)
        end = where if where >= 0 else len(rest)
        tables = FromClause(self._selects, ctes).rewrite(rest[start + 1 : end])
        before = self._selects.expression(rest[:start], ctes)
        return [*before, rest[start], *tables, *self._selects.expression(rest[end:], ctes)]

    def _refuse_masked(self, path: list[str], verb: str) -> None:
        """What a changed row held would tell what a mask hides."""
        if not self._catalog.any_masks:
            return
        relation = self._catalog.relation(path)
        if relation is not None and self._catalog.is_masked(relation):
            raise RedshiftError(
                f'{verb} with relation "{path[-1]}" is not supported by this sandbox for whom its'
                " masking policies apply to",
                "0A000",
            )

    def _source_alias(self, reader: Reader) -> str:
        explicit = reader.take("AS")
        if explicit or (not reader.ended and not is_word(reader.tree[reader.position], "ON")):
            return f'AS "{reader.identifier().name}"'
        return ""

    def _check_tables(self, target: list[str], source: list[str]) -> None:
        into, using = self._catalog.relation(target), self._catalog.relation(source)
        for path, relation in ((target, into), (source, using)):
            if relation is None:
                raise RedshiftError(f'relation "{".".join(path)}" does not exist', "42P01")
            if relation.kind != "r":
                raise RedshiftError(
                    f'"{path[-1]}" is not a table: MERGE supports neither views nor subqueries',
                    "42809",
                )
        if into is not None and using is not None and into.oid == using.oid:
            raise RedshiftError("The MERGE source and target table must be different.", "0A000")

    def _matched(self, reader: Reader) -> Nodes:
        reader.expect(WHEN, "MATCHED", "THEN")
        if reader.take("DELETE"):
            return nodes("WHEN MATCHED THEN DELETE")
        reader.expect("UPDATE", "SET")
        assignments: Nodes = []
        while not reader.ended and not is_word(reader.tree[reader.position], WHEN):
            assignments.append(reader.next())
        return [*nodes("WHEN MATCHED THEN UPDATE SET"), *self._selects.expression(assignments)]

    def _not_matched(self, reader: Reader) -> Nodes:
        reader.expect(WHEN, "NOT", "MATCHED", "THEN", "INSERT")
        out = nodes("WHEN NOT MATCHED THEN INSERT")
        if isinstance(reader.peek(), Group):
            out.append(reader.group())
        reader.expect("VALUES")
        values = reader.group()
        return [*out, *nodes("VALUES"), *self._selects.expression([values])]


def _source(path: list[str]) -> Source:
    return Source(path[-1], None, path=tuple(path))


def _first(columns: Group) -> Token | Group:
    return columns.children[0] if columns.children else Token(Kind.MARK, ")")


def _check_condition(condition: Nodes) -> None:
    """The match condition is made of equality predicates joined by AND."""
    if not condition:
        raise RedshiftError("syntax error at end of input", "42601")
    condition = _without_parentheses(condition)
    for node in condition:
        if isinstance(node, Token) and node.kind is Kind.OPERATOR and node.text in _COMPARISONS:
            raise _unsupported_condition(near(node))
        if is_word(node, "OR", "NOT", "IS", "IN", "LIKE", "ILIKE", "BETWEEN", "SIMILAR", "EXISTS"):
            raise _unsupported_condition(near(node))
    if find(condition, "=") < 0:
        raise _unsupported_condition("a condition without =")


def _without_parentheses(condition: Sequence[Node]) -> Nodes:
    """The condition without the parentheses around all of it, or around what AND joins."""
    out: Nodes = []
    for node in condition:
        if isinstance(node, Group) and (not out or is_word(out[-1], "AND")):
            out += _without_parentheses(node.children)
        else:
            out.append(node)
    return out


_COMPARISONS = frozenset({"<", ">", "<=", ">=", "<>", "!=", "~", "!~", "~*", "!~*"})


def _unsupported_condition(found: str) -> RedshiftError:
    return RedshiftError(
        f"MERGE match condition supports only equality predicates, not {found}", "0A000"
    )


def _remove_duplicates(target: list[str], source: list[str], alias: str, on: Nodes) -> Plan:
    """Matched rows give way to the source's, each of which is inserted once.

    Both parts read the same snapshot, so what is inserted is not deleted.
    """
    into, using = path_sql(target), path_sql(source)
    text = (
        f"WITH removed AS (DELETE FROM {into} USING {using} {alias} WHERE {render(on)})"
        f" INSERT INTO {into} SELECT DISTINCT * FROM {using}"
    )
    return Plan([Query(text)], tag="MERGE", table=target[-1])
