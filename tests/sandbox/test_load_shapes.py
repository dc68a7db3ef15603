"""The load of files whose columns change: any mix of shapes arrives, and none in the wrong columns.

What DMS tells of its tables is set by the tests; everything else is the sandbox.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from sandbox import registry
from tests.sandbox.shape_tools import BASE, Evolving

WITH_NOTE = {**BASE, "note": "varchar(20)"}
WITH_BOTH = {**WITH_NOTE, "price": "bigint"}


@pytest.fixture(scope="module")
def deployed(aws: Callable[..., Any]) -> Iterator[Evolving]:
    load = Evolving(aws, "shapetest")
    load.deploy()
    yield load
    load.remove()


@pytest.fixture
def load(deployed: Evolving, monkeypatch: pytest.MonkeyPatch) -> Evolving:
    """A table of two columns, loaded once and empty."""
    deployed.capture.answer(monkeypatch)
    deployed.clear()
    deployed.follow(BASE, forget=["public.returns"])
    deployed.capture.completed("returns", rows=0)
    assert deployed.returns()["status"] == "loaded"
    return deployed


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The batches that Redshift was given."""
    submit = registry._handlers["redshift-data", "BatchExecuteStatement"]
    batches: list[list[str]] = []

    def remembered(call: Any, **request: Any) -> Any:
        if call.principal.kind == "role":
            batches.append(request["Sqls"])
        return submit(call, **request)

    monkeypatch.setitem(registry._handlers, ("redshift-data", "BatchExecuteStatement"), remembered)
    return batches


def test_old_and_new_files_of_a_table_with_a_new_column_arrive(load: Evolving) -> None:
    load.follow(WITH_NOTE)
    for number in range(1, 13):
        load.change(number, BASE, status="old")
    for number in range(13, 25):
        load.change(number, WITH_NOTE, status="new", note="added")
    # one file of the old shape, delivered again at the end
    load.change(25, BASE, status="late")
    report = load.returns()
    assert (report["status"], report["files"], report["more"]) == ("loaded", 25, False)
    assert load.rows("status", "note") == (
        [["old", None]] * 12 + [["new", "added"]] * 12 + [["late", None]]
    )


def test_a_mix_costs_few_batches_and_a_page_like_the_last_one_costs_one(
    load: Evolving, submitted: list[list[str]]
) -> None:
    load.follow(WITH_NOTE)
    for number in range(1, 41):
        load.change(number, BASE if number <= 20 else WITH_NOTE, status="x")
    assert load.returns()["files"] == 40
    assert len(submitted) == 4
    assert load.place()["file_shape"]["S"] == load.configuration()["shapes"][0]["id"]
    for number in range(41, 50):
        load.change(number, WITH_NOTE, status="x")
    submitted.clear()
    load.returns()
    assert len(submitted) == 1


