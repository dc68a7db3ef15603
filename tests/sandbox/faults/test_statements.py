"""Statements of the Data API that fail or hang."""

from __future__ import annotations

import pytest

from tests.sandbox.capture_tools import until
from tests.sandbox.redshift_services.tools import ADMIN, ENDED, make, remove

HERE = {"WorkgroupName": "struck", "Database": "analytics"}


@pytest.fixture(scope="module")
def data(aws):
    make(aws("redshift-serverless"), "struck", dbName="analytics", **ADMIN)
    yield aws("redshift-data")
    remove(aws("redshift-serverless"), "struck")


def ended(data, statement):
    return until(
        lambda: (found := data.describe_statement(Id=statement))["Status"] in ENDED and found
    )


def test_a_statement_fails_so_often_and_then_works(data, faults):
    faults.put({"kind": "statement", "matching": r"select\s+41", "first": 2})
    failures = []
    for _ in range(3):
        batch = data.batch_execute_statement(
            **HERE, Sqls=["create temp table t (a int)", "SELECT\n41"]
        )
        failures.append(ended(data, batch["Id"]))
    assert [each["Status"] for each in failures] == ["FAILED", "FAILED", "FINISHED"]
    assert failures[0]["SubStatements"][1]["Error"].startswith("ERROR: 1023: Serializable")
    assert faults.struck() == [2]


def test_a_statement_hangs_until_it_is_cancelled_or_long_enough(data, faults):
    faults.put({"kind": "statement", "matching": "42", "outcome": "hang", "seconds": 600})
    statement = data.execute_statement(**HERE, Sql="select 42")["Id"]
    until(lambda: data.describe_statement(Id=statement)["Status"] == "STARTED")
    data.cancel_statement(Id=statement)
    assert ended(data, statement)["Status"] == "ABORTED"

    faults.put({"kind": "statement", "matching": "42", "outcome": "hang", "seconds": 0.2})
    described = ended(data, data.execute_statement(**HERE, Sql="select 42")["Id"])
    assert described["Status"] == "FINISHED"
    assert (described["UpdatedAt"] - described["CreatedAt"]).total_seconds() >= 0.2
