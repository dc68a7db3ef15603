"""The alarm of the role observability: it fires when a load fails, and those who subscribed hear."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.runtime import Runtime
from tests.sandbox.capture_tools import until
from tests.sandbox.event_tools import subscribed
from tests.sandbox.load_tools import Load
from tests.tasks import Account, run_tasks


@pytest.fixture
def load(
    aws: Callable[..., Any], sandbox: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Load]:
    """An empty road to the warehouse, with its alarms as the role makes them."""
    load = Load(aws, "loadalarm")
    load.deploy()
    load.capture.answer(monkeypatch)
    made = load.derived["observability"]
    role = {
        "ansible.builtin.import_role": {"name": "modern_data.warehouse.observability"},
        "vars": {
            "observability_topic": made["topic"]["name"],
            "observability_subscriptions": [],
            "observability_alarms": made["alarms"],
            "observability_tags": made["tags"],
        },
    }
    account = Account.of_sandbox(sandbox.settings.endpoint_url)
    ran, output = run_tasks([role], account, tmp_path, "observability")
    assert not [task.failure for task in ran if task.failure], output
    yield load
    aws("cloudwatch").delete_alarms(AlarmNames=[each["name"] for each in made["alarms"]])
    load.remove()


def test_a_load_that_fails_raises_the_alarm(aws: Callable[..., Any], load: Load) -> None:
    names = [each["name"] for each in load.derived["observability"]["alarms"]]

    def states() -> list[str]:
        found = aws("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
        return [
            each["StateValue"]
            for each in sorted(found, key=lambda each: names.index(each["AlarmName"]))
        ]

    until(lambda: states() == ["OK", "OK"])
    assert load.run({"tables": []})["status"] == "SUCCEEDED"
    with subscribed(aws, load.derived["observability"]["topic"]["arn"]) as heard:
        load.capture.completed("orders")
        load.capture.tables["orders"]["TableState"] = "Table error"
        ended = load.run({"tables": ["public.orders"]})
        assert ended["status"] == "FAILED"
        told = {notification.get("Subject"): notification for notification in heard(2)}
    assert states() == ["ALARM", "OK"]
    message = json.loads(told[f'ALARM: "{names[0]}" in US East (N. Virginia)']["Message"])
    assert message["AlarmDescription"].startswith("A load failed")
    assert message["NewStateReason"].startswith("Threshold Crossed: 1 datapoint [1.0 (")
    assert message["Trigger"]["Dimensions"] == [{"name": "StateMachineArn", "value": load.machine}]
