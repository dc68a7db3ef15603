# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The load's state machine: what it is told, when it starts, what it may do."""

from __future__ import annotations

import json
from typing import Any

from ..load_limits import PAGE_SECONDS, TIMEOUT_SECONDS
from ..load_sql import configuration
from ..model import Contract
from ..policies import (
    allow,
    deliver_logs,
    document,
    on_statements,
    on_workgroup,
    role,
    service_trust,
)

_LIMITS = {
    # A state receives 256 KiB, of which a listed object takes up to half a KiB.
    # https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    "page_files": 500,
    # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
    "batch_statements": 40,
    # An execution has 25,000 events, and a page takes up to 200 of them.
    "execution_pages": 100,
    "page_seconds": PAGE_SECONDS,
    "timeout_seconds": TIMEOUT_SECONDS,
}

CONFIG_KEY = "load/config/tables.json"


def layer(contract: Contract) -> dict[str, Any]:
    """What the role orchestration makes."""
    names = contract.names
    named, arns = names.as_dict(), names.arns()
    return {
        "state_machine": {
            "name": named["state_machine"],
            "arn": arns["state_machine"],
            "role_arn": names.role_arn("load"),
            "type": "STANDARD",
        },
        # what the definition's template is filled with
        "definition": {
            "partition": names.partition,
            "bucket": names.bucket,
            "config_key": CONFIG_KEY,
            "manifest_prefix": "load/manifests/",
            "cursor_table": named["cursor_table"],
            "workgroup": named["workgroup"],
            "database": named["database"],
            "topic_arn": arns["topic"],
            "task": named["ingestion_task"],
            "concurrency": contract.load["concurrency"],
            **_LIMITS,
        },
        "schedule": {
            "name": named["schedule"],
            "group_name": "default",
            "schedule_expression": contract.load["schedule"],
            "state": "ENABLED" if contract.load["enabled"] else "DISABLED",
            "flexible_time_window": {"mode": "OFF"},
            "target": {
                "arn": arns["state_machine"],
                "role_arn": names.role_arn("scheduler"),
                "input": "{}",
                # A start that comes late is not worth making: the next tick loads the same files.
                "retry_policy": {"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 2},
            },
        },
        "cursor_table": {"name": named["cursor_table"], "hash_key": "table_name"},
        "log_group": named["load_log_group"],
        "log_group_arn": arns["load_log_group"],
        "config": _config(contract),
        "roles": {"load": _load_role(contract), "scheduler": _scheduler_role(contract)},
        "tags": contract.tags,
    }


def _config(contract: Contract) -> list[dict[str, str]]:
    """The objects that the machine reads: an index of the tables, and one a table.

    One object for all would pass the 256 KiB that a state may receive, at some ten tables.
    https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    index, objects = [], []
    for table in contract.tables:
        document_ = configuration(contract.names, table)
        key = f"load/config/{table.name}.json"
        index.append(
            {
                name: document_[name]
                for name in ("table", "schema", "source_table", "name", "prefix")
            }
            | {"config_key": key}
        )
        objects.append({"key": key, "content": _compact(document_)})
    return [{"key": CONFIG_KEY, "content": _compact({"tables": index})}, *objects]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _load_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    arns = names.arns()
    return role(
        contract,
        "load",
        "The load's state machine",
        service_trust("states.amazonaws.com", account=names.account_id),
        document(
            allow(
                "ListLanded",
                ["s3:ListBucket"],
                [names.s3_arn()],
                {"StringLike": {"s3:prefix": ["raw/*"]}},
            ),
            allow("ReadConfig", ["s3:GetObject"], [names.s3_arn("load/config/*")]),
            allow("WriteManifests", ["s3:PutObject"], [names.s3_arn("load/manifests/*")]),
            allow("KeepCursor", ["dynamodb:UpdateItem"], [arns["cursor_table"]]),
            # DMS makes up the end of a task's ARN; the machine finds the task by its name
            allow("FindTask", ["dms:DescribeReplicationTasks"], ["*"]),
            allow(
                "FollowTask",
                ["dms:DescribeTableStatistics", "dms:StartReplicationTask"],
                [names.arn("dms", "task:*")],
                {"StringEquals": {"aws:ResourceTag/platform": names.prefix}},
            ),
            on_workgroup(names, "BatchExecuteStatement"),
            # each state may have a session of its own
            on_statements("GetStatementResult", own=False),
            allow("Alert", ["sns:Publish"], [arns["topic"]]),
            deliver_logs(),
        ),
    )


def _scheduler_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "scheduler",
        "The schedule starts the load",
        service_trust("scheduler.amazonaws.com", account=names.account_id),
        document(allow("StartLoad", ["states:StartExecution"], [names.arns()["state_machine"]])),
    )
