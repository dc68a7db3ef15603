from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.glue_crawler import main

NAME = {"Name": "landing"}
ARN = "arn:aws:glue:us-east-1:123456789012:crawler/landing"
ROLE = "arn:aws:iam::123456789012:role/service/crawler"
CATALOG = {"CatalogTargets": [{"DatabaseName": "lake", "Tables": ["orders"]}]}
TARGETS = {"catalog_targets": [{"database_name": "lake", "tables": ["orders"]}]}


def crawler(**members: Any) -> dict[str, Any]:
    found = {
        "Name": "landing",
        "Role": "service/crawler",
        "Targets": {"S3Targets": [], "JdbcTargets": [], **CATALOG},
        "State": "READY",
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
        "Schedule": {"ScheduleExpression": "cron(0 3 * * ? *)", "State": "SCHEDULED"},
        "Configuration": '{"Version":1.0,"Grouping":{"TableGroupingPolicy":"X"}}',
        "LastCrawl": {"Status": "SUCCEEDED", "StartTime": "2026-01-01T00:00:00Z"},
    }
    return {"Crawler": {**found, **members}}


@pytest.fixture
def get(say):
    return lambda **members: say("glue", "GetCrawler", NAME, crawler(**members))


@pytest.fixture
def tags(say):
    return say("glue", "GetTags", {"ResourceArn": ARN}, {"Tags": {"A": "1"}})


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


OPTIONS = {
    "name": "landing",
    "role": ROLE,
    "targets": TARGETS,
    "schema_change_policy": {"update_behavior": "UPDATE_IN_DATABASE"},
    "configuration": {"Grouping": {"TableGroupingPolicy": "X"}, "Version": 1},
    "tags": {"A": "1"},
}


class TestCrawler:
    def test_is_created(self, run_module, say, get, tags, account):
        request = {
            **NAME,
            "Role": ROLE,
            "Targets": CATALOG,
            "SchemaChangePolicy": {"UpdateBehavior": "LOG"},
        }
        script = [
            account,
            say("glue", "GetCrawler", NAME, "EntityNotFoundException"),
            say("glue", "CreateCrawler", request),
            get(),
            tags,
        ]
        policy = {"update_behavior": "LOG"}
        options = {"targets": TARGETS, "schema_change_policy": policy, "schedule": ""}
        result = run_module(main, script, name="landing", role=ROLE, **options)
        assert result["changed"]
        assert result["crawler"]["crawler_arn"] == ARN

    def test_is_shown_and_not_created_in_check_mode(self, run_module, say, account):
        script = [account, say("glue", "GetCrawler", NAME, "EntityNotFoundException")]
        result = run_module(main, script, check=True, **OPTIONS, schedule="cron(0 3 * * ? *)")
        assert result["changed"]
        assert result["crawler"]["schedule"] == {"schedule_expression": "cron(0 3 * * ? *)"}
        assert result["crawler"]["crawler_arn"] == ARN

    def test_is_left_alone_when_aws_names_its_role_by_name(self, run_module, get, tags, account):
        for check in (False, True):
            assert not run_module(main, [account, get(), tags], check=check, **OPTIONS)["changed"]

    def test_that_runs_is_not_waited_for_without_need(self, run_module, get, tags, account):
        script = [account, get(State="RUNNING"), tags]
        assert not run_module(main, script, **OPTIONS)["changed"]

    def test_keeps_the_other_behavior_and_waits_for_its_run(
        self, run_module, say, get, tags, account
    ):
        policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
        script = [
            account,
            get(State="RUNNING"),
            tags,
            get(State="STOPPING"),
            get(),
            say("glue", "UpdateCrawler", {**NAME, "SchemaChangePolicy": policy}),
            get(),
            tags,
        ]
        options = {"schema_change_policy": {"update_behavior": "LOG"}}
        assert run_module(main, script, name="landing", **options)["changed"]

    def test_check_mode_tells_the_whole_policy(self, run_module, get, tags, account):
        policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
        options = {"schema_change_policy": {"update_behavior": "LOG"}}
        script = [account, get(SchemaChangePolicy=policy), tags]
        result = run_module(main, script, check=True, name="landing", **options)
        told = {"update_behavior": "LOG", "delete_behavior": "LOG"}
        assert result["crawler"]["schema_change_policy"] == told

    def test_gives_its_schedule_up(self, run_module, say, get, tags, account):
        script = [
            account,
            get(),
            tags,
            get(),
            say("glue", "UpdateCrawler", {**NAME, "Schedule": ""}),
            get(Schedule={}),
            tags,
        ]
        result = run_module(main, script, name="landing", schedule="")
        assert result["diff"]["before"]["schedule"] == "cron(0 3 * * ? *)"

    def test_is_deleted_after_its_run(self, run_module, say, get, tags, account):
        script = [
            account,
            get(State="RUNNING"),
            tags,
            get(),
            say("glue", "DeleteCrawler", NAME),
            say("glue", "GetCrawler", NAME, "EntityNotFoundException"),
        ]
        assert run_module(main, script, name="landing", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"configuration": "Version 1"}, "configuration must be a mapping"),
            (
                {
                    "recrawl_policy": {"recrawl_behavior": "CRAWL_NEW_FOLDERS_ONLY"},
                    "schema_change_policy": {"update_behavior": "UPDATE_IN_DATABASE"},
                },
                "AWS allows LOG alone",
            ),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], name="landing", **options)["msg"]


