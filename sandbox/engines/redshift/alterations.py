"""Schemas, ALTER TABLE, DROP and COMMENT.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.engines.redshift import row_security
from sandbox.engines.redshift.appending import append
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.columns import (
    add_column,
    alter_column,
    drop_column,
    rename_column,
)
from sandbox.engines.redshift.constraints import (
    add_constraint,
    drop_constraint,
    read_constraint,
)
from sandbox.engines.redshift.layouts import alter_layout
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import (
    Nodes,
    Reader,
    is_word,
    literal,
    path_sql,
    quote,
    split_on,
)
from sandbox.engines.redshift.plan import DISOWN_VIEWS, FORGET_DROPPED, Plan, Query
from sandbox.engines.redshift.principals import pg_user, read_name

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session


WHOLE_TABLE: dict[tuple[str, ...], Callable[[Reader, list[str]], Plan]] = {
    ("APPEND",): append,
    ("ROW", "LEVEL", "SECURITY"): row_security.alter_table,
}


class Alterations:
    """Makes plans for the statements that change and drop schemas, tables and views."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create_schema(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("CREATE", "SCHEMA")
        guard = "IF NOT EXISTS " if reader.take("IF", "NOT", "EXISTS") else ""
        name = owner = ""
        if not reader.take("AUTHORIZATION"):
            name = reader.identifier().name
            if reader.take("AUTHORIZATION"):
                owner = pg_user(read_name(reader))
        else:
            owner = name = pg_user(read_name(reader))
        if reader.take("QUOTA") and not reader.take("UNLIMITED"):
            reader.number()
            reader.choose("MB", "GB", "TB")
        reader.end()
        if name.startswith("pg_"):
            raise RedshiftError(f'unacceptable schema name "{name}"', "42939")
        authorization = f" AUTHORIZATION {quote(owner)}" if owner else ""
        return Plan([Query(f"CREATE SCHEMA {guard}{quote(name)}{authorization}")])

    def alter_schema(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "SCHEMA")
        name = quote(reader.identifier().name)
        if reader.take("RENAME", "TO"):
            change = f"RENAME TO {quote(reader.identifier().name)}"
        elif reader.take("QUOTA"):
            if not reader.take("UNLIMITED"):
                reader.number()
                reader.choose("MB", "GB", "TB")
            reader.end()
            return Plan([], tag="ALTER SCHEMA")
        else:
            reader.expect("OWNER", "TO")
            change = f"OWNER TO {quote(pg_user(read_name(reader)))}"
        reader.end()
        return Plan([Query(f"ALTER SCHEMA {name} {change}")])

    def drop(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("DROP")
        kind = reader.choose("TABLE", "VIEW", "SCHEMA")
        guard = "IF EXISTS " if reader.take("IF", "EXISTS") else ""
        paths = [reader.path()]
        while reader.take(","):
            paths.append(reader.path())
        behaviour = reader.choose("CASCADE", "RESTRICT")
        reader.end()
        names = ", ".join(path_sql(path) for path in paths)
        return Plan([Query(f"DROP {kind} {guard}{names} {behaviour}"), FORGET_DROPPED])

    def comment(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("COMMENT", "ON")
        kind = reader.choose("TABLE", "COLUMN", "VIEW", "DATABASE", "SCHEMA")
        if not kind:
            raise reader.error()
        path = reader.path()
        reader.expect("IS")
        text = "NULL" if reader.take("NULL") else literal(reader.string())
        reader.end()
        return Plan([Query(f"COMMENT ON {kind} {path_sql(path)} IS {text}")])

    def alter_table(self, tree: Nodes) -> Plan:
        reader = Reader(tree)
        reader.expect("ALTER", "TABLE")
        path = reader.path()
        rest = reader.rest()
        if len(split_on(rest, ",")) > 1 and is_word(rest[0], "ADD", "DROP"):
            raise Reader(split_on(rest, ",")[1]).error()
        reader = Reader(rest)
        if reader.take("ADD"):
            return self._add(reader, path)
        if reader.take("DROP", "CONSTRAINT"):
            return drop_constraint(reader, path)
        if reader.take("DROP"):
            return drop_column(reader, path)
        if reader.take("ALTER"):
            return alter_layout(reader, path) or _alter_encodings(reader, path)
        for clause, alter in WHOLE_TABLE.items():
            if reader.take(*clause):
                return alter(reader, path)
        table = f"ALTER TABLE {path_sql(path)}"
        if reader.take("RENAME", "TO"):
            sql = f"{table} RENAME TO {quote(reader.identifier().name)}"
        elif reader.take("RENAME"):
            return rename_column(reader, path)
        elif reader.take("OWNER", "TO"):
            sql = f"{table} OWNER TO {quote(pg_user(read_name(reader)))}"
            reader.end()
            return Plan([Query(sql), DISOWN_VIEWS], tag="ALTER TABLE", table=path[-1])
        else:
            raise reader.error()
        reader.end()
        return Plan([Query(sql)], tag="ALTER TABLE", table=path[-1])

    def _add(self, reader: Reader, path: list[str]) -> Plan:
        name = reader.identifier().name if reader.take("CONSTRAINT") else ""
        constraint = read_constraint(reader, name)
        if constraint is None:
            return add_column(reader, path, self._catalog)
        reader.end()
        return add_constraint(path, constraint)


def _alter_encodings(reader: Reader, path: list[str]) -> Plan:
    if not reader.take("ENCODE"):
        return alter_column(reader, path)
    reader.expect("AUTO")
    reader.end()
    return Plan([lambda session: _owned(session, path)], tag="ALTER TABLE")


def _owned(session: Session, path: list[str]) -> None:
    """ENCODE AUTO has no effect here, but needs the table's owner."""
    session.owned_table(path)
