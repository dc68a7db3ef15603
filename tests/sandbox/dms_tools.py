"""A small platform for the tests of DMS: source, roles, bucket, instance, endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
from botocore.exceptions import ClientError

from tests.sandbox.capture_tools import Landed, until

PASSWORD = "correct-horse-9"
QUICKLY = {"Delay": 0.05, "MaxAttempts": 600}
DMS = "dms.amazonaws.com"
REGIONAL = "dms.us-east-1.amazonaws.com"
Clients = Callable[..., Any]


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(aws: Clients, name: str, service: str = DMS) -> str:
    """The ARN of a role of a service, made when it is not there."""
    iam = aws("iam")
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(service))
        return made["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        return iam.get_role(RoleName=name)["Role"]["Arn"]


def account_roles(aws: Clients) -> None:
    for name in ("dms-vpc-role", "dms-cloudwatch-logs-role"):
        role(aws, name)


def subnets(aws: Clients, number: int = 2) -> list[str]:
    """Subnets of the default VPC, each in a zone of its own."""
    found = aws("ec2").describe_subnets()["Subnets"]
    chosen = sorted(found, key=lambda subnet: subnet["AvailabilityZone"])[:number]
    return [subnet["SubnetId"] for subnet in chosen]


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
        "ServiceAccessRoleArn": role(aws, "dms-landing"),
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


class Platform:
    """Everything that a task needs, on a database of RDS."""

    def __init__(self, aws: Clients, name: str) -> None:
        self.aws, self.name = aws, name
        self.dms = aws("dms")
        self.landed = Landed(aws("s3"), f"{name}-landing")
        aws("s3").create_bucket(Bucket=self.landed.bucket)
        database = self._database()
        self.endpoint = database["Endpoint"]
        self.conninfo = (
            f"host={self.endpoint['Address']} port={self.endpoint['Port']} dbname=shop "
            f"user=shop_admin password={PASSWORD}"
        )
        secret = {"username": "shop_admin", "password": PASSWORD}
        secret |= {"host": self.endpoint["Address"], "port": self.endpoint["Port"]}
        aws("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
        self.instance = instance(aws, name, subnet_group(aws, name))
        self.source = self._source()
        self.target = self.dms.create_endpoint(
            EndpointIdentifier=f"{name}-landing",
            EndpointType="target",
            EngineName="s3",
            S3Settings=target_settings(aws, self.landed.bucket),
        )["Endpoint"]["EndpointArn"]

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.conninfo, autocommit=True)

    def test_connections(self) -> None:
        for endpoint in (self.source, self.target):
            self.dms.test_connection(ReplicationInstanceArn=self.instance, EndpointArn=endpoint)
            self.dms.get_waiter("test_connection_succeeds").wait(
                Filters=[{"Name": "endpoint-arn", "Values": [endpoint]}], WaiterConfig=QUICKLY
            )

    def create_task(self, name: str, **request: Any) -> str:
        """The ARN of a task that is ready."""
        made = self.dms.create_replication_task(
            **{
                "ReplicationTaskIdentifier": name,
                "SourceEndpointArn": self.source,
                "TargetEndpointArn": self.target,
                "ReplicationInstanceArn": self.instance,
                "MigrationType": "full-load-and-cdc",
                "TableMappings": json.dumps(MAPPINGS),
                "ReplicationTaskSettings": json.dumps(SETTINGS),
            }
            | request
        )["ReplicationTask"]
        arn = made["ReplicationTaskArn"]
        self.wait("replication_task_ready", arn)
        return arn

    def start(self, task: str, kind: str = "start-replication") -> None:
        self.dms.start_replication_task(ReplicationTaskArn=task, StartReplicationTaskType=kind)
        self.wait_status(task, "running")

    def stop(self, task: str) -> None:
        self.dms.stop_replication_task(ReplicationTaskArn=task)
        self.wait("replication_task_stopped", task, patiently=("stopping",))

    def delete(self, task: str) -> None:
        if self.task(task)["Status"] in ("running", "starting"):
            self.stop(task)
        self.dms.delete_replication_task(ReplicationTaskArn=task)
        self.wait("replication_task_deleted", task)

    def task(self, arn: str) -> dict[str, Any]:
        chosen = [{"Name": "replication-task-arn", "Values": [arn]}]
        return self.dms.describe_replication_tasks(Filters=chosen)["ReplicationTasks"][0]

    def wait_status(self, arn: str, status: str) -> dict[str, Any]:
        def arrived() -> dict[str, Any] | None:
            task = self.task(arn)
            failed = task["Status"] == "failed" and status != "failed"
            assert not failed, task["LastFailureMessage"]
            return task if task["Status"] == status else None

        return until(arrived)

    def wait(self, waiter: str, task: str, patiently: tuple[str, ...] = ()) -> None:
        until(lambda: not patiently or self.task(task)["Status"] not in patiently)
        self.dms.get_waiter(waiter).wait(
            Filters=[{"Name": "replication-task-arn", "Values": [task]}], WaiterConfig=QUICKLY
        )

    def statistics(self, task: str, table: str = "orders") -> dict[str, Any]:
        found = self.dms.describe_table_statistics(
            ReplicationTaskArn=task, Filters=[{"Name": "table-name", "Values": [table]}]
        )["TableStatistics"]
        return found[0] if found else {}

    def captured(self, task: str, connection: psycopg.Connection[Any]) -> None:
        """Wait until the task has captured a mark that is written now."""
        before = self.statistics(task)["Inserts"]
        connection.execute("insert into orders (order_id) select max(order_id) + 1 from orders")
        until(lambda: self.statistics(task)["Inserts"] > before)

    def _database(self) -> dict[str, Any]:
        rds = self.aws("rds")
        rds.create_db_parameter_group(
            DBParameterGroupName=self.name, DBParameterGroupFamily="postgres16", Description="dms"
        )
        logical = {"ParameterName": "rds.logical_replication", "ParameterValue": "1"}
        rds.modify_db_parameter_group(
            DBParameterGroupName=self.name,
            Parameters=[logical | {"ApplyMethod": "pending-reboot"}],
        )
        rds.create_db_instance(
            DBInstanceIdentifier=self.name,
            Engine="postgres",
            EngineVersion="16.10",
            DBInstanceClass="db.t4g.medium",
            AllocatedStorage=20,
            MasterUsername="shop_admin",
            MasterUserPassword=PASSWORD,
            DBName="shop",
            DBParameterGroupName=self.name,
        )
        rds.get_waiter("db_instance_available").wait(
            DBInstanceIdentifier=self.name, WaiterConfig=QUICKLY
        )
        return rds.describe_db_instances(DBInstanceIdentifier=self.name)["DBInstances"][0]

    def _source(self) -> str:
        made = self.dms.create_endpoint(
            EndpointIdentifier=f"{self.name}-source",
            EndpointType="source",
            EngineName="postgres",
            DatabaseName="shop",
            SslMode="require",
            PostgreSQLSettings={
                "DatabaseName": "shop",
                "SecretsManagerSecretId": self.name,
                "SecretsManagerAccessRoleArn": role(self.aws, "dms-secret", REGIONAL),
                "FailTasksOnLobTruncation": True,
                "HeartbeatEnable": True,
            },
        )["Endpoint"]
        return made["EndpointArn"]
