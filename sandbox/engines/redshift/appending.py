"""ALTER TABLE … APPEND FROM, which moves the rows of one table to another of the same build.

https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE_APPEND.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, path_sql, quote
from sandbox.engines.redshift.plan import Plan, Rule

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TAG = "ALTER TABLE APPEND"
ALWAYS_IDENTITY = "a"  # PostgreSQL's letter for an identity column that takes no other values


@dataclass(frozen=True)
class _Table:
    """A table that rows move to or from: its columns, and how its rows are laid out."""

    path: list[str]
    columns: dict[str, tuple[str | None, ...]]
    """What has to be the same of columns of one name, by name."""
    identities: frozenset[str]
    """Columns whose values cannot be moved."""
    layout: tuple[str | None, ...]

    @property
    def movable(self) -> set[str]:
        return set(self.columns) - self.identities


def append(reader: Reader, target: list[str]) -> Plan:
    """FROM source [IGNOREEXTRA | FILLTARGET]"""
    reader.expect("FROM")
    source = reader.path()
    option = reader.choose("IGNOREEXTRA", "FILLTARGET")
    reader.end()
    return Plan(
        [lambda session: _move(session, target, source, option)],
        tag=TAG,
        rule=Rule.ALONE,
        table=target[-1],
    )


def _moved(session: Session, target: list[str], source: list[str], option: str) -> list[str]:
    """The columns that move. Raises RedshiftError where the tables do not match."""
    into, taken = _table(session, target), _table(session, source)
    if into.layout != taken.layout:
        raise _refusal("the tables must have the same distribution and sort keys")
    if into.identities and taken.identities:
        raise _refusal("both tables have an identity column")
    surplus, missing = taken.movable - into.movable, into.movable - taken.movable
    surplus, missing = surplus | taken.identities, missing | into.identities
    if surplus and option != "IGNOREEXTRA":
        raise _refusal(
            f"the source table has columns that the target table lacks: {_list(surplus)}"
        )
    if missing and option != "FILLTARGET":
        raise _refusal(
            f"the target table has columns that the source table lacks: {_list(missing)}"
        )
    common = [name for name in into.columns if name in taken.movable & into.movable]
    for name in common:
        if into.columns[name] != taken.columns[name]:
            raise _refusal(f'column "{name}" has other attributes in the source table')
    return common


def _table(session: Session, path: list[str]) -> _Table:
    oid = session.owned_table(path)
    facts = session.internal_rows(
        "SELECT c.relkind, c.relpersistence,"
        " EXISTS (SELECT 1 FROM pg_catalog.redshift_rls_attachment a WHERE a.reloid = c.oid)"
        " OR EXISTS (SELECT 1 FROM pg_catalog.redshift_masking_attachment a WHERE a.reloid = c.oid),"
        " t.diststyle, t.distkey, t.sortstyle, t.sortkeys"
        " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.redshift_table t ON t.reloid = c.oid"
        f" WHERE c.oid = {oid}"
    )
    kind, persistence, protected, *layout = facts[0]
    if kind != "r" or persistence != "p":
        raise _refusal(f'"{path[-1]}" is not a permanent table')
    if protected == "t":
        raise _refusal(f'"{path[-1]}" has row-level security or masking policies')
    columns = session.internal_rows(
        "SELECT a.attname, a.attidentity, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " pg_catalog.redshift_encoding(a.attrelid, a.attname, a.atttypid)"
        f" FROM pg_catalog.pg_attribute a WHERE a.attrelid = {oid} AND a.attnum > 0"
        " AND NOT a.attisdropped ORDER BY a.attnum"
    )
    return _Table(
        path,
        {name or "": tuple(rest) for name, _identity, *rest in columns},
        frozenset(name or "" for name, identity, *_ in columns if identity == ALWAYS_IDENTITY),
        tuple(layout),
    )


def _move(session: Session, target: list[str], source: list[str], option: str) -> None:
    listed = ", ".join(quote(name) for name in _moved(session, target, source, option))
    into, taken = path_sql(target), path_sql(source)
    session.run_internal(  # one request is one transaction
        f"INSERT INTO {into} ({listed}) SELECT {listed} FROM {taken}; TRUNCATE TABLE {taken}"
    )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _refusal(why: str) -> RedshiftError:
    return RedshiftError(f"{TAG}: {why}", "0A000")
