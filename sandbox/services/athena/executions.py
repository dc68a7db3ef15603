"""The queries of an account and region: found, listed, stopped.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryExecution.html
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.call import Call
from sandbox.clock import Clock
from sandbox.engines.athena.errors import CANCELLED
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.runtime import Runtime
from sandbox.services.athena import events
from sandbox.services.athena.execution import Execution
from sandbox.services.athena.refusals import invalid

AT_ONCE = 4
MOST_ACTIVE = 200
"""Queries of a region that have not ended, those in the queue among them."""
KEPT_DAYS = 45
PAGE = 50


class Executions:
    """Hold `lock` around every look at a query's progress and every change of it."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.runtime, self.account, self.region = runtime, account, region
        self.lock = threading.RLock()
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="athena")
        self.sessions: dict[str, Any] = {}
        """What runs, by the query's ID: a Session of the engine."""
        self._by_id: dict[str, Execution] = {}
        self._tokens: dict[tuple[str, str], Execution] = {}
        runtime.on_stop(self._stop)

    def named(self, identifier: str) -> Execution:
        """One query; InvalidRequestException when there is none."""
        try:
            return self._by_id[identifier]
        except KeyError:
            raise invalid(f"QueryExecution {identifier} was not found") from None

    def known(self, principal: str, token: str, request: dict[str, Any]) -> Execution | None:
        """The query that a client's token stands for; refused with another request."""
        found = self._tokens.get((principal, token))
        if found is not None and found.request != request:
            raise invalid("Idempotent parameters do not match")
        return found

    def add(self, execution: Execution, token: str | None) -> None:
        """Keep a new query; TooManyRequestsException when too many have not ended."""
        self._forget_old()
        if sum(not each.ended for each in self._by_id.values()) >= MOST_ACTIVE:
            raise AwsError(
                "TooManyRequestsException",
                "You have exceeded the limit for the number of queries you can run concurrently. "
                "Reduce the number of concurrent queries submitted by this account.",
                Reason="CONCURRENT_QUERY_LIMIT_EXCEEDED",
            )
        self._by_id[execution.id] = execution
        if token:
            self._tokens[execution.principal.iam_arn, token] = execution

    def of(self, workgroup: str) -> list[Execution]:
        """The queries of a workgroup, the newest first."""
        with self.lock:
            return [one for one in self._by_id.values() if one.workgroup == workgroup][::-1]

    def become(self, execution: Execution, state: str, reason: str = "", error: Any = None) -> bool:
        """Let a query take its next state, and EventBridge know; False if it has ended before."""
        with self.lock:
            if execution.ended:
                return False
            previous = execution.state
            execution.become(state, reason, error)
        events.tell(self.runtime, self.account, self.region, execution, previous)
        return True

    def forget(self, workgroup: str, *, even_some: bool) -> bool:
        """Drop the queries of a workgroup; False where there are some, and that is not wanted."""
        found = self.of(workgroup)
        if found and not even_some:
            return False
        for execution in found:
            self.stop(execution)
            self._drop(execution)
        return True

    def stop(self, execution: Execution) -> None:
        """Cancel a query; one that has ended stays as it is."""
        if self.become(execution, "CANCELLED", CANCELLED):
            session = self.sessions.get(execution.id)
            if session is not None:
                session.cancel()

    def _drop(self, execution: Execution) -> None:
        with self.lock:
            self._by_id.pop(execution.id, None)
            kept = {key: one for key, one in self._tokens.items() if one is not execution}
            self._tokens = kept

    def _forget_old(self) -> None:
        now = Clock.now()
        for execution in list(self._by_id.values()):
            if (now - execution.submitted).days < KEPT_DAYS:
                break
            self._drop(execution)

    def _stop(self) -> None:
        for session in list(self.sessions.values()):
            session.cancel()
        self.pool.shutdown(wait=False, cancel_futures=True)


def executions_of(call: Call) -> Executions:
    """The queries of the account and region that a request goes to."""
    return call.runtime.state(Executions, call.account, call.region)


@operation("athena", "GetQueryExecution")
def get_query_execution(call: Call, QueryExecutionId: str) -> dict[str, Any]:
    """One query."""
    executions = executions_of(call)
    with executions.lock:
        return {"QueryExecution": executions.named(QueryExecutionId).described()}


@operation("athena", "BatchGetQueryExecution")
def batch_get_query_execution(call: Call, QueryExecutionIds: list[str]) -> dict[str, Any]:
    """Up to 50 queries, and why some of them are not told."""
    executions = executions_of(call)
    found, missing = [], []
    for identifier in QueryExecutionIds:
        try:
            with executions.lock:
                found.append(executions.named(identifier).described())
        except AwsError as error:
            detail = {"ErrorCode": "INVALID_INPUT", "ErrorMessage": str(error.message)}
            missing.append({"QueryExecutionId": identifier, **detail})
    return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}


@operation("athena", "StopQueryExecution")
def stop_query_execution(call: Call, QueryExecutionId: str) -> None:
    """Cancel a query."""
    executions = executions_of(call)
    executions.stop(executions.named(QueryExecutionId))


@operation("athena", "GetQueryRuntimeStatistics")
def get_query_runtime_statistics(call: Call, QueryExecutionId: str) -> dict[str, Any]:
    """Times and sizes of a query, without its stages."""
    execution = executions_of(call).named(QueryExecutionId)
    return {
        "QueryRuntimeStatistics": {
            "Timeline": execution.timeline(),
            "Rows": {
                "InputRows": execution.scanned_rows,
                "InputBytes": execution.scanned_bytes,
                "OutputRows": execution.rows,
                "OutputBytes": execution.bytes,
            },
        }
    }
