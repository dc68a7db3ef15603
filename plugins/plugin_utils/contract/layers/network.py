# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network that the layers stand on: a new VPC with private subnets, or an existing one."""

from __future__ import annotations

from typing import Any

from ..model import Contract
from ..platform_options import read_cidr

WAREHOUSE_PORT = 5439

_SUBNET_BITS = 4  # a sixteenth of the range each


def layer(contract: Contract) -> dict[str, Any]:
    """What the role network makes (`create`), or the VPC and subnets that it uses."""
    network = contract.network
    return {
        "create": network["create"],
        "vpc_id": network["vpc_id"] or "",
        "subnet_ids": network["subnet_ids"] or [],
        "cidr": network["cidr"],
        "subnets": _subnets(contract) if network["create"] else [],
        # how the other layers find the subnets
        "subnet_filters": {"tag:platform": contract.names.prefix}
        if network["create"]
        else {"subnet-id": network["subnet_ids"]},
        "source_port": contract.source["port"],
        "warehouse_port": WAREHOUSE_PORT,
        "tags": contract.tags,
    }


def _subnets(contract: Contract) -> list[dict[str, str]]:
    network = contract.network
    ranges = read_cidr(network["cidr"]).subnets(prefixlen_diff=_SUBNET_BITS)
    return [
        {"zone": f"{contract.names.region}{letter}", "cidr": str(subnet)}
        for letter, subnet in zip(network["availability_zones"], ranges, strict=False)
    ]
