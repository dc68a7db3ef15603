# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Lake Formation grants on the catalog's tables.

https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .views import View, opened, united

Values = dict[str, Any]

EVERYBODY = "IAM_ALLOWED_PRINCIPALS"
ALL_TABLES = "*"
_READING = {"SELECT", "ALL", "SUPER_USER"}


def view(
    holders: Iterable[str], database: str, table: str, columns: list[str], facts: Values
) -> View:
    """What the holders see of a table of the catalog, which has these columns."""
    held = [grant for grant in facts["grants"] if grant["principal"] in set(holders)]
    return united(_parts(held, database, table, columns, facts["filters"]))


def _parts(
    grants: list[Values], database: str, table: str, columns: list[str], filters: list[Values]
) -> Iterator[View]:
    for grant in grants:
        [(kind, resource)] = grant["resource"].items()
        if not _READING & set(grant["permissions"]) or resource.get("database_name") != database:
            continue
        if kind == "table" and resource["name"] in (table, ALL_TABLES):
            yield opened(columns)
        elif kind == "table_with_columns" and resource["name"] == table:
            yield opened(_chosen(resource, columns))
        elif kind == "data_cells_filter" and resource["table_name"] == table:
            for one in filters:
                if (one["table_name"], one["name"]) == (table, resource["name"]):
                    yield opened(_chosen(one, columns), one.get("row_filter") or "")


def _chosen(resource: Values, columns: list[str]) -> list[str]:
    named = resource.get("column_names")
    if named:
        return list(named)
    excluded = resource.get("excluded_column_names") or ()
    return [column for column in columns if column not in excluded]


def holders_of_tables(database: str, facts: Values) -> set[tuple[str, str]]:
    """Everybody who is granted to read a table, and which; anything by LF-tags is every table."""
    return {
        (grant["principal"], ALL_TABLES if kind == "lf_tag_policy" else _table(resource))
        for grant in facts["grants"]
        for kind, resource in grant["resource"].items()
        if _READING & set(grant["permissions"])
        and (kind == "lf_tag_policy" or resource.get("database_name") == database)
    }


def makers_of_tables(database: str, facts: Values) -> set[tuple[str, str]]:
    """Everybody who may drop a table, as who made it may, and which."""
    return {
        (grant["principal"], _table(resource))
        for grant in facts["grants"]
        for resource in grant["resource"].values()
        if "DROP" in grant["permissions"] and resource.get("database_name") == database
    }


def _table(resource: Values) -> str:
    return str(resource.get("table_name", resource.get("name")))
