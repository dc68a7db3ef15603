# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading principals and privileges out of the catalog of Redshift.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RELATION_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMN_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_SCHEMA_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_DATABASE_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_IAM_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_DEFAULT_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_USER_GRANTS.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_ROLE_GRANTS.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from .redshift_privilege_model import PRIVILEGES, SAME, Grantee, Privilege
from .redshift_table_catalog import MOST_TABLES, literal

Rows = list[dict[str, Any]]
Kinds = dict[str, set[tuple[str, ...]]]
"""Paths of objects, by what they are."""
Objects = Iterable[tuple[str, tuple[str, ...]]]
DEFAULT_ROLE = "default-aws-iam-role"
"""What SVV_IAM_PRIVILEGES calls the namespace's default role."""
PUBLIC = Grantee("public")
SCOPES = {"SCHEMA": "schema", "TABLES": "tables"}
"""Kinds of what SVV_SCHEMA_PRIVILEGES tells, by its scope."""


@dataclass(frozen=True)
class Current:
    """What the database has: the names of roles and users, who has which role, privileges."""

    roles: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    memberships: frozenset[tuple[Grantee, str]] = frozenset()
    """(a user or role, the role that it has)"""
    privileges: frozenset[Privilege] = frozenset()


def read_current(
    ask: Callable[[list[str]], list[Rows]], objects: Objects, granted: Collection[Privilege]
) -> Current:
    """Read who there is, and all privileges on the objects (kind, path).

    `ask` returns the rows of each query. `granted` is what is to be granted: what of it there is on
    IAM roles tells that this declaration was carried out before.
    """
    kinds: Kinds = {}
    for kind, path in objects:
        kinds.setdefault("table" if kind == "column" else kind, set()).add(path[:2])
    tables = sorted(kinds.pop("table", set()))
    current = _read(ask, {**kinds, "table": set(tables[:MOST_TABLES])}, granted)
    for first in range(MOST_TABLES, len(tables), MOST_TABLES):
        more = _read(ask, {"table": set(tables[first : first + MOST_TABLES])}, granted)
        current = replace(current, privileges=current.privileges | more.privileges)
    return current


def _read(
    ask: Callable[[list[str]], list[Rows]], kinds: Kinds, granted: Collection[Privilege]
) -> Current:
    queries = _queries(kinds)
    rows = dict(zip(queries, ask(list(queries.values())), strict=True))
    privileges = {
        *_relations(rows["relations"], kinds),
        *_columns(rows["columns"], kinds),
        *_schemas(rows["schemas"], kinds),
        *(_privilege(row, "database", (row["database_name"],)) for row in rows["databases"]),
        *(_open(row) for row in rows["open"]),
        *(_defaults(rows["defaults"]) if "default" in kinds else ()),
        *(_iam_roles(rows["iam"], granted) if "iam_role" in kinds else ()),
    }
    owners = {
        (row["kind"], row["schema_name"], row["name"], row["owner"]) for row in rows["owners"]
    }
    return Current(
        frozenset(row["role_name"] for row in rows["roles"]),
        frozenset(row["usename"] for row in rows["users"]),
        frozenset(_memberships(rows["user_roles"], rows["role_roles"])),
        frozenset(
            privilege
            for privilege in privileges
            if privilege is not None and not _is_owners(privilege, owners)
        ),
    )


def _queries(kinds: Kinds) -> dict[str, str]:
    """What is asked, by what it tells."""
    who = "identity_type, identity_name, privilege_type"
    relations = _among("namespace_name", "relation_name", kinds)
    own = _literals(path[0] for kind in SCOPES.values() for path in kinds.get(kind, ()))
    databases = _literals(path[0] for path in kinds.get("database", ()))
    return {
        "roles": "SELECT role_name FROM svv_roles",
        "users": "SELECT usename FROM pg_user",
        "user_roles": "SELECT user_name, role_name FROM svv_user_grants",
        "role_roles": "SELECT role_name, granted_role_name FROM svv_role_grants",
        "relations": f"SELECT namespace_name, relation_name, {who} FROM svv_relation_privileges"
        f" WHERE {relations}",
        "columns": f"SELECT namespace_name, relation_name, column_name, {who}"
        f" FROM svv_column_privileges WHERE {relations}",
        "schemas": f"SELECT namespace_name, {who}, privilege_scope FROM svv_schema_privileges"
        f" WHERE namespace_name IN ({own})",
        "databases": f"SELECT database_name, {who} FROM svv_database_privileges"
        f" WHERE database_name IN ({databases})",
        "defaults": "SELECT schema_name, owner_name, grantee_type, grantee_name, privilege_type"
        " FROM svv_default_privileges WHERE object_type = 'RELATION'",
        "iam": "SELECT iam_arn, command_type, identity_type, identity_name FROM svv_iam_privileges",
        # What everybody may do by default is in no view, only in the lists of rights.
        "open": "SELECT 'database'::varchar AS kind, datname::varchar AS name,"
        " 'TEMP'::varchar AS privilege_type FROM pg_database"
        f" WHERE datname IN ({databases})"
        " AND (datacl IS NULL OR array_to_string(datacl, ',') ~ '(^|,)=[^/,]*T')"
        " UNION ALL SELECT 'schema'::varchar, nspname::varchar, 'CREATE'::varchar FROM pg_namespace"
        f" WHERE nspname IN ({own})"
        " AND (nspacl IS NULL AND nspname = 'public'"
        " OR array_to_string(nspacl, ',') ~ '(^|,)=[^/,]*C')",
        "owners": "SELECT 'table'::varchar AS kind, nspname::varchar AS schema_name,"
        " relname::varchar AS name, usename::varchar AS owner FROM pg_class"
        " JOIN pg_namespace ON pg_namespace.oid = relnamespace JOIN pg_user ON usesysid = relowner"
        f" WHERE {_among('nspname', 'relname', kinds)}"
        " UNION ALL SELECT 'schema'::varchar, NULL::varchar, nspname::varchar, usename::varchar"
        " FROM pg_namespace"
        f" JOIN pg_user ON usesysid = nspowner WHERE nspname IN ({own})"
        " UNION ALL SELECT 'database'::varchar, NULL::varchar, datname::varchar, usename::varchar"
        " FROM pg_database"
        f" JOIN pg_user ON usesysid = datdba WHERE datname IN ({databases})",
    }


