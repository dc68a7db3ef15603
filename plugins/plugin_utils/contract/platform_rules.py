# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of platform.yml that concern more than one option."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .names import MAX_PREFIX, partition_of
from .options import Problems, problem

_ZONES = 3  # Redshift Serverless asks for subnets in three zones


def prefix_of(platform: Mapping[str, Any]) -> str:
    """What begins every name of the platform."""
    return f"{platform['name']}-{platform['environment']}"


def owner_of(platform: Mapping[str, Any]) -> str:
    """What begins the ARN of every IAM identity of the platform's account."""
    return f"arn:{partition_of(platform['region'])}:iam::{platform['account_id']}:"


def _check_platform(platform: Mapping[str, Any]) -> Problems:
    prefix = prefix_of(platform)
    if len(prefix) > MAX_PREFIX:
        yield problem(
            "platform.name",
            platform["name"],
            f"{prefix!r} has {len(prefix)} characters; allowed: at most {MAX_PREFIX}",
        )


def _check_network(network: Mapping[str, Any]) -> Problems:
    given = [name for name in ("vpc_id", "subnet_ids") if network[name]]
    if network["create"]:
        for name in given:
            yield problem(
                f"network.{name}", network[name], "allowed: nothing while network.create is true"
            )
        zones = network["availability_zones"]
        if len(set(zones)) != len(zones) or len(zones) < _ZONES:
            yield problem(
                "network.availability_zones", zones, "allowed: at least three different letters"
            )
        return
    if "vpc_id" not in given:
        yield "network.vpc_id: missing; allowed: a VPC id, or network.create: true"
    subnets = network["subnet_ids"] or []
    if len(set(subnets)) != len(subnets) or len(subnets) < _ZONES:
        yield problem("network.subnet_ids", subnets, "allowed: at least three different subnet ids")


def _check_source(source: Mapping[str, Any]) -> Problems:
    if source["create"]:
        if not source["instance_class"]:
            yield "source.instance_class: missing; allowed: a class such as db.t4g.medium"
        for name in ("host", "secret", "secret_kms_key"):
            if source[name]:
                yield problem(
                    f"source.{name}", source[name], "allowed: nothing while source.create is true"
                )
        smallest, largest = source["allocated_storage"], source["max_allocated_storage"]
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
        least = -(-smallest * 11 // 10)
        if largest < least:
            yield problem(
                "source.max_allocated_storage",
                largest,
                f"allowed: at least {least}, a tenth more than source.allocated_storage",
            )
        return
    for name in ("host", "secret"):
        if not source[name]:
            yield f"source.{name}: missing; allowed: that of the existing database, or source.create: true"


# Each reads one section, whose single options are valid; what was left out has its default.
RULES: Mapping[str, Callable[[Mapping[str, Any]], Problems]] = {
    "platform": _check_platform,
    "network": _check_network,
    "source": _check_source,
}
