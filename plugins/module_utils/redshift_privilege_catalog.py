# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading principals and privileges out of the catalog of Redshift.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RELATION_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMN_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_SCHEMA_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_DATABASE_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_IAM_PRIVILEGES.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .redshift_privilege_model import PRIVILEGES, Grantee, Privilege
from .redshift_table_catalog import literal

Rows = list[dict[str, Any]]
Objects = Iterable[tuple[str, tuple[str, ...]]]
DEFAULT_ROLE = "default-aws-iam-role"
"""What SVV_IAM_PRIVILEGES calls the namespace's default role."""
PUBLIC = Grantee("public")


@dataclass(frozen=True)
class Current:
    """What the database has: the names of roles and users, who has which role, privileges."""

    roles: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    memberships: frozenset[tuple[str, str]] = frozenset()
    """(user, role)"""
    privileges: frozenset[Privilege] = frozenset()


def read_current(ask: Callable[[list[str]], list[Rows]], objects: Objects) -> Current:
    """Read who there is, and all privileges on the objects (kind, path).

    `ask` returns the rows of each query.
    """
    kinds: dict[str, set[tuple[str, ...]]] = {}
    for kind, path in objects:
        kinds.setdefault("table" if kind == "column" else kind, set()).add(path[:2])
    roles, users, memberships, relations, columns, schemas, databases, iam, open_ = ask(
        _queries(kinds)
    )
    privileges = {
        *_relations(relations, kinds.get("table", set())),
        *_columns(columns, kinds.get("table", set())),
        *(_privilege(row, "schema", (row["namespace_name"],)) for row in schemas),
        *(_privilege(row, "database", (row["database_name"],)) for row in databases),
        *(_open(row) for row in open_),
        *(_iam_roles(iam) if "iam_role" in kinds else ()),
    }
    return Current(
        frozenset(row["role_name"] for row in roles),
        frozenset(row["usename"] for row in users),
        frozenset((row["user_name"], row["role_name"]) for row in memberships),
        frozenset(privilege for privilege in privileges if privilege is not None),
    )


def _queries(kinds: dict[str, set[tuple[str, ...]]]) -> list[str]:
    who = "identity_type, identity_name, privilege_type"
    tables = kinds.get("table", set())
    schemas, names = _literals(path[0] for path in tables), _literals(path[1] for path in tables)
    relations = f"namespace_name IN ({schemas}) AND relation_name IN ({names})"
    own = _literals(path[0] for path in kinds.get("schema", ()))
    databases = _literals(path[0] for path in kinds.get("database", ()))
    return [
        "SELECT role_name FROM svv_roles",
        "SELECT usename FROM pg_user",
        "SELECT user_name, role_name FROM svv_user_grants",
        f"SELECT namespace_name, relation_name, {who} FROM svv_relation_privileges WHERE {relations}",
        f"SELECT namespace_name, relation_name, column_name, {who} FROM svv_column_privileges"
        f" WHERE {relations}",
        f"SELECT namespace_name, {who} FROM svv_schema_privileges WHERE namespace_name IN ({own})",
        f"SELECT database_name, {who} FROM svv_database_privileges"
        f" WHERE database_name IN ({databases})",
        "SELECT iam_arn, command_type, identity_type, identity_name FROM svv_iam_privileges",
        # What everybody may do by default is in no view, only in the lists of rights.
        "SELECT 'database'::varchar AS kind, datname::varchar AS name,"
        " 'TEMP'::varchar AS privilege_type FROM pg_database"
        f" WHERE datname IN ({databases})"
        " AND (datacl IS NULL OR array_to_string(datacl, ',') ~ '(^|,)=[^/,]*T')"
        " UNION ALL SELECT 'schema'::varchar, nspname::varchar, 'CREATE'::varchar FROM pg_namespace"
        f" WHERE nspname IN ({own})"
        " AND (nspacl IS NULL AND nspname = 'public'"
        " OR array_to_string(nspacl, ',') ~ '(^|,)=[^/,]*C')",
    ]


def _literals(names: Iterable[str]) -> str:
    """A list for IN; of none, a name that nothing has."""
    return ", ".join(map(literal, sorted(set(names)))) or "''"


def _privilege(row: dict[str, Any], kind: str, path: tuple[str, ...]) -> Privilege | None:
    """None for what is not managed here, such as RULE and TRIGGER."""
    name = {"TEMPORARY": "TEMP"}.get(row["privilege_type"], row["privilege_type"])
    if name not in PRIVILEGES[kind]:
        return None
    return Privilege(_grantee(row), kind, path, name)


def _grantee(row: dict[str, Any]) -> Grantee:
    if row["identity_type"] == "public":
        return PUBLIC
    return Grantee(row["identity_type"], row["identity_name"])


def _relations(rows: Rows, tables: set[tuple[str, ...]]) -> Iterable[Privilege | None]:
    for row in rows:
        path = (row["namespace_name"], row["relation_name"])
        if path in tables:
            yield _privilege(row, "table", path)


def _columns(rows: Rows, tables: set[tuple[str, ...]]) -> Iterable[Privilege | None]:
    for row in rows:
        path = (row["namespace_name"], row["relation_name"])
        if path in tables:
            yield _privilege(row, "column", (*path, row["column_name"]))


def _open(row: dict[str, Any]) -> Privilege:
    return Privilege(PUBLIC, row["kind"], (row["name"],), row["privilege_type"])


def _iam_roles(rows: Rows) -> Iterable[Privilege]:
    """Whether the view lists what is open to all by default is not documented.

    So only where it lists something does its silence about PUBLIC count.
    """
    for row in rows:
        shown = str(row["iam_arn"])
        arn = {DEFAULT_ROLE: "default", "ALL": "all"}.get(shown, shown)
        yield Privilege(_grantee(row), "iam_role", (arn,), row["command_type"])
    if not rows:
        for command in PRIVILEGES["iam_role"]:
            yield Privilege(PUBLIC, "iam_role", ("all",), command)