def _among(schema: str, name: str, kinds: Kinds) -> str:
    """The condition on relations, whose schema and name are in these columns."""
    tables = kinds.get("table", set())
    schemas, names = _literals(path[0] for path in tables), _literals(path[1] for path in tables)
    every = _literals(path[0] for path in kinds.get("every_table", ()))
    return f"({schema} IN ({schemas}) AND {name} IN ({names}) OR {schema} IN ({every}))"


def _is_asked(path: tuple[str, ...], kinds: Kinds) -> bool:
    """Whether a relation is one of those: names of two schemas' tables are asked together."""
    return path in kinds.get("table", ()) or path[:1] in kinds.get("every_table", ())


def _literals(names: Iterable[str]) -> str:
    """A list for IN; of none, a name that nothing has."""
    return ", ".join(map(literal, sorted(set(names)))) or "''"


def _privilege(row: dict[str, Any], kind: str, path: tuple[str, ...]) -> Privilege | None:
    """None for what is not managed here, such as RULE and TRIGGER."""
    name = SAME.get(row["privilege_type"], row["privilege_type"])
    if name not in PRIVILEGES[kind]:
        return None
    return Privilege(_grantee(row), kind, path, name)


def _grantee(row: dict[str, Any]) -> Grantee:
    if row["identity_type"] == "public":
        return PUBLIC
    return Grantee(row["identity_type"], row["identity_name"])


def _relations(rows: Rows, kinds: Kinds) -> Iterable[Privilege | None]:
    for row in rows:
        path = (row["namespace_name"], row["relation_name"])
        if _is_asked(path, kinds):
            yield _privilege(row, "table", path)


def _columns(rows: Rows, kinds: Kinds) -> Iterable[Privilege | None]:
    for row in rows:
        path = (row["namespace_name"], row["relation_name"])
        if _is_asked(path, kinds):
            yield _privilege(row, "column", (*path, row["column_name"]))


def _schemas(rows: Rows, kinds: Kinds) -> Iterable[Privilege | None]:
    for row in rows:
        kind, path = SCOPES.get(row["privilege_scope"], ""), (row["namespace_name"],)
        if path in kinds.get(kind, ()):
            yield _privilege(row, kind, path)


def _memberships(users: Rows, roles: Rows) -> Iterable[tuple[Grantee, str]]:
    for row in users:
        yield Grantee("user", row["user_name"]), row["role_name"]
    for row in roles:
        yield Grantee("role", row["role_name"]), row["granted_role_name"]


def _is_owners(privilege: Privilege, owners: Collection[tuple[Any, ...]]) -> bool:
    """Whether it is the owner's, by (kind, schema, name, owner). Views may list those too."""
    kind = "table" if privilege.kind == "column" else privilege.kind
    schema, name = (None, *privilege.path[:2])[-2:]
    return (
        privilege.grantee.type == "user" and (kind, schema, name, privilege.grantee.name) in owners
    )


def _defaults(rows: Rows) -> Iterable[Privilege | None]:
    """Without those of who makes a table, which are its owner's."""
    for row in rows:
        who = {"identity_type": row["grantee_type"], "identity_name": row["grantee_name"]}
        if _grantee(who) != Grantee("user", row["owner_name"]):
            path = (row["schema_name"] or "", row["owner_name"])
            yield _privilege({**row, **who}, "default", path)


def _open(row: dict[str, Any]) -> Privilege:
    return Privilege(PUBLIC, row["kind"], (row["name"],), row["privilege_type"])


def _iam_roles(rows: Rows, granted: Collection[Privilege]) -> set[Privilege]:
    """Whether the view lists what is open to all by default is not documented.

    So its silence about PUBLIC counts only where it lists something of others: one of the grants of
    this declaration, whose revokes came before, or, if it grants nothing on IAM roles, anything.
    And what PUBLIC has on the default role may be how it tells what is open on all of them.
    """
    found = set()
    for row in rows:
        shown = str(row["iam_arn"])
        arn = {DEFAULT_ROLE: "default", "ALL": "all"}.get(shown, shown)
        read = _privilege({**row, "privilege_type": row["command_type"]}, "iam_role", (arn,))
        found |= {read} if read else set()
    own = {privilege for privilege in granted if privilege.kind == "iam_role"}
    public = {one for one in found - own if one.grantee == PUBLIC}
    opened = {one.on_all for one in public if one.path in (("default",), ("all",))}
    if not opened and not (found & own if own else found - public):
        every = PRIVILEGES["iam_role"]
        opened = {Privilege(PUBLIC, "iam_role", ("all",), command) for command in every}
    return found | opened
