# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is told, and of what."""

from __future__ import annotations

from typing import Any

from ..model import Contract

_MACHINES = (
    ("load", "state_machine", "A load", "the next one tries the same files again"),
    (
        "publish",
        "publish_machine",
        "A publication",
        "the lake has the rows of the one before, the next one tries again",
    ),
)
# A machine tells why it failed. Where it ran out of time or was stopped, the alarm alone tells.
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
_ENDS = (
    ("failed", "ExecutionsFailed", "failed"),
    ("timed-out", "ExecutionsTimedOut", "ran out of time"),
    ("aborted", "ExecutionsAborted", "was stopped"),
)


def layer(contract: Contract) -> dict[str, Any]:
    """What the role observability makes."""
    names = contract.names
    named, arns = names.as_dict(), names.arns()
    return {
        "topic": {"name": named["topic"], "arn": arns["topic"]},
        "alarms": [
            {
                "name": f"{names.prefix}-{what}-{end}",
                "description": f"{execution} {how}; {then}",
                "namespace": "AWS/States",
                "metric": metric,
                "dimensions": {"StateMachineArn": arns[machine]},
                "statistic": "Sum",
                "period": 300,
                "evaluation_periods": 1,
                "comparison": "GreaterThanOrEqualToThreshold",
                "threshold": 1.0,
                "treat_missing_data": "notBreaching",
                "alarm_actions": [arns["topic"]],
            }
            for what, machine, execution, then in _MACHINES
            for end, metric, how in _ENDS
        ],
        "tags": contract.tags,
    }
