# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dynamic data masking as the catalog of Redshift tells it.

https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_MASKING_POLICY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_ATTACHED_MASKING_POLICY.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .redshift_policies import PREFIX, Path, columns_by_table, columns_query, grantee
from .redshift_privilege_model import Grantee
from .redshift_table_catalog import literal

Rows = list[dict[str, Any]]


@dataclass(frozen=True, order=True)
class Attachment:
    """A policy, by its name in the database, that masks columns of a table for somebody.

    Of the policies that reach a reader by one column, the one of the highest priority holds.
    """

    policy: str
    table: Path
    columns: tuple[str, ...]
    inputs: tuple[str, ...]
    grantee: Grantee
    priority: int = 0


@dataclass(frozen=True)
class Current:
    """Masks of a database.

    `policies` are expressions as Redshift keeps them, by name. `columns` are those of the tables
    that were asked for, `roles` all there are.
    """

    policies: Mapping[str, str] = field(default_factory=dict)
    attached: frozenset[Attachment] = frozenset()
    columns: Mapping[Path, set[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()


def read_current(
    ask: Callable[[list[str]], list[Rows]], database: str, tables: Collection[Path]
) -> Current:
    """Read the catalog; `ask` returns the rows of each query."""
    policies, attached, roles, columns = ask(
        [
            "SELECT policy_name, policy_expression FROM svv_masking_policy"
            f" WHERE policy_database = {literal(database)}",
            "SELECT policy_name, schema_name, table_name, output_columns, input_columns, grantee,"
            " grantee_type, priority FROM svv_attached_masking_policy",
            "SELECT role_name FROM svv_roles",
            columns_query(tables),
        ]
    )
    return Current(
        {row["policy_name"]: _expression(row["policy_expression"]) for row in policies},
        frozenset(
            Attachment(
                row["policy_name"],
                (row["schema_name"], row["table_name"]),
                _names(row["output_columns"]),
                _names(row["input_columns"]),
                grantee(row["grantee_type"], row["grantee"]),
                int(row["priority"]),
            )
            for row in attached
        ),
        columns_by_table(columns),
        frozenset(row["role_name"] for row in roles),
    )


def _names(shown: str) -> tuple[str, ...]:
    """Columns, of which the view shows a JSON list."""
    return tuple(json.loads(shown))


def _expression(shown: str) -> str:
    """The expressions of a policy, of which the view shows a JSON list of objects, or the text."""
    try:
        return ", ".join(one["expr"] for one in json.loads(shown))
    except (ValueError, TypeError, KeyError):
        return shown


def view(current: Current, tables: Iterable[Path]) -> dict[str, Any]:
    """The masks of the tables, in words."""
    found: dict[str, dict[str, list[str]]] = {".".join(path): {} for path in sorted(tables)}
    for one in sorted(current.attached):
        columns = found.get(".".join(one.table))
        if columns is not None:
            mask = f"{one.policy}, priority {one.priority}: {current.policies.get(one.policy, '?')}"
            key = f"{', '.join(one.columns)} for {one.grantee}"
            columns.setdefault(key, []).append(mask)
    attached = {one.policy for one in current.attached}
    unused = {name for name in current.policies.keys() - attached if name.startswith(PREFIX)}
    return {"tables": found, "unattached_policies": sorted(unused)}
