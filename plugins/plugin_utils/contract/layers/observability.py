# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told, and of what."""

from __future__ import annotations

from typing import Any

from ..model import Contract

_MACHINES = (
    ("load", "state_machine", "A load failed; the next one tries the same files again"),
    (
        "publish",
        "publish_machine",
        "A publication failed; the lake has the rows of the one before, the next one tries again",
    ),
)


def layer(contract: Contract) -> dict[str, Any]:
    """What the role observability makes."""
    names = contract.names
    named, arns = names.as_dict(), names.arns()
    return {
        "topic": {"name": named["topic"], "arn": arns["topic"]},
        "alarms": [
            {
                "name": f"{names.prefix}-{what}-failed",
                "description": description,
                "namespace": "AWS/States",
                "metric": "ExecutionsFailed",
                "dimensions": {"StateMachineArn": arns[machine]},
                "statistic": "Sum",
                "period": 300,
                "evaluation_periods": 1,
                "comparison": "GreaterThanOrEqualToThreshold",
                "threshold": 1.0,
                "treat_missing_data": "notBreaching",
                "alarm_actions": [arns["topic"]],
            }
            for what, machine, description in _MACHINES
        ],
        "tags": contract.tags,
    }
