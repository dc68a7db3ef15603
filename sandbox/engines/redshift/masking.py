"""Dynamic data masking: its policies, and the columns and users that they are attached to.

Policies and attachments are kept in tables of the engine's. A table with masks is read through
them (masked_table), wherever a query names it: so a masked value is masked in every clause.

https://docs.aws.amazon.com/redshift/latest/dg/t_ddm.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.engines.redshift import masked_views, policies, policy_expressions
from sandbox.engines.redshift.attributes import array, column_names
from sandbox.engines.redshift.catalog import Catalog
from sandbox.engines.redshift.lexer import Kind as TokenKind
from sandbox.engines.redshift.mask_types import check_input, check_output, short_name
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Group, Nodes, Reader, literal, split_on
from sandbox.engines.redshift.parquet_output import Output
from sandbox.engines.redshift.plan import Plan
from sandbox.engines.redshift.policies import Kind
from sandbox.engines.redshift.policy_expressions import PolicyColumn

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

MASKING = Kind(
    "MASKING", "pg_catalog.redshift_masking_policy", "pg_catalog.redshift_masking_attachment"
)
ALIAS = "masked_table"


class Masking:
    """Makes plans for the statements of dynamic data masking."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def create(self, tree: Nodes) -> Plan:
        """CREATE MASKING POLICY [IF NOT EXISTS] name WITH (column type, …) USING (expression)"""
        reader = Reader(tree)
        reader.expect("CREATE", "MASKING", "POLICY")
        guard = reader.take("IF", "NOT", "EXISTS")
        name = reader.identifier().name
        reader.expect("WITH")
        columns = policy_expressions.read_columns(reader.group())
        reader.expect("USING")
        masks = _expressions(reader)

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            if guard and policies.exists(session, MASKING, name):
                session.notice(f'masking policy "{name}" already exists, skipping')
                return
            policies.refuse_existing(session, MASKING, name)
            expressions, shown = self._checked(session, masks, columns)
            values = (
                name,
                ALIAS,
                policy_expressions.declared_json(columns),
                policy_expressions.columns_json(columns),
                expressions,
                shown,
                session.user,
            )
            session.run_internal(
                f"INSERT INTO {MASKING.policies} VALUES ({', '.join(map(literal, values))})"
            )

        return Plan([apply], tag="CREATE MASKING POLICY")

    def alter(self, tree: Nodes) -> Plan:
        """ALTER MASKING POLICY name USING (expression)"""
        reader = Reader(tree)
        reader.expect("ALTER", "MASKING", "POLICY")
        name = reader.identifier().name
        reader.expect("USING")
        masks = _expressions(reader)

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            columns = policies.stored(session, MASKING, name).columns
            expressions, shown = self._checked(session, masks, columns)
            session.run_internal(
                f"UPDATE {MASKING.policies} SET expressions = {literal(expressions)},"
                f" shown = {literal(shown)}, modified_by = {literal(session.user)},"
                f" modified = DEFAULT WHERE name = {literal(name)}"
            )
            _recheck(session, name)
            for table in policies.tables_of(session, MASKING, name):
                masked_views.rebuild(session, table)

        return Plan([apply], tag="ALTER MASKING POLICY")

    def drop(self, tree: Nodes) -> Plan:
        """DROP MASKING POLICY [IF EXISTS] name"""
        name, guard, cascade = policies.read_drop(Reader(tree), MASKING)

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            if guard and not policies.exists(session, MASKING, name):
                session.notice(f'masking policy "{name}" does not exist, skipping')
                return
            for table in policies.drop(session, MASKING, name, cascade=cascade):
                masked_views.rebuild(session, table)

        return Plan([apply], tag="DROP MASKING POLICY")

    def attach(self, tree: Nodes) -> Plan:
        """ATTACH MASKING POLICY name ON table (column, …) [USING (column, …)] TO … [PRIORITY n]"""
        reader = Reader(tree)
        name, path, outputs = _attachment(reader, "ATTACH")
        inputs = column_names(reader.group()) if reader.take("USING") else outputs
        reader.expect("TO")
        grantee = policies.read_grantee(reader)
        priority = int(reader.number()) if reader.take("PRIORITY") else 0
        reader.end()

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            columns = policies.stored(session, MASKING, name).columns
            table = policies.table(session, path)
            policies.refuse_materialized(session, path, table)
            _check(session, name, columns, inputs, outputs, table)
            identity = policies.identity(session, grantee)
            same = (
                f"policy = {literal(name)} AND inputs = {array(inputs)}"
                f" AND outputs = {array(outputs)}"
            )
            _refuse_second(
                session, table, outputs, identity, f"priority = {priority} AND NOT ({same})"
            )
            session.run_internal(
                f"INSERT INTO {MASKING.attachments} VALUES ({literal(name)}, {table}, {identity},"
                f" {literal(session.user)}, {priority}, {array(inputs)}, {array(outputs)})"
            )
            masked_views.rebuild(session, table)

        return Plan([apply], tag="ATTACH MASKING POLICY")

    def detach(self, tree: Nodes) -> Plan:
        """DETACH MASKING POLICY name ON table (column, …) FROM user | ROLE role | PUBLIC"""
        reader = Reader(tree)
        name, path, outputs = _attachment(reader, "DETACH")
        reader.expect("FROM")
        grantee = policies.read_grantee(reader)
        reader.end()

        def apply(session: Session) -> None:
            policies.require_secadmin(session)
            policies.stored(session, MASKING, name)
            table = policies.table(session, path)
            where = f"reloid = {table} AND outputs = {array(outputs)}"
            policies.delete_attachment(session, MASKING, name, path, grantee, where)
            masked_views.rebuild(session, table)

        return Plan([apply], tag="DETACH MASKING POLICY")

    def _checked(
        self, session: Session, masks: Sequence[Group], columns: Sequence[PolicyColumn]
    ) -> tuple[str, str]:
        """The expressions as the engine keeps them, and as the system view shows them."""
        written = [policy_expressions.expression(self._catalog, mask, ALIAS) for mask in masks]
        shown = [
            {
                "expr": policy_expressions.shown(mask, columns, ALIAS),
                "type": short_name(output),
            }
            for mask, output in zip(masks, _outputs(session, written, columns), strict=True)
        ]
        return json.dumps(written), json.dumps(shown, separators=(",", ":"))


