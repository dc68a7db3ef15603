# Copyright: (c) modern_data.warehouse contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run SQL through the Redshift Data API and wait for what comes of it.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from .api import Api
from .errors import ResourceError
from .redshift_sql import parameters_in
from .waiting import pauses

MOST_STATEMENTS = 40
MOST_BYTES = 100 * 1024
LONGEST_POLL = 20
"""Seconds; the API allows 30."""
BUSY = ("ActiveStatementsExceededException", "ActiveSessionsExceededException")
RUNNING = frozenset({"SUBMITTED", "PICKED", "STARTED"})


@dataclass(frozen=True)
class Target:
    """Where and as whom to run. Members as in ExecuteStatement; unset ones are None."""

    database: str
    workgroup_name: str | None = None
    cluster_identifier: str | None = None
    secret_arn: str | None = None
    db_user: str | None = None


@dataclass
class Outcome:
    """What came of one statement. `rows` are dicts by column; `row_count` is -1 for DDL."""

    sql: str
    row_count: int = -1
    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


class StatementError(ResourceError):
    """The database refused a statement. `sql` is that statement, `reason` the server's text."""

    def __init__(self, sql: str, reason: str, position: str) -> None:
        first_line = sql.strip().splitlines()[0][:120]
        super().__init__(f"{position} failed: {reason.strip()} (in: {first_line})")
        self.sql = sql
        self.reason = reason


class DataApi:
    """Runs statements at one target. `timeout` is in seconds, for one statement or batch."""

    def __init__(self, api: Api, target: Target, timeout: float) -> None:
        self.api = api
        self.target = target
        self.timeout = timeout

    def submit(
        self,
        sqls: list[str],
        *,
        parameters: dict[str, str] | None = None,
        name: str | None = None,
        token: str | None = None,
    ) -> str:
        """Hand over statements, several as one transaction. Returns the statement's ID.

        The token makes a repeated request the same request: AWS runs it once.
        """
        operation = "ExecuteStatement" if len(sqls) == 1 else "BatchExecuteStatement"
        what: dict[str, Any] = {"sql": sqls[0]} if len(sqls) == 1 else {"sqls": sqls}
        used = set().union(*(parameters_in(sql) for sql in sqls))
        pairs = [
            {"name": key, "value": value}
            for key, value in (parameters or {}).items()
            if key in used
        ]
        if pairs:
            what["parameters"] = pairs
        answer = self.api.call(
            operation,
            retry=BUSY,
            database=self.target.database,
            workgroup_name=self.target.workgroup_name,
            cluster_identifier=self.target.cluster_identifier,
            secret_arn=self.target.secret_arn,
            db_user=self.target.db_user,
            statement_name=name,
            client_token=token or str(uuid.uuid4()),
            **what,
        )
        return answer["id"]

    def finish(self, statement_id: str, sqls: list[str], *, fetch: bool = True) -> list[Outcome]:
        """Wait for the end of a statement; returns what came of each, with `fetch` the rows too.

        Raises StatementError when the database refused it. When the time is over it is
        cancelled, which is a ResourceError.
        """
        described = self._wait(statement_id)
        parts = described.get("sub_statements") or [described]
        if described["status"] != "FINISHED":
            raise self._failure(described, parts, sqls)
        if len(parts) != len(sqls):
            raise ResourceError(
                f"Statement {statement_id} ran {len(parts)} statements, not these {len(sqls)}: its"
                " client token was used before, for others"
            )
        outcomes = []
        for sql, part in zip(sqls, parts, strict=True):
            outcome = Outcome(sql, part.get("result_rows", -1))
            if fetch and part.get("has_result_set"):
                outcome.columns, outcome.rows = self._rows(part["id"])
            outcomes.append(outcome)
        return outcomes

    def run(self, sqls: list[str], *, fetch: bool = True, **options: Any) -> list[Outcome]:
        """Submit and finish."""
        return self.finish(self.submit(sqls, **options), sqls, fetch=fetch)

    def _wait(self, statement_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + self.timeout
        long_poll = "WaitTimeSeconds" in self._members("DescribeStatement")
        for pause in pauses():
            left = deadline - time.monotonic()
            request: dict[str, Any] = {"id": statement_id}
            if long_poll and left >= 1:
                request["wait_time_seconds"] = int(min(left, LONGEST_POLL))
            described = self.api.call("DescribeStatement", **request)
            if described["status"] not in RUNNING:
                return described
            if deadline <= time.monotonic():
                self.api.maybe("CancelStatement", missing=("ValidationException",), id=statement_id)
                raise ResourceError(
                    f"Statement {statement_id} was cancelled, since it hadn't ended after"
                    f" {self.timeout:g} s: raise wait_timeout if it needs longer"
                )
            if not long_poll:
                time.sleep(min(pause, max(deadline - time.monotonic(), 0)))
        raise AssertionError("pauses() never ends")

    def _members(self, operation: str) -> Any:
        return self.api.model.operation_model(operation).input_shape.members

    def _failure(
        self, described: dict[str, Any], parts: list[dict[str, Any]], sqls: list[str]
    ) -> ResourceError:
        if described["status"] == "ABORTED":
            return ResourceError(f"Statement {described['id']} was cancelled by someone else")
        failed = next((i for i, part in enumerate(parts) if part.get("status") == "FAILED"), 0)
        reason = parts[failed].get("error") or described.get("error") or "no reason is given"
        many = len(sqls) > 1
        position = f"Statement {failed + 1} of {len(sqls)}" if many else "The statement"
        return StatementError(sqls[failed], reason, position)

    def _rows(self, statement_id: str) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
        columns: list[dict[str, str]] = []
        records: list[list[dict[str, Any]]] = []
        token = None
        while True:
            page = self.api.call("GetStatementResult", id=statement_id, next_token=token)
            columns = columns or [
                {"name": column["name"], "type": column.get("type_name", "")}
                for column in page.get("column_metadata") or []
            ]
            records += page["records"]
            token = page.get("next_token")
            if not token:
                break
        names = distinct([column["name"] for column in columns])
        return columns, [
            dict(zip(names, map(field_value, record), strict=True)) for record in records
        ]


def distinct(names: list[str]) -> list[str]:
    """Names of columns, of which a query may have several alike: the second id is id_2."""
    found: list[str] = []
    for name in names:
        count, one = 1, name
        while one in found:
            count += 1
            one = f"{name}_{count}"
        found.append(one)
    return found


def field_value(value: dict[str, Any]) -> Any:
    """A field of a result: NULL is None; DECIMAL, dates and times are text, as the API has them."""
    if value.get("is_null"):
        return None
    return next(iter(value.values()), None)
