"""ALTER TABLE of one column, with what Redshift refuses of it.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift import policies
from sandbox.engines.redshift.attributes import Attributes, read_encoding
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.constraints import TABLE as CONSTRAINTS
from sandbox.engines.redshift.constraints import constraints_of
from sandbox.engines.redshift.lexer import syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, literal, path_sql, quote
from sandbox.engines.redshift.plan import Plan, Query, Rule, Step
from sandbox.engines.redshift.tables import BYTE_LIMIT, ColumnReader, byte_limit
from sandbox.engines.redshift.types import SqlType, read_type

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

NEW_COLUMN_NUMBER = 0  # of a byte limit; ADD COLUMN names it after the column's own number later
SERIALIZE = "pg_catalog.redshift_json_serialize"
FIXED_ENCODINGS = frozenset({"bytedict", "runlength", "text255", "text32k"})
"""Of columns whose size can't be changed."""


@dataclass(frozen=True)
class ColumnFacts:
    """What decides whether a column may be changed. `in_key`: it distributes or sorts the rows."""

    is_varchar: bool
    has_default: bool
    in_key: bool
    interleaved: bool
    encoding: str
    constraints: list[list[str]]
    """The columns of each constraint that it is part of."""


def add_column(reader: Reader, path: list[str], catalog: Catalog) -> Plan:
    """ADD [COLUMN] name type …"""
    reader.take("COLUMN")
    if reader.take("IF", "NOT", "EXISTS"):
        raise syntax_error("NOT")
    attributes = Attributes()
    column = ColumnReader(reader, catalog, attributes, NEW_COLUMN_NUMBER)
    if attributes.constraints or attributes.dist_key or attributes.sort_keys:
        raise RedshiftError("ADD COLUMN cannot make a key", "0A000")
    definition = column.lines()[0]
    if column.identity:
        raise RedshiftError("ALTER TABLE ADD COLUMN does not support identity columns", "0A000")
    if column.not_null and " DEFAULT " not in definition:
        raise RedshiftError(
            "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression",
            "0A000",
        )
    steps: list[Step] = [Query(f"ALTER TABLE {path_sql(path)} ADD COLUMN {definition}")]
    if column.type.bytes:
        steps.append(lambda session: _limit(session, path, column.name))
    if encoding := attributes.encodings.get(column.name):
        steps.append(lambda session: _keep_encoding(session, path, column.name, encoding))
    return Plan(steps, tag="ALTER TABLE", table=path[-1])


def drop_column(reader: Reader, path: list[str]) -> Plan:
    """DROP [COLUMN] name [CASCADE | RESTRICT]"""
    reader.take("COLUMN")
    name = reader.identifier().name
    behaviour = reader.choose("CASCADE", "RESTRICT")
    reader.end()
    steps: list[Step] = [
        lambda session: policies.refuse_protected(session, path, name, "drop"),
        lambda session: _refuse_drop(session, path, name, cascade=behaviour == "CASCADE"),
        Query(f"ALTER TABLE {path_sql(path)} DROP COLUMN {quote(name)} {behaviour}"),
        lambda session: _forget(session, path, name),
    ]
    return Plan(steps, tag="ALTER TABLE", table=path[-1])


def rename_column(reader: Reader, path: list[str]) -> Plan:
    """RENAME [COLUMN] name TO name"""
    reader.take("COLUMN")
    old = reader.identifier().name
    reader.expect("TO")
    new = reader.identifier().name
    reader.end()
    steps: list[Step] = [
        lambda session: policies.refuse_protected(session, path, old, "rename"),
        Query(f"ALTER TABLE {path_sql(path)} RENAME COLUMN {quote(old)} TO {quote(new)}"),
        lambda session: _rename(session, path, old, new),
    ]
    return Plan(steps, tag="ALTER TABLE", table=path[-1])


def alter_column(reader: Reader, path: list[str]) -> Plan:
    """ALTER [COLUMN] name TYPE type, or ENCODE encoding"""
    reader.take("COLUMN")
    name = reader.identifier().name
    if reader.take("ENCODE"):
        encoding = read_encoding(reader)
        reader.end()
        return Plan([lambda session: _encode(session, path, name, encoding)], tag="ALTER TABLE")
    reader.expect("TYPE")
    target = read_type(reader, column=name)
    reader.end()
    steps: list[Step] = [
        lambda session: policies.refuse_protected(session, path, name, "alter the type of"),
        lambda session: _refuse_type(session, path, name, target),
        lambda session: _drop_limit(session, path, name),
        Query(f"ALTER TABLE {path_sql(path)} ALTER COLUMN {quote(name)} TYPE {target.sql}"),
        lambda session: _limit(session, path, name),
    ]
    return Plan(steps, tag="ALTER TABLE", rule=Rule.ALONE, table=path[-1])


