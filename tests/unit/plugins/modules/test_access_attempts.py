from __future__ import annotations

import io

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.access_attempts import main
from botocore.stub import ANY

PLACE = {"DatabaseName": "analytics_db", "Name": "orders"}
TABLE = {"catalog_table": {"database": "analytics_db", "name": "orders"}}
STATEMENT = {
    "statement": {"workgroup_name": "shop", "database": "analytics", "sql": "select 1"},
}
QUERY = {
    "query": {"database": "analytics_db", "sql": "select 1", "output_location": "s3://a/b/"},
}

SENT = {"WorkgroupName": "shop", "Database": "analytics", "Sql": "select 1", "ClientToken": ANY}
DESCRIBE = {"Id": "s-1", "WaitTimeSeconds": ANY}
STARTED = {
    "QueryString": "select 1",
    "WorkGroup": "primary",
    "QueryExecutionContext": {"Database": "analytics_db"},
    "ResultConfiguration": {"OutputLocation": "s3://a/b/"},
}


@pytest.fixture
def tried(run_module):
    """What came of one attempt, and the script of its conversation."""

    def run(attempt, *script):
        result = run_module(main, list(script), attempts=[{"name": "it", **attempt}])
        assert not result["changed"]
        [found] = result["outcomes"]
        return found

    return run


def test_what_is_allowed_is_told_with_its_columns(tried, say):
    columns = [{"Name": "order_id", "Type": "bigint"}]
    answer = {"Table": {"Name": "orders", "StorageDescriptor": {"Columns": columns}}}
    found = tried(TABLE, say("glue", "GetTable", PLACE, answer))
    assert found == {
        "name": "it",
        "allowed": True,
        "error_code": "",
        "error": "",
        "columns": ["order_id"],
    }


@pytest.mark.parametrize("code", ["AccessDeniedException", "EntityNotFoundException"])
def test_a_refusal_is_told_with_its_code(tried, say, code):
    found = tried(TABLE, say("glue", "GetTable", PLACE, code))
    assert (found["allowed"], found["error_code"]) == (False, code)
    assert code in found["error"]


def test_a_statement_is_refused_in_the_databases_words(tried, say):
    found = tried(
        STATEMENT,
        say("redshift-data", "ExecuteStatement", SENT, {"Id": "s-1"}),
        say(
            "redshift-data",
            "DescribeStatement",
            DESCRIBE,
            {"Id": "s-1", "Status": "FAILED", "Error": "ERROR: permission denied for relation a"},
        ),
    )
    assert not found["allowed"]
    assert found["error"] == "ERROR: permission denied for relation a"


def test_a_statement_that_is_allowed_has_an_id(tried, say):
    described = {"Id": "s-1", "Status": "FINISHED", "HasResultSet": False, "ResultRows": -1}
    found = tried(
        STATEMENT,
        say("redshift-data", "ExecuteStatement", SENT, {"Id": "s-1"}),
        say("redshift-data", "DescribeStatement", DESCRIBE, described),
    )
    assert (found["allowed"], found["statement_id"]) == (True, "s-1")


def test_a_query_is_refused_in_athenas_words(tried, say):
    status = {"State": "FAILED", "StateChangeReason": "COLUMN_NOT_FOUND: line 1:8: Column 'a'"}
    found = tried(
        QUERY,
        say("athena", "StartQueryExecution", STARTED, {"QueryExecutionId": "q-1"}),
        say(
            "athena",
            "GetQueryExecution",
            {"QueryExecutionId": "q-1"},
            {"QueryExecution": {"Status": status}},
        ),
    )
    assert (found["allowed"], found["error"]) == (False, status["StateChangeReason"])


def test_a_session_is_asked_for_with_its_tags(tried, say):
    role = "arn:aws:iam::123456789012:role/shop"
    request = {
        "RoleArn": role,
        "RoleSessionName": "access-attempt",
        "DurationSeconds": 900,
        "Tags": [{"Key": "RedshiftDbRoles", "Value": "other"}],
    }
    found = tried(
        {"session": {"role_arn": role, "tags": {"RedshiftDbRoles": "other"}}},
        say("sts", "AssumeRole", request, "AccessDenied"),
    )
    assert (found["allowed"], found["error_code"]) == (False, "AccessDenied")


def test_a_secret_that_was_read_is_not_returned(tried, say):
    answer = {"Name": "shop", "SecretString": "hunter2"}
    found = tried(
        {"secret": {"id": "shop"}},
        say("secretsmanager", "GetSecretValue", {"SecretId": "shop"}, answer),
    )
    assert found == {"name": "it", "allowed": True, "error_code": "", "error": ""}


def test_an_object_is_not_read(tried, say):
    body = io.BytesIO(b"rows")
    found = tried(
        {"object": {"bucket": "shop", "key": "raw/a"}},
        say("s3", "GetObject", {"Bucket": "shop", "Key": "raw/a"}, {"Body": body}),
    )
    assert found["allowed"]
    assert body.closed


def test_nothing_is_tried_in_check_mode(run_module):
    assert run_module(main, [], True, attempts=[{"name": "it", **TABLE}])["outcomes"] == []


def test_an_attempt_has_one_door(run_module):
    result = run_module(main, [], attempts=[{"name": "it", **TABLE, **STATEMENT}])
    assert "mutually exclusive" in result["msg"]
