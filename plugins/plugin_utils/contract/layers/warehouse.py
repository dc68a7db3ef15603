# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redshift Serverless: the namespace and workgroup, their schemas and tables, and the loader."""

from __future__ import annotations

from typing import Any

from ..load_sql import AUDIT_TABLE
from ..model import LOADER_ROLE, PUBLISHER_ROLE, SERVICE_DATABASE_ROLES, Contract
from ..policies import allow, document, role, service_trust
from .network import WAREHOUSE_PORT
from .warehouse_tables import bookkeeping_tables, managed_tables

ADMINISTRATOR = "warehouse_admin"
_CHANGE = ["SELECT", "INSERT", "UPDATE", "DELETE"]


def layer(contract: Contract) -> dict[str, Any]:
    """What the role warehouse makes."""
    names = contract.names
    named, copy_role, unload_role = (
        names.as_dict(),
        names.role_arn("copy"),
        names.role_arn("unload"),
    )
    return {
        "namespace": {
            "namespace_name": named["namespace"],
            "db_name": named["database"],
            "admin_username": ADMINISTRATOR,
            "manage_admin_password": True,
            "default_iam_role_arn": copy_role,
            "iam_roles": [copy_role, unload_role],
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
        "tables": managed_tables(contract),
        "privileges": _privileges(contract),
        "roles": {"copy": _copy_role(contract), "unload": _unload_role(contract)},
        "tags": contract.tags,
    }


def _privileges(contract: Contract) -> dict[str, Any]:
    """What the load and the publication may do, and nobody else, as the module redshift_privileges takes it.

    What every user of a new database may do is revoked: a reader with TEMP and ASSUMEROLE could
    COPY the landed files, personal columns included, into a table of their own.
    https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT-usage-notes.html
    """
    names = contract.names
    named = names.as_dict()
    public, load, publish = {"public": True}, {"role": LOADER_ROLE}, {"role": PUBLISHER_ROLE}
    return {
        "roles": list(SERVICE_DATABASE_ROLES),
        "users": [
            {"name": f"IAMR:{names.role('load')}", "roles": [LOADER_ROLE]},
            {"name": f"IAMR:{names.role('publish')}", "roles": [PUBLISHER_ROLE]},
        ],
        "grants": [
            {**load, "database": named["database"], "privileges": ["TEMP"]},
            {**load, "schema": named["schema"], "privileges": ["USAGE"]},
            {**load, "schema": named["etl_schema"], "privileges": ["USAGE"]},
            # COPY names the default role, which is granted apart from the role that it is.
            {**load, "iam_role": "default", "privileges": ["COPY"]},
            {**load, "iam_role": names.role_arn("copy"), "privileges": ["COPY"]},
            *({**load, **granted} for granted in _on_tables(contract)),
            {**publish, "schema": named["schema"], "privileges": ["USAGE"]},
            {**publish, "iam_role": names.role_arn("unload"), "privileges": ["UNLOAD"]},
            {
                **publish,
                "schema": named["schema"],
                "tables": [table.name for table in contract.tables],
                "privileges": ["SELECT"],
            },
        ],
        "revokes": [
            {**public, "database": named["database"], "privileges": ["TEMP"]},
            {**public, "schema": "public", "privileges": ["CREATE"]},
        ],
        "purge": {
            "roles": list(SERVICE_DATABASE_ROLES),
            "schemas": [named["etl_schema"]],
            "tables": [{"schema": named["etl_schema"]}],
            "iam_roles": True,
            "keep": contract.unmanaged_identities,
        },
    }


def _on_tables(contract: Contract) -> list[dict[str, Any]]:
    """What the load may do with which tables."""
    named = contract.names.as_dict()
    etl, targets = named["etl_schema"], [table.name for table in contract.tables]
    return [
        {"schema": etl, "tables": [AUDIT_TABLE], "privileges": ["SELECT", "INSERT"]},
        {"schema": etl, "tables": bookkeeping_tables(contract), "privileges": _CHANGE},
        {"schema": named["schema"], "tables": targets, "privileges": _CHANGE},
    ]


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


def _unload_role(contract: Contract) -> dict[str, Any]:
    """A role of its own: the one that copies can't write, and this one reads nothing that landed.

    https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-access-permissions.html
    """
    names = contract.names
    return role(
        contract,
        "unload",
        "Redshift publishes current rows for the lake",
        service_trust("redshift.amazonaws.com", "redshift-serverless.amazonaws.com"),
        document(
            allow("WriteCurrent", ["s3:GetObject", "s3:PutObject"], [names.s3_arn("current/*")]),
            allow("ListBucket", ["s3:ListBucket", "s3:GetBucketLocation"], [names.s3_arn()]),
        ),
    )
