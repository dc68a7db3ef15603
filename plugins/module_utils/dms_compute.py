# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compute configuration of a serverless replication: its capacity and its place.

https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html
"""

from __future__ import annotations

import ipaddress
from typing import Any

from .compare import Comparison, exact, ignore_case, last_part, unordered
from .dms import MAINTENANCE_WINDOW, WINDOW_RULE
from .settings import Values

CAPACITIES = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384]
MOST_NAME_SERVERS = 4
COMPUTE_OPTIONS: dict[str, dict[str, Any]] = {
    "max_capacity_units": {"type": "int", "choices": CAPACITIES},
    "min_capacity_units": {"type": "int", "choices": CAPACITIES},
    "multi_az": {"type": "bool"},
    "availability_zone": {"type": "str"},
    "subnet_group": {"type": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "preferred_maintenance_window": {"type": "str"},
    "dns_name_servers": {"type": "list", "elements": "str"},
}
MEMBERS = {
    "subnet_group": "replication_subnet_group_id",
    "security_group_ids": "vpc_security_group_ids",
}
"""Names of the API that are other than the options'."""
COMPARISONS: dict[str, Comparison] = {
    "subnet_group": ignore_case,
    "security_group_ids": unordered,
    "kms_key_id": last_part,
    "preferred_maintenance_window": ignore_case,
}
FIXED = ("availability_zone", "subnet_group", "kms_key_id", "dns_name_servers")
"""What a replication that has been started keeps."""


def compute_problem(given: Values) -> str:
    """What is wrong with the options; empty when nothing is."""
    for option in ("security_group_ids", "dns_name_servers"):
        if given.get(option) == []:
            return f"compute_config.{option} is empty: name at least one, or leave it out"
    least, most = given.get("min_capacity_units"), given.get("max_capacity_units")
    if least and most and least > most:
        return (
            f"compute_config.min_capacity_units is {least}: it can't be more than "
            f"max_capacity_units, {most}"
        )
    if given.get("multi_az") and given.get("availability_zone"):
        return "compute_config.availability_zone can't be set when multi_az is true: remove one"
    window = given.get("preferred_maintenance_window")
    if window and not MAINTENANCE_WINDOW.fullmatch(window):
        return f"compute_config.preferred_maintenance_window is {window}: it must be {WINDOW_RULE}"
    servers = given.get("dns_name_servers") or []
    if len(servers) > MOST_NAME_SERVERS:
        return f"compute_config.dns_name_servers has {len(servers)} addresses: it can have {MOST_NAME_SERVERS}"
    for server in servers:
        try:
            ipaddress.ip_address(server)
        except ValueError:
            return f"compute_config.dns_name_servers has {server}: it must be an IP address"
    return ""


def compute_view(config: Values) -> Values:
    """The compute configuration that a configuration has, by option."""
    found = config.get("compute_config") or {}
    options = {member: option for option, member in MEMBERS.items()}
    shown = {options.get(key, key): value for key, value in found.items() if value is not None}
    if isinstance(shown.get("dns_name_servers"), str):
        shown["dns_name_servers"] = [s.strip() for s in shown["dns_name_servers"].split(",") if s]
    return shown


def compute_request(options: Values) -> Values:
    """Options as the API takes them."""
    wanted = {key: value for key, value in options.items() if value not in (None, [], "")}
    if wanted.get("multi_az"):
        wanted.pop("availability_zone", None)
    if "dns_name_servers" in wanted:
        wanted["dns_name_servers"] = ",".join(wanted["dns_name_servers"])
    return {MEMBERS.get(key, key): value for key, value in wanted.items()}


def same_compute(wanted: Values, current: Values | None) -> tuple[Values, Values]:
    """Views of the options that the user gave."""
    known = current or {}
    pairs = {
        option: COMPARISONS.get(option, exact)(value, known.get(option))
        for option, value in wanted.items()
    }
    before = {option: pair[0] for option, pair in pairs.items()}
    return before, {option: pair[1] for option, pair in pairs.items()}


def fixed_parts(wanted: Values, current: Values) -> list[str]:
    """The options among those given that would change what is fixed."""
    given = {option: wanted[option] for option in FIXED if option in wanted}
    before, after = same_compute(given, current)
    return [option for option in given if before[option] != after[option]]
