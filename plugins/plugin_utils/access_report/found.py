# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the account lets a principal see, as a view for each table and door."""

from __future__ import annotations

from typing import Any

from . import lake, warehouse
from .keys import files
from .views import CHANGES, CURRENT_FILES, LAKE, RAW_FILES, WAREHOUSE, View

Values = dict[str, Any]


def found(
    reader: Values, table: Values, access: Values, facts: Values, names: dict[str, str]
) -> dict[str, View]:
    """By door; names tells what policies of Redshift mean."""
    columns, past = table["columns"], table["past"]
    account = reader["arn"].split(":")[4]
    holders = {reader["arn"], lake.EVERYBODY, f"{account}:IAMPrincipals"}
    database, bucket = access["catalog_database"], access["bucket_arn"]
    return {
        WAREHOUSE: warehouse.view(
            warehouse.identities(reader["database_user"], facts["warehouse"]),
            access["schema"],
            table["name"],
            [*columns, *past],
            facts["warehouse"],
            names,
        ),
        LAKE: lake.view(holders, database, table["name"], [*columns, *past], facts),
        CHANGES: lake.view(
            holders, database, table["changes_name"], table["changes_columns"], facts
        ),
        RAW_FILES: files(reader, bucket, table["raw_prefix"], columns, facts),
        CURRENT_FILES: files(reader, bucket, table["current_prefix"], columns, facts),
    }
