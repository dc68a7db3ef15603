"""The alarms of the role observability: they fire when a load fails, is stopped or runs out of time,
and those who subscribed hear.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.runtime import Runtime
from tests.sandbox.capture_tools import until
from tests.sandbox.event_tools import subscribed
from tests.sandbox.load_files import snapshot
from tests.sandbox.load_tools import Load, definition
from tests.tasks import Account, run_tasks

ENDS = ("failed", "timed-out", "aborted")


@pytest.fixture
def load(
    aws: Callable[..., Any], sandbox: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Load]:
    """An empty road to the warehouse, with its alarms as the role makes them, and takes them away."""
    load = Load(aws, "loadalarm")
    load.deploy()
    load.capture.answer(monkeypatch)
    made = load.derived["observability"]
    account = Account.of_sandbox(sandbox.settings.endpoint_url)

    def run(entry: str) -> None:
        role = {
            "ansible.builtin.import_role": {
                "name": "modern_data.warehouse.observability",
                "tasks_from": entry,
            },
            "vars": {
                "observability_topic": made["topic"]["name"],
                "observability_subscriptions": [],
                "observability_alarms": made["alarms"],
                "observability_tags": made["tags"],
            },
        }
        ran, output = run_tasks([role], account, tmp_path, "observability")
        assert not [task.failure for task in ran if task.failure], output

    run("main")
    yield load
    run("teardown")
    names = [each["name"] for each in made["alarms"]]
    assert not aws("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    load.remove()


def test_a_load_that_does_not_succeed_raises_an_alarm(aws: Callable[..., Any], load: Load) -> None:
    prefix = load.derived["names"]["prefix"]

    def states() -> dict[str, str]:
        found = aws("cloudwatch").describe_alarms(AlarmNamePrefix=f"{prefix}-")["MetricAlarms"]
        return {each["AlarmName"].removeprefix(f"{prefix}-"): each["StateValue"] for each in found}

    calm = {f"{machine}-{end}": "OK" for machine in ("load", "publish") for end in ENDS}
    until(lambda: states() == calm)
    assert load.run({"tables": []})["status"] == "SUCCEEDED"
    with subscribed(aws, load.derived["observability"]["topic"]["arn"]) as heard:
        load.capture.completed("orders")
        load.capture.tables["orders"]["TableState"] = "Table error"
        ended = load.run({"tables": ["public.orders"]})
        assert ended["status"] == "FAILED"
        told = {notification.get("Subject"): notification for notification in heard(2)}
    assert states() == calm | {"load-failed": "ALARM"}
    message = json.loads(told[f'ALARM: "{prefix}-load-failed" in US East (N. Virginia)']["Message"])
    assert message["AlarmDescription"].startswith("A load failed")
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [1.0 (")
    assert message["Trigger"]["Dimensions"] == [{"name": "StateMachineArn", "value": load.machine}]

    # Neither of these gets to the state Alert: the topic hears of the alarm alone.
    load.capture.completed("returns", rows=1)
    load.land("LOAD00000001", snapshot(1, "new"), table="returns")
    with subscribed(aws, load.derived["observability"]["topic"]["arn"]) as heard:
        started = load.start({"tables": ["public.orders"]})
        aws("stepfunctions").stop_execution(executionArn=started)
        assert load.wait(started)["status"] == "ABORTED"
        (stopped,) = heard(1)
        aws("stepfunctions").update_state_machine(
            stateMachineArn=load.machine,
            definition=json.dumps(definition(load.values | {"timeout_seconds": 1})),
        )
        assert load.run({"tables": ["public.returns"]})["status"] == "TIMED_OUT"
        (late,) = heard(1)
    assert stopped["Subject"].startswith(f'ALARM: "{prefix}-load-aborted"')
    assert late["Subject"].startswith(f'ALARM: "{prefix}-load-timed-out"')
    assert states() == calm | {f"load-{end}": "ALARM" for end in ENDS}
