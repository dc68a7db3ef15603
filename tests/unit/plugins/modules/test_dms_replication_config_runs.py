"""Serverless replications that are started, stopped and loaded again."""

from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.dms_replication_config import main

CONFIG = {"ReplicationConfigArn": "arn:aws:dms:us-east-1:123456789012:replication-config:ABC"}
RAN = {"StartReplicationType": "start-replication"}
LOADED = {**RAN, "ReplicationStats": {"FullLoadFinishDate": "2026-01-01T00:00:00Z"}}
GONE = {**LOADED, "ProvisionData": {"ProvisionState": "deprovisioned"}}
TABLES = [{"schema_name": "public", "table_name": "orders"}]
RELOAD = {"identifier": "shop", "reload_tables": TABLES}


class TestStart:
    def test_goes_through_all_its_statuses(
        self, run_module, config_describe, config_tags, config_start
    ):
        script = [
            *config_describe(),
            config_tags,
            config_start("start-replication"),
            *config_describe("initializing", **RAN),
            *config_describe("testing_connection", **RAN),
            *config_describe("replication_starting", **RAN),
            *config_describe("running", **RAN),
            config_tags,
            *config_describe("running", **RAN),
            config_tags,
        ]
        result = run_module(main, script, identifier="shop", state="started")
        assert result["diff"] == {"before": {"status": "created"}, "after": {"status": "running"}}

    def test_is_not_waited_for_when_not_asked_to(
        self, run_module, config_describe, config_tags, config_start
    ):
        script = [
            *config_describe(),
            config_tags,
            config_start("start-replication"),
            *config_describe("initializing", **RAN),
            config_tags,
        ]
        result = run_module(main, script, identifier="shop", state="started", wait=False)
        assert result["replication_config"]["status"] == "initializing"

    def test_that_fails_tells_why(self, run_module, config_describe, config_tags, config_start):
        failed = config_describe("failed", FailureMessages=["Test connection failed"], **RAN)
        script = [
            *config_describe(),
            config_tags,
            config_start("start-replication"),
            *failed,
            config_tags,
        ]
        result = run_module(main, script, identifier="shop", state="started")
        assert "it started and failed: Test connection failed" in result["msg"]

    def test_that_is_under_way_is_no_change(self, run_module, config_describe, config_tags):
        script = [*config_describe("fetching_metadata", **RAN), config_tags]
        assert not run_module(main, script, True, identifier="shop", state="started")["changed"]

    def test_under_way_is_a_change_for_who_wants_it_stopped(
        self, run_module, config_describe, config_tags
    ):
        script = [*config_describe("fetching_metadata", **RAN), config_tags]
        assert run_module(main, script, True, identifier="shop", state="stopped")["changed"]


