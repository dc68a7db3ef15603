"""What the statements of row-level security and of masking share: policies, tables, grantees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.engines.redshift.lexer import tokenize
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import Reader, literal
from sandbox.engines.redshift.policy_expressions import PolicyColumn
from sandbox.engines.redshift.principals import pg_role, pg_user, read_name

if TYPE_CHECKING:
    from sandbox.engines.redshift.session import Session

SECADMIN = "role:sys:secadmin"


@dataclass(frozen=True)
class Kind:
    """RLS or MASKING, and the engine's tables of its policies and attachments."""

    word: str
    policies: str
    attachments: str

    def named(self, name: str) -> str:
        """A policy, for error messages."""
        return f'{self.word if self.word == "RLS" else "masking"} policy "{name}"'


@dataclass(frozen=True)
class Stored:
    """A policy that there is."""

    alias: str
    columns: list[PolicyColumn]


@dataclass(frozen=True)
class Grantee:
    """Whom a policy is attached to: role is PostgreSQL's, "" for PUBLIC."""

    role: str
    text: str

    def __str__(self) -> str:
        return self.text


def read_grantee(reader: Reader) -> Grantee:
    """user | ROLE role | PUBLIC"""
    if reader.take("ROLE"):
        name = read_name(reader)
        return Grantee(pg_role(name), f'role "{name}"')
    if reader.take("PUBLIC"):
        return Grantee("", "PUBLIC")
    name = read_name(reader)
    return Grantee(pg_user(name), f'user "{name}"')


def identity(session: Session, grantee: Grantee) -> int:
    """A grantee's id, 0 for PUBLIC. Raises RedshiftError when there is no such principal."""
    if not grantee.role:
        return 0
    found = session.rows(
        f"SELECT oid FROM pg_catalog.pg_roles WHERE rolname = {literal(grantee.role)}"
    )
    if not found:
        raise RedshiftError(f"{grantee} does not exist", "42704")
    return int(found[0][0] or 0)


def is_secadmin(session: Session, identity: int) -> bool:
    """Whether a principal is a superuser, sys:secadmin, or has that role directly."""
    found = session.internal_rows(
        "SELECT 1 FROM pg_catalog.pg_roles r LEFT JOIN pg_catalog.pg_auth_members m"
        f" ON m.member = r.oid AND m.roleid = '{SECADMIN}'::regrole"
        f" WHERE r.oid = {identity}"
        f" AND (r.rolsuper OR r.rolname = '{SECADMIN}' OR m.roleid IS NOT NULL)"
    )
    return bool(found)


def require_secadmin(session: Session) -> None:
    """Raise RedshiftError unless the user is a superuser or has sys:secadmin."""
    if session.rows("SELECT pg_catalog.redshift_is_secadmin()")[0][0] != "t":
        raise RedshiftError("permission denied: must be superuser or have sys:secadmin", "42501")


def exists(session: Session, kind: Kind, name: str) -> bool:
    return bool(
        session.internal_rows(f"SELECT 1 FROM {kind.policies} WHERE name = {literal(name)}")
    )


def refuse_existing(session: Session, kind: Kind, name: str) -> None:
    if exists(session, kind, name):
        raise RedshiftError(f"{kind.named(name)} already exists", "42710")


def stored(session: Session, kind: Kind, name: str) -> Stored:
    """A policy by its name. Raises RedshiftError when there is none."""
    found = session.internal_rows(
        f"SELECT alias, declared FROM {kind.policies} WHERE name = {literal(name)}"
    )
    if not found:
        raise RedshiftError(f"{kind.named(name)} does not exist", "42704")
    columns = [PolicyColumn(*pair) for pair in json.loads(found[0][1] or "[]")]
    return Stored(found[0][0] or "", columns)


def read_drop(reader: Reader, kind: Kind) -> tuple[str, bool, bool]:
    """DROP … POLICY [IF EXISTS] name [CASCADE | RESTRICT]: name, IF EXISTS, CASCADE."""
    reader.expect("DROP", kind.word, "POLICY")
    guard = reader.take("IF", "EXISTS")
    name = reader.identifier().name
    cascade = reader.choose("CASCADE", "RESTRICT") == "CASCADE"
    reader.end()
    return name, guard, cascade


def tables_of(session: Session, kind: Kind, name: str) -> list[int]:
    """The tables that a policy is attached to."""
    found = session.internal_rows(
        f"SELECT DISTINCT a.reloid FROM {kind.attachments} a"
        f" JOIN pg_catalog.pg_class c ON c.oid = a.reloid WHERE a.policy = {literal(name)}"
    )
    return [int(row[0] or 0) for row in found]


