"""Row-level security: its policies, whom they are attached to, and tables that have it on.

Policies, attachments and states are kept in tables of the engine's; PostgreSQL's own row-level
security carries them out (bootstrap/security.sql).

https://docs.aws.amazon.com/redshift/latest/dg/t_rls.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.engines.redshift import policies, policy_expressions
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Nodes, Reader, literal
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.policies import Grantee, Kind
from sandbox.engines.redshift.policy_expressions import PolicyColumn

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

RLS = Kind("RLS", "pg_catalog.redshift_rls_policy", "pg_catalog.redshift_rls_attachment")
ALIAS = "rls_table"


class RowSecurity:
    """Makes plans for the statements of row-level security."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create(self, tree: Nodes) -> Plan:
        """CREATE RLS POLICY name [WITH (column type, …) [[AS] alias]] USING (condition)"""
        reader = Reader(tree)
        reader.expect("CREATE", "RLS", "POLICY")
        name = reader.identifier().name
        columns: list[PolicyColumn] = []
        alias = ALIAS
        if reader.take("WITH"):
            columns = policy_expressions.read_columns(reader.group())
            if not reader.take("USING"):
                reader.take("AS")
                alias = reader.identifier().name
                reader.expect("USING")
        else:
            reader.expect("USING")
        condition = reader.group()
        reader.end()
        sql = policy_expressions.expression(self._catalog, condition, alias)
        shown = policy_expressions.shown(condition, columns, alias)

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            policies.refuse_existing(session, RLS, name)
            _try(session, sql, columns, alias)
            values = (
                name,
                alias,
                policy_expressions.declared_json(columns),
                policy_expressions.columns_json(columns),
                sql,
                shown,
                session.user,
            )
            session.run_internal(
                f"INSERT INTO {RLS.policies} VALUES ({', '.join(map(literal, values))})"
            )

        return Plan([apply], tag="CREATE RLS POLICY")

    def alter(self, tree: Nodes) -> Plan:
        """ALTER RLS POLICY name USING (condition)"""
        reader = Reader(tree)
        reader.expect("ALTER", "RLS", "POLICY")
        name = reader.identifier().name
        reader.expect("USING")
        condition = reader.group()
        reader.end()

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            stored = policies.stored(session, RLS, name)
            sql = policy_expressions.expression(self._catalog, condition, stored.alias)
            _try(session, sql, stored.columns, stored.alias)
            shown = policy_expressions.shown(condition, stored.columns, stored.alias)
            session.run_internal(
                f"UPDATE {RLS.policies} SET expression = {literal(sql)}, shown = {literal(shown)},"
                f" modified_by = {literal(session.user)}, modified = DEFAULT"
                f" WHERE name = {literal(name)}"
            )
            for table in policies.tables_of(session, RLS, name):
                _apply(session, table)

        return Plan([apply], tag="ALTER RLS POLICY")

    def drop(self, tree: Nodes) -> Plan:
        name, guard, cascade = policies.read_drop(Reader(tree), RLS)

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            if guard and not policies.exists(session, RLS, name):
                session.notice(f'RLS policy "{name}" does not exist, skipping')
                return
            tables = policies.drop(session, RLS, name, cascade=cascade)
            for table in tables:
                _apply(session, table)

        return Plan([apply], tag="DROP RLS POLICY")

    def attach(self, tree: Nodes) -> Plan:
        """ATTACH RLS POLICY name ON [TABLE] table, … TO user | ROLE role | PUBLIC, …"""
        name, paths, grantees = _attachment(Reader(tree), "ATTACH", "TO")

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            stored = policies.stored(session, RLS, name)
            for path in paths:
                table = policies.table(session, path)
                policies.check_columns(session, RLS, name, stored.columns, path, table)
                _check_alias(session, stored.alias, path, table)
                for grantee in grantees:
                    _attach(session, name, path, table, grantee)
                _apply(session, table)

        return Plan([apply], tag="ATTACH RLS POLICY")

    def detach(self, tree: Nodes) -> Plan:
        """DETACH RLS POLICY name ON [TABLE] table, … FROM user | ROLE role | PUBLIC, …"""
        name, paths, grantees = _attachment(Reader(tree), "DETACH", "FROM")

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            policies.stored(session, RLS, name)
            for path in paths:
                table = policies.table(session, path)
                for grantee in grantees:
                    policies.delete_attachment(
                        session, RLS, name, path, grantee, f"reloid = {table}"
                    )
                _apply(session, table)

        return Plan([apply], tag="DETACH RLS POLICY")


