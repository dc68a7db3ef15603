"""The catalog lookups of a session: what its user sees, and what the engine has to know."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.engines.redshift.backend import Backend
from sandbox.engines.redshift.catalog import Relation
from sandbox.engines.redshift.model import RedshiftError
from sandbox.engines.redshift.nodes import literal, path_sql
from sandbox.engines.redshift.parquet import TargetColumn


class Lookups:
    """Asks PostgreSQL's catalogs through one backend, in its transaction."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @property
    def superuser(self) -> bool:
        return self._backend.rows("SHOW is_superuser")[0][0] == "on"

    def relation(self, path: Sequence[str]) -> Relation | None:
        """A relation by its name, as the user's search path finds it."""
        found = self._backend.rows(
            "SELECT c.oid, c.relkind, a.attname, has_column_privilege(c.oid, a.attnum, 'SELECT')"
            " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_attribute a"
            " ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            f" WHERE c.oid = to_regclass({self._quoted(path)}) ORDER BY a.attnum"
        )
        if not found:
            return None
        columns = [(row[2], row[3] == "t") for row in found if row[2] is not None]
        return Relation(
            int(found[0][0] or 0),
            found[0][1] or "",
            tuple(name for name, _ in columns if name),
            frozenset(name for name, readable in columns if name and readable),
        )

    def function_schema(self, path: Sequence[str]) -> str:
        """The schema of a user-defined function by its name, the first of the search path."""
        where = "pg_catalog.pg_function_is_visible(p.oid)"
        if len(path) > 1:
            where = f"n.nspname = {literal(path[-2])}"
        found = self._backend.rows(
            "SELECT n.nspname FROM pg_catalog.pg_proc p"
            " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
            " WHERE p.prokind = 'f' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            f" AND p.proname = {literal(path[-1])} AND {where}"
            " ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1"
        )
        return (found[0][0] or "") if found else ""

    def character_columns(self, path: Sequence[str]) -> list[tuple[int, str, int]]:
        """Number, name and limit of the columns of a table that have one."""
        found = self._backend.rows(
            "SELECT attnum, attname, atttypmod - 4 FROM pg_catalog.pg_attribute"
            f" WHERE attrelid = to_regclass({self._quoted(path)}) AND attnum > 0"
            " AND NOT attisdropped AND atttypid IN (1042, 1043) AND atttypmod > 4"
        )
        return [(int(row[0] or 0), row[1] or "", int(row[2] or 0)) for row in found]

    def super_columns(self, path: Sequence[str]) -> set[str]:
        """The names of a table's columns of type SUPER."""
        found = self._backend.rows(
            "SELECT attname FROM pg_catalog.pg_attribute"
            f" WHERE attrelid = to_regclass({self._quoted(path)}) AND attnum > 0"
            " AND NOT attisdropped AND atttypid = 'pg_catalog.jsonb'::regtype"
        )
        return {row[0] or "" for row in found}

    def copy_target(
        self, path: Sequence[str], names: Sequence[str], *, explicit_ids: bool
    ) -> list[TargetColumn]:
        """The columns that a COPY fills, in the order of the file."""
        found = self._backend.rows(
            "SELECT a.attname, t.typname, a.atttypmod - 4, a.attnotnull, a.attidentity"
            " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
            f" WHERE a.attrelid = to_regclass({self._quoted(path)})"
            " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )
        if not found:
            raise RedshiftError(f"Cannot COPY into nonexistent table {'.'.join(path)}", "42P01")
        every = {row[0]: _target(row) for row in found}
        identities = {row[0] for row in found if row[4]}
        wanted = list(names) or [
            name or "" for name in every if explicit_ids or name not in identities
        ]
        for name in wanted:
            if name not in every:
                raise RedshiftError(
                    f'column "{name}" of relation "{path[-1]}" does not exist', "42703"
                )
        return [every[name] for name in wanted]

    def filters_rows(self, path: Sequence[str], names: Sequence[str]) -> bool:
        """Whether PostgreSQL would filter what the user copies into a table, which COPY must not.

        Raises RedshiftError unless the user may insert into these columns.
        """
        found = self._backend.rows(
            f"SELECT c.relrowsecurity AND NOT r.rolsuper, has_table_privilege(c.oid, 'INSERT')"
            " OR NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid"
            f" AND a.attname IN ({', '.join(map(literal, names))})"
            " AND NOT has_column_privilege(c.oid, a.attnum, 'INSERT'))"
            " FROM pg_catalog.pg_class c, pg_catalog.pg_roles r"
            f" WHERE c.oid = to_regclass({self._quoted(path)}) AND r.rolname = session_user"
        )
        if found[0][1] != "t":
            raise RedshiftError(f"permission denied for relation {path[-1]}", "42501")
        return found[0][0] == "t"

    def has_column_grant(self, path: Sequence[str], grantee: str, privilege: str) -> bool:
        """Whether a principal (quoted, or PUBLIC) has a privilege on a column as such."""
        principal = "0"
        if grantee != "PUBLIC":
            name = literal(_unquoted(grantee))
            principal = f"(SELECT oid FROM pg_catalog.pg_roles WHERE rolname = {name})"
        found = self._backend.rows(
            "SELECT 1 FROM pg_catalog.pg_attribute a, LATERAL aclexplode(a.attacl) x"
            f" WHERE a.attrelid = to_regclass({self._quoted(path)})"
            f" AND x.grantee = {principal} AND x.privilege_type = {literal(privilege)} LIMIT 1"
        )
        return bool(found)

    @property
    def may_create_databases(self) -> bool:
        found = self._backend.rows(
            "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
        )
        return found[0][0] == "t"

    def owns(self, oid: int) -> bool:
        """Whether the user owns a relation, or may do as if."""
        found = self._backend.rows(
            f"SELECT pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class WHERE oid = {oid}"
        )
        return bool(found) and found[0][0] == "t"

    def pg_role_exists(self, name: str) -> bool:
        return bool(
            self._backend.rows(f"SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {literal(name)}")
        )

    def is_member(self, role: str) -> bool:
        """Whether the user has a PostgreSQL role, directly or through another."""
        found = self._backend.rows(
            "SELECT pg_has_role(oid, 'MEMBER') FROM pg_catalog.pg_roles"
            f" WHERE rolname = {literal(role)}"
        )
        return bool(found) and found[0][0] == "t"

    @staticmethod
    def _quoted(path: Sequence[str]) -> str:
        if len(path) > 2:
            path = path[-2:]
        return literal(path_sql(path))


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _target(row: tuple[str | None, ...]) -> TargetColumn:
    name, kind, modifier, not_null = row[0] or "", row[1] or "", int(row[2] or 0), row[3] == "t"
    if kind == "numeric" and modifier >= 0:
        return TargetColumn(name, kind, 0, modifier >> 16, modifier & 0x7FF, not_null)
    length = modifier if kind in ("varchar", "bpchar") and modifier > 0 else 0
    return TargetColumn(name, kind, length, not_null=not_null)
