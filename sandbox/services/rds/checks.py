"""What CreateDBInstance and ModifyDBInstance refuse."""

from __future__ import annotations

import math
import re
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.services.rds import versions
from sandbox.services.rds.groups import group_named

DATABASE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
INSTANCE_CLASS = re.compile(r"db\.[a-z0-9]+\.[a-z0-9]+")
PORTS = range(1150, 65536)
RETENTION_DAYS = range(36)
LEAST_STORAGE = {"gp2": 20, "gp3": 20, "io1": 100, "io2": 100, "standard": 5}
MOST_STORAGE = 65536
STORAGE_STEP = 1.1  # RDS rounds a smaller increase up to this


def required(settings: dict[str, Any], member: str) -> Any:
    """A member that must be there; InvalidParameterValue when it is not."""
    value = settings.get(member)
    if value in (None, ""):
        raise AwsError(
            "InvalidParameterValue",
            f"The parameter {member} must be provided and must not be blank.",
        )
    return value


def check_common(call: Call, version: str, settings: dict[str, Any]) -> None:
    """The members that both operations take."""
    instance_class = settings.get("DBInstanceClass")
    if instance_class and not INSTANCE_CLASS.fullmatch(instance_class):
        raise AwsError("InvalidParameterValue", f"Invalid DB Instance class: {instance_class}")
    _in_range("Port", settings.get("Port"), PORTS)
    _in_range("DBPortNumber", settings.get("DBPortNumber"), PORTS)
    _in_range("BackupRetentionPeriod", settings.get("BackupRetentionPeriod"), RETENTION_DAYS)
    _check_security_groups(call, settings.get("VpcSecurityGroupIds") or [])
    if name := settings.get("DBParameterGroupName"):
        _check_group(call, name, versions.family_of(version))


def check_database_name(name: str) -> None:
    """InvalidParameterValue unless PostgreSQL on RDS takes this DBName."""
    if not DATABASE_NAME.fullmatch(name) or name.lower() == "rdsadmin":
        raise AwsError(
            "InvalidParameterValue",
            "DBName must begin with a letter or underscore and contain only 1 to 63 "
            f"alphanumeric characters and underscores: {name}",
        )


def check_storage(size: int, storage_type: str) -> None:
    """InvalidParameterValue unless a volume of this type may have this size in GiB."""
    least = LEAST_STORAGE.get(storage_type)
    if least is None:
        raise AwsError("InvalidParameterValue", f"Invalid storage type: {storage_type}")
    if not least <= size <= MOST_STORAGE:
        raise AwsError(
            "InvalidParameterValue",
            "Invalid storage size for engine name postgres and storage type "
            f"{storage_type}: {size}",
        )


def grown(current: int, asked: int) -> int:
    """The size a volume gets that is to grow; InvalidParameterCombination if it would shrink."""
    if asked < current:
        raise AwsError(
            "InvalidParameterCombination",
            f"The allocated storage cannot be decreased: it is {current} GiB, {asked} was asked.",
        )
    return current if asked == current else max(asked, math.ceil(current * STORAGE_STEP))


def check_upgrade(current: str, target: str, allow_major: bool) -> None:
    """InvalidParameterCombination unless a version may follow another one."""
    before, after = (
        tuple(int(part) for part in version.split(".")) for version in (current, target)
    )
    if after < before:
        raise AwsError(
            "InvalidParameterCombination", f"Cannot upgrade postgres from {current} to {target}"
        )
    if after[0] == before[0]:
        return
    if not allow_major:
        raise AwsError(
            "InvalidParameterCombination",
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major"
            " version.",
        )
    raise AwsError("NotImplemented", "The sandbox does no major version upgrade.")


def _in_range(member: str, value: int | None, allowed: range) -> None:
    if value is not None and value not in allowed:
        raise AwsError(
            "InvalidParameterValue",
            f"Invalid value {value} for {member}: it must be from {allowed[0]} to {allowed[-1]}.",
        )


def _check_group(call: Call, name: str, family: str) -> None:
    group = group_named(call, name)
    if group.family != family:
        raise AwsError(
            "InvalidParameterCombination",
            f"The Parameter Group {name} with DBParameterGroupFamily {group.family} cannot be used "
            f"for this instance. Please use a Parameter Group with DBParameterGroupFamily {family}",
        )


def _check_security_groups(call: Call, group_ids: list[str]) -> None:
    client = call.runtime.client("ec2", region=call.region)
    for group_id in group_ids:
        try:
            client.describe_security_groups(GroupIds=[group_id])
        except ClientError:
            raise AwsError(
                "InvalidParameterValue",
                f"Invalid security group , groupId= {group_id}, groupName=.",
            ) from None
