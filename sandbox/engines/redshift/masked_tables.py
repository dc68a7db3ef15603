"""A table read through its masks: the subquery that takes its place in a FROM clause."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sandbox.engines.redshift.lexer import Token
from sandbox.engines.redshift.nodes import Group, Node, Nodes, is_word, nodes, path_sql, quote


def masked_source(path: Sequence[str], columns: Sequence[str], masks: Mapping[str, str]) -> Group:
    """The columns of a table, each as its mask has it where there is one.

    masks gives PostgreSQL's SQL of the masked columns, by name.
    """
    items = [
        f"{masks[column]} AS {quote(column)}" if column in masks else quote(column)
        for column in columns
    ]
    return Group(tuple(nodes(f"SELECT {', '.join(items)} FROM {path_sql(path)}")))


def unqualified(tree: Nodes, tables: Collection[tuple[str, str]]) -> Nodes:
    """An expression without the schemas before these tables, which are subqueries now."""
    if not tables:
        return tree
    out: Nodes = []
    for node in tree:
        if isinstance(node, Group):
            out.append(Group(tuple(unqualified(list(node.children), tables)), node.spaced))
            continue
        out.append(node)
        if is_word(node, ".") and len(out) > 3 and _names(out[-4], out[-3], out[-2]) in tables:
            del out[-4:-2]
    return out


def _names(schema: Node, point: Node, table: Node) -> tuple[str, str] | None:
    if not (isinstance(schema, Token) and isinstance(table, Token) and is_word(point, ".")):
        return None
    return (schema.name, table.name) if schema.is_name and table.is_name else None
