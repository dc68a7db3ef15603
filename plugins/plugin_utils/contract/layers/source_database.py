# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operational database: an RDS PostgreSQL set up for logical replication, or an existing one."""

from __future__ import annotations

from typing import Any

from ..model import Contract

MASTER_USER = "shop_admin"


def layer(contract: Contract) -> dict[str, Any]:
    """What the role source_database makes, or where it finds the database."""
    source, named = contract.source, contract.names.as_dict()
    found = {
        "create": source["create"],
        "database": source["database"],
        "port": source["port"],
        "secret": source["secret"] or named["source_secret"],
        "replica_host": source["replica_host"] or "",
        "tags": contract.tags,
    }
    if not source["create"]:
        return found | {"host": source["host"]}
    return found | {
        "instance": {
            "db_instance_identifier": named["source_instance"],
            "engine": "postgres",
            "engine_version": source["engine_version"],
            "db_instance_class": source["instance_class"],
            "allocated_storage": source["allocated_storage"],
            "max_allocated_storage": source["max_allocated_storage"],
            "multi_az": source["multi_az"],
            "deletion_protection": source["deletion_protection"],
            "backup_retention_period": source["backup_retention_period"],
            "db_name": source["database"],
            "port": source["port"],
            "master_username": MASTER_USER,
            "db_parameter_group_name": named["source_parameter_group"],
            "db_subnet_group_name": named["source_subnet_group"],
            "publicly_accessible": False,
            "storage_encrypted": True,
        },
        "subnet_group": named["source_subnet_group"],
        "security_group": named["source_security_group"],
        "parameter_group": {
            "name": named["source_parameter_group"],
            "family": f"postgres{source['engine_version'].split('.')[0]}",
            "parameters": _parameters(),
        },
        "master_user": MASTER_USER,
    }


def _parameters() -> dict[str, str]:
    """https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html"""
    return {
        "rds.logical_replication": "1",
        "wal_sender_timeout": "60000",
        "max_replication_slots": "20",
        "max_wal_senders": "35",
    }
