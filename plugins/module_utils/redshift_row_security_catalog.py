# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Row-level security as the catalog of Redshift tells it.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RLS_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RLS_ATTACHED_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RLS_RELATION.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_SYSTEM_PRIVILEGES.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .redshift_policies import PREFIX, Path, columns_by_table, columns_query, grantee
from .redshift_privilege_model import Grantee
from .redshift_table_catalog import literal

Rows = list[dict[str, Any]]


@dataclass(frozen=True, order=True)
class Attachment:
    """A policy, by its name in the database, that filters a table for somebody."""

    policy: str
    table: Path
    grantee: Grantee


@dataclass(frozen=True)
class Stored:
    """A policy that there is: its expression as Redshift keeps it, and its name for the table."""

    using: str
    alias: str | None = None


@dataclass(frozen=True)
class Current:
    """Row-level security of a database.

    `secured` are the tables that have it on, with how policies are joined: and, or. `columns` are
    those of the tables that were asked for, `roles` all there are.
    """

    policies: Mapping[str, Stored] = field(default_factory=dict)
    attached: frozenset[Attachment] = frozenset()
    secured: Mapping[Path, str] = field(default_factory=dict)
    ignoring: frozenset[str] = frozenset()
    columns: Mapping[Path, set[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()


def read_current(
    ask: Callable[[list[str]], list[Rows]], database: str, tables: Collection[Path]
) -> Current:
    """Read the catalog; `ask` returns the rows of each query."""
    policies, attached, secured, ignoring, roles, columns = ask(
        [
            "SELECT polname, polalias, polqual FROM svv_rls_policy"
            f" WHERE poldb = {literal(database)}",
            "SELECT relschema, relname, polname, grantee, granteekind FROM svv_rls_attached_policy",
            "SELECT relschema, relname, rls_conjunction_type FROM svv_rls_relation"
            f" WHERE datname = {literal(database)} AND is_rls_on",
            "SELECT identity_name FROM svv_system_privileges"
            " WHERE system_privilege = 'IGNORE RLS' AND identity_type = 'role'",
            "SELECT role_name FROM svv_roles",
            columns_query(tables),
        ]
    )
    return Current(
        {row["polname"]: Stored(row["polqual"], row["polalias"]) for row in policies},
        frozenset(
            Attachment(
                row["polname"],
                (row["relschema"], row["relname"]),
                grantee(row["granteekind"], row["grantee"]),
            )
            for row in attached
        ),
        {
            (row["relschema"], row["relname"]): row["rls_conjunction_type"].strip().lower()
            for row in secured
        },
        frozenset(row["identity_name"] for row in ignoring),
        columns_by_table(columns),
        frozenset(row["role_name"] for row in roles),
    )


def view(current: Current, tables: Iterable[Path]) -> dict[str, Any]:
    """Row-level security of the tables, in words."""
    found: dict[str, Any] = {}
    for path in sorted(tables):
        policies: dict[str, list[str]] = {}
        for one in sorted(one for one in current.attached if one.table == path):
            stored = current.policies.get(one.policy, Stored("?"))
            policies.setdefault(str(one.grantee), []).append(f"{one.policy}: {stored.using}")
        how = current.secured.get(path)
        found[".".join(path)] = {
            "row_level_security": f"on ({how})" if how else "off",
            "policies": policies,
        }
    attached = {one.policy for one in current.attached}
    unused = {name for name in current.policies.keys() - attached if name.startswith(PREFIX)}
    return {
        "tables": found,
        "ignoring": sorted(current.ignoring),
        "unattached_policies": sorted(unused),
    }