def alter_table(reader: Reader, path: list[str]) -> Plan:
    """What follows ALTER TABLE t ROW LEVEL SECURITY."""
    state = reader.choose("ON", "OFF")
    if not state:
        raise reader.error()
    conjunction = ""
    if reader.take("CONJUNCTION", "TYPE"):
        conjunction = reader.choose("AND", "OR").lower()
        if not conjunction:
            raise reader.error()
    prefix = "datashare_" if reader.take("FOR", "DATASHARES") else ""
    reader.end()
    on = "datashare_on" if prefix else "is_on"
    changes = {on: "true" if state == "ON" else "false"}
    if conjunction:
        changes[f"{prefix}conjunction"] = literal(conjunction)

    def apply(session: Session) -> None:
        policies.require_secadmin(session)
        table = policies.table(session, path)
        if changes.get("is_on") == "true":
            policies.refuse_materialized(session, path, table)
        names, values = ", ".join(changes), ", ".join(changes.values())
        updates = ", ".join(f"{name} = excluded.{name}" for name in changes)
        session.run_internal(
            f"INSERT INTO pg_catalog.redshift_rls_relation (reloid, {names}) VALUES ({table}, {values})"
            f" ON CONFLICT (reloid) DO UPDATE SET {updates}"
        )
        _apply(session, table)

    return Plan([apply], tag="ALTER TABLE")


def _attachment(reader: Reader, verb: str, word: str) -> tuple[str, list[list[str]], list[Grantee]]:
    reader.expect(verb, "RLS", "POLICY")
    name = reader.identifier().name
    reader.expect("ON")
    reader.take("TABLE")
    paths = [reader.path()]
    while reader.take(","):
        paths.append(reader.path())
    reader.expect(word)
    grantees = [policies.read_grantee(reader)]
    while reader.take(","):
        grantees.append(policies.read_grantee(reader))
    reader.end()
    return name, paths, grantees


def _attach(session: Session, name: str, path: list[str], table: int, grantee: Grantee) -> None:
    identity = policies.identity(session, grantee)
    if policies.is_secadmin(session, identity):
        raise RedshiftError(
            "an RLS policy cannot be attached to a superuser or sys:secadmin", "42501"
        )
    where = f"policy = {literal(name)} AND reloid = {table} AND grantee = {identity}"
    if session.internal_rows(f"SELECT 1 FROM {RLS.attachments} WHERE {where}"):
        raise RedshiftError(
            f'RLS policy "{name}" is already attached to relation "{path[-1]}" for {grantee}',
            "42710",
        )
    session.run_internal(
        f"INSERT INTO {RLS.attachments} VALUES"
        f" ({literal(name)}, {table}, {identity}, {literal(session.user)})"
    )


def _check_alias(session: Session, alias: str, path: list[str], table: int) -> None:
    others = session.internal_rows(
        f"SELECT p.alias FROM {RLS.policies} p JOIN {RLS.attachments} a ON a.policy = p.name"
        f" WHERE a.reloid = {table} AND p.alias <> {literal(alias)}"
    )
    if others:
        raise RedshiftError(
            f'all RLS policies of relation "{path[-1]}" must have the same alias: {others[0][0]}',
            "0A000",
        )


def _try(session: Session, sql: str, columns: Sequence[PolicyColumn], alias: str) -> None:
    """Raise RedshiftError unless the expression is a condition on the columns."""
    source = policy_expressions.source(columns, alias)
    session.rows(f"SELECT 1 FROM {source} WHERE ({sql}) LIMIT 0")


def _apply(session: Session, table: int) -> None:
    session.run_internal(f"SELECT pg_catalog.redshift_apply_rls({table})")
