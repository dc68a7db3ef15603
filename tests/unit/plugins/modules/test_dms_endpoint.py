from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.dms_settings import (
    same_attributes,
    same_settings,
)
from ansible_collections.modern_data.warehouse.plugins.modules.dms_endpoint import main

ARN = "arn:aws:dms:us-east-1:123456789012:endpoint:ABC"
INSTANCE_ARN = "arn:aws:dms:us-east-1:123456789012:rep:ABC"
ROLE = "arn:aws:iam::123456789012:role/ingestion"
SETTINGS = {
    "ServiceAccessRoleArn": ROLE,
    "BucketName": "landing",
    "BucketFolder": "raw",
    "CompressionType": "NONE",
    "DataFormat": "parquet",
    "CdcMaxBatchInterval": 60,
    "CsvDelimiter": ",",
}
OPTIONS = {
    "identifier": "landing",
    "endpoint_type": "target",
    "engine_name": "s3",
    "s3_settings": {
        "service_access_role_arn": ROLE,
        "bucket_name": "landing",
        "data_format": "parquet",
        "compression_type": "none",
    },
}
SECRET = {
    "secrets_manager_secret_id": "source",
    "secrets_manager_access_role_arn": ROLE,
}


def endpoint(**members: Any) -> dict[str, Any]:
    found = {
        "EndpointIdentifier": "landing",
        "EndpointArn": ARN,
        "EndpointType": "TARGET",
        "EngineName": "s3",
        "Status": "active",
        "S3Settings": SETTINGS,
    }
    return {**found, **members}


@pytest.fixture
def describe(say):
    def line(answer: Any) -> Any:
        request = {"Filters": [{"Name": "endpoint-id", "Values": ["landing"]}]}
        shown = answer if isinstance(answer, str) else {"Endpoints": [answer]}
        return say("dms", "DescribeEndpoints", request, shown)

    return line


@pytest.fixture
def tags(say):
    return say("dms", "ListTagsForResource", {"ResourceArn": ARN}, {"TagList": []})


@pytest.fixture
def tested(say):
    def line(status: str, **members: Any) -> Any:
        request = {"Filters": [{"Name": "endpoint-arn", "Values": [ARN]}]}
        connection = {"ReplicationInstanceIdentifier": "shop", "Status": status, **members}
        answer: Any = {"Connections": [connection]} if status else "ResourceNotFoundFault"
        return say("dms", "DescribeConnections", request, answer)

    return line


@pytest.fixture
def used(say):
    """The tasks that use the endpoint, by name and status."""

    def line(found: list[tuple[str, str]]) -> Any:
        request = {"Filters": [{"Name": "endpoint-arn", "Values": [ARN]}]}
        tasks = [{"ReplicationTaskIdentifier": n, "Status": status} for n, status in found]
        return say("dms", "DescribeReplicationTasks", request, {"ReplicationTasks": tasks})

    return line


@pytest.fixture
def instance(say):
    def line(status: str) -> Any:
        request = {"Filters": [{"Name": "replication-instance-id", "Values": ["shop"]}]}
        found = {"ReplicationInstanceArn": INSTANCE_ARN, "ReplicationInstanceStatus": status}
        answer: Any = {"ReplicationInstances": [found]} if status else "ResourceNotFoundFault"
        return say("dms", "DescribeReplicationInstances", request, answer)

    return line


@pytest.fixture
def test_call(say):
    request = {"ReplicationInstanceArn": INSTANCE_ARN, "EndpointArn": ARN}
    return say("dms", "TestConnection", request, {})


MISSING = "ResourceNotFoundFault"
KEY = "server_side_encryption_kms_key_id"
TEST = {"identifier": "landing", "test_connection_from": "Shop"}


