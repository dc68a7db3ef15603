# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a statement in Amazon Athena, wait for its end, and read what it returned.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

import math
import time
import uuid
from typing import TYPE_CHECKING, Any

from .api import Api
from .errors import ResourceError
from .redshift_data import distinct
from .redshift_sql import tokens
from .waiting import pauses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

Values = dict[str, Any]
Record = list[str | None]

GOING_ON = frozenset({"QUEUED", "RUNNING"})
READS = frozenset({"select", "with", "values", "table", "show", "describe", "desc", "explain"})
WHOLE = frozenset({"tinyint", "smallint", "integer", "int", "bigint"})
FRACTIONS = frozenset({"float", "real", "double"})
BUSY = ("TooManyRequestsException",)


def is_read(sql: str) -> bool:
    """Whether a statement changes nothing, by its first word. UNLOAD and INSERT have their own."""
    return next((word.lower() for kind, word, _at in tokens(sql) if kind == "word"), "") in READS


class Statement:
    """The statement that a module's options name."""

    def __init__(self, module: AnsibleAWSModule) -> None:
        self.params: Values = module.params
        self.workgroup: str = self.params["workgroup"]
        location = self.params["output_location"]
        if not self.params["sql"].strip():
            raise ResourceError("sql is empty: write a statement")
        if location and not location.startswith("s3://"):
            raise ResourceError(f"output_location is {location}: it must begin with s3://")
        self.api = Api(module.client("athena"), f"workgroup {self.workgroup}")

    @property
    def changes(self) -> bool:
        return not is_read(self.params["sql"])

    def run(self) -> Values:
        """Run it; returns what the module does of it. Raises ResourceError where Athena refuses."""
        identifier = self._start()
        execution = self._wait(identifier)
        status = execution["status"]
        if status["state"] != "SUCCEEDED":
            reason = " ".join(status.get("state_change_reason", "").split())
            raise ResourceError(
                f"Query {identifier} {status['state']}: {reason or 'Athena gives no reason'}"
            )
        columns, rows, updated = self._results(identifier, execution.get("statement_type") == "DML")
        return {
            "query_execution_id": identifier,
            "columns": columns,
            "rows": rows,
            "update_count": updated,
            "output_location": execution["result_configuration"].get("output_location"),
            "data_scanned_in_bytes": execution.get("statistics", {}).get(
                "data_scanned_in_bytes", 0
            ),
        }

    def _start(self) -> str:
        """A token of its own for each start: one that is sent twice then starts once."""
        context = {
            key: self.params[key] for key in ("catalog", "database") if self.params[key] is not None
        }
        location = self.params["output_location"]
        answer = self.api.call(
            "StartQueryExecution",
            retry=BUSY,
            query_string=self.params["sql"],
            work_group=self.workgroup,
            query_execution_context=context or None,
            result_configuration={"output_location": location} if location else None,
            execution_parameters=self.params["parameters"] or None,
            client_request_token=str(uuid.uuid4()),
        )
        return answer["query_execution_id"]

    def _wait(self, identifier: str) -> Values:
        """When the time is over the query is stopped, since it would go on and cost."""
        timeout = self.params["wait_timeout"]
        deadline = time.monotonic() + timeout
        for pause in pauses():
            answer = self.api.call("GetQueryExecution", query_execution_id=identifier)
            execution: Values = answer["query_execution"]
            if execution["status"]["state"] not in GOING_ON:
                return execution
            left = deadline - time.monotonic()
            if left <= 0:
                self.api.call("StopQueryExecution", query_execution_id=identifier)
                raise ResourceError(
                    f"Query {identifier} was stopped, since it hadn't ended after {timeout:g} s:"
                    " raise wait_timeout if it needs longer"
                )
            time.sleep(min(pause, left))
        raise AssertionError("pauses() never ends")

    def _results(
        self, identifier: str, has_header: bool
    ) -> tuple[list[dict[str, str]], list[Values], int]:
        """Columns, typed rows, and the number of rows that were written."""
        columns: list[dict[str, str]] = []
        records: list[Record] = []
        updated = 0
        for page in self._pages(identifier):
            columns = columns or [
                {"name": one["name"], "type": one["type"]}
                for one in page["result_set"]["result_set_metadata"].get("column_info") or []
            ]
            records += [
                [datum.get("var_char_value") for datum in row.get("data") or []]
                for row in page["result_set"].get("rows") or []
            ]
            updated = page.get("update_count") or updated
        names = [column["name"] for column in columns]
        if has_header and records and records[0] == names:
            records = records[1:]
        keys = distinct(names)
        types = [column["type"] for column in columns]
        return (
            columns,
            [dict(zip(keys, map(typed, record, types), strict=False)) for record in records],
            updated,
        )

    def _pages(self, identifier: str) -> Iterator[Values]:
        token = None
        while True:
            page = self.api.call("GetQueryResults", query_execution_id=identifier, next_token=token)
            yield page
            token = page.get("next_token")
            if not token:
                return


def typed(text: str | None, of: str) -> Any:
    """A value of a result: numbers and booleans are such, NULL is None, all else is text."""
    if text is None:
        return None
    if of == "boolean":
        return text == "true"
    if of in WHOLE:
        return int(text)
    if of in FRACTIONS and math.isfinite(float(text)):
        return float(text)
    return text
