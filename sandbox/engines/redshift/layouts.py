"""ALTER TABLE of what decides how rows lie on disk: distribution and sort key.

It has no effect on rows here, but the catalog tells it, and Redshift's refusals are the same.
https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engines.redshift.attributes import (
    DIST_STYLES,
    array,
    column_names,
    refuse_super_keys,
)
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, literal
from sandbox.engines.redshift.plan import Plan

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

Changes = dict[str, str]
"""Columns of redshift_table, and their new values as SQL."""


def alter_layout(reader: Reader, path: list[str]) -> Plan | None:
    """Read the clauses after ALTER TABLE name ALTER; None when they change something else."""
    start = reader.position
    changes: Changes = {}
    named: list[str] = []
    while True:
        clause = _distribution(reader, named) or _sorting(reader, named)
        if clause is None:
            reader.position = start
            return None
        changes |= clause
        if not reader.take(","):
            break
        reader.expect("ALTER")
    reader.end()
    return Plan([lambda session: _change(session, path, changes, named)], tag="ALTER TABLE")


def _distribution(reader: Reader, named: list[str]) -> Changes | None:
    style = "KEY"
    if reader.take("DISTSTYLE"):
        style = reader.choose(*DIST_STYLES)
        if not style:
            raise reader.error()
        if style != "KEY":
            return {"diststyle": literal(style), "distkey": "''"}
        reader.expect("DISTKEY")
    elif not reader.take("DISTKEY"):
        return None
    named.append(reader.identifier().name)
    return {"diststyle": "'KEY'", "distkey": literal(named[-1])}


def _sorting(reader: Reader, named: list[str]) -> Changes | None:
    compound = reader.take("COMPOUND")
    if not reader.take("SORTKEY"):
        if compound:
            raise reader.error()
        return None
    if reader.take("AUTO"):
        return {"sortstyle": "'AUTO'"}
    if reader.take("NONE"):
        return {"sortstyle": "'COMPOUND'", "sortkeys": array([])}
    names = column_names(reader.group())
    named += names
    return {"sortstyle": "'COMPOUND'", "sortkeys": array(names)}


def _change(session: Session, path: list[str], changes: Changes, named: list[str]) -> None:
    oid = session.owned_table(path)
    relation = session.relation(path)
    for name in named:
        if relation is None or name not in relation.columns:
            raise RedshiftError(f'column "{name}" does not exist', "42703")
    refuse_super_keys(session, path, named)
    interleaved = session.backend.internal(
        f"SELECT 1 FROM pg_catalog.redshift_table WHERE reloid = {oid} AND sortstyle = 'INTERLEAVED'"
    )
    if "diststyle" in changes and interleaved.ntuples:
        raise RedshiftError(
            "ALTER DISTSTYLE is not supported for tables with interleaved sort keys", "0A000"
        )
    pairs = ", ".join(f"{column} = {value}" for column, value in changes.items())
    session.run_internal(f"UPDATE pg_catalog.redshift_table SET {pairs} WHERE reloid = {oid}")
