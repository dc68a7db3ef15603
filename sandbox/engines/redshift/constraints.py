"""Constraints that inform the planner but are not enforced, and what they forbid.

https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.attributes import array, column_names
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Reader, literal, path_sql
from sandbox.engines.redshift.plan import Plan

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TABLE = "pg_catalog.redshift_constraint"


@dataclass(frozen=True)
class Constraint:
    """A primary key (p), unique (u) or foreign key (f) constraint, by PostgreSQL's letters."""

    kind: str
    columns: tuple[str, ...]
    parent: tuple[str, ...] = ()
    parent_columns: tuple[str, ...] = ()
    name: str = ""

    def named(self, table: str) -> str:
        """Its name, PostgreSQL's where it was given none."""
        if self.name:
            return self.name
        if self.kind == "p":
            return f"{table}_pkey"
        return "_".join((table, *self.columns, "key" if self.kind == "u" else "fkey"))

    def record(self, oid: int, table: str) -> str:
        """The SQL that remembers it for a table of this name."""
        parent = f"{literal(path_sql(self.parent[-2:]))}::regclass" if self.parent else "NULL"
        return (
            f"INSERT INTO {TABLE} VALUES ({oid}, {literal(self.kind)}, "
            f"{literal(self.named(table))}, {array(self.columns)}, {parent}, "
            f"{array(self.parent_columns)})"
        )


def read_constraint(reader: Reader, name: str = "") -> Constraint | None:
    """A table constraint, if one is next."""
    if reader.take("PRIMARY", "KEY"):
        return Constraint("p", tuple(column_names(reader.group())), name=name)
    if reader.take("UNIQUE"):
        return Constraint("u", tuple(column_names(reader.group())), name=name)
    if reader.take("FOREIGN", "KEY"):
        columns = tuple(column_names(reader.group()))
        parent, parent_columns = read_references(reader)
        return Constraint("f", columns, parent, parent_columns, name)
    return None


def read_references(reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """REFERENCES table [(columns)]"""
    reader.expect("REFERENCES")
    parent = tuple(reader.path())
    if isinstance(reader.peek(), Group):
        return parent, tuple(column_names(reader.group()))
    return parent, ()


def add_constraint(path: list[str], constraint: Constraint) -> Plan:
    """ALTER TABLE … ADD [CONSTRAINT name] …"""
    return Plan([lambda session: _add(session, path, constraint)], tag="ALTER TABLE")


def drop_constraint(reader: Reader, path: list[str]) -> Plan:
    """ALTER TABLE … DROP CONSTRAINT name"""
    name = reader.identifier().name
    reader.choose("CASCADE", "RESTRICT")
    reader.end()
    return Plan([lambda session: _drop(session, path, name)], tag="ALTER TABLE")


def _add(session: Session, path: list[str], constraint: Constraint) -> None:
    oid = session.owned_table(path)
    relation = session.relation(path)
    for name in constraint.columns:
        if relation is None or name not in relation.columns:
            raise RedshiftError(f'column "{name}" named in key does not exist', "42703")
    table, name = path[-1], constraint.named(path[-1])
    for kind, other, _columns in constraints_of(session, oid):
        if kind == constraint.kind == "p":
            raise RedshiftError(
                f'multiple primary keys for table "{table}" are not allowed', "42P16"
            )
        if other == name:
            raise RedshiftError(
                f'constraint "{name}" for relation "{table}" already exists', "42710"
            )
    if constraint.kind == "p":
        _refuse_nullable(session, oid, constraint.columns)
    session.run_internal(constraint.record(oid, table))


def _refuse_nullable(session: Session, oid: int, columns: tuple[str, ...]) -> None:
    found = session.rows(
        f"SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = {oid} AND NOT attnotnull"
        f" AND attname = ANY ({array(columns)}) AND NOT attisdropped"
    )
    if found:
        raise RedshiftError(
            f'column "{found[0][0]}" is nullable and cannot be part of a primary key', "42P16"
        )


def _drop(session: Session, path: list[str], name: str) -> None:
    oid = session.owned_table(path)
    if name not in {other for _kind, other, _columns in constraints_of(session, oid)}:
        raise RedshiftError(f'constraint "{name}" of relation "{path[-1]}" does not exist', "42704")
    session.run_internal(f"DELETE FROM {TABLE} WHERE reloid = {oid} AND name = {literal(name)}")


def constraints_of(session: Session, oid: int) -> list[tuple[str, str, list[str]]]:
    """Kind, name and columns of each constraint of a table."""
    found = session.internal_rows(
        f"SELECT kind, name, array_to_json(columns) FROM {TABLE} WHERE reloid = {oid}"
    )
    return [(kind or "", name or "", json.loads(columns or "[]")) for kind, name, columns in found]
