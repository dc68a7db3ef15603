"""A table that the source has changed is held until its columns were compared with the contract.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.load_files import SEQUENCE
from tests.sandbox.shape_tools import BASE, Evolving

BEGAN = datetime(2026, 1, 15, 12, 0, 0, 250000, tzinfo=UTC)
ANEW = datetime(2026, 1, 16, 12, tzinfo=UTC)
WITH_NOTE = {**BASE, "note": "varchar(20)"}
PERMUTED = {"order_id": "bigint", "remark": "varchar(20)"}


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Evolving]:
    load = Evolving(aws, "ddltest")
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Evolving, monkeypatch: pytest.MonkeyPatch) -> Evolving:
    """A table that was loaded once and is empty, of a task that began."""
    deployed.capture.answer(monkeypatch)
    deployed.clear()
    deployed.check("")
    deployed.follow(BASE, forget=["public.returns"])
    deployed.capture.task["FreshStartDate"] = BEGAN
    deployed.capture.completed("returns", rows=0)
    deployed.capture.completed("orders", rows=0)
    assert deployed.returns()["status"] == "loaded"
    return deployed


def altered(load: Evolving, ddls: int = 1) -> None:
    """The source has changed public.returns so often."""
    load.capture.tables["returns"]["Ddls"] = ddls


def test_values_of_another_column_are_not_loaded_into_one_that_is_gone(load: Evolving) -> None:
    load.change(1, BASE, status="a")
    load.change(2, PERMUTED, remark="no status")
    altered(load)
    load.land("20990101-000000001", ("I", 1, "new", SEQUENCE, None))
    ended = load.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "LoadFailed")
    assert ended["cause"].startswith(
        "public.returns: The source has changed the table (2026-01-15T12:00:00Z/1)."
    )
    assert "playbooks/follow_source.yml" in ended["cause"]
    assert load.rows("status") == []
    assert load.warehouse() == {1: "new"}
    assert "lease_owner" not in load.place()


def test_a_change_is_told_once_and_another_one_again(load: Evolving) -> None:
    altered(load)
    load.refused()
    load.alerts()
    report = load.returns()
    assert report["status"] == "held"
    assert "alert" not in report
    assert load.alerts() == []
    altered(load, 2)
    assert "/2)" in load.refused()
    assert len(load.alerts()) == 1


def test_what_was_checked_is_loaded_and_stays_so(load: Evolving) -> None:
    altered(load)
    load.change(1, BASE, status="a")
    load.refused()
    load.follow(WITH_NOTE)
    load.check("2026-01-15T12:00:00Z/1")
    load.change(2, WITH_NOTE, status="b", note="n")
    assert load.returns()["files"] == 2
    assert load.rows("status", "note") == [["a", None], ["b", "n"]]
    assert "held_schema" not in load.place()
    load.check("")
    load.change(3, WITH_NOTE, status="c", note="m")
    assert load.returns()["files"] == 1


def test_a_check_before_the_last_change_is_not_enough(load: Evolving) -> None:
    altered(load, 2)
    load.check("2026-01-15T12:00:00Z/1")
    assert "/2)" in load.refused()


def test_a_task_that_began_anew_counts_from_zero_and_does_not_let_a_held_table_go(
    load: Evolving,
) -> None:
    altered(load)
    load.refused()
    load.capture.task["FreshStartDate"] = ANEW
    load.capture.completed("returns", rows=1)
    load.land_shape("LOAD00000001", PERMUTED, {"order_id": 1, "remark": "no status"})
    assert "(2026-01-16T12:00:00Z/0)" in load.refused()
    assert load.rows("status") == []
    load.check("2026-01-16T12:00:00Z/0")
    load.land_shape("LOAD00000001", BASE, {"order_id": 1, "status": "a"})
    assert load.returns()["status"] == "loaded"
    assert load.rows("status") == [["a"]]


def test_a_full_load_after_a_change_waits_too(load: Evolving) -> None:
    altered(load)
    load.capture.completed("returns", rows=1)
    load.capture.tables["returns"]["Ddls"] = 1
    load.land_shape("LOAD00000001", PERMUTED, {"order_id": 1, "remark": "no status"})
    load.refused()
    assert load.rows("status") == []


def test_a_deployment_keeps_what_was_checked(load: Evolving) -> None:
    load.check("2026-01-15T12:00:00Z/1")
    load.follow(WITH_NOTE)
    assert load.configuration()["schema_checked"] == "2026-01-15T12:00:00Z/1"
    assert json.loads(load.read("load/config/tables.json")).keys() == {"tables"}


def test_a_task_without_a_start_is_no_hindrance(load: Evolving) -> None:
    load.capture.task.clear()
    altered(load)
    assert "(/1)" in load.refused()
    load.check("/1")
    assert load.returns()["status"] == "nothing new"
