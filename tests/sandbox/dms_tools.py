"""What the tests of DMS share: roles, requests, documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.sandbox.identities import permit

QUICKLY = {"Delay": 0.05, "MaxAttempts": 600}
DMS = "dms.amazonaws.com"
REGIONAL = "dms.us-east-1.amazonaws.com"
Clients = Callable[..., Any]
WRITING = ("s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging", "s3:ListBucket")
"""What a target endpoint's role does, and below what a source endpoint's does."""
READING = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(aws: Clients, name: str, service: str = DMS, *actions: str) -> str:
    """The ARN of a role of a service with these actions, made when it is not there."""
    iam = aws("iam")
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        arn: str = made["Role"]["Arn"]
        return permit(aws, arn, *actions) if actions else arn
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_role(RoleName=name)["Role"]["Arn"]


def account_roles(aws: Clients) -> None:
    for name in ("dms-vpc-role", "dms-cloudwatch-logs-role"):
        role(aws, name)
    aws("iam").attach_role_policy(
        RoleName="dms-cloudwatch-logs-role",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole",
    )


def subnets(aws: Clients, number: int = 2) -> list[str]:
    """Subnets of the default VPC, each in a zone of its own."""
    ec2 = aws("ec2")
    [vpc] = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    of_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    found = ec2.describe_subnets(Filters=of_vpc)["Subnets"]
    zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in found}
    return [zones[zone] for zone in sorted(zones)[:number]]


def error_of(call: Callable[..., Any], **request: Any) -> str:
    """The code of the error that a call ends in."""
    try:
        call(**request)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        return error.response["Error"]["Code"]
    return ""


def subnet_group(aws: Clients, name: str) -> str:
    account_roles(aws)
    aws("dms").create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier=name,
        ReplicationSubnetGroupDescription="tests",
        SubnetIds=subnets(aws),
    )
    return name


def instance(aws: Clients, name: str, group: str) -> str:
    """The ARN of an instance that is available."""
    dms = aws("dms")
    made = dms.create_replication_instance(
        ReplicationInstanceIdentifier=name,
        ReplicationInstanceClass="dms.t3.medium",
        ReplicationSubnetGroupIdentifier=group,
    )["ReplicationInstance"]
    arn = made["ReplicationInstanceArn"]
    dms.get_waiter("replication_instance_available").wait(
        Filters=[{"Name": "replication-instance-arn", "Values": [arn]}], WaiterConfig=QUICKLY
    )
    return arn


def target_settings(aws: Clients, bucket: str, **settings: Any) -> dict[str, Any]:
    return {
        "BucketName": bucket,
        "BucketFolder": "raw",
        "ServiceAccessRoleArn": role(aws, "dms-landing", DMS, *WRITING),
        "DataFormat": "parquet",
        "IncludeOpForFullLoad": True,
        "TimestampColumnName": "dms_ts",
        "CdcMaxBatchInterval": 1,
    } | settings


def create_source(dms: Any, name: str, **request: Any) -> dict[str, Any]:
    clear = {"ServerName": "127.0.0.1", "Port": 1, "Username": "u", "Password": "hidden-1"}
    settings = clear | {"DatabaseName": "shop"} | request
    return dms.create_endpoint(
        EndpointIdentifier=name, EndpointType="source", EngineName="postgres", **settings
    )["Endpoint"]


def create_target(
    dms: Any, aws: Callable[..., Any], bucket: str, name: str, **settings: Any
) -> dict[str, Any]:
    return dms.create_endpoint(
        EndpointIdentifier=name,
        EndpointType="target",
        EngineName="s3",
        S3Settings=target_settings(aws, bucket, **settings),
    )["Endpoint"]


MAPPINGS = {
    "rules": [
        {
            "rule-type": "selection",
            "rule-id": "1",
            "rule-name": "1",
            "object-locator": {"schema-name": "public", "table-name": "orders"},
            "rule-action": "include",
        },
        {
            "rule-type": "transformation",
            "rule-id": "2",
            "rule-name": "2",
            "rule-target": "column",
            "rule-action": "add-column",
            "object-locator": {"schema-name": "public", "table-name": "%"},
            "value": "dms_seq",
            "expression": "$AR_H_CHANGE_SEQ",
            "data-type": {"type": "string", "length": 50},
        },
        {
            "rule-type": "transformation",
            "rule-id": "3",
            "rule-name": "3",
            "rule-target": "column",
            "rule-action": "add-before-image-columns",
            "object-locator": {"schema-name": "public", "table-name": "%"},
            "before-image-def": {
                "column-prefix": "BI_",
                "column-suffix": "",
                "column-filter": "pk-only",
            },
        },
    ]
}
SETTINGS = {
    "TargetMetadata": {
        "SupportLobs": True,
        "FullLobMode": False,
        "LimitedSizeLobMode": True,
        "LobMaxSize": 64,
    },
    "FullLoadSettings": {"TargetTablePrepMode": "DO_NOTHING"},
    "ChangeProcessingDdlHandlingPolicy": {
        "HandleSourceTableDropped": False,
        "HandleSourceTableTruncated": False,
        "HandleSourceTableAltered": True,
    },
    "ErrorBehavior": {
        "DataErrorPolicy": "STOP_TASK",
        "DataTruncationErrorPolicy": "STOP_TASK",
        "TableErrorPolicy": "STOP_TASK",
    },
    "Logging": {"EnableLogging": True},
}
