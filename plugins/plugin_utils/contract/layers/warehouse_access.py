# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What readers see at the warehouse's door: privileges, row-level security and masks of Redshift."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from .. import history
from ..access import masks
from ..access.entries import Grant
from ..model import SERVICE_DATABASE_ROLES, Contract, Principal, Table

_MAX_NAME = 127


def privileges(contract: Contract) -> dict[str, Any]:
    """The readers of the warehouse, and nobody else, as the module redshift_privileges takes it."""
    roles = [principal.database_role for principal in contract.principals]
    unmanaged = contract.unmanaged_identities
    return {
        "roles": roles,
        "users": [
            {"name": principal.database_user, "roles": [principal.database_role]}
            for principal in contract.principals
        ],
        "grants": [
            grant for principal in contract.principals for grant in _reads(contract, principal)
        ],
        "purge": {
            "roles": roles,
            "schemas": [_schema(contract)],
            # also what has left the contract, and what others made
            "tables": [{"schema": _schema(contract)}],
            "default_privileges": [_schema(contract)],
            # what these may do is the warehouse's to say
            "keep": {**unmanaged, "roles": [*SERVICE_DATABASE_ROLES, *unmanaged["roles"]]},
        },
    }


def _reads(contract: Contract, principal: Principal) -> Iterator[dict[str, Any]]:
    role = {"role": principal.database_role, "schema": _schema(contract)}
    yield {**role, "privileges": ["USAGE"]}
    for table, grant in _granted(contract, principal):
        # without its history's columns a row of the past looks like one of today
        readable = [*grant.readable, *history.COLUMNS[table.history]]
        yield {**role, "tables": [table.name], "columns": readable, "privileges": ["SELECT"]}


def row_security(contract: Contract) -> dict[str, Any]:
    """Which rows, as the module redshift_row_security takes it.

    With security on, who has no policy sees no row: so each reader of such a table has one.

    The load has none and changes all rows, or it would find none that it knows and add them again.
    https://docs.aws.amazon.com/redshift/latest/dg/t_rls_usage.html
    """
    filtered = {
        table.name
        for principal in contract.principals
        for table, grant in _granted(contract, principal)
        if grant.rows
    }
    return {
        "policies": [
            _row_policy(contract, principal, table, grant)
            for principal in contract.principals
            for table, grant in _granted(contract, principal)
            if table.name in filtered
        ],
        "tables": _all_tables(contract),
        "ignoring": list(SERVICE_DATABASE_ROLES),
        # who is unmanaged may have been given a role that ignores it
        "purge_ignoring": not contract.unmanaged,
    }


def _row_policy(
    contract: Contract, principal: Principal, table: Table, grant: Grant
) -> dict[str, Any]:
    types = {column.name: column.type.warehouse for column in table.columns}
    columns = grant.rows.columns if grant.rows else ()
    return {
        "name": _cut(f"rows_{principal.database_role}_{table.name}"),
        "columns": [{"name": name, "type": types[name]} for name in columns],
        "using": grant.rows.text if grant.rows else "true",
        "schema": _schema(contract),
        "table": table.name,
        "role": principal.database_role,
    }


def masking(contract: Contract) -> dict[str, Any]:
    """Which columns are masked for whom, as the module redshift_masking takes it."""
    policies: dict[str, dict[str, Any]] = {}
    attachments = []
    for principal in contract.principals:
        for table, grant in _granted(contract, principal):
            for column in table.columns:
                if column.name not in grant.masks:
                    continue
                kind = grant.masks[column.name]
                policy = masks.policy(kind, column)
                policies[policy["name"]] = policy
                attachments.append(
                    {
                        "policy": policy["name"],
                        "schema": _schema(contract),
                        "table": table.name,
                        "column": column.name,
                        "role": principal.database_role,
                        "priority": masks.PRIORITIES[kind],
                    }
                )
    return {
        "policies": list(policies.values()),
        "attachments": attachments,
        "tables": _all_tables(contract),
    }


def _granted(contract: Contract, principal: Principal) -> list[tuple[Table, Grant]]:
    return [
        (table, principal.grants[table.name])
        for table in contract.tables
        if table.name in principal.grants
    ]


def _all_tables(contract: Contract) -> list[dict[str, Any]]:
    return [{"schema": _schema(contract), "names": [table.name for table in contract.tables]}]


def _schema(contract: Contract) -> str:
    return str(contract.names.as_dict()["schema"])


def _cut(name: str) -> str:
    """A name that Redshift takes; a hash keeps those apart that had to be cut."""
    if len(name) <= _MAX_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _MAX_NAME - len(digest) - 1]}_{digest}"
