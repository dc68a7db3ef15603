"""Replication tasks that are started in other ways than the plain one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_task import main

TASK = {"ReplicationTaskArn": "arn:aws:dms:us-east-1:123456789012:task:ABC"}
LOG = {"ErrorBehavior": {"DataErrorPolicy": "LOG_ERROR"}}
LOADED = {"FullLoadFinishDate": "2026-01-01T00:00:00Z"}


def task(status: str = "stopped", **members: Any) -> dict[str, Any]:
    found = {"ReplicationTaskIdentifier": "shop", **TASK, "Status": status}
    return {**found, "MigrationType": "full-load-and-cdc", **members}


class TestReload:
    def test_of_all_stops_it_and_begins_with_the_load(
        self, run_module, say, task_describe, task_tags, task_start
    ):
        script = [
            task_describe(task("running", ReplicationTaskStats=LOADED)),
            task_tags,
            say("dms", "StopReplicationTask", TASK, {}),
            task_describe(task("stopped", ReplicationTaskStats=LOADED)),
            task_start("reload-target"),
            task_describe(task("running")),
            task_tags,
            task_describe(task("running")),
            task_tags,
        ]
        result = run_module(main, script, identifier="shop", state="reloaded")
        assert result["diff"]["before"] == {"status": "running", "full_load": "done"}

    def test_of_all_is_told_in_check_mode(self, run_module, task_describe, task_tags):
        script = [task_describe(task("running")), task_tags]
        assert run_module(main, script, True, identifier="shop", state="reloaded")["changed"]

    def test_after_a_change_starts_it_only_once(
        self, run_module, say, task_describe, task_tags, task_start
    ):
        changed = {**TASK, "ReplicationTaskSettings": json.dumps(LOG)}
        stopped = task("stopped", ReplicationTaskStats=LOADED)
        script = [
            task_describe(task("running")),
            task_tags,
            say("dms", "StopReplicationTask", TASK, {}),
            task_describe(stopped),
            say("dms", "ModifyReplicationTask", changed, {}),
            task_describe(stopped),
            task_tags,
            task_describe(stopped),
            task_tags,
            task_start("reload-target"),
            task_describe(task("running")),
            task_tags,
            task_describe(task("running")),
            task_tags,
        ]
        result = run_module(main, script, identifier="shop", settings=LOG, state="reloaded")
        assert result["changed"]

    def test_of_changes_alone_is_refused(self, run_module, task_describe, task_tags):
        script = [task_describe(task("running", MigrationType="cdc")), task_tags]
        result = run_module(main, script, identifier="shop", state="reloaded")
        assert "there is no load to repeat" in result["msg"]

    @pytest.mark.parametrize("check", [False, True])
    def test_of_a_table_is_asked_for_and_not_in_check_mode(
        self, run_module, say, task_describe, task_tags, check
    ):
        table = {"SchemaName": "public", "TableName": "orders"}
        running = [task_describe(task("running")), task_tags]
        known = {"TableStatistics": [table]}
        script = [
            *running,
            say("dms", "DescribeTableStatistics", {**TASK, "MaxRecords": 500}, known),
        ]
        if not check:
            request = {**TASK, "TablesToReload": [table], "ReloadOption": "data-reload"}
            script += [*running, say("dms", "ReloadTables", request, {}), *running]
        asked = [{"schema_name": "public", "table_name": "orders"}]
        result = run_module(main, script, check, identifier="shop", reload_tables=asked)
        assert result["changed"]

    @pytest.mark.parametrize(
        ("state", "message"),
        [("Table completed", None), ("Table error", "gave up the reload of public.orders")],
    )
    def test_of_a_table_is_waited_for_until_it_is_newer(
        self, run_module, say, task_describe, task_tags, state, message
    ):
        def told(state: str, end: str) -> Any:
            table = {"SchemaName": "public", "TableName": "orders", "TableState": state}
            answer = {"TableStatistics": [{**table, "FullLoadEndTime": end}]}
            return say("dms", "DescribeTableStatistics", {**TASK, "MaxRecords": 500}, answer)

        table = {"SchemaName": "public", "TableName": "orders"}
        request = {**TASK, "TablesToReload": [table], "ReloadOption": "data-reload"}
        running = [task_describe(task("running")), task_tags]
        old, new = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
        script = [
            *running,
            told("Table completed", old),
            *running,
            told("Table completed", old),
            say("dms", "ReloadTables", request, {}),
            told("Table completed", old),
            told("Table is being reloaded", old),
            told(state, new),
            *([] if message else running),
        ]
        asked = [{"schema_name": "public", "table_name": "orders"}]
        options = {"identifier": "shop", "reload_tables": asked, "wait_for_reload": True}
        result = run_module(main, script, **options)
        assert message in result["msg"] if message else result["changed"]

    def test_that_only_validates_is_not_waited_for(self, run_module):
        options = {"reload_option": "validate-only", "wait_for_reload": True}
        result = run_module(main, [], identifier="shop", **options)
        assert "wait_for_reload needs reload_option data-reload" in result["msg"]


class TestStart:
    def test_of_one_still_being_made_waits_for_that_even_without_wait(
        self, run_module, task_describe, task_tags, task_start
    ):
        script = [
            task_describe(task("creating")),
            task_tags,
            task_describe(task("creating")),
            task_describe(task("ready")),
            task_tags,
            task_start("start-replication"),
            task_describe(task("starting")),
            task_tags,
        ]
        result = run_module(main, script, identifier="shop", state="started", wait=False)
        assert result["replication_task"]["status"] == "starting"
