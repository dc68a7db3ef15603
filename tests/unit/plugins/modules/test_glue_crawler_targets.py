from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.glue_crawler_targets import (
    same_targets,
)
from ansible_collections.modern_data.warehouse.plugins.modules.glue_crawler import main

NAME = {"Name": "sources"}
ARN = "arn:aws:glue:us-east-1:123456789012:crawler/sources"
BASE = {"name": "sources", "role": "crawler", "database_name": "lake"}
JDBC = {"connection_name": "shop", "path": "shop/public/%"}
CATALOG = {"database_name": "lake", "tables": ["orders"]}
S3 = {"path": "s3://b/raw/"}
MIXED = {
    "s3_targets": [{**S3, "connection_name": "net", "exclusions": ["*.tmp"]}],
    "jdbc_targets": [
        {
            **JDBC,
            "exclusions": ["audit_*"],
            "enable_additional_metadata": ["RAWTYPES", "COMMENTS"],
        }
    ],
    "dynamodb_targets": [{"path": "orders", "scan_all": False, "scan_rate": 0.5}],
    "mongodb_targets": [{"connection_name": "docs", "path": "shop/orders", "scan_all": True}],
    "delta_targets": [
        {
            "delta_tables": ["s3://b/d2/", "s3://b/d1/"],
            "write_manifest": False,
            "create_native_delta_table": True,
        }
    ],
    "iceberg_targets": [{"paths": ["s3://b/i/"], "maximum_traversal_depth": 3}],
    "hudi_targets": [{"paths": ["s3://b/h/"], "exclusions": ["old/**"]}],
}
ASKED = {
    "S3Targets": [{"Path": "s3://b/raw/", "ConnectionName": "net", "Exclusions": ["*.tmp"]}],
    "JdbcTargets": [
        {
            "ConnectionName": "shop",
            "Path": "shop/public/%",
            "Exclusions": ["audit_*"],
            "EnableAdditionalMetadata": ["RAWTYPES", "COMMENTS"],
        }
    ],
    "DynamoDBTargets": [{"Path": "orders", "scanAll": False, "scanRate": 0.5}],
    "MongoDBTargets": [{"ConnectionName": "docs", "Path": "shop/orders", "ScanAll": True}],
    "DeltaTargets": [
        {
            "DeltaTables": ["s3://b/d2/", "s3://b/d1/"],
            "WriteManifest": False,
            "CreateNativeDeltaTable": True,
        }
    ],
    "IcebergTargets": [{"Paths": ["s3://b/i/"], "MaximumTraversalDepth": 3}],
    "HudiTargets": [{"Paths": ["s3://b/h/"], "Exclusions": ["old/**"]}],
}
FOUND = {
    **ASKED,
    "CatalogTargets": [],
    "JdbcTargets": [
        {**ASKED["JdbcTargets"][0], "EnableAdditionalMetadata": ["COMMENTS", "RAWTYPES"]}
    ],
    "DeltaTargets": [{**ASKED["DeltaTargets"][0], "DeltaTables": ["s3://b/d1/", "s3://b/d2/"]}],
}


def refused(run_module: Any, targets: dict[str, Any], **options: Any) -> str:
    return run_module(main, [], **BASE, targets=targets, **options)["msg"]


@pytest.fixture
def get(say):
    def line(**targets: Any) -> Any:
        members = {**NAME, "Role": "crawler", "DatabaseName": "lake", "State": "READY"}
        answer = {"Crawler": {**members, "Targets": targets}}
        return say("glue", "GetCrawler", NAME, answer)

    return line


@pytest.fixture
def missing(say):
    return say("glue", "GetCrawler", NAME, "EntityNotFoundException")


@pytest.fixture
def tags(say):
    return say("glue", "GetTags", {"ResourceArn": ARN}, {"Tags": {}})


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


