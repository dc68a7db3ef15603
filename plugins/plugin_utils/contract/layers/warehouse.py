# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redshift Serverless: the namespace and workgroup, their schemas and tables, and the loader."""

from __future__ import annotations

from typing import Any

from ..load_sql import AUDIT_TABLE
from ..model import LOADER_ROLE, Contract
from ..policies import allow, document, role, service_trust
from ..sql import render_steps
from .network import WAREHOUSE_PORT
from .warehouse_tables import managed_tables

_CHANGE = ["SELECT", "INSERT", "UPDATE", "DELETE"]


def layer(contract: Contract) -> dict[str, Any]:
    """What the role warehouse makes."""
    names = contract.names
    named, copy_role = names.as_dict(), names.role_arn("copy")
    return {
        "namespace": {
            "namespace_name": named["namespace"],
            "db_name": named["database"],
            "admin_username": "warehouse_admin",
            "manage_admin_password": True,
            "default_iam_role_arn": copy_role,
            "iam_roles": [copy_role],
            "log_exports": ["userlog", "connectionlog", "useractivitylog"],
        },
        "workgroup": {
            "workgroup_name": named["workgroup"],
            "namespace_name": named["namespace"],
            "base_capacity": contract.warehouse["base_capacity"],
            "enhanced_vpc_routing": True,
            "publicly_accessible": False,
            "port": WAREHOUSE_PORT,
            "config_parameters": {"require_ssl": "true"},
        },
        # without an amount there is no limit
        "usage_limit": {
            "usage_type": "serverless-compute",
            "period": "daily",
            "breach_action": "deactivate",
            "amount": contract.warehouse["max_rpu_hours_per_day"],
        },
        "security_group": named["warehouse_security_group"],
        "database": named["database"],
        "schema": named["schema"],
        "etl_schema": named["etl_schema"],
        "loader": {"role": LOADER_ROLE, "user": f"IAMR:{names.role('load')}"},
        "tables": managed_tables(contract),
        "bootstrap": bootstrap(contract),
        "roles": {"copy": _copy_role(contract)},
        "tags": contract.tags,
    }


def bootstrap(contract: Contract) -> list[dict[str, str]]:
    """The steps `{sql, unless}` that an administrator of the database runs, in this order."""
    names = contract.names
    named = names.as_dict()
    steps = render_steps("bootstrap/public.sql.j2", database=named["database"], role=LOADER_ROLE)
    steps += render_steps(
        "bootstrap/role.sql.j2",
        role=LOADER_ROLE,
        user=f"IAMR:{names.role('load')}",
        schemas=[named["schema"], named["etl_schema"]],
    )
    return steps + render_steps(
        "bootstrap/loader.sql.j2",
        role=LOADER_ROLE,
        database=named["database"],
        copy_role_arn=names.role_arn("copy"),
        relations=loader_privileges(contract),
    )


def loader_privileges(contract: Contract) -> list[dict[str, Any]]:
    """What the load may do, by table."""
    named = contract.names.as_dict()
    etl = named["etl_schema"]
    relations = [{"schema": etl, "name": AUDIT_TABLE, "privileges": ["SELECT", "INSERT"]}]
    for table in contract.tables:
        relations += [
            {"schema": named["schema"], "name": table.name, "privileges": _CHANGE},
            {"schema": etl, "name": f"tomb_{table.name}", "privileges": _CHANGE},
            {"schema": etl, "name": f"lock_{table.name}", "privileges": _CHANGE},
        ]
    return relations


def _copy_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "copy",
        "Redshift copies landed files, by manifest",
        service_trust("redshift.amazonaws.com", "redshift-serverless.amazonaws.com"),
        document(
            allow(
                "ReadLanding",
                ["s3:GetObject"],
                [names.s3_arn("raw/*"), names.s3_arn("load/manifests/*")],
            ),
            allow("ListBucket", ["s3:ListBucket", "s3:GetBucketLocation"], [names.s3_arn()]),
        ),
    )
