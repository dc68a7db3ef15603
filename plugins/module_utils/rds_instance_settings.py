# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a DB instance: how they are read, compared and asked for."""

from __future__ import annotations

import re

from .compare import Views, ignore_case, last_part, unordered, version_prefix
from .settings import Setting, Values

TIME = r"([01]\d|2[0-3]):([0-5]\d)"
WINDOW = re.compile(rf"{TIME}-{TIME}")
DAY = "(mon|tue|wed|thu|fri|sat|sun)"
WEEKLY_WINDOW = re.compile(rf"{DAY}:{TIME}-{DAY}:{TIME}", re.IGNORECASE)
GP3_CHOICE_GIB = 400
"""From this size on, PostgreSQL's gp3 storage has a choice of operations and throughput."""
PROVISIONED = ("io1", "io2")
EXPORTS = "enabled_cloudwatch_logs_exports"


def at_least(wanted: int, current: int | None) -> Views:
    """Storage only grows: more than was asked for is right."""
    return (wanted, wanted) if current is not None and current >= wanted else (current, wanted)


def parameter_group(instance: Values) -> Values:
    """The instance's parameter group with its apply status."""
    groups = instance.get("db_parameter_groups") or [{}]
    return groups[0]


def port(instance: Values) -> int | None:
    """The port that it serves; DescribeDBInstances has 0 for it anywhere but in the endpoint."""
    return (instance.get("endpoint") or {}).get("port")


def known_port(wanted: int, current: int | None) -> Views:
    """The same port; that of an instance that is being made is not told yet."""
    return wanted if current is None else current, wanted


def security_group_ids(instance: Values) -> list[str]:
    groups = instance.get("vpc_security_groups") or []
    return [group["vpc_security_group_id"] for group in groups]


def window_problem(params: Values) -> str:
    """What is wrong with the windows, from the option on; empty when nothing is."""
    backup = params["preferred_backup_window"]
    if backup is not None and not WINDOW.fullmatch(backup):
        return f"preferred_backup_window is {backup}: it must be hh:mm-hh:mm in UTC"
    upkeep = params["preferred_maintenance_window"]
    if upkeep is not None and not WEEKLY_WINDOW.fullmatch(upkeep):
        return f"preferred_maintenance_window is {upkeep}: it must be ddd:hh:mm-ddd:hh:mm in UTC"
    return ""


def storage_problem(given: Values, current: Values) -> str:
    """What RDS would refuse of the storage, from the option on; empty when nothing.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
    """
    target = {**current, **given}
    kind, size = target.get("storage_type"), target.get("allocated_storage") or 0
    changed = [
        option
        for option in ("iops", "storage_throughput")
        if option in given and given[option] != current.get(option)
    ]
    if "storage_throughput" in changed and kind not in (None, "gp3"):
        return f"storage_throughput is only for storage_type gp3, not {kind}"
    if "iops" in changed and kind not in (None, "gp3", *PROVISIONED):
        return f"iops is only for storage_type gp3, {' and '.join(PROVISIONED)}, not {kind}"
    if changed and kind == "gp3" and size < GP3_CHOICE_GIB:
        return f"{changed[0]} of gp3 can be chosen from {GP3_CHOICE_GIB} GiB on, not for {size}"
    if kind in PROVISIONED and kind != current.get("storage_type") and "iops" not in given:
        return f"storage_type {kind} needs iops"
    return ""


def for_creation(request: Values) -> Values:
    """Settings as CreateDBInstance names them."""
    names = {
        EXPORTS: "enable_cloudwatch_logs_exports",
        "iam_database_authentication_enabled": "enable_iam_database_authentication",
    }
    return {names.get(key, key): value for key, value in request.items()}


def for_change(request: Values, current: Values) -> Values:
    """Settings as ModifyDBInstance names them."""
    members = dict(request)
    if "port" in members:
        members["db_port_number"] = members.pop("port")
    if EXPORTS in members:
        wanted, had = set(members.pop(EXPORTS)), set(current.get(EXPORTS) or [])
        members["cloudwatch_logs_export_configuration"] = {
            "enable_log_types": sorted(wanted - had) or None,
            "disable_log_types": sorted(had - wanted) or None,
        }
    return for_creation(members)


SETTINGS = (
    Setting("engine", immutable=True),
    Setting("engine_version", compare=version_prefix),
    Setting("auto_minor_version_upgrade"),
    Setting("instance_class", member="db_instance_class"),
    Setting("allocated_storage", compare=at_least),
    Setting("max_allocated_storage"),
    Setting("storage_type"),
    Setting("iops"),
    Setting("storage_throughput"),
    Setting("storage_encrypted", immutable=True),
    Setting("kms_key_id", compare=last_part, immutable=True),
    Setting("db_name", immutable=True),
    Setting("port", read=port, compare=known_port),
    Setting("master_username", immutable=True),
    Setting(
        "manage_master_user_password",
        read=lambda instance: bool(instance.get("master_user_secret")),
    ),
    Setting(
        "parameter_group",
        member="db_parameter_group_name",
        read=lambda instance: parameter_group(instance).get("db_parameter_group_name"),
        compare=ignore_case,
    ),
    Setting(
        "subnet_group",
        member="db_subnet_group_name",
        read=lambda instance: (instance.get("db_subnet_group") or {}).get("db_subnet_group_name"),
        compare=ignore_case,
    ),
    Setting(
        "security_group_ids",
        member="vpc_security_group_ids",
        read=security_group_ids,
        compare=unordered,
    ),
    Setting("multi_az"),
    Setting("publicly_accessible"),
    Setting("iam_database_authentication_enabled"),
    Setting("backup_retention_period"),
    Setting("preferred_backup_window"),
    Setting("preferred_maintenance_window", compare=ignore_case),
    Setting("enabled_cloudwatch_logs_exports", compare=unordered),
    Setting("copy_tags_to_snapshot"),
    Setting("ca_certificate_identifier"),
    Setting("monitoring_interval"),
    Setting("monitoring_role_arn"),
    Setting(
        "performance_insights",
        member="enable_performance_insights",
        read=lambda instance: bool(instance.get("performance_insights_enabled")),
    ),
    Setting("deletion_protection"),
)
