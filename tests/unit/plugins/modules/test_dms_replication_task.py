from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_task import main

ARN = "arn:aws:dms:us-east-1:123456789012:task:ABC"
ARNS = {name: f"arn:aws:dms:us-east-1:123456789012:{name}" for name in ("shop", "from", "to")}
TASK = {"ReplicationTaskArn": ARN}
MAPPINGS = {"rules": [{"rule-type": "selection", "rule-id": "1"}]}
EXPANDED = {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}, "Logging": {"EnableLogging": True}}
STOP = {"ErrorBehavior": {"DataErrorPolicy": "STOP_TASK"}}
LOG = {"ErrorBehavior": {"DataErrorPolicy": "LOG_ERROR"}}
OPTIONS = {
    "identifier": "Shop",
    "replication_instance": "Shop",
    "source_endpoint": "from",
    "target_endpoint": "to",
    "migration_type": "full-load-and-cdc",
    "table_mappings": MAPPINGS,
    "settings": STOP,
}
LOADED = {"FullLoadFinishDate": "2026-01-01T00:00:00Z"}
NO_TABLES = "Last Error No tables were found at task initialization."


def task(status: str = "stopped", **members: Any) -> dict[str, Any]:
    found = {
        "ReplicationTaskIdentifier": "shop",
        **TASK,
        "ReplicationInstanceArn": ARNS["shop"],
        "SourceEndpointArn": ARNS["from"],
        "TargetEndpointArn": ARNS["to"],
        "MigrationType": "full-load-and-cdc",
        "TableMappings": json.dumps(MAPPINGS),
        "ReplicationTaskSettings": json.dumps(EXPANDED),
        "Status": status,
    }
    return {**found, **members}


@pytest.fixture
def instance(say):
    def line(key: str, value: str, status: str = "available") -> Any:
        found = {
            "ReplicationInstanceIdentifier": "shop",
            "ReplicationInstanceArn": ARNS["shop"],
            "ReplicationInstanceStatus": status,
        }
        request = {"Filters": [{"Name": f"replication-instance-{key}", "Values": [value]}]}
        answer = {"ReplicationInstances": [found]}
        return say("dms", "DescribeReplicationInstances", request, answer)

    return line


@pytest.fixture
def endpoint(say):
    def line(key: str, name: str) -> Any:
        found = {"EndpointIdentifier": name, "EndpointArn": ARNS[name]}
        value = ARNS[name] if key == "arn" else name
        request = {"Filters": [{"Name": f"endpoint-{key}", "Values": [value]}]}
        return say("dms", "DescribeEndpoints", request, {"Endpoints": [found]})

    return line


@pytest.fixture
def warnings(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda self, text: said.append(text))
    return said


MISSING = "ResourceNotFoundFault"
START = {"identifier": "shop", "state": "started"}


class TestTask:
    def test_is_created_once_its_instance_is_available(
        self, run_module, say, task_describe, task_tags, instance, endpoint
    ):
        request = {
            "ReplicationTaskIdentifier": "shop",
            "ReplicationInstanceArn": ARNS["shop"],
            "SourceEndpointArn": ARNS["from"],
            "TargetEndpointArn": ARNS["to"],
            "MigrationType": "full-load-and-cdc",
            "TableMappings": json.dumps(MAPPINGS),
            "ReplicationTaskSettings": json.dumps(STOP),
        }
        script = [
            task_describe(MISSING),
            instance("id", "shop", "creating"),
            instance("id", "shop"),
            endpoint("id", "from"),
            endpoint("id", "to"),
            say("dms", "CreateReplicationTask", request, {}),
            task_describe(task("creating")),
            task_describe(task("ready")),
            task_tags,
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["replication_task"]["status"] == "ready"
        assert result["diff"]["after"]["source_endpoint"] == "from"

    def test_is_shown_in_check_mode_before_its_endpoints_are_there(self, run_module, task_describe):
        result = run_module(main, [task_describe(MISSING)], check=True, **OPTIONS, state="started")
        assert result["changed"]
        assert result["diff"]["after"]["status"] == "running"

    def test_is_left_alone_when_it_means_the_same(
        self, run_module, task_describe, task_tags, instance, endpoint
    ):
        for check in (False, True):
            script = [
                task_describe(task("running")),
                task_tags,
                instance("arn", ARNS["shop"]),
                endpoint("arn", "from"),
                endpoint("arn", "to"),
            ]
            result = run_module(main, script, check=check, **OPTIONS, state="started")
            assert not result["changed"]

    def test_that_runs_is_stopped_changed_and_started_where_it_was(
        self, run_module, say, task_describe, task_tags, task_start
    ):
        changed = {**TASK, "ReplicationTaskSettings": json.dumps(LOG)}
        stopped = task("stopped", ReplicationTaskStats=LOADED)
        running = task("running", ReplicationTaskStats=LOADED)
        for state in ("present", "started"):
            script = [
                task_describe(running),
                task_tags,
                say("dms", "StopReplicationTask", TASK, {}),
                task_describe(task("stopping")),
                task_describe(stopped),
                say("dms", "ModifyReplicationTask", changed, {}),
                task_describe(task("modifying")),
                task_describe(stopped),
                task_tags,
                task_start("resume-processing"),
                task_describe(task("starting")),
                task_describe(running),
                task_tags,
                task_describe(running),
                task_tags,
            ]
            result = run_module(main, script, identifier="shop", settings=LOG, state=state)
            assert result["diff"]["before"] == {"settings": STOP}
            assert result["diff"]["after"] == {"settings": LOG}

    def test_that_rests_is_changed_and_left_at_rest(
        self, run_module, say, task_describe, task_tags
    ):
        changed = {**TASK, "MigrationType": "cdc"}
        script = [
            task_describe(task()),
            task_tags,
            say("dms", "ModifyReplicationTask", changed, {}),
            task_describe(task()),
            task_tags,
            task_describe(task()),
            task_tags,
        ]
        assert run_module(main, script, identifier="shop", migration_type="cdc")["changed"]

    def test_cannot_take_another_endpoint(self, run_module, task_describe, task_tags, endpoint):
        script = [task_describe(task()), task_tags, endpoint("arn", "from")]
        result = run_module(main, script, identifier="shop", source_endpoint="other")
        assert "source_endpoint can't be changed from 'from' to 'other'" in result["msg"]

    def test_is_stopped_and_deleted(self, run_module, say, task_describe, task_tags):
        script = [
            task_describe(task("running")),
            task_tags,
            say("dms", "StopReplicationTask", TASK, {}),
            task_describe(task("stopped")),
            say("dms", "DeleteReplicationTask", TASK, {}),
            task_describe(task("deleting")),
            task_describe(MISSING),
        ]
        assert run_module(main, script, identifier="shop", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"table_mappings": {}}, "table_mappings must be a mapping with a list of rules"),
            ({"table_mappings": "no JSON"}, "table_mappings must be a mapping"),
            ({"settings": "[]"}, "settings must be a mapping"),
            ({"identifier": "a_b"}, "identifier must be 1 to 255"),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"identifier": "shop", **options})["msg"]