class TestCrawl:
    def test_is_waited_for_until_a_new_run_has_ended(self, run_module, say, get, tags, account):
        later = {"Status": "SUCCEEDED", "StartTime": "2026-01-02T00:00:00Z"}
        script = [
            account,
            get(State="RUNNING"),
            tags,
            get(State="RUNNING"),
            get(),
            say("glue", "StartCrawler", NAME),
            get(),
            get(State="RUNNING"),
            get(LastCrawl=later),
            get(LastCrawl=later),
            tags,
        ]
        result = run_module(main, script, name="landing", state="crawled")
        assert result["changed"]
        assert result["crawler"]["last_crawl"]["start_time"].startswith("2026-01-02")

    def test_begins_after_one_that_began_in_between(self, run_module, say, get, tags, account):
        later = {"Status": "SUCCEEDED", "StartTime": "2026-01-02T00:00:00Z"}
        script = [
            account,
            get(),
            tags,
            get(),
            say("glue", "StartCrawler", NAME, "CrawlerRunningException"),
            get(State="STOPPING"),
            get(LastCrawl=later),
            say("glue", "StartCrawler", NAME),
            get(State="RUNNING", LastCrawl=later),
            tags,
        ]
        options = {"name": "landing", "state": "crawled", "wait": False}
        assert run_module(main, script, **options)["crawler"]["state"] == "RUNNING"

    def test_of_one_that_an_earlier_task_would_make_is_foretold(self, run_module, say, account):
        missing = say("glue", "GetCrawler", NAME, "EntityNotFoundException")
        result = run_module(main, [missing, account], check=True, name="landing", state="crawled")
        assert result["changed"]
        assert result["diff"]["after"] == {"crawl": "started"}

    def test_that_fails_is_an_error(self, run_module, say, get, tags, account):
        failed = {
            "Status": "FAILED",
            "StartTime": "2026-01-02T00:00:00Z",
            "ErrorMessage": "no access",
        }
        script = [
            account,
            get(),
            tags,
            get(),
            say("glue", "StartCrawler", NAME),
            get(LastCrawl=failed),
        ]
        result = run_module(main, script, name="landing", state="crawled")
        assert "its run ended as FAILED: no access" in result["msg"]

    def test_is_not_started_in_check_mode(self, run_module, get, tags, account):
        script = [account, get(), tags]
        result = run_module(main, script, check=True, name="landing", state="crawled")
        assert result["diff"]["after"]["crawl"] == "started"
