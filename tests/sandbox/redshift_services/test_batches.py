"""Batches of the Data API, and what ends a statement early."""

from __future__ import annotations

import time

import pytest

from sandbox.services.redshift_data import ledger
from tests.sandbox.redshift_services.tools import (
    ended,
    finished,
    refused,
    rows,
    run,
    selected,
    submitted,
    until,
)


def test_a_batch_shows_each_of_its_queries(data):
    found = finished(data, Sqls=["select 1", "select 2 union all select 3"])
    assert (found["ResultRows"], found["HasResultSet"]) == (3, True)
    assert "QueryString" not in found
    first, second = found["SubStatements"]
    assert [first["Id"], second["Id"]] == [f"{found['Id']}:1", f"{found['Id']}:2"]
    assert (second["Status"], second["ResultRows"]) == ("FINISHED", 2)
    assert sorted(rows(data, second["Id"])) == [[2], [3]]
    assert data.describe_statement(Id=second["Id"])["QueryString"] == second["QueryString"]
    with refused("ResourceNotFoundException", "Query does not have result"):
        data.get_statement_result(Id=found["Id"])


def test_a_batch_that_fails_leaves_nothing_behind(data, secret):
    found = run(
        data,
        Sqls=["create table public.undone (id int)", "select 1 / 0", "select 3"],
        SecretArn=secret,
    )
    assert found["Status"] == "FAILED"
    assert found["Error"].startswith("Query #2 failed with ERROR: ")
    statuses = [each["Status"] for each in found["SubStatements"]]
    assert statuses == ["FINISHED", "FAILED", "ABORTED"]
    assert "zero" in found["SubStatements"][1]["Error"].lower()
    assert run(data, "select * from undone", SecretArn=secret)["Status"] == "FAILED"


def test_each_query_commits_by_itself_when_asked_to(data, secret):
    found = run(
        data,
        Sqls=["create table public.done (id int)", "select 1 / 0", "select 3"],
        SecretArn=secret,
        ExecutionMode="AUTO_COMMIT",
    )
    statuses = [each["Status"] for each in found["SubStatements"]]
    assert (found["Status"], statuses) == ("FAILED", ["FINISHED", "FAILED", "FINISHED"])
    assert rows(data, f"{found['Id']}:3") == [[3]]
    assert selected(data, "select count(*) from done", SecretArn=secret) == [[0]]


@pytest.mark.parametrize(
    "sqls", [["select 1"] * 41, ["select 1", ""], ["select '" + "x" * 102_400 + "'"]]
)
def test_a_batch_has_limits(data, sqls):
    with refused("ValidationException"):
        submitted(data, Sqls=sqls)


def test_forty_statements_are_not_too_many(data):
    assert len(finished(data, Sqls=["select 1"] * 40)["SubStatements"]) == 40


def test_a_running_statement_is_cancelled(data, secret, locked):
    identifier = submitted(data, Sql="delete from orders", SecretArn=secret)
    until(lambda: data.describe_statement(Id=identifier)["Status"] == "STARTED")
    assert data.cancel_statement(Id=identifier)["Status"] is True
    found = ended(data, identifier)
    assert found["Status"] == "ABORTED"
    with refused("ValidationException", "already in ABORTED state"):
        data.cancel_statement(Id=identifier)


def test_waiting_for_a_result_ends_without_one(data, secret, locked):
    identifier = submitted(data, Sql="select count(*) from orders", SecretArn=secret)
    beginning = time.monotonic()
    with refused("ResourceNotFoundException", "Query does not have result"):
        data.get_statement_result(Id=identifier, WaitTimeSeconds=1)
    assert time.monotonic() - beginning >= 1
    data.cancel_statement(Id=identifier)
    ended(data, identifier)


def test_statements_run_side_by_side(data, secret, locked):
    waiting = submitted(data, Sql="delete from orders", SecretArn=secret)
    assert finished(data, "select 1")["Status"] == "FINISHED"
    data.cancel_statement(Id=waiting)
    assert ended(data, waiting)["Status"] == "ABORTED"


def test_a_cancelled_batch_undoes_what_it_did(data, secret, locked):
    identifier = submitted(
        data, Sqls=["create table public.half (id int)", "delete from orders"], SecretArn=secret
    )
    until(lambda: data.describe_statement(Id=identifier)["SubStatements"][1]["Status"] == "STARTED")
    data.cancel_statement(Id=identifier)
    found = ended(data, identifier)
    assert found["Status"] == "ABORTED"
    assert run(data, "select * from half", SecretArn=secret)["Status"] == "FAILED"


def test_active_statements_have_a_limit(data, secret, locked, monkeypatch):
    assert ledger.MOST_ACTIVE == 500
    monkeypatch.setattr(ledger, "MOST_ACTIVE", 50)
    request = {"Sql": "select count(*) from orders", "SecretArn": secret}
    ids = [submitted(data, **request) for _ in range(50)]
    with refused("ActiveStatementsExceededException"):
        submitted(data, **request)
    for identifier in ids:
        data.cancel_statement(Id=identifier)
    assert {ended(data, identifier)["Status"] for identifier in ids} == {"ABORTED"}
