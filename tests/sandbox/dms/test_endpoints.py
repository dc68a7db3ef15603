"""Endpoints, and testing the connections to them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.dms_tools import (
    QUICKLY,
    READING,
    REGIONAL,
    create_source,
    create_target,
    error_of,
    role,
    target_settings,
)


class TestEndpoints:
    @pytest.mark.parametrize(
        ("compression", "encryption"), [("gzip", "sse-s3"), ("GZIP", "SSE_S3")]
    )
    def test_a_target_shows_what_aws_fills_in(
        self, dms: Any, aws: Any, bucket: str, name: str, compression: str, encryption: str
    ) -> None:
        words = {"CompressionType": compression, "EncryptionMode": encryption}
        made = create_target(dms, aws, bucket, name, **words)
        assert (made["EndpointType"], made["Status"]) == ("TARGET", "active")
        settings = made["S3Settings"]
        assert settings["CompressionType"] == "GZIP"
        assert settings["CsvDelimiter"] == ","
        assert settings["DatePartitionEnabled"] is False
        assert "CdcMinFileSize" not in settings
        assert settings["EncryptionMode"] == "sse-s3"
        dms.delete_endpoint(EndpointArn=made["EndpointArn"])
        by_name = [{"Name": "endpoint-id", "Values": [name]}]
        dms.get_waiter("endpoint_deleted").wait(Filters=by_name, WaiterConfig=QUICKLY)

    def test_a_source_never_shows_its_password(self, dms: Any, source: str) -> None:
        by_arn = [{"Name": "endpoint-arn", "Values": [source]}]
        answer = dms.describe_endpoints(Filters=by_arn)
        assert "hidden-1" not in json.dumps(answer, default=str)
        (shown,) = answer["Endpoints"]
        assert shown["EndpointType"] == "SOURCE"
        assert shown["PostgreSQLSettings"]["ServerName"] == "127.0.0.1"

    def test_takes_a_secret_or_clear_text_not_both(self, dms: Any, aws: Any, name: str) -> None:
        secret = {
            "SecretsManagerSecretId": "s",
            "SecretsManagerAccessRoleArn": role(aws, "dms-secret", REGIONAL, *READING),
        }
        with pytest.raises(ClientError, match="InvalidParameterCombinationException"):
            create_source(dms, name, PostgreSQLSettings=secret)

    def test_the_role_for_secrets_trusts_the_regions_service(
        self, dms: Any, aws: Any, name: str
    ) -> None:
        settings = {
            "SecretsManagerSecretId": "s",
            "SecretsManagerAccessRoleArn": role(aws, "dms-wrong"),
            "DatabaseName": "shop",
        }
        request = {"EndpointIdentifier": name, "EndpointType": "source"}
        create = dms.create_endpoint
        assert error_of(create, EngineName="postgres", PostgreSQLSettings=settings, **request) == (
            "AccessDeniedFault"
        )

    @pytest.mark.parametrize(
        ("settings", "code"),
        [
            ({"DataFormat": "csv"}, "InvalidParameterValueException"),
            ({"CompressionType": "snappy"}, "InvalidParameterValueException"),
            ({"PreserveTransactions": True}, "InvalidParameterValueException"),
            ({"DatePartitionEnabled": True}, "InvalidParameterValueException"),
            ({"EncryptionMode": "sse-kms"}, "InvalidParameterCombinationException"),
            ({"MaxFileSize": 0}, "InvalidParameterValueException"),
            ({"MaxFileSize": 1_048_577}, "InvalidParameterValueException"),
            ({"BucketName": ""}, "InvalidParameterCombinationException"),
            (
                {"CdcInsertsOnly": True, "CdcInsertsAndUpdates": True},
                "InvalidParameterCombinationException",
            ),
            ({"ServiceAccessRoleArn": "arn:aws:iam::123456789012:role/no"}, "AccessDeniedFault"),
        ],
    )
    def test_refuses_settings_that_cannot_be(
        self, dms: Any, aws: Any, bucket: str, name: str, settings: dict[str, Any], code: str
    ) -> None:
        request = {"EndpointIdentifier": name, "EndpointType": "target", "EngineName": "s3"}
        wanted = target_settings(aws, bucket, **settings)
        assert error_of(dms.create_endpoint, S3Settings=wanted, **request) == code

    def test_extra_connection_attributes_are_settings_too(
        self, dms: Any, source: str, name: str
    ) -> None:
        modify = dms.modify_endpoint
        changed = modify(
            EndpointArn=source,
            ExtraConnectionAttributes="heartbeatEnable=true;heartbeatFrequency=1",
        )["Endpoint"]["PostgreSQLSettings"]
        assert (changed["HeartbeatEnable"], changed["HeartbeatFrequency"]) == (True, 1)
        assert changed["Username"] == "u"
        assert error_of(modify, EndpointArn=source, ExtraConnectionAttributes="colour=red") == (
            "InvalidParameterValueException"
        )

    def test_a_change_merges_settings_or_replaces_them(
        self, dms: Any, aws: Any, bucket: str, target: str
    ) -> None:
        modify = dms.modify_endpoint
        merged = modify(EndpointArn=target, S3Settings={"CdcMaxBatchInterval": 300})["Endpoint"]
        assert merged["S3Settings"]["CdcMaxBatchInterval"] == 300
        assert merged["S3Settings"]["TimestampColumnName"] == "dms_ts"
        least = {
            name: merged["S3Settings"][name]
            for name in ("BucketName", "ServiceAccessRoleArn", "DataFormat")
        }
        exact = modify(EndpointArn=target, S3Settings=least, ExactSettings=True)["Endpoint"]
        assert "TimestampColumnName" not in exact["S3Settings"]

    def test_is_made_once(self, dms: Any, source: str, name: str) -> None:
        with pytest.raises(ClientError, match="ResourceAlreadyExistsFault"):
            create_source(dms, f"{name}-SOURCE")


class TestConnections:
    def test_an_unreachable_source_is_told(self, dms: Any, source: str, available: str) -> None:
        by_endpoint = [{"Name": "endpoint-arn", "Values": [source]}]
        assert dms.describe_connections(Filters=by_endpoint)["Connections"] == []
        dms.test_connection(ReplicationInstanceArn=available, EndpointArn=source)
        with pytest.raises(Exception, match="terminal failure"):
            dms.get_waiter("test_connection_succeeds").wait(
                Filters=by_endpoint, WaiterConfig=QUICKLY
            )
        (connection,) = dms.describe_connections(Filters=by_endpoint)["Connections"]
        assert "127.0.0.1" in connection["LastFailureMessage"]
        assert "hidden-1" not in connection["LastFailureMessage"]

    def test_a_bucket_is_written_to(
        self, dms: Any, aws: Any, bucket: str, target: str, available: str
    ) -> None:
        by_endpoint = [{"Name": "endpoint-arn", "Values": [target]}]
        for _ in range(2):
            dms.test_connection(ReplicationInstanceArn=available, EndpointArn=target)
            dms.get_waiter("test_connection_succeeds").wait(
                Filters=by_endpoint, WaiterConfig=QUICKLY
            )
        assert "Contents" not in aws("s3").list_objects_v2(Bucket=bucket)
        dms.modify_endpoint(EndpointArn=target, S3Settings={"BucketName": "there-is-none-such"})
        assert dms.describe_connections(Filters=by_endpoint)["Connections"] == []
        dms.test_connection(ReplicationInstanceArn=available, EndpointArn=target)
        with pytest.raises(Exception, match="terminal failure"):
            dms.get_waiter("test_connection_succeeds").wait(
                Filters=by_endpoint, WaiterConfig=QUICKLY
            )
        (connection,) = dms.describe_connections(Filters=by_endpoint)["Connections"]
        assert "NoSuchBucket" in connection["LastFailureMessage"]

    def test_a_bucket_of_another_owner_is_refused(
        self, dms: Any, target: str, available: str
    ) -> None:
        dms.modify_endpoint(EndpointArn=target, S3Settings={"ExpectedBucketOwner": "1" * 12})
        dms.test_connection(ReplicationInstanceArn=available, EndpointArn=target)
        by_endpoint = [{"Name": "endpoint-arn", "Values": [target]}]
        with pytest.raises(Exception, match="terminal failure"):
            dms.get_waiter("test_connection_succeeds").wait(
                Filters=by_endpoint, WaiterConfig=QUICKLY
            )

    def test_the_first_endpoints_of_a_region_share_one_key(self, aws: Any, name: str) -> None:
        abroad = aws("dms", region="eu-north-1")

        def made(number: int) -> str:
            endpoint = create_source(abroad, f"{name}-{number}")
            key: str = endpoint["KmsKeyId"]
            return key

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(made, range(8)))) == 1