class TestStart:
    def test_is_waited_for(self, run_module, task_describe, task_tags, task_start):
        script = [
            task_describe(task("ready")),
            task_tags,
            task_start("start-replication"),
            task_describe(task("starting")),
            task_describe(task("running")),
            task_tags,
            task_describe(task("running")),
            task_tags,
        ]
        result = run_module(main, script, **START)
        assert result["diff"] == {"before": {"status": "ready"}, "after": {"status": "running"}}

    def test_is_not_done_in_check_mode(self, run_module, task_describe, task_tags):
        assert run_module(main, [task_describe(task()), task_tags], check=True, **START)["changed"]

    def test_of_a_full_load_that_is_done_is_no_change(self, run_module, task_describe, task_tags):
        done = task("stopped", MigrationType="full-load", ReplicationTaskStats=LOADED)
        assert not run_module(main, [task_describe(done), task_tags], **START)["changed"]

    def test_that_fails_is_an_error(self, run_module, task_describe, task_tags, task_start):
        script = [
            task_describe(task("ready")),
            task_tags,
            task_start("start-replication"),
            task_describe(task("failed", LastFailureMessage=NO_TABLES)),
            task_tags,
        ]
        result = run_module(main, script, **START)
        assert f"it started and failed: {NO_TABLES}" in result["msg"]

    def test_without_tables_is_a_warning_when_they_are_not_required(
        self, run_module, task_describe, task_tags, task_start, warnings
    ):
        failed = task("failed", LastFailureMessage=NO_TABLES)
        script = [
            task_describe(task("ready")),
            task_tags,
            task_start("start-replication"),
            task_describe(failed),
            task_tags,
            task_describe(failed),
            task_tags,
        ]
        result = run_module(main, script, **START, tables_required=False)
        assert result["changed"]
        assert ["found no table to capture" in text for text in warnings] == [True]

    def test_that_fails_otherwise_is_always_an_error(
        self, run_module, task_describe, task_tags, task_start
    ):
        failed = task_describe(task("failed", StopReason="Stop Reason FATAL_ERROR"))
        script = [
            task_describe(task("ready")),
            task_tags,
            task_start("start-replication"),
            failed,
            task_tags,
        ]
        result = run_module(main, script, **START, tables_required=False)
        assert "it started and failed: Stop Reason FATAL_ERROR" in result["msg"]


class TestStop:
    def test_is_waited_for(self, run_module, say, task_describe, task_tags):
        script = [
            task_describe(task("running")),
            task_tags,
            say("dms", "StopReplicationTask", TASK, {}),
            task_describe(task("stopping")),
            task_describe(task("stopped")),
            task_describe(task("stopped")),
            task_tags,
        ]
        result = run_module(main, script, identifier="shop", state="stopped")
        assert result["replication_task"]["status"] == "stopped"

    def test_of_a_task_at_rest_is_no_change(self, run_module, task_describe, task_tags):
        for status in ("ready", "stopped", "failed"):
            script = [task_describe(task(status)), task_tags]
            result = run_module(main, script, identifier="shop", state="stopped")
            assert not result["changed"]
