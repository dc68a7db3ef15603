# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a DB instance; the module documents them."""

from __future__ import annotations

OPTIONS = {
    "identifier": {
        "type": "str",
        "required": True,
        "aliases": ["db_instance_identifier", "name"],
    },
    "engine": {"type": "str", "choices": ["postgres"], "default": "postgres"},
    "engine_version": {"type": "str"},
    "allow_major_version_upgrade": {"type": "bool", "default": False},
    "auto_minor_version_upgrade": {"type": "bool"},
    "instance_class": {"type": "str", "aliases": ["db_instance_class"]},
    "allocated_storage": {"type": "int"},
    "max_allocated_storage": {"type": "int"},
    "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2", "standard"]},
    "iops": {"type": "int"},
    "storage_throughput": {"type": "int"},
    "storage_encrypted": {"type": "bool"},
    "kms_key_id": {"type": "str"},
    "db_name": {"type": "str"},
    "port": {"type": "int"},
    "master_username": {"type": "str"},
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "master_user_secret": {"type": "str", "no_log": False},
    "parameter_group": {"type": "str"},
    "subnet_group": {"type": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "multi_az": {"type": "bool"},
    "publicly_accessible": {"type": "bool"},
    "iam_database_authentication_enabled": {"type": "bool"},
    "backup_retention_period": {"type": "int"},
    "preferred_backup_window": {"type": "str"},
    "preferred_maintenance_window": {"type": "str"},
    "enabled_cloudwatch_logs_exports": {
        "type": "list",
        "elements": "str",
        "choices": ["postgresql", "upgrade", "iam-db-auth-error"],
    },
    "copy_tags_to_snapshot": {"type": "bool"},
    "ca_certificate_identifier": {"type": "str"},
    "monitoring_interval": {"type": "int", "choices": [0, 1, 5, 10, 15, 30, 60]},
    "monitoring_role_arn": {"type": "str"},
    "performance_insights": {"type": "bool"},
    "deletion_protection": {"type": "bool"},
    "apply_immediately": {"type": "bool", "default": True},
    "reboot": {"type": "bool", "default": False},
    "skip_final_snapshot": {"type": "bool", "default": False},
    "final_snapshot_identifier": {"type": "str"},
    "delete_automated_backups": {"type": "bool", "default": True},
}