def _facts(session: Session, path: list[str], name: str) -> ColumnFacts:
    oid = session.owned_table(path)
    found = session.internal_rows(
        "SELECT a.atttypid = 1043, a.atthasdef OR a.attidentity <> '',"
        " coalesce(t.distkey = a.attname OR a.attname = ANY (t.sortkeys), false),"
        " coalesce(t.sortstyle = 'INTERLEAVED', false),"
        " coalesce((t.encodings::jsonb) ->> a.attname::text, '')"
        " FROM pg_catalog.pg_attribute a"
        " LEFT JOIN pg_catalog.redshift_table t ON t.reloid = a.attrelid"
        f" WHERE a.attrelid = {oid} AND a.attname = {literal(name)} AND a.attnum > 0"
        " AND NOT a.attisdropped"
    )
    if not found:
        raise RedshiftError(f'column "{name}" of relation "{path[-1]}" does not exist', "42703")
    is_varchar, has_default, in_key, interleaved = (value == "t" for value in found[0][:4])
    parts = [columns for _kind, _name, columns in constraints_of(session, oid) if name in columns]
    return ColumnFacts(is_varchar, has_default, in_key, interleaved, found[0][4] or "", parts)


def _refuse_type(session: Session, path: list[str], name: str, target: SqlType) -> None:
    facts = _facts(session, path, name)
    found = _size(session, path, name)
    if not facts.is_varchar or found is None or not target.sql.startswith("varchar"):
        raise RedshiftError(
            "ALTER COLUMN TYPE is only supported for changing the size of a VARCHAR column", "0A000"
        )
    for hinders, what in (
        (facts.encoding in FIXED_ENCODINGS, f"encoded as {facts.encoding}"),
        (facts.has_default, "with a default value"),
        (facts.constraints, "with a UNIQUE, PRIMARY KEY or FOREIGN KEY constraint"),
    ):
        if hinders:
            raise RedshiftError(f'cannot alter the type of column "{name}" {what}', "0A000")
    if target.bytes < found[1]:
        raise RedshiftError(
            f'cannot alter column "{name}" to a smaller size: this sandbox only widens', "0A000"
        )


def _refuse_drop(session: Session, path: list[str], name: str, *, cascade: bool) -> None:
    facts = _facts(session, path, name)
    if facts.in_key:
        raise RedshiftError(
            f'cannot drop column "{name}": it is a distribution or sort key', "0A000"
        )
    relation = session.relation(path)
    if relation is not None and len(relation.columns) == 1:
        raise RedshiftError("cannot drop the last column of a table", "0A000")
    if not cascade and any(len(columns) > 1 for columns in facts.constraints):
        raise RedshiftError(
            f'cannot drop column "{name}" because other objects depend on it', "2BP01"
        )


def _forget(session: Session, path: list[str], name: str) -> None:
    oid = session.owned_table(path)
    session.run_internal(
        f"DELETE FROM {CONSTRAINTS} WHERE reloid = {oid} AND {literal(name)} = ANY (columns);"
        f" UPDATE pg_catalog.redshift_table SET encodings ="
        f" {SERIALIZE}(jsonb_delete(encodings::jsonb, {literal(name)}))"
        f" WHERE reloid = {oid}"
    )


def _rename(session: Session, path: list[str], old: str, new: str) -> None:
    oid, names = session.owned_table(path), f"{literal(old)}, {literal(new)}"
    session.run_internal(
        f"UPDATE {CONSTRAINTS} SET columns = array_replace(columns, {names}) WHERE reloid = {oid};"
        " UPDATE pg_catalog.redshift_table SET"
        f" distkey = CASE distkey WHEN {literal(old)} THEN {literal(new)} ELSE distkey END,"
        f" sortkeys = array_replace(sortkeys, {names}),"
        f" encodings = CASE WHEN encodings::jsonb ? {literal(old)} THEN {SERIALIZE}("
        f"jsonb_delete(encodings::jsonb, {literal(old)})"
        f" || jsonb_build_object({literal(new)}, encodings::jsonb -> {literal(old)})"
        f") ELSE encodings END WHERE reloid = {oid}"
    )


def _encode(session: Session, path: list[str], name: str, encoding: str) -> None:
    facts = _facts(session, path, name)
    if facts.interleaved:
        raise RedshiftError(
            "cannot alter the encoding of a column in a table with an interleaved sort key", "0A000"
        )
    if facts.encoding == encoding:
        raise RedshiftError(f'column "{name}" is already encoded as {encoding}', "0A000")
    _keep_encoding(session, path, name, encoding)


def _keep_encoding(session: Session, path: list[str], name: str, encoding: str) -> None:
    session.run_internal(
        f"UPDATE pg_catalog.redshift_table SET encodings = {SERIALIZE}(encodings::jsonb"
        f" || jsonb_build_object({literal(name)}, {literal(encoding)}))"
        f" WHERE reloid = {session.owned_table(path)}"
    )


def _size(session: Session, path: list[str], name: str) -> tuple[int, int] | None:
    """The number and the limit of a character column."""
    for number, column, length in session.character_columns(path):
        if column == name:
            return number, length
    return None


def _drop_limit(session: Session, path: list[str], name: str) -> None:
    found = _size(session, path, name)
    if found is not None:
        constraint = f"{BYTE_LIMIT}{found[1]}_{found[0]}"
        session.run_sql(
            f"ALTER TABLE {path_sql(path)} DROP CONSTRAINT IF EXISTS {quote(constraint)}"
        )


def _limit(session: Session, path: list[str], name: str) -> None:
    found = _size(session, path, name)
    if found is not None:
        limit = byte_limit(name, SqlType("varchar", found[1]), found[0])
        session.run_sql(f"ALTER TABLE {path_sql(path)} ADD {limit} NOT VALID")
