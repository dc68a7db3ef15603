"""What Redshift Serverless demands of names, passwords, capacities and parameters."""

from __future__ import annotations

import re
from typing import Any

from sandbox.services.redshift_serverless.inventory import invalid
from sandbox.services.redshift_serverless.reserved_words import RESERVED_WORDS

# Defaults of a workgroup, in the order that the API lists them.
PARAMETER_DEFAULTS = {
    "auto_mv": "true",
    "datestyle": "ISO, MDY",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "query_group": "default",
    "require_ssl": "true",
    "search_path": "$user, public",
    "use_fips_ssl": "false",
    "max_query_execution_time": "14400",
}
SWITCHES = {name for name, value in PARAMETER_DEFAULTS.items() if value in {"true", "false"}}
# https://docs.aws.amazon.com/redshift/latest/dg/cm-c-wlm-query-monitoring-rules.html
QUERY_LIMITS = {
    "max_join_row_count",
    "max_nested_loop_join_row_count",
    "max_query_blocks_read",
    "max_query_cpu_time",
    "max_query_cpu_usage_percent",
    "max_query_execution_time",
    "max_query_queue_time",
    "max_query_temp_blocks_to_disk",
    "max_return_row_count",
    "max_scan_row_count",
}
QUEUES = "wlm_json_configuration"
PORTS = (range(5431, 5456), range(8191, 8216))
PERFORMANCE_LEVELS = (1, 25, 50, 75, 100)
MOST_CAPACITY = 512
PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[!-~]{8,64}")
FORBIDDEN_IN_PASSWORD = re.compile(r"[/@\"'\\]")
DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
USER_NAME = re.compile(r"[a-z][a-z0-9_+.@-]{0,127}")


def check_name(kind: str, name: str) -> None:
    """A namespace's or workgroup's name is no reserved word; its form is checked before."""
    if name in RESERVED_WORDS - {"default"}:
        raise invalid(f"The {kind} name {name} is a reserved word.")


def check_database_name(name: str) -> None:
    """A database's name: 1-64 lower-case letters, digits and _, a letter first."""
    if not DATABASE_NAME.fullmatch(name) or name in RESERVED_WORDS:
        raise invalid(
            f"The database name {name!r} is not valid: it must be 1-64 lowercase letters, digits "
            "and underscores, begin with a letter, and be no reserved word."
        )


def check_admin_username(name: str) -> None:
    """The administrator's name: lower case, a letter first, no reserved word, not public."""
    if not USER_NAME.fullmatch(name) or name in RESERVED_WORDS | {"public"}:
        raise invalid(
            f"The admin user name {name!r} is not valid: it must be 1-128 lowercase letters, "
            "digits and _+.@-, begin with a letter, and be no reserved word."
        )


def check_admin_password(password: str) -> None:
    """The administrator's password: 8-64 printable characters of three kinds."""
    if not PASSWORD.fullmatch(password) or FORBIDDEN_IN_PASSWORD.search(password):
        raise invalid(
            "The admin user password is not valid: it must have 8-64 printable ASCII characters, "
            "with at least one uppercase letter, one lowercase letter and one digit, and none of "
            "/, @, \", ', \\ and space."
        )


def check_base_capacity(capacity: int) -> None:
    """Base capacity in RPUs: 4, or 8 to 512 in steps of 8."""
    if capacity != 4 and not (8 <= capacity <= MOST_CAPACITY and capacity % 8 == 0):
        raise invalid(
            f"The base capacity {capacity} is not valid: it must be 4, or from 8 to "
            f"{MOST_CAPACITY} in increments of 8."
        )


def check_max_capacity(capacity: int, base: int) -> None:
    """Maximum capacity in RPUs: no less than the base capacity, in the same steps."""
    if capacity < base or (capacity != 4 and capacity % 8):
        raise invalid(
            f"The max capacity {capacity} is not valid: it must be a multiple of 8 and at least "
            f"the base capacity, {base}."
        )


def check_port(port: int) -> None:
    """A workgroup's port lies in one of two ranges."""
    if not any(port in ports for ports in PORTS):
        raise invalid(
            f"The port {port} is not valid: it must be from 5431 to 5455 or from 8191 to 8215."
        )


def performance_target(target: dict[str, Any]) -> dict[str, Any]:
    """A price-performance target, whole: a status, and a level when it is enabled."""
    status, level = target.get("status", "DISABLED"), target.get("level")
    if status == "DISABLED":
        if level is not None:
            raise invalid("A price performance level needs the status ENABLED.")
        return {"status": status}
    level = 50 if level is None else level
    if level not in PERFORMANCE_LEVELS:
        raise invalid(f"The price performance level {level} is not one of {PERFORMANCE_LEVELS}.")
    return {"status": status, "level": level}


def merged_parameters(current: dict[str, str], given: list[dict[str, str]]) -> dict[str, str]:
    """A workgroup's configuration parameters after a request that names some of them.

    A query limit of -1 is removed; what is not named stays.
    """
    merged = dict(current)
    limits = set()
    for parameter in given:
        key, value = parameter.get("parameterKey", ""), parameter.get("parameterValue", "")
        _check_parameter(key, value)
        if key in QUERY_LIMITS:
            limits.add(key)
        merged[key] = value
    if QUEUES in {parameter.get("parameterKey") for parameter in given}:
        if limits:
            raise invalid(f"Query monitoring metrics cannot be combined with {QUEUES}.")
        merged = {key: value for key, value in merged.items() if key not in QUERY_LIMITS}
    elif limits:
        merged.pop(QUEUES, None)
    return {
        key: value for key, value in merged.items() if not (key in QUERY_LIMITS and value == "-1")
    }


def _check_parameter(key: str, value: str) -> None:
    if key not in PARAMETER_DEFAULTS.keys() | QUERY_LIMITS | {QUEUES}:
        allowed = ", ".join(sorted(PARAMETER_DEFAULTS.keys() | QUERY_LIMITS | {QUEUES}))
        raise invalid(f"The config parameter {key!r} is not one of {allowed}.")
    if key in SWITCHES and value not in {"true", "false"}:
        raise invalid(f"The config parameter {key} must be true or false, not {value!r}.")
    if key in QUERY_LIMITS and not (value == "-1" or (value.isdigit() and int(value) > 0)):
        raise invalid(f"The config parameter {key} must be a positive number, not {value!r}.")