class TestEndpoint:
    def test_is_created(self, run_module, say, describe, tags):
        request = {
            "EndpointIdentifier": "landing",
            "EndpointType": "target",
            "EngineName": "s3",
            "S3Settings": {
                "ServiceAccessRoleArn": ROLE,
                "BucketName": "landing",
                "DataFormat": "parquet",
                "CompressionType": "none",
            },
        }
        script = [
            describe(MISSING),
            say("dms", "CreateEndpoint", request, {}),
            describe(endpoint()),
            tags,
        ]
        assert run_module(main, script, **OPTIONS)["endpoint"]["endpoint_arn"] == ARN

    def test_is_shown_and_not_created_in_check_mode(self, run_module, describe):
        result = run_module(main, [describe(MISSING)], check=True, **OPTIONS)
        assert result["endpoint"]["s3_settings"]["bucket_name"] == "landing"

    def test_settings_that_aws_fills_in_are_no_drift(self, run_module, describe, tags):
        for check in (False, True):
            script = [describe(endpoint()), tags]
            assert not run_module(main, script, check=check, **OPTIONS)["changed"]

    def test_a_change_takes_role_and_bucket_along(self, run_module, say, describe, tags):
        request = {
            "EndpointArn": ARN,
            "ExactSettings": False,
            "S3Settings": {
                "ServiceAccessRoleArn": ROLE,
                "BucketName": "landing",
                "CdcMaxBatchInterval": 300,
            },
        }
        script = [
            describe(endpoint()),
            tags,
            say("dms", "ModifyEndpoint", request, {}),
            describe(endpoint()),
            tags,
        ]
        options = {"s3_settings": {"cdc_max_batch_interval": 300}}
        result = run_module(main, script, identifier="landing", **options)
        assert result["diff"]["before"]["s3_settings"] == {"cdc_max_batch_interval": 60}
        assert result["diff"]["after"]["s3_settings"] == {"cdc_max_batch_interval": 300}

    def test_a_password_is_never_shown(self, run_module, say, describe, tags):
        request = {
            "EndpointIdentifier": "landing",
            "EndpointType": "source",
            "EngineName": "postgres",
            "Username": "u",
            "Password": "hidden-password",
        }
        script = [
            describe(MISSING),
            say("dms", "CreateEndpoint", request, {}),
            describe(endpoint()),
            tags,
        ]
        login = {"username": "u", "password": "hidden-password"}
        options = {"endpoint_type": "source", "engine_name": "postgres", **login}
        result = run_module(main, script, identifier="landing", **options)
        assert "hidden-password" not in str({**result, "invocation": None})

    def test_that_a_task_uses_is_not_deleted(self, run_module, describe, tags, used):
        script = [describe(endpoint()), tags, used([("shop", "stopped")])]
        result = run_module(main, script, identifier="landing", state="absent")
        assert "can't be deleted while tasks use it: delete shop first" in result["msg"]

    def test_is_deleted(self, run_module, say, describe, tags, used):
        script = [
            describe(endpoint()),
            tags,
            used([("old", "deleting")]),
            say("dms", "DeleteEndpoint", {"EndpointArn": ARN}, "InvalidResourceStateFault"),
            say("dms", "DeleteEndpoint", {"EndpointArn": ARN}, {}),
            describe(endpoint(Status="deleting")),
            describe(MISSING),
        ]
        assert run_module(main, script, identifier="landing", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"password": "hidden", "port": 1, "postgre_sql_settings": SECRET},
                "port, password can't be given with a secret",
            ),
            (
                {"postgre_sql_settings": {"secrets_manager_secret_id": "source"}},
                "postgre_sql_settings.secrets_manager_access_role_arn is missing",
            ),
            (
                {"s3_settings": {"preserve_transactions": True, "data_format": "parquet"}},
                "preserve_transactions writes CSV always",
            ),
            (
                {"s3_settings": {"cdc_inserts_only": True, "cdc_inserts_and_updates": True}},
                "s3_settings.cdc_inserts_only can't be true together",
            ),
            (
                {"s3_settings": {"encryption_mode": "sse-s3", KEY: "key"}},
                "can't be given with encryption_mode sse-s3",
            ),
            ({"port": 65536}, "port is 65536"),
            (
                {"engine_name": "postgres", "s3_settings": {"bucket_name": "landing"}},
                "s3_settings can't be given with engine_name postgres",
            ),
            (
                {"engine_name": "s3", "postgre_sql_settings": {"heartbeat_enable": True}},
                "postgre_sql_settings can't be given with engine_name s3",
            ),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], identifier="landing", **options)["msg"]


class TestConnectionTest:
    def test_is_made_once_the_instance_is_available(
        self, run_module, describe, tags, tested, instance, test_call
    ):
        script = [
            describe(endpoint()),
            tags,
            tested(""),
            instance("creating"),
            instance("available"),
            test_call,
            tested("testing"),
            tested("successful"),
            describe(endpoint()),
            tags,
        ]
        result = run_module(main, script, **TEST)
        assert result["diff"]["before"]["connection"] == "untested"
        assert result["diff"]["after"]["connection"] == "successful"

    def test_is_not_repeated_after_success(self, run_module, describe, tags, tested):
        for check in (False, True):
            script = [describe(endpoint()), tags, tested("successful")]
            assert not run_module(main, script, check=check, **TEST)["changed"]

    def test_is_not_made_in_check_mode(self, run_module, describe, tags, tested):
        script = [describe(endpoint()), tags, tested("failed")]
        assert run_module(main, script, check=True, **TEST)["changed"]

    def test_that_fails_is_an_error(self, run_module, describe, tags, tested, instance, test_call):
        script = [
            describe(endpoint()),
            tags,
            tested(""),
            instance("available"),
            test_call,
            tested("failed", LastFailureMessage="no route"),
        ]
        result = run_module(main, script, **TEST)
        assert "its connection from Shop failed: no route" in result["msg"]

    def test_needs_an_instance(self, run_module, describe, tags, tested, instance):
        script = [describe(endpoint()), tags, tested(""), instance("")]
        result = run_module(main, script, **TEST)
        assert "replication instance Shop doesn't exist: make it first" in result["msg"]


def test_choices_count_in_either_case_and_with_either_hyphen():
    wanted = {"encryption_mode": "sse-kms", "compression_type": "gzip", "bucket_name": "a"}
    current = {"encryption_mode": "SSE_KMS", "compression_type": "GZIP", "bucket_name": "A"}
    before, after = same_settings(wanted, current)
    assert (before["encryption_mode"], before["compression_type"]) == ("sse-kms", "gzip")
    assert before["bucket_name"] != after["bucket_name"]


def test_attributes_that_aws_adds_are_no_drift():
    before, after = same_attributes("b=2; A=1;", "a=1;b=2;bucketName=x;")
    assert before == after == "a=1;b=2"
    before, after = same_attributes("a=1", None)
    assert (before, after) == ("", "a=1")
