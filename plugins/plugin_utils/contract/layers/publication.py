# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The publication: current rows for the lake, as versions that the catalog moves on to at once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..load_limits import TIMEOUT_SECONDS
from ..model import Contract, Table
from ..policies import (
    allow,
    deliver_logs,
    document,
    on_statements,
    on_workgroup,
    role,
    service_trust,
)
from ..published import unload_statement
from .catalog import current_table

CONFIG_KEY = "publish/config/tables.json"

_PAGE_FILES = 500
"""A state receives 256 KiB, of which a listed object takes up to half a KiB.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""


def layer(contract: Contract) -> dict[str, Any]:
    """What the role publication makes."""
    names = contract.names
    named, arns = names.as_dict(), names.arns()
    return {
        "state_machine": {
            "name": named["publish_machine"],
            "arn": arns["publish_machine"],
            "role_arn": names.role_arn("publish"),
            "type": "STANDARD",
        },
        # what the definition's template is filled with
        "definition": {
            "partition": names.partition,
            "bucket": names.bucket,
            "config_key": CONFIG_KEY,
            "current_prefix": "current/",
            "cursor_table": named["cursor_table"],
            "catalog_database": named["catalog_database"],
            "workgroup": named["workgroup"],
            "database": named["database"],
            "topic_arn": arns["topic"],
            "concurrency": contract.load["concurrency"],
            "keep_hours": contract.lake["keep_hours"],
            "page_files": _PAGE_FILES,
            "timeout_seconds": TIMEOUT_SECONDS,
        },
        "schedule": {
            "name": named["publish_schedule"],
            "group_name": "default",
            "schedule_expression": contract.lake["schedule"],
            "state": "ENABLED" if contract.lake["enabled"] else "DISABLED",
            "flexible_time_window": {"mode": "OFF"},
            "target": {
                "arn": arns["publish_machine"],
                "role_arn": names.role_arn("publish-scheduler"),
                "input": "{}",
                # A start that comes late is not worth making: the next tick publishes the same.
                "retry_policy": {"maximum_event_age_in_seconds": 60, "maximum_retry_attempts": 2},
            },
        },
        "log_group": named["publish_log_group"],
        "log_group_arn": arns["publish_log_group"],
        "config": _config(contract),
        "lake_formation": {"grants": _grants(contract)},
        "roles": {
            "publish": _publish_role(contract),
            "publish_scheduler": _scheduler_role(contract),
        },
        "tags": contract.tags,
    }


def _config(contract: Contract) -> list[dict[str, str]]:
    """The objects that the machine reads: an index of the tables, and one a table.

    A tick without news reads the index alone; `layout` tells it of new columns.
    """
    index, objects = [], []
    for table in contract.tables:
        content = _compact(
            {
                "statement": unload_statement(contract.names, table),
                "table_input": _table_input(contract, table),
            }
        )
        key = f"publish/config/{table.name}.json"
        index.append(
            {
                "table": table.source,
                "name": table.name,
                "config_key": key,
                "layout": hashlib.sha256(content.encode()).hexdigest()[:16],
            }
        )
        objects.append({"key": key, "content": content})
    return [{"key": CONFIG_KEY, "content": _compact({"tables": index})}, *objects]


def _table_input(contract: Contract, table: Table) -> dict[str, Any]:
    """The catalog's table as Glue's UpdateTable takes it, without its location.

    https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
    """
    declared = current_table(contract, table)
    described = declared["storage_descriptor"]
    serde = described["serde_info"]
    return {
        "Name": declared["name"],
        "Description": declared["description"],
        "TableType": declared["table_type"],
        "Parameters": declared["parameters"],
        "StorageDescriptor": {
            "Columns": [
                {"Name": column["name"], "Type": column["type"]} for column in described["columns"]
            ],
            "InputFormat": described["input_format"],
            "OutputFormat": described["output_format"],
            "SerdeInfo": {
                "SerializationLibrary": serde["serialization_library"],
                "Parameters": serde["parameters"],
            },
        },
    }


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _grants(contract: Contract) -> list[dict[str, Any]]:
    """What Lake Formation lets the machine do: move these tables on, to the published files."""
    names = contract.names
    database, publisher = names.as_dict()["catalog_database"], names.role_arn("publish")
    return [
        {
            "principal": publisher,
            "resource": {"data_location": {"resource_arn": names.s3_arn("current")}},
            "permissions": ["DATA_LOCATION_ACCESS"],
        },
        {
            "principal": publisher,
            "resource": {"database": {"name": database}},
            "permissions": ["DESCRIBE"],
        },
        *(
            {
                "principal": publisher,
                "resource": {"table": {"database_name": database, "name": table.name}},
                "permissions": ["ALTER", "DESCRIBE"],
            }
            for table in contract.tables
        ),
    ]


def _publish_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    arns, database = names.arns(), names.as_dict()["catalog_database"]
    return role(
        contract,
        "publish",
        "The publication's state machine",
        service_trust("states.amazonaws.com", account=names.account_id),
        document(
            allow("ReadConfig", ["s3:GetObject"], [names.s3_arn("publish/config/*")]),
            allow("ReadCursor", ["dynamodb:GetItem"], [arns["cursor_table"]]),
            allow("FindOthers", ["states:ListExecutions"], [arns["publish_machine"]]),
            on_workgroup(names, "ExecuteStatement"),
            # each state may have a session of its own
            on_statements(own=False),
            # one pattern for all: a table each would not fit into a policy. Lake Formation grants
            # the current tables alone.
            allow(
                "MoveTablesOn",
                ["glue:GetTable", "glue:UpdateTable"],
                [
                    names.arn("glue", "catalog"),
                    names.arn("glue", f"database/{database}"),
                    names.arn("glue", f"table/{database}/*"),
                ],
            ),
            allow(
                "ListCurrent",
                ["s3:ListBucket"],
                [names.s3_arn()],
                {"StringLike": {"s3:prefix": ["current/*"]}},
            ),
            allow("DeleteReplaced", ["s3:DeleteObject"], [names.s3_arn("current/*")]),
            allow("Alert", ["sns:Publish"], [arns["topic"]]),
            deliver_logs(),
        ),
    )


def _scheduler_role(contract: Contract) -> dict[str, Any]:
    names = contract.names
    return role(
        contract,
        "publish-scheduler",
        "The schedule starts the publication",
        service_trust("scheduler.amazonaws.com", account=names.account_id),
        document(
            allow("StartPublication", ["states:StartExecution"], [names.arns()["publish_machine"]])
        ),
    )
