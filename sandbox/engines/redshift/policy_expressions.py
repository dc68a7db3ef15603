"""What row-level security and masking policies have in common: typed columns, and an expression.

https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_RLS_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_MASKING_POLICY.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.lexer import Kind, Token
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Group,
    Node,
    Nodes,
    Reader,
    is_word,
    nodes,
    quote,
    render,
    split_on,
    walk,
)
from sandbox.engines.redshift.selects import Selects
from sandbox.engines.redshift.types import read_type

LONG_NAMES = (
    ("varchar", "character varying"),
    ("char", "character"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
    ("jsonb", "super"),
    ("bytea", "binary varying"),
)


@dataclass(frozen=True)
class PolicyColumn:
    """A column that a policy declares. type is PostgreSQL's spelling."""

    name: str
    type: str

    @property
    def long_type(self) -> str:
        """The type as Redshift's system views write it."""
        word, bracket, rest = self.type.partition("(")
        return dict(LONG_NAMES).get(word, word) + bracket + rest


def read_columns(group: Group) -> list[PolicyColumn]:
    """The columns of a WITH clause."""
    columns: list[PolicyColumn] = []
    for part in split_on(group.children, ","):
        reader = Reader(part)
        name = reader.identifier().name
        columns.append(PolicyColumn(name, read_type(reader, column=name).sql))
        reader.end()
    return columns


def columns_json(columns: Sequence[PolicyColumn]) -> str:
    """The columns as the system views list them."""
    listed = [{"colname": column.name, "type": column.long_type} for column in columns]
    return json.dumps(listed, separators=(",", ":"))


def declared_json(columns: Sequence[PolicyColumn]) -> str:
    """The columns as the engine keeps them: pairs of name and type."""
    return json.dumps([(column.name, column.type) for column in columns])


def expression(catalog: Catalog, group: Group, alias: str) -> str:
    """A policy's expression for PostgreSQL, its columns without the alias.

    Raises RedshiftError for what Redshift's expressions have not, and for subqueries.
    """
    if any(is_word(token, "SELECT", "WITH") for token in walk(group.children)):
        raise RedshiftError(
            "a policy with a lookup table is not supported by this sandbox", "0A000"
        )
    return render(_without(alias, Selects(catalog).expression(group.children)))


def _without(alias: str, tree: Sequence[Node]) -> Nodes:
    out: Nodes = []
    for node in tree:
        if isinstance(node, Group):
            out.append(Group(tuple(_without(alias, node.children)), node.spaced))
            continue
        if _ends_with(out, alias):
            out[-2:] = [Token(node.kind, node.text)]
        else:
            out.append(node)
    return out


def _ends_with(tree: Nodes, alias: str) -> bool:
    """Whether the alias and a point come last."""
    if len(tree) < 2 or not is_word(tree[-1], "."):
        return False
    qualifier = tree[-2]
    return isinstance(qualifier, Token) and qualifier.is_name and qualifier.name == alias


def shown(group: Group, columns: Sequence[PolicyColumn], alias: str) -> str:
    """The expression in about the form that Redshift keeps it: names qualified, texts cast.

    Redshift's own brackets and casts go further; what reads it must not rest on the form.
    """
    names = {column.name for column in columns}
    return render(_qualified(_without(alias, group.children), names, alias))


def _qualified(tree: Sequence[Node], names: set[str], alias: str) -> Nodes:
    out: Nodes = []
    for node in tree:
        if isinstance(node, Group):
            out.append(Group(tuple(_qualified(node.children, names, alias)), node.spaced))
        elif node.kind is Kind.STRING:
            out += nodes(f"CAST({node.text} AS TEXT)")
        elif node.is_name and node.name in names:
            qualified = nodes(f"{quote(alias)}.{quote(node.name)}")
            out += [Token(Kind.QUOTED, qualified[0].text, node.spaced), *qualified[1:]]  # type: ignore[union-attr]
        else:
            out.append(node)
    return out


def source(columns: Sequence[PolicyColumn], alias: str) -> str:
    """A FROM item of one row in which a policy's expression can be tried."""
    listed = ", ".join(f"NULL::{column.type} AS {quote(column.name)}" for column in columns)
    return f"(SELECT {listed}) AS {quote(alias)}"
