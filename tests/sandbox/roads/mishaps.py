"""What may go wrong with a load; none of it may change how all ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sandbox import registry
from sandbox.errors import AwsError
from tests.sandbox.capture_tools import until
from tests.sandbox.roads.road import PATIENCE_SECONDS, Road
from tests.sandbox.roads.shop import Table

MOST_EVENTS_BEFORE_KILL = 260


def nothing(road: Road, chance: random.Random) -> None:
    """A load that goes well."""
    succeeds(road)


def twice_at_once(road: Road, chance: random.Random) -> None:
    """Two executions overlap."""
    for execution in [road.load.start(), road.load.start()]:
        assert road.load.wait(execution, PATIENCE_SECONDS)["status"] == "SUCCEEDED"


def killed(road: Road, chance: random.Random) -> None:
    """An execution is stopped between two states, and its leases run out."""
    execution = road.load.start()
    wanted = chance.randint(1, MOST_EVENTS_BEFORE_KILL)
    states = road.load.aws("stepfunctions")

    def far_enough() -> bool:
        ended = states.describe_execution(executionArn=execution)["status"] != "RUNNING"
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution)
        return ended or sum(len(page["events"]) for page in pages) >= wanted

    until(far_enough, PATIENCE_SECONDS)
    states.stop_execution(executionArn=execution)
    road.load.wait(execution, PATIENCE_SECONDS)
    road.expire_leases()


def conflict(road: Road, chance: random.Random) -> None:
    """A transaction is told to have lost against another."""

    def failed(answer: Callable[[], Any], request: dict[str, Any]) -> Any:
        error = "ERROR: 1023 Serializable isolation violation on table"
        return {"Id": request["Id"], "Status": "FAILED", "Error": error}

    with once("DescribeStatement", failed):
        succeeds(road)


def refused(road: Road, chance: random.Random) -> None:
    """Redshift does not take a statement at first."""

    def busy(answer: Callable[[], Any], request: dict[str, Any]) -> Any:
        raise AwsError("ActiveStatementsExceededException", "Active statements exceeded")

    with once("BatchExecuteStatement", busy):
        succeeds(road)


def answer_lost(road: Road, chance: random.Random) -> None:
    """A statement is taken, and nobody hears of it."""

    def lost(answer: Callable[[], Any], request: dict[str, Any]) -> Any:
        answer()
        raise AwsError("InternalServerException", "connection reset")

    with once("BatchExecuteStatement", lost):
        succeeds(road)


MISHAPS = (nothing, nothing, twice_at_once, killed, killed, conflict, refused, answer_lost)


def succeeds(road: Road) -> None:
    """A load of all tables."""
    ended = road.load.wait(road.load.start(), PATIENCE_SECONDS)
    assert ended["status"] == "SUCCEEDED", ended


def held(road: Road, table: Table) -> None:
    """A load that waits with one table, and says why."""
    ended = road.load.wait(road.load.start(), PATIENCE_SECONDS)
    assert ended["status"] == "FAILED", ended
    assert ended["cause"].startswith(f"public.{table.name}: The source has changed the table")
    assert road.load.alerts()


@contextmanager
def once(operation: str, act: Callable[[Callable[[], Any], dict[str, Any]], Any]) -> Iterator[None]:
    """The first call of the load's role to this operation of Redshift is answered by `act`."""
    handler = registry._handlers["redshift-data", operation]
    answered: list[str] = []

    def handle(call: Any, **request: Any) -> Any:
        if answered or call.principal.kind != "role":
            return handler(call, **request)
        answered.append(operation)
        return act(lambda: handler(call, **request), request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(registry._handlers, ("redshift-data", operation), handle)
        yield