class TestReload:
    def test_of_all_stops_it_and_begins_with_the_load(
        self, run_module, say, config_describe, config_tags, config_start
    ):
        script = [
            *config_describe("running", **LOADED),
            config_tags,
            say("dms", "StopReplication", CONFIG, {}),
            *config_describe("stopped", **GONE),
            config_start("reload-target"),
            *config_describe("running", **RAN),
            config_tags,
            *config_describe("running", **RAN),
            config_tags,
        ]
        result = run_module(main, script, identifier="shop", state="reloaded")
        assert result["diff"]["before"] == {"status": "running", "full_load": "done"}

    def test_of_one_that_never_ran_is_its_first_start(
        self, run_module, config_describe, config_tags, config_start
    ):
        script = [
            *config_describe(),
            config_tags,
            config_start("start-replication"),
            *config_describe("running", **RAN),
            config_tags,
            *config_describe("running", **RAN),
            config_tags,
        ]
        assert run_module(main, script, identifier="shop", state="reloaded")["changed"]

    @pytest.mark.parametrize("check", [False, True])
    def test_of_a_table_is_asked_for_and_not_in_check_mode(
        self, run_module, say, config_describe, config_tags, config_statistics, check
    ):
        request = {
            **CONFIG,
            "TablesToReload": [{"SchemaName": "public", "TableName": "orders"}],
            "ReloadOption": "data-reload",
        }
        running = [*config_describe("running", **LOADED), config_tags]
        script = [*running, config_statistics]
        if not check:
            reload = say("dms", "ReloadReplicationTables", request, {})
            script += [*running, reload, *running]
        result = run_module(main, script, check, **RELOAD)
        assert result["changed"]
        assert result["diff"]["after"] == {"reload_tables": ["public.orders"]}

    def test_of_many_tables_is_ten_a_request(self, run_module, say, config_describe, config_tags):
        names = [f"t{number:02}" for number in range(12)]
        tables = [{"SchemaName": "public", "TableName": name} for name in names]
        running = [*config_describe("running", **LOADED), config_tags]
        known = say(
            "dms",
            "DescribeReplicationTableStatistics",
            {**CONFIG, "MaxRecords": 500},
            {"ReplicationTableStatistics": tables},
        )
        reloads = [
            say(
                "dms",
                "ReloadReplicationTables",
                {**CONFIG, "TablesToReload": part, "ReloadOption": "data-reload"},
                {},
            )
            for part in (tables[:10], tables[10:])
        ]
        asked = [{"schema_name": "public", "table_name": name} for name in [*names, "t00"]]
        script = [*running, known, *running, *reloads, *running]
        assert run_module(main, script, identifier="shop", reload_tables=asked)["changed"]

    @pytest.mark.parametrize("check", [False, True])
    def test_of_an_unknown_table_is_refused(
        self, run_module, config_describe, config_tags, config_statistics, check
    ):
        other = [*TABLES, {"schema_name": "public", "table_name": "invoices"}]
        script = [*config_describe("running", **LOADED), config_tags, config_statistics]
        result = run_module(main, script, check, identifier="shop", reload_tables=other)
        assert "names public.invoices, which it doesn't capture" in result["msg"]
        assert "its tables are public.items, public.orders" in result["msg"]

    def test_needs_it_to_exist(self, run_module, config_missing):
        result = run_module(main, [config_missing], **RELOAD)
        assert "doesn't exist, so reload_tables can't" in result["msg"]

    @pytest.mark.parametrize("check", [False, True])
    def test_needs_it_running(self, run_module, config_describe, config_tags, check):
        script = [*config_describe("stopped", **GONE), config_tags]
        result = run_module(main, script, check, **RELOAD)
        assert "its status is stopped: start it first" in result["msg"]

    def test_that_only_validates_needs_validation(
        self, run_module, config_describe, config_tags, config_statistics
    ):
        only = {**RELOAD, "reload_option": "validate-only"}
        script = [*config_describe("running", **LOADED), config_tags, config_statistics]
        assert "needs validation" in run_module(main, script, **only)["msg"]
        enabled = config_describe(
            "running", {"ValidationSettings": {"EnableValidation": True}}, **LOADED
        )
        assert run_module(main, [*enabled, config_tags, config_statistics], True, **only)["changed"]

    def test_comes_after_the_start_it_waits_for(
        self, run_module, say, config_describe, config_tags, config_start, config_statistics
    ):
        request = {
            **CONFIG,
            "TablesToReload": [{"SchemaName": "public", "TableName": "orders"}],
            "ReloadOption": "data-reload",
        }
        running = [*config_describe("running", **LOADED), config_tags]
        script = [
            *config_describe("stopped", **GONE),
            config_tags,
            config_start("resume-processing"),
            *running,
            *running,
            config_statistics,
            say("dms", "ReloadReplicationTables", request, {}),
            *running,
        ]
        result = run_module(main, script, **RELOAD, state="started")
        assert result["diff"]["after"] == {"status": "running", "reload_tables": ["public.orders"]}
