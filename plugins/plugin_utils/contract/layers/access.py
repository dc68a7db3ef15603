# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each principal may see, for those who compare it with what it does see."""

from __future__ import annotations

from typing import Any

from .. import history
from ..model import SERVICE_DATABASE_ROLES, Contract, Principal, Table
from ..names import SERVICE_ROLES
from . import governance, landing_zone
from .catalog import captured_columns, changes_columns
from .ingestion import secret_arn
from .warehouse import ADMINISTRATOR
from .warehouse_access import masking, row_security


def layer(contract: Contract) -> dict[str, Any]:
    """What the roles access_report and verify_access take."""
    names = contract.names
    named = names.as_dict()
    unmanaged = contract.unmanaged_identities
    return {
        "schema": named["schema"],
        "catalog_database": named["catalog_database"],
        "workgroup": named["workgroup"],
        "database": named["database"],
        "bucket": names.bucket,
        "bucket_arn": names.s3_arn(),
        "tables": [_table(table) for table in contract.tables],
        "readers": [_reader(contract, principal) for principal in contract.principals],
        "bucket_policy": landing_zone.layer(contract)["policy"],
        "roles": {
            name: {"trust": role["assume_role_policy"], "policy": role["policy"]}
            for name, role in governance.layer(contract)["roles"].items()
        },
        "service_roles": {names.role(each): names.role_arn(each) for each in SERVICE_ROLES},
        "secrets": [secret_arn(contract)],
        "source_secret": contract.source["secret"] or named["source_secret"],
        # whose rights are for other layers, or nobody, to say
        "known": {
            "arns": [*contract.admins, *contract.unmanaged],
            "users": [ADMINISTRATOR, *unmanaged["users"]],
            "roles": [*SERVICE_DATABASE_ROLES, *unmanaged["roles"]],
        },
        "policies": {
            "rows": row_security(contract)["policies"],
            "masks": masking(contract)["policies"],
        },
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "columns": [column.name for column in table.columns],
        "personal": [column.name for column in table.columns if column.personal],
        "past": list(history.COLUMNS[table.history]),
        "changes_name": table.changes_name,
        "changes_columns": [column["name"] for column in captured_columns(table)],
        "raw_prefix": table.prefix,
        "current_prefix": table.current_prefix,
    }


def _reader(contract: Contract, principal: Principal) -> dict[str, Any]:
    return {
        "name": principal.name or principal.arn.rpartition("/")[2],
        "arn": principal.arn,
        "role_name": principal.role_name,
        "database_user": principal.database_user,
        "database_role": principal.database_role,
        "makes_tables": principal.data_location,
        "tables": {
            table.name: _grant(table, principal)
            for table in contract.tables
            if table.name in principal.grants
        },
    }


def _grant(table: Table, principal: Principal) -> dict[str, Any]:
    grant = principal.grants[table.name]
    # as the capture writes them, booleans are words
    words = frozenset(one.name for one in table.columns if one.type.warehouse == "BOOLEAN")
    return {
        "columns": list(grant.columns),
        "masks": dict(grant.masks),
        "rows": grant.rows.text if grant.rows else "",
        "changes": changes_columns(table, grant.columns) if grant.changes else [],
        "changes_rows": grant.rows.text_where(words) if grant.rows else "",
    }