def drop(session: Session, kind: Kind, name: str, *, cascade: bool) -> list[int]:
    """Drop a policy; with cascade it is detached before. Gives the tables that it was attached to.

    Raises RedshiftError when there is no such policy, or it is attached.
    """
    stored(session, kind, name)
    tables = tables_of(session, kind, name)
    if tables and not cascade:
        raise RedshiftError(
            f"cannot drop {kind.named(name)} because it is attached to relations", "2BP01"
        )
    session.run_internal(
        f"DELETE FROM {kind.attachments} WHERE policy = {literal(name)};"
        f" DELETE FROM {kind.policies} WHERE name = {literal(name)}"
    )
    return tables


def table(session: Session, path: list[str]) -> int:
    """The id of a table that policies can protect. Raises RedshiftError."""
    relation = session.relation(path)
    if relation is None:
        raise RedshiftError(f'relation "{".".join(path)}" does not exist', "42P01")
    found = session.internal_rows(
        "SELECT relkind = 'r' AND relpersistence <> 't' AND relnamespace NOT IN"
        " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        f" FROM pg_catalog.pg_class WHERE oid = {relation.oid}"
    )
    if found[0][0] != "t":
        raise RedshiftError(
            f'"{path[-1]}" is not a permanent table: this sandbox protects nothing else', "0A000"
        )
    return relation.oid


def refuse_materialized(session: Session, path: list[str], table: int) -> None:
    """Raise RedshiftError for a table that a materialized view has copied rows of."""
    found = session.internal_rows(f"SELECT pg_catalog.redshift_materialized_over({table})")
    if found[0][0] is not None:
        raise RedshiftError(
            f'relation "{path[-1]}" cannot be protected because materialized view'
            f' "{found[0][0]}" is based on it',
            "0A000",
        )


def check_columns(
    session: Session,
    kind: Kind,
    name: str,
    columns: Sequence[PolicyColumn],
    path: list[str],
    table: int,
) -> None:
    """Raise RedshiftError unless the table has the columns that a policy declares."""
    for column in columns:
        found = session.internal_rows(
            f"SELECT format_type(atttypid, -1) = format_type({literal(column.type)}::regtype, -1)"
            f" FROM pg_catalog.pg_attribute WHERE attrelid = {table} AND attnum > 0"
            f" AND NOT attisdropped AND attname = {literal(column.name)}"
        )
        if not found:
            raise RedshiftError(
                f'column "{column.name}" of {kind.named(name)} does not exist in relation'
                f' "{path[-1]}"',
                "42703",
            )
        if found[0][0] != "t":
            raise RedshiftError(
                f'column "{column.name}" of relation "{path[-1]}" has another type than'
                f" {kind.named(name)} declares: {column.long_type}",
                "42804",
            )


def delete_attachment(
    session: Session, kind: Kind, name: str, path: list[str], grantee: Grantee, where: str
) -> None:
    """Detach a policy from a grantee. Raises RedshiftError when it is not attached."""
    deleted = session.internal_rows(
        f"DELETE FROM {kind.attachments} WHERE policy = {literal(name)} AND {where}"
        f" AND grantee = {identity(session, grantee)} RETURNING 1"
    )
    if not deleted:
        raise RedshiftError(
            f'{kind.named(name)} is not attached to relation "{path[-1]}" for {grantee}', "42704"
        )


def refuse_protected(session: Session, path: list[str], column: str, verb: str) -> None:
    """Raise RedshiftError when a policy of the table rests on a column."""
    relation = session.relation(path)
    if relation is None:
        return
    found = session.internal_rows(
        f"SELECT pg_catalog.redshift_policy_on({relation.oid}, {literal(column)})"
    )
    if found[0][0] is not None:
        raise RedshiftError(
            f'cannot {verb} column "{column}" of relation "{path[-1]}" because'
            f" {found[0][0]} depends on it",
            "2BP01",
        )


def refuse_lookup_function(session: Session, function: str) -> None:
    """Raise RedshiftError when the expression of a policy, attached or not, names a function.

    By its name alone: which of several with that name an expression means depends on who reads.
    """
    expressions = session.internal_rows(
        "SELECT 'RLS policy', name, expression FROM pg_catalog.redshift_rls_policy UNION ALL"
        " SELECT 'masking policy', name, jsonb_array_elements_text(expressions)"
        " FROM pg_catalog.redshift_masking_policy ORDER BY 1, 2"
    )
    for kind, policy, expression in expressions:
        if any(token.is_name and token.name == function for token in tokenize(expression or "")):
            raise RedshiftError(
                f'cannot drop function "{function}" because {kind} "{policy}" depends on it',
                "2BP01",
            )
