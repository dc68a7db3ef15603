"""Tasks of DMS that fail, and files that land twice."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.capture_tools import ORDERS, trade, until
from tests.sandbox.dms_platform import Platform
from tests.sandbox.dms_tools import SETTINGS

IMPATIENT = {"ErrorBehavior": {"RecoverableErrorCount": 1, "RecoverableErrorInterval": 0}}


@pytest.fixture(scope="module")
def platform(aws):
    made = Platform(aws, "struck")
    made.test_connections()
    with made.connect() as connection:
        connection.execute(ORDERS)
        trade(connection, seed=1, changes=20)
    return made


@pytest.fixture
def task(platform):
    arn = platform.create_task(
        "struck-task", ReplicationTaskSettings=json.dumps(SETTINGS | IMPATIENT)
    )
    yield arn
    platform.delete(arn)


def failed(platform, task):
    described = platform.wait_status(task, "failed")
    return described["StopReason"], described["LastFailureMessage"]


def changed(platform, seed):
    with platform.connect() as connection:
        trade(connection, seed=seed, changes=10)


@pytest.mark.parametrize("level", ["recoverable", "fatal"])
@pytest.mark.parametrize("during", ["start", "full_load"])
def test_a_task_fails_and_goes_on_when_it_is_started_again(platform, task, faults, during, level):
    faults.put({"kind": "replication_failure", "during": during, "level": level, "task": "struck*"})
    platform.dms.start_replication_task(
        ReplicationTaskArn=task, StartReplicationTaskType="start-replication"
    )
    reason, message = failed(platform, task)
    assert f"{level.upper()}_ERROR Error Level {level.upper()}" in reason
    assert "fault plan" in message
    platform.start(task, "reload-target" if during == "start" else "resume-processing")
    assert faults.struck() == [1]


def test_a_task_tries_what_is_recoverable_again_as_often_as_its_settings_say(
    platform, task, faults
):
    platform.start(task)
    faults.put({"kind": "replication_failure", "during": "changes", "first": 1})
    changed(platform, 2)
    until(lambda: platform.landed.changes("public/orders"))
    assert platform.task(task)["Status"] == "running"
    faults.put({"kind": "replication_failure", "during": "changes", "first": 2})
    changed(platform, 3)
    assert "RECOVERABLE" in failed(platform, task)[0]


def test_a_fatal_failure_stops_a_task_at_once(platform, task, faults):
    platform.start(task)
    faults.put({"kind": "replication_failure", "during": "changes", "level": "fatal"})
    changed(platform, 4)
    assert "FATAL" in failed(platform, task)[0]


def test_rows_of_a_file_land_once_more_under_another_name(platform, task, faults):
    platform.empty_bucket()
    platform.start(task)
    faults.put({"kind": "duplicate_file"})
    changed(platform, 5)
    names = until(lambda: len(n := platform.landed.changes("public/orders")) >= 2 and n)
    first, second = (
        platform.landed.read("public/orders", name).select(["Op", "order_id"]) for name in names[:2]
    )
    assert first.slice(0, min(first.num_rows, second.num_rows)) == second.slice(
        0, min(first.num_rows, second.num_rows)
    )
    assert faults.struck() == [1]