class TestTargets:
    def test_of_all_kinds_are_made(self, run_module, say, missing, get, tags, account):
        request = {**NAME, "Role": "crawler", "DatabaseName": "lake", "Targets": ASKED}
        script = [account, missing, say("glue", "CreateCrawler", request), get(**FOUND), tags]
        made = run_module(main, script, **BASE, targets=MIXED)["crawler"]["targets"]
        assert made["dynamodb_targets"] == MIXED["dynamodb_targets"]
        assert made["mongodb_targets"] == MIXED["mongodb_targets"]

    @pytest.mark.parametrize("check", [False, True])
    def test_of_all_kinds_are_left_alone(self, run_module, get, tags, account, check):
        script = [account, get(**FOUND), tags]
        assert not run_module(main, script, check=check, **BASE, targets=MIXED)["changed"]

    def test_keep_what_is_not_set(self, run_module, say, get, tags, account):
        there = {"ConnectionName": "shop", "Path": "shop/public/%", "Exclusions": ["audit_*"]}
        other = {**there, "ConnectionName": "till"}
        request = {**there, "EnableAdditionalMetadata": ["COMMENTS"]}
        script = [
            account,
            get(JdbcTargets=[other, there]),
            tags,
            get(JdbcTargets=[other, there]),
            say("glue", "UpdateCrawler", {**NAME, "Targets": {"JdbcTargets": [request]}}),
            get(JdbcTargets=[request]),
            tags,
        ]
        jdbc = {**JDBC, "enable_additional_metadata": ["COMMENTS"]}
        result = run_module(main, script, **BASE, targets={"jdbc_targets": [jdbc]})
        assert len(result["diff"]["before"]["targets"]["jdbc_targets"]) == 2

    def test_that_are_no_tables_of_the_catalog_need_a_database(self, run_module, missing):
        targets = {"jdbc_targets": [JDBC]}
        result = run_module(main, [missing], name="sources", role="crawler", targets=targets)
        assert "targets.jdbc_targets needs database_name" in result["msg"]

    def test_of_the_catalog_stand_alone(self, run_module):
        targets = {"catalog_targets": [CATALOG], "s3_targets": [S3]}
        assert "AWS takes catalog_targets only by themselves" in refused(run_module, targets)

    def test_of_the_catalog_delete_nothing(self, run_module):
        policy = {"delete_behavior": "DEPRECATE_IN_DATABASE"}
        targets = {"catalog_targets": [CATALOG]}
        message = refused(run_module, targets, schema_change_policy=policy)
        assert "delete_behavior is DEPRECATE_IN_DATABASE" in message

    def test_of_databases_are_crawled_as_a_whole(self, run_module):
        policy = {"recrawl_behavior": "CRAWL_NEW_FOLDERS_ONLY"}
        message = refused(run_module, {"jdbc_targets": [JDBC]}, recrawl_policy=policy)
        assert "recrawl_policy is CRAWL_NEW_FOLDERS_ONLY: AWS takes it for" in message

    def test_reach_s3_by_one_connection(self, run_module):
        targets = {
            "s3_targets": [{**S3, "connection_name": "one"}],
            "hudi_targets": [{"paths": ["s3://b/h/"], "connection_name": "two"}],
        }
        assert "targets have the connections one, two" in refused(run_module, targets)

    @pytest.mark.parametrize(
        ("targets", "message"),
        [
            ({}, "targets must have one of catalog_targets, s3_targets, jdbc_targets"),
            ({"s3_targets": [{**S3, "sample_size": 250}]}, "sample_size is 250"),
            ({"dynamodb_targets": [{"path": "t", "scan_rate": 2}]}, "must be 0.1 to 1.5"),
            (
                {"iceberg_targets": [{"paths": ["s3://b"], "maximum_traversal_depth": 21}]},
                "targets.iceberg_targets.maximum_traversal_depth is 21: it must be 1 to 20",
            ),
        ],
    )
    def test_are_within_what_aws_takes(self, run_module, targets, message):
        assert message in refused(run_module, targets)


def test_targets_count_in_any_order_and_by_what_was_set():
    one, other = {"path": "s3://b/a", "sample_size": 3}, {"path": "s3://b/b"}
    before, after = same_targets({"s3_targets": [other, {"path": "s3://b/a"}]}, None)
    assert before != after
    current = {"s3_targets": [one, other]}
    before, after = same_targets({"s3_targets": [other, {"path": "s3://b/a"}]}, current)
    assert before == after


def test_targets_of_another_kind_are_drift():
    current = {"jdbc_targets": [{"connection_name": "c"}], "s3_targets": [{"path": "s3://b"}]}
    before, after = same_targets({"s3_targets": [{"path": "s3://b"}]}, current)
    assert before != after
