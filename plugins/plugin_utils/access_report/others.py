# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else sees anything: whom access.yml doesn't know, and who has a reader's role.

And who sees a table that tables.yml doesn't know, such as one that was taken out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import lake, warehouse

Values = dict[str, Any]


def others(access: Values, facts: Values) -> Iterator[str]:
    """A sentence for each."""
    yield from _in_the_lake(access, facts)
    yield from _in_the_warehouse(access, facts)


def _in_the_lake(access: Values, facts: Values) -> Iterator[str]:
    contract = {lake.ALL_TABLES}
    contract |= {table[name] for table in access["tables"] for name in ("name", "changes_name")}
    readers = {reader["arn"] for reader in access["readers"]}
    known = {
        *access["known"]["arns"],
        *access["service_roles"].values(),
        _role_of(facts["caller"]),
    }
    makers = {reader["arn"] for reader in access["readers"] if reader["makes_tables"]}
    made = {
        (who, table)
        for who, table in lake.makers_of_tables(access["catalog_database"], facts)
        if who in makers and table not in contract
    }
    holders = lake.holders_of_tables(access["catalog_database"], facts) - made
    for who in sorted({who for who, table in holders if table in contract} - known - readers):
        yield f"{who} reads tables of the lake, and access.yml doesn't have it"
    for who, table in sorted(holders):
        if table not in contract and who not in known:
            yield f"{who} reads {table} of the lake, and tables.yml doesn't have it"


def _in_the_warehouse(access: Values, facts: Values) -> Iterator[str]:
    readers, known = access["readers"], access["known"]
    contract = {table["name"] for table in access["tables"]}
    services = {("user", name) for name in known["users"]}
    services |= {("role", name) for name in known["roles"]}
    expected = services | {("user", reader["database_user"]) for reader in readers}
    expected |= {("role", reader["database_role"]) for reader in readers}
    holders = warehouse.holders_of_tables(access["schema"], facts["warehouse"])
    for kind, name in sorted({who for who, table in holders if table in contract} - expected):
        yield f"{kind} {name} reads tables of the warehouse, and access.yml doesn't have it"
    for who, table in sorted(holders):
        if table not in contract and who not in services:
            kind, name = who
            yield f"{kind} {name} reads {table} of the warehouse, and tables.yml doesn't have it"
    owner = {reader["database_role"]: reader["database_user"] for reader in readers}
    for row in facts["warehouse"]["user_roles"]:
        role, user = row["role_name"], row["user_name"]
        if owner.get(role, user) != user:
            yield f"user {user} has the role {role}, and access.yml doesn't say so"


def _role_of(arn: str) -> str:
    """The role behind a session, as policies and grants name it."""
    if ":assumed-role/" not in arn:
        return arn
    role = arn.split("/")[1]
    return f"{arn.split(':assumed-role/', maxsplit=1)[0].replace(':sts:', ':iam:')}:role/{role}"
