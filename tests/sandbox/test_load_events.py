"""How many of an execution's 25,000 events tables take, and how long a statement may be asked for.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.load_limits import (
    MAX_TABLES,
    TIMEOUT_SECONDS,
)

from sandbox.services.stepfunctions.expressions import evaluate
from sandbox.services.stepfunctions.limits import MAX_EVENTS
from tests.sandbox.lake_tools import ALL
from tests.sandbox.load_files import snapshot
from tests.sandbox.load_tools import Load, definition
from tests.sandbox.publication_tools import Publication

A_QUESTION = 9
"""Events of the states Pause, Describe and Outcome."""
RENEWED = 5
"""Events of a lease that is renewed."""
LEASE = 900_000
TEN_MINUTES = 600
A_DAY = 24 * 60 * 60
MACHINES = [("orchestration", "load"), ("publication", "publish")]


@pytest.fixture(scope="module")
def publication(aws: Callable[..., Any]) -> Iterator[Publication]:
    load = Load(aws, "eventtest")
    load.deploy()
    made = Publication(load)
    made.deploy()
    yield made
    defaults = {"CreateDatabaseDefaultPermissions": ALL, "CreateTableDefaultPermissions": ALL}
    aws("lakeformation").put_data_lake_settings(DataLakeSettings=defaults)
    load.remove()


def events(aws: Callable[..., Any], ended: dict[str, Any]) -> int:
    """Of an execution that succeeded, without those of its questions."""
    assert ended["status"] == "SUCCEEDED", ended
    pages = aws("stepfunctions").get_paginator("get_execution_history")
    found = [
        event
        for page in pages.paginate(executionArn=ended["executionArn"])
        for event in page["events"]
    ]
    kinds = Counter(event["type"] for event in found)
    return len(found) - A_QUESTION * kinds["WaitStateEntered"]


def value(expression: str, **variables: Any) -> Any:
    return evaluate(expression.removeprefix("{%").removesuffix("%}"), variables)


def of_a_table(layer: dict[str, Any], role: str, machine: str) -> dict[str, Any]:
    """The states that a table goes through."""
    each = definition(layer["definition"], role, machine)["States"]["EachTable"]
    states = each["ItemProcessor"]["States"]
    assert isinstance(states, dict)
    return states


def pauses(states: dict[str, Any], seconds: int) -> list[int]:
    """The seconds between the questions for a statement that takes so long."""
    found = [1]
    while sum(found) < seconds:
        found.append(value(states["Pause"]["Assign"]["pause"], pause=found[-1]))
    return found


def test_all_tables_of_a_contract_fit_into_an_execution(
    publication: Publication, aws: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with news that takes ten minutes; or five with a day, as load.concurrency is."""
    load = publication.load
    load.capture.answer(monkeypatch)
    for table in ("orders", "returns"):
        load.capture.completed(table, rows=1)
    counted: dict[str, list[int]] = {}
    for tables in (["orders"], ["orders", "returns"]):
        load.clear()
        publication.clear()
        for table in tables:
            load.capture.completed(table, rows=1)
            load.land("LOAD00000001", snapshot(1, "new"), table=table)
        chosen = {"tables": [f"public.{table}" for table in tables]}
        for machine, run in (("load", load.run), ("publish", publication.run)):
            for news in ("news", "idle"):
                counted.setdefault(f"{machine} {news}", []).append(events(aws, run(chosen)))
    a_table = {what: two - one for what, (one, two) in counted.items()}
    assert a_table == {"load news": 68, "load idle": 30, "publish news": 47, "publish idle": 23}
    for role, machine in MACHINES:
        states = of_a_table(load.derived[role], role, machine)
        once = counted[f"{machine} idle"][0] - a_table[f"{machine} idle"]
        each = a_table[f"{machine} news"] + len(pauses(states, TEN_MINUTES)) * A_QUESTION
        assert once + MAX_TABLES * each < 0.9 * MAX_EVENTS, f"{machine}: {each} a table"
        slow = a_table[f"{machine} news"] + len(pauses(states, A_DAY)) * (A_QUESTION + RENEWED)
        rest = (MAX_TABLES - 5) * a_table[f"{machine} idle"]
        assert once + 5 * slow + rest < MAX_EVENTS, f"{machine}: {slow} a table"


@pytest.mark.parametrize(("role", "machine"), MACHINES)
def test_a_statement_of_a_day_ends_before_its_execution_does(
    publication: Publication, role: str, machine: str
) -> None:
    layer = publication.load.derived[role]
    rendered = definition(layer["definition"], role, machine)
    assert rendered["TimeoutSeconds"] == TIMEOUT_SECONDS > A_DAY
    assert layer["definition"].get("page_seconds", 0) <= TIMEOUT_SECONDS - A_DAY


def test_a_lease_is_renewed_long_before_it_ends_for_a_day(publication: Publication) -> None:
    states = of_a_table(publication.load.derived["orchestration"], *MACHINES[0])
    outcome = states["Outcome"]["Choices"]
    (renewal,) = [each["Condition"] for each in outcome if each["Next"] == "RenewLease"]
    assert value(states["RenewLease"]["Assign"]["lease_until"].replace("$millis()", "0")) == LEASE
    now, until = 0, LEASE
    waits = pauses(states, A_DAY)
    for pause, following in pairwise(waits):
        now += 1000 * pause
        assert until - now > LEASE / 2, f"{until - now} ms are left"
        asked = renewal.replace("$millis()", "$now")
        if value(asked, now=now, lease_until=until, pause=following):
            until = now + LEASE
