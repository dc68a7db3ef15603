# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Redshift lets an identity read, from the rows of its catalog.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMN_PRIVILEGES.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_RLS_ATTACHED_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_ATTACHED_MASKING_POLICY.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .views import NOTHING, OPEN, View, masked

Rows = list[dict[str, Any]]
Identity = tuple[str, str]
"""Its type (user, role or public) and its name."""

PUBLIC: Identity = ("public", "public")


def identities(user: str, facts: Mapping[str, Rows]) -> set[Identity]:
    """All that a user acts as: itself, everybody, and the roles that it has, also through others."""
    found: set[Identity] = {("user", user), PUBLIC}
    found |= {("role", row["role_name"]) for row in facts["user_roles"] if row["user_name"] == user}
    while True:
        more = {
            ("role", row["granted_role_name"])
            for row in facts["role_roles"]
            if ("role", row["role_name"]) in found
        }
        if more <= found:
            return found
        found |= more


def view(
    held: set[Identity],
    schema: str,
    table: str,
    columns: list[str],
    facts: Mapping[str, Rows],
    names: Mapping[str, str],
) -> View:
    """What the identities see of a table, which has these columns.

    names tells what policies mean: by its name in the database a mask's kind or the condition on
    rows; one that isn't there is told by its own name or condition.
    """
    if not any(
        _holder(row) in held
        and row["privilege_type"] == "USAGE"
        and row["namespace_name"] == schema
        for row in facts["schemas"]
    ):
        return NOTHING
    seen = set(columns) if _on(facts["relations"], held, schema, table) else set()
    seen |= {row["column_name"] for row in _on(facts["columns"], held, schema, table)}
    rows = _rows(held, schema, table, facts, names)
    if rows is None or not seen:
        return NOTHING
    masks = _masks(held, schema, table, facts, names)
    return View({column: masks.get(column, OPEN) for column in sorted(seen)}, rows)


def holders_of_tables(schema: str, facts: Mapping[str, Rows]) -> set[tuple[Identity, str]]:
    """Everybody who may read a table, and which."""
    return {
        (_holder(row), row["relation_name"])
        for kind in ("relations", "columns")
        for row in facts[kind]
        if row["privilege_type"] == "SELECT" and row["namespace_name"] == schema
    }


def uses_iam_roles(held: set[Identity], facts: Mapping[str, Rows]) -> bool:
    """Whether they may COPY or UNLOAD through an IAM role, past all that is said of columns."""
    return any(_holder(row) in held for row in facts["iam"])


def _holder(row: Mapping[str, Any]) -> Identity:
    kind = row["identity_type"].lower()
    return PUBLIC if kind == "public" else (kind, row["identity_name"])


def _attached(row: Mapping[str, Any], kind: str) -> Identity:
    of = row[kind].lower()
    return PUBLIC if of == "public" else (of, row["grantee"])


def _on(rows: Rows, held: set[Identity], schema: str, table: str) -> Rows:
    return [
        row
        for row in rows
        if row["privilege_type"] == "SELECT"
        and (row["namespace_name"], row["relation_name"]) == (schema, table)
        and _holder(row) in held
    ]


def _rows(
    held: set[Identity],
    schema: str,
    table: str,
    facts: Mapping[str, Rows],
    names: Mapping[str, str],
) -> str | None:
    """The condition on the rows; None: no row, as nothing is attached to any of the identities."""
    secured = any((row["relschema"], row["relname"]) == (schema, table) for row in facts["secured"])
    ignoring = any(
        ("role", row["identity_name"]) in held and row["identity_type"] == "role"
        for row in facts["ignoring"]
    )
    if not secured or ignoring:
        return ""
    stored = {row["polname"]: row["polqual"] for row in facts["row_policies"]}
    found = sorted(
        {
            names.get(row["polname"]) or str(stored.get(row["polname"], row["polname"]))
            for row in facts["row_attachments"]
            if (row["relschema"], row["relname"]) == (schema, table)
            and _attached(row, "granteekind") in held
        }
    )
    if not found:
        return None
    return " AND ".join(one for one in found if one != "true")


def _masks(
    held: set[Identity],
    schema: str,
    table: str,
    facts: Mapping[str, Rows],
    names: Mapping[str, str],
) -> dict[str, str]:
    """By column; of several the one of the highest priority counts."""
    attached = [
        row
        for row in facts["mask_attachments"]
        if (row["schema_name"], row["table_name"]) == (schema, table)
        and _attached(row, "grantee_type") in held
    ]
    return {
        column: masked(names.get(row["policy_name"], row["policy_name"]))
        for row in sorted(attached, key=lambda row: int(row["priority"]))
        for column in json.loads(row["output_columns"])
    }
