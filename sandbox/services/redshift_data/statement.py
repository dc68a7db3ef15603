"""A submitted statement: one query or a batch of them, and how far it has come."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock
from sandbox.engines.redshift.model import StatementResult
from sandbox.identity import Principal
from sandbox.services.redshift_data.connection import Connection
from sandbox.services.redshift_data.fields import result_size
from sandbox.services.redshift_data.sessions import Session

ENDED = frozenset({"FINISHED", "FAILED", "ABORTED"})


@dataclass
class Query:
    """One SQL text of a statement; error is the server's, with its ERROR or FATAL."""

    sql: str
    status: str = "SUBMITTED"
    error: str = ""
    result: StatementResult | None = None
    created: datetime.datetime = field(default_factory=Clock.now)
    updated: datetime.datetime = field(default_factory=Clock.now)

    def become(self, status: str, error: str = "") -> None:
        """Go on to another status."""
        self.status, self.error, self.updated = status, error, Clock.now()

    def members(self) -> dict[str, Any]:
        """What DescribeStatement tells of one query."""
        result = self.result
        return {
            "Status": self.status,
            "QueryString": self.sql,
            "CreatedAt": self.created,
            "UpdatedAt": self.updated,
            "HasResultSet": self.has_result_set,
            "ResultRows": max(result.row_count, 0) if result else -1,
            "ResultSize": result_size(result) if result else -1,
            "Duration": result.duration_ns if result else -1,
            "RedshiftQueryId": result.query_id if result else 0,
            **({"Error": self.error} if self.error else {}),
        }

    @property
    def has_result_set(self) -> bool:
        """Whether there are rows to fetch, if only none of them."""
        return self.result is not None and self.result.columns is not None


@dataclass
class Statement:
    """What one ExecuteStatement or BatchExecuteStatement request asked for."""

    id: str
    principal: Principal
    connection: Connection
    session: Session | None
    queries: list[Query]
    batch: bool
    name: str
    parameters: list[dict[str, str]]
    result_format: str
    execution_mode: str
    with_event: bool
    created: datetime.datetime = field(default_factory=Clock.now)
    updated: datetime.datetime = field(default_factory=Clock.now)
    status: str = "SUBMITTED"
    error: str = ""
    pid: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event, repr=False)

    def become(self, status: str, error: str = "") -> None:
        """Go on to another status."""
        self.status, self.error, self.updated = status, error, Clock.now()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED

    def result(self, number: int) -> StatementResult | None:
        """What the only query, or a batch's query of this number, returned and was committed."""
        if self.batch and not number:
            return None
        query = self.queries[max(number, 1) - 1]
        committed = self if self.execution_mode == "TRANSACTION" else query
        return query.result if committed.status == "FINISHED" else None

    def submitted(self) -> dict[str, Any]:
        """What the request that made it is answered."""
        return {"Id": self.id, "CreatedAt": self.created, **self._where()}

    def progress(self) -> dict[str, Any]:
        """What a request that waited for it is answered besides."""
        has_result_set = any(query.has_result_set for query in self.queries)
        return {"Status": self.status, "RedshiftPid": self.pid, "HasResultSet": has_result_set}

    def listed(self) -> dict[str, Any]:
        """The statement as ListStatements shows it."""
        texts = [query.sql for query in self.queries]
        return {
            "Id": self.id,
            "Status": self.status,
            "CreatedAt": self.created,
            "UpdatedAt": self.updated,
            "IsBatchStatement": self.batch,
            "ResultFormat": self.result_format,
            **({"QueryStrings": texts} if self.batch else {"QueryString": texts[0]}),
            **self._optional(),
        }

    def described(self) -> dict[str, Any]:
        """The statement as DescribeStatement shows it, a batch with its queries."""
        return {
            **(self._batch_members() if self.batch else self.queries[0].members()),
            "Id": self.id,
            "Status": self.status,
            "CreatedAt": self.created,
            "UpdatedAt": self.updated,
            "RedshiftPid": self.pid,
            "ResultFormat": self.result_format,
            **({"Error": self.error} if self.error else {}),
            **self._where(),
            **self._optional(),
        }

    def described_query(self, number: int) -> dict[str, Any]:
        """One query of a batch, counted from 1, as DescribeStatement shows it."""
        return {
            **self.queries[number - 1].members(),
            "Id": f"{self.id}:{number}",
            "RedshiftPid": self.pid,
            "ResultFormat": self.result_format,
            **self._where(),
        }

    def _where(self) -> dict[str, Any]:
        session = {"SessionId": self.session.id} if self.session else {}
        return self.connection.members() | session

    def _batch_members(self) -> dict[str, Any]:
        members = [query.members() for query in self.queries]
        numbers = {
            name: sum(max(each[name], 0) for each in members) if self.ended else -1
            for name in ("ResultRows", "ResultSize", "Duration")
        }
        return {
            **numbers,
            "RedshiftQueryId": 0,
            "HasResultSet": any(query.has_result_set for query in self.queries),
            "ExecutionMode": self.execution_mode,
            "SubStatements": [
                {"Id": f"{self.id}:{number}", **each} for number, each in enumerate(members, 1)
            ],
        }

    def _optional(self) -> dict[str, Any]:
        shown = {
            "StatementName": self.name,
            "QueryParameters": self.parameters,
            "SecretArn": self.connection.secret_arn,
            "SessionId": self.session.id if self.session else "",
        }
        return {name: value for name, value in shown.items() if value}