def test_files_arrive_though_redshift_does_not_say_which_one_does_not_fit(
    load: Evolving, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.follow(WITH_NOTE)
    for number in range(1, 41):
        load.change(number, BASE if number <= 20 else WITH_NOTE, status="x")
    describe = registry._handlers["redshift-data", "DescribeStatement"]

    def brief(call: Any, **request: Any) -> Any:
        told = describe(call, **request)
        cut = told.get("Error", "").partition("Data columns")[0]
        return told | ({"Error": cut} if cut else {})

    monkeypatch.setitem(registry._handlers, ("redshift-data", "DescribeStatement"), brief)
    assert load.returns()["files"] == 40
    assert load.query("SELECT MIN(file_count) FROM etl.load_audit WHERE file_count > 0") == [[1]]


def test_two_changes_of_a_table_may_wait_at_once(load: Evolving) -> None:
    load.follow(WITH_NOTE)
    load.follow(WITH_BOTH)
    load.change(1, BASE, status="a")
    load.change(2, WITH_NOTE, status="b", note="n")
    load.change(3, WITH_BOTH, status="c", note="n", price=3)
    load.change(4, WITH_NOTE, status="d", note="m")
    assert load.returns()["files"] == 4
    assert load.rows("status", "note", "price") == [
        ["a", None, None],
        ["b", "n", None],
        ["c", "n", 3],
        ["d", "m", None],
    ]


def test_a_dropped_column_stays_and_is_null_in_what_comes_after(load: Evolving) -> None:
    load.follow(WITH_BOTH)
    load.change(1, WITH_BOTH, status="a", note="kept", price=1)
    load.change(2, WITH_BOTH, status="b", note="gone", price=2)
    load.returns()
    load.follow(WITH_BOTH, dropped=["price"])
    load.change(3, WITH_BOTH, status="c", note="waited", price=3)
    without = {**BASE, "note": "varchar(20)"}
    load.land_shape(
        "20990101-000000004",
        without,
        {"op": "U", "order_id": 2, "before": 2, "order": 4, "status": "e", "note": "n"},
    )
    assert load.returns()["files"] == 2
    assert load.rows("order_id", "status", "price") == [[1, "a", 1], [2, "e", None], [3, "c", 3]]


def test_a_shape_that_nobody_knows_stops_its_table_alone_until_the_contract_follows(
    load: Evolving,
) -> None:
    load.capture.completed("orders", rows=1)
    load.land("LOAD00000001", ("I", 1, "new", 0, None))
    load.change(1, BASE, status="a")
    unknown = load.change(2, WITH_NOTE, status="b", note="n")
    ended = load.run()
    assert (ended["status"], ended["error"]) == ("FAILED", "LoadFailed")
    assert load.warehouse() == {1: "new"}
    assert load.rows("status") == [["a"]]
    cause = ended["cause"]
    assert cause.startswith(f"public.returns: {unknown} fits none of the 1 shapes")
    assert "Table columns: 6, Data columns: 7" in cause
    assert "playbooks/follow_source.yml" in cause
    (alert,) = load.alerts()
    assert alert.startswith(cause)
    load.follow(WITH_NOTE)
    assert load.returns()["files"] == 1
    assert load.rows("status", "note") == [["a", None], ["b", "n"]]


def test_a_column_of_another_type_stops_its_table_until_it_is_reloaded(load: Evolving) -> None:
    load.follow(WITH_BOTH)
    other = {**WITH_NOTE, "price": "date"}
    load.change(1, other, status="a")
    assert "incompatible Parquet schema for column" in load.refused()
    assert load.rows("status") == []


def test_a_widened_text_arrives_once_the_contract_follows(load: Evolving) -> None:
    load.follow(WITH_NOTE)
    long = "x" * 30
    load.change(1, WITH_NOTE, status="a", note="short")
    load.change(2, WITH_NOTE, status="b", note=long)
    cause = load.refused()
    assert "longer than the length defined in the table" in cause
    assert "20990101-000000002.parquet" in cause
    before = load.configuration()["shapes"]
    load.widen("note", 40)
    load.follow({**BASE, "note": "varchar(40)"})
    assert load.configuration()["shapes"] == before
    assert load.returns()["files"] == 2
    assert load.rows("note") == [["short"], [long]]


def test_a_full_load_of_an_older_shape_arrives(load: Evolving) -> None:
    load.follow(WITH_NOTE)
    time.sleep(1.1)  # S3 tells the age of an object in seconds
    load.capture.completed("returns", rows=2)
    load.land_shape("LOAD00000001", BASE, {"order_id": 1, "status": "a"})
    load.land_shape("LOAD00000002", BASE, {"order_id": 2, "status": "b"})
    load.change(3, WITH_NOTE, status="c", note="n")
    assert load.returns()["files"] == 3
    assert load.rows("status", "note") == [["a", None], ["b", None], ["c", "n"]]


def test_an_execution_killed_between_the_old_files_and_the_new_ones_does_no_harm(
    load: Evolving, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.follow(WITH_NOTE)
    for number in range(1, 21):
        load.change(number, BASE if number <= 10 else WITH_NOTE, status=f"s{number}")
    submit = registry._handlers["redshift-data", "BatchExecuteStatement"]
    count = 0
    execution = ""

    def killing(call: Any, **request: Any) -> Any:
        nonlocal count
        if call.principal.kind == "role":
            count += 1
            if count == 4:
                load.aws("stepfunctions").stop_execution(executionArn=execution)
        return submit(call, **request)

    monkeypatch.setitem(registry._handlers, ("redshift-data", "BatchExecuteStatement"), killing)
    execution = load.start({"tables": ["public.returns"]})
    assert load.wait(execution)["status"] == "ABORTED"
    load.expire_leases()
    assert load.returns()["status"] == "loaded"
    assert load.rows("status") == [[f"s{number}"] for number in range(1, 21)]
    assert load.returns()["status"] == "nothing new"


def test_a_contract_that_would_put_values_into_wrong_columns_is_refused(load: Evolving) -> None:
    load.follow(WITH_NOTE)
    before = load.configuration()
    renamed = {**BASE, "remark": "varchar(20)"}
    with pytest.raises(AnsibleFilterError, match=r"\(note -> remark\).*forget_shapes=public.re"):
        load.follow(renamed)
    assert load.configuration() == before
    load.change(1, WITH_NOTE, status="a", note="n")
    load.returns()
    load.follow(renamed, forget=["public.returns"])
    load.change(2, renamed, status="b", remark="r")
    load.returns()
    assert load.rows("note", "remark") == [["n", None], [None, "r"]]
