"""A platform for tests of running tasks: source, roles, bucket, instance, endpoints."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from tests.sandbox.capture_tools import Landed, until
from tests.sandbox.dms_tools import (
    MAPPINGS,
    QUICKLY,
    READING,
    REGIONAL,
    SETTINGS,
    Clients,
    instance,
    role,
    subnet_group,
    target_settings,
)

PASSWORD = "correct-horse-9"


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

    def empty_bucket(self) -> None:
        s3, bucket = self.aws("s3"), self.landed.bucket
        for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"])

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

    def task_of(self, derived: dict[str, Any]) -> str:
        """The ARN of a task as a contract has it, that lands in the contract's bucket."""
        ingestion, bucket = derived["ingestion"], derived["names"]["bucket"]
        self.target = self.dms.create_endpoint(
            EndpointIdentifier=f"{self.name}-bucket",
            EndpointType="target",
            EngineName="s3",
            S3Settings=target_settings(self.aws, bucket, CompressionType="gzip"),
        )["Endpoint"]["EndpointArn"]
        self.test_connections()
        return self.create_task(
            derived["names"]["ingestion_task"],
            TableMappings=json.dumps(ingestion["table_mappings"]),
            ReplicationTaskSettings=json.dumps(ingestion["task_settings"]),
            Tags=[{"Key": key, "Value": value} for key, value in ingestion["tags"].items()],
        )

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

    def reach_services(self) -> None:
        """VPC endpoints, by which serverless replications reach S3 and Secrets Manager."""
        ec2 = self.aws("ec2")
        vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]
        for service in ("s3", "secretsmanager"):
            kind = "Gateway" if service == "s3" else "Interface"
            ec2.create_vpc_endpoint(
                VpcId=vpc["VpcId"],
                ServiceName=f"com.amazonaws.us-east-1.{service}",
                VpcEndpointType=kind,
            )

    def statistics(self, task: str, table: str = "orders") -> dict[str, Any]:
        found = self.dms.describe_table_statistics(
            ReplicationTaskArn=task, Filters=[{"Name": "table-name", "Values": [table]}]
        )["TableStatistics"]
        return found[0] if found else {}

    def captured(self, task: str, connection: psycopg.Connection[Any]) -> None:
        """Wait until the task has captured, and counted, a mark that is written now."""
        statement = "insert into orders (order_id) select max(order_id) + 1 from orders"
        (mark,) = connection.execute(f"{statement} returning order_id").fetchone() or (None,)
        until(lambda: mark in self.landed.replay("public/orders", "order_id"))
        landed = len(self.landed.change_rows("public/orders"))
        until(lambda: self.changes(task) >= landed)

    def changes(self, task: str) -> int:
        """How many changes the task has counted."""
        statistics = self.statistics(task)
        return int(statistics["Inserts"] + statistics["Updates"] + statistics["Deletes"])

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
                "SecretsManagerAccessRoleArn": role(self.aws, "dms-secret", REGIONAL, *READING),
                "FailTasksOnLobTruncation": True,
                "HeartbeatEnable": True,
            },
        )["Endpoint"]
        return made["EndpointArn"]
