"""CREATE, REFRESH, ALTER and DROP MATERIALIZED VIEW.

What they read is stored as it was for their owner: so a table with row-level security or masks is
none for them, and a table that they read gets neither.

https://docs.aws.amazon.com/redshift/latest/dg/materialized-view-create-sql-command.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.engines.redshift import refreshes
from sandbox.engines.redshift.attributes import Attributes, remember
from sandbox.engines.redshift.catalog import Catalog, is_system
from sandbox.engines.redshift.lexer import syntax_error
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, find, is_word, path_sql, render, walk
from sandbox.engines.redshift.plan import FORGET_DROPPED, Plan, Query
from sandbox.engines.redshift.selects import Selects

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

TABLE = "pg_catalog.redshift_materialized"
LEADER_ONLY = (
    "current_schema",
    "current_schemas",
    "has_database_privilege",
    "has_schema_privilege",
    "has_table_privilege",
)


def create(tree: Nodes, catalog: Catalog) -> Plan:
    """CREATE MATERIALIZED VIEW name [table attributes] [AUTO REFRESH {YES | NO}] AS query"""
    reader = Reader(tree)
    reader.expect("CREATE", "MATERIALIZED", "VIEW")
    path = reader.path()
    attributes = Attributes(dist_style="")
    automatic = False
    while not reader.take("AS"):
        if reader.take("AUTO", "REFRESH"):
            automatic = _yes(reader)
        elif not attributes.read(reader):
            raise reader.error()
    if not attributes.dist_style:
        attributes.dist_style = "KEY" if attributes.dist_key else "EVEN"
    query = reader.rest()
    _check(query)
    mutable = refreshes.is_mutable(query)
    if automatic and mutable:
        raise RedshiftError(
            "AUTO REFRESH YES is not supported for a materialized view with mutable functions",
            "0A000",
        )
    incremental = refreshes.is_incremental(query)
    body = render(Selects(catalog, view=True).query(query)[0])

    def apply(session: Session) -> None:
        session.run_sql(f"CREATE MATERIALIZED VIEW {path_sql(path)} AS {body}")
        oid = _view(session, path)
        _check_bases(session, oid)
        remember(session, path, attributes)
        session.run_internal(
            f"INSERT INTO {TABLE} SELECT {oid}, {incremental}, {mutable}, {automatic},"
            f" pg_catalog.redshift_fingerprint({oid})"
        )

    return Plan([apply], tag="CREATE MATERIALIZED VIEW")


def refresh(tree: Nodes) -> Plan:
    """REFRESH MATERIALIZED VIEW name"""
    reader = Reader(tree)
    reader.expect("REFRESH", "MATERIALIZED", "VIEW")
    path = reader.path()
    reader.end()

    def apply(session: Session) -> None:
        oid = _view(session, path)
        session.run_sql(f"REFRESH MATERIALIZED VIEW {path_sql(path)}")
        incremental = session.internal_rows(
            f"UPDATE {TABLE} SET fingerprint = pg_catalog.redshift_fingerprint({oid})"
            f" WHERE reloid = {oid} RETURNING incremental"
        )
        how = "incrementally updated" if incremental == [("t",)] else "recomputed"
        session.notice(f"Materialized view {path[-1]} was {how} successfully.")

    return Plan([apply], tag="REFRESH MATERIALIZED VIEW")


def alter(tree: Nodes) -> Plan:
    """ALTER MATERIALIZED VIEW name AUTO REFRESH {YES | NO}"""
    reader = Reader(tree)
    reader.expect("ALTER", "MATERIALIZED", "VIEW")
    path = reader.path()
    if reader.take("ROW"):
        raise RedshiftError(
            "row-level security of materialized views is not supported by this sandbox", "0A000"
        )
    reader.expect("AUTO", "REFRESH")
    automatic = _yes(reader)
    reader.end()

    def apply(session: Session) -> None:
        _view(session, path)
        oid = session.owned_table(path)
        session.run_internal(f"UPDATE {TABLE} SET autorefresh = {automatic} WHERE reloid = {oid}")

    return Plan([apply], tag="ALTER MATERIALIZED VIEW")


def drop(tree: Nodes) -> Plan:
    """DROP MATERIALIZED VIEW [IF EXISTS] name"""
    reader = Reader(tree)
    reader.expect("DROP", "MATERIALIZED", "VIEW")
    guard = "IF EXISTS " if reader.take("IF", "EXISTS") else ""
    path = reader.path()
    reader.end()
    return Plan([Query(f"DROP MATERIALIZED VIEW {guard}{path_sql(path)}"), FORGET_DROPPED])


def _yes(reader: Reader) -> bool:
    word = reader.choose("YES", "NO")
    if not word:
        raise reader.error()
    return word == "YES"


def _check(query: Nodes) -> None:
    """Raise RedshiftError for what the query of a materialized view must not have."""
    if not query or not is_word(query[0], "SELECT", "WITH", "("):
        raise syntax_error(getattr(query[0], "text", "(") if query else "AS")
    for clause in ("ORDER", "LIMIT", "OFFSET"):
        if find(query, clause) >= 0:
            raise RedshiftError(
                f"{clause}{' BY' if clause == 'ORDER' else ''} clause is not supported in a"
                " materialized view",
                "0A000",
            )
    for token in walk(query):
        if token.is_name and (is_system([token.name]) or token.name in LEADER_ONLY):
            raise RedshiftError(f"{token.name} is not supported in a materialized view", "0A000")


def _view(session: Session, path: list[str]) -> int:
    """The id of a materialized view. Raises RedshiftError for what is none."""
    relation = session.relation(path)
    if relation is None:
        raise RedshiftError(f'relation "{".".join(path)}" does not exist', "42P01")
    if relation.kind != "m":
        raise RedshiftError(f'"{path[-1]}" is not a materialized view', "42809")
    return relation.oid


def _check_bases(session: Session, oid: int) -> None:
    flaw = session.internal_rows(f"SELECT pg_catalog.redshift_materialized_flaw({oid})")[0][0]
    if flaw is not None:
        raise RedshiftError(f"a materialized view cannot be based on {flaw}", "0A000")
    for (name,) in session.rows(
        "SELECT c.relname FROM pg_catalog.pg_class c WHERE NOT has_table_privilege(c.oid, 'SELECT')"
        f" AND c.oid IN (SELECT pg_catalog.redshift_bases({oid}))"
    ):
        raise RedshiftError(f"permission denied for relation {name}", "42501")
