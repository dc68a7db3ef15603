# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else sees anything: whom access.yml doesn't know, and who has a reader's role."""

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
    tables = [name for table in access["tables"] for name in (table["name"], table["changes_name"])]
    known = {reader["arn"] for reader in access["readers"]}
    known |= {
        *access["known"]["arns"],
        *access["service_roles"].values(),
        _role_of(facts["caller"]),
    }
    holders = lake.holders_of_tables(access["catalog_database"], tables, facts)
    for who in sorted(holders - known):
        yield f"{who} reads tables of the lake, and access.yml doesn't have it"


def _in_the_warehouse(access: Values, facts: Values) -> Iterator[str]:
    readers, known = access["readers"], access["known"]
    tables = [table["name"] for table in access["tables"]]
    expected = {("user", name) for name in known["users"]}
    expected |= {("role", name) for name in known["roles"]}
    expected |= {("user", reader["database_user"]) for reader in readers}
    expected |= {("role", reader["database_role"]) for reader in readers}
    holders = warehouse.holders_of_tables(access["schema"], tables, facts["warehouse"])
    for kind, name in sorted(holders - expected):
        yield f"{kind} {name} reads tables of the warehouse, and access.yml doesn't have it"
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