def _expressions(reader: Reader) -> list[Group]:
    group = reader.group()
    reader.end()
    return [Group(tuple(part)) for part in split_on(group.children, ",")]


def _outputs(
    session: Session, expressions: Sequence[str], columns: Sequence[PolicyColumn]
) -> list[Output]:
    """The types of a policy's expressions. Raises RedshiftError for what cannot be computed."""
    source = policy_expressions.source(columns, ALIAS)
    return session.describe(
        f"SELECT {', '.join(f'({each})' for each in expressions)} FROM {source}"
    )


def _attachment(reader: Reader, verb: str) -> tuple[str, list[str], list[str]]:
    """The policy, the table and the output columns of ATTACH or DETACH."""
    reader.expect(verb, "MASKING", "POLICY")
    name = reader.identifier().name
    reader.expect("ON")
    path = reader.path()
    group = reader.group()
    if any(
        getattr(node, "kind", None) is TokenKind.MARK and node.word == "."
        for node in group.children
    ):
        raise RedshiftError(
            "masks on paths of SUPER columns are not supported by this sandbox", "0A000"
        )
    return name, path, column_names(group)


def _check(
    session: Session,
    name: str,
    columns: Sequence[PolicyColumn],
    inputs: Sequence[str],
    outputs: Sequence[str],
    table: int,
) -> None:
    """Raise RedshiftError unless the policy takes and gives what the table's columns hold."""
    rows = session.internal_rows(
        f"SELECT expressions FROM {MASKING.policies} WHERE name = {literal(name)}"
    )
    results = _outputs(session, json.loads(rows[0][0] or "[]"), columns)
    if len(results) != len(outputs) or len(columns) != len(inputs):
        raise RedshiftError(
            f'masking policy "{name}" takes {len(columns)} and gives {len(results)} columns, not'
            f" {len(inputs)} and {len(outputs)}",
            "42601",
        )
    for column, given in zip(columns, inputs, strict=True):
        declared = session.describe(f"SELECT NULL::{column.type}")[0]
        check_input(declared, _column(session, table, given))
    for result, target in zip(results, outputs, strict=True):
        check_output(result, _column(session, table, target))


def _column(session: Session, table: int, name: str) -> Output:
    found = session.internal_rows(
        "SELECT atttypid, atttypmod FROM pg_catalog.pg_attribute"
        f" WHERE attrelid = {table} AND attname = {literal(name)} AND attnum > 0"
        " AND NOT attisdropped"
    )
    if not found:
        raise RedshiftError(f'column "{name}" does not exist', "42703")
    return Output(name, int(found[0][0] or 0), int(found[0][1] or 0))


def _recheck(session: Session, name: str) -> None:
    """An altered policy has to fit where it is attached."""
    columns = policies.stored(session, MASKING, name).columns
    for table, inputs, outputs in session.internal_rows(
        f"SELECT reloid, to_json(inputs), to_json(outputs) FROM {MASKING.attachments}"
        f" WHERE policy = {literal(name)}"
    ):
        sides = json.loads(inputs or "[]"), json.loads(outputs or "[]")
        _check(session, name, columns, *sides, int(table or 0))


def _refuse_second(
    session: Session, table: int, outputs: Sequence[str], identity: int, rival: str
) -> None:
    """A column has one policy for a grantee, and one of a priority, which several may have.

    rival is the condition of an attachment that has the priority, and isn't the same.
    https://docs.aws.amazon.com/redshift/latest/dg/r_ATTACH_MASKING_POLICY.html
    """
    found = session.internal_rows(
        f"SELECT policy, grantee = {identity} FROM {MASKING.attachments} WHERE reloid = {table}"
        f" AND outputs && {array(outputs)} AND (grantee = {identity} OR {rival})"
    )
    if found:
        same = "for the same user or role" if found[0][1] == "t" else "with the same priority"
        raise RedshiftError(
            f'masking policy "{found[0][0]}" is already attached to the column {same}', "42710"
        )
