"""Schemas, ALTER TABLE, DROP and COMMENT.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engines.redshift.attributes import (
    Attributes,
    Constraint,
    read_constraint,
    read_encoding,
    record_constraint,
)
from sandbox.engines.redshift.catalog import Catalog
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
from sandbox.engines.redshift.plan import Plan, Query, Rule, Step
from sandbox.engines.redshift.principals import pg_user, read_name
from sandbox.engines.redshift.tables import BYTE_LIMIT, ColumnReader, byte_limit
from sandbox.engines.redshift.types import SqlType, read_type

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

NEW_COLUMN_NUMBER = 0  # of a byte limit; ADD COLUMN names it after the column's own number later


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
        return Plan([Query(f"DROP {kind} {guard}{names} {behaviour}")])

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
        table = f"ALTER TABLE {path_sql(path)}"
        if reader.take("ADD"):
            return self._add(reader, path, table)
        if reader.take("DROP"):
            return _drop_part(reader, path, table)
        if reader.take("ALTER"):
            return self._alter_part(reader, path, table)
        if reader.take("RENAME", "TO"):
            sql = f"{table} RENAME TO {quote(reader.identifier().name)}"
        elif reader.take("RENAME"):
            reader.take("COLUMN")
            old = quote(reader.identifier().name)
            reader.expect("TO")
            sql = f"{table} RENAME COLUMN {old} TO {quote(reader.identifier().name)}"
        elif reader.take("OWNER", "TO"):
            sql = f"{table} OWNER TO {quote(pg_user(read_name(reader)))}"
        elif reader.take("APPEND"):
            raise RedshiftError("ALTER TABLE APPEND is not supported by this sandbox", "0A000")
        else:
            raise reader.error()
        reader.end()
        return Plan([Query(sql)], tag="ALTER TABLE", table=path[-1])

    def _add(self, reader: Reader, path: list[str], table: str) -> Plan:
        name = reader.identifier().name if reader.take("CONSTRAINT") else ""
        constraint = read_constraint(reader, name)
        if constraint is not None:
            reader.end()
            return Plan(
                [lambda session: _add_constraint(session, path, constraint)], tag="ALTER TABLE"
            )
        reader.take("COLUMN")
        attributes = Attributes()
        column = ColumnReader(reader, self._catalog, attributes, NEW_COLUMN_NUMBER)
        if attributes.constraints or attributes.dist_key or attributes.sort_keys:
            raise RedshiftError("ADD COLUMN cannot make a key", "0A000")
        definition = column.lines()[0]
        if column.not_null and " DEFAULT " not in definition:
            raise RedshiftError(
                "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression",
                "0A000",
            )
        steps: list[Step] = [Query(f"{table} ADD COLUMN {definition}")]
        if column.type.bytes:
            steps.append(lambda session: _limit_column(session, path, column.name))
        return Plan(steps, tag="ALTER TABLE", table=path[-1])

    def _alter_part(self, reader: Reader, path: list[str], table: str) -> Plan:
        layout = alter_layout(reader, path)
        if layout is not None:
            return layout
        if reader.take("ENCODE"):
            reader.expect("AUTO")
            reader.end()
            return _physical(path)
        reader.take("COLUMN")
        name = reader.identifier().name
        if reader.take("ENCODE"):
            read_encoding(reader)
            reader.end()
            return _physical(path)
        reader.expect("TYPE")
        target = read_type(reader, column=name)
        reader.end()
        steps: list[Step] = [
            lambda session: _require_wider(session, path, name, target.sql, target.bytes),
            lambda session: _drop_limit(session, path, name),
            Query(f"{table} ALTER COLUMN {quote(name)} TYPE {target.sql}"),
            lambda session: _limit_column(session, path, name),
        ]
        return Plan(steps, tag="ALTER TABLE", rule=Rule.ALONE, table=path[-1])


def _drop_part(reader: Reader, path: list[str], table: str) -> Plan:
    if reader.take("CONSTRAINT"):
        name = reader.identifier().name
        reader.choose("CASCADE", "RESTRICT")
        reader.end()

        def drop(session: Session) -> None:
            oid = session.owned_table(path)
            session.run_internal(
                f"DELETE FROM pg_catalog.redshift_constraint WHERE reloid = {oid}"
                f" AND name = {literal(name)}"
            )

        return Plan([drop], tag="ALTER TABLE")
    reader.take("COLUMN")
    name = reader.identifier().name
    behaviour = reader.choose("CASCADE", "RESTRICT")
    reader.end()
    return Plan([Query(f"{table} DROP COLUMN {quote(name)} {behaviour}")], tag="ALTER TABLE")


def _add_constraint(session: Session, path: list[str], constraint: Constraint) -> None:
    oid = session.owned_table(path)
    relation = session.relation(path)
    for name in constraint.columns:
        if relation is None or name not in relation.columns:
            raise RedshiftError(f'column "{name}" named in key does not exist', "42703")
    if constraint.kind == "p":
        for name in constraint.columns:
            session.run_sql(f"ALTER TABLE {path_sql(path)} ALTER COLUMN {quote(name)} SET NOT NULL")
    session.run_internal(record_constraint(oid, constraint))


def _physical(path: list[str]) -> Plan:
    """Encodings have no effect here, but need the table's owner."""
    return Plan([lambda session: _owned(session, path)], tag="ALTER TABLE")


def _owned(session: Session, path: list[str]) -> None:
    session.owned_table(path)


def _limits(session: Session, path: list[str], name: str) -> tuple[int, int] | None:
    for number, column, length in session.character_columns(path):
        if column == name:
            return number, length
    return None


def _require_wider(session: Session, path: list[str], name: str, sql: str, length: int) -> None:
    found = _limits(session, path, name)
    if found is None or not sql.startswith("varchar"):
        raise RedshiftError(
            "ALTER COLUMN TYPE is only supported for changing the size of a VARCHAR column", "0A000"
        )
    if length < found[1]:
        raise RedshiftError(
            f'cannot alter column "{name}" to a smaller size: this sandbox only widens', "0A000"
        )


def _drop_limit(session: Session, path: list[str], name: str) -> None:
    found = _limits(session, path, name)
    if found is not None:
        constraint = f"{BYTE_LIMIT}{found[1]}_{found[0]}"
        session.run_sql(
            f"ALTER TABLE {path_sql(path)} DROP CONSTRAINT IF EXISTS {quote(constraint)}"
        )


def _limit_column(session: Session, path: list[str], name: str) -> None:
    found = _limits(session, path, name)
    if found is not None:
        limit = byte_limit(name, SqlType("varchar", found[1]), found[0])
        session.run_sql(f"ALTER TABLE {path_sql(path)} ADD {limit} NOT VALID")
