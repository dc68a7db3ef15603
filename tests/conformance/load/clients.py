"""What clients of the road's services do at once, and what must be there afterwards."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import psycopg
from botocore.config import Config

from tests.site import task

CLIENTS = 64
BUCKET, TABLE, DATABASE, NAME = "load-bucket", "load-counters", "load_db", "load"
ROLE = f"arn:aws:iam::123456789012:role/{NAME}"
MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class World:
    """The resources that all clients share, and what they have written."""

    def __init__(self, url: str, database: dict[str, Any]) -> None:
        self.url, self.database = url, database
        self.written: Counter[str] = Counter()
        self.numbers = itertools.count()
        self._clients: dict[str, Any] = {}
        self.machine = ""

    def client(self, service: str) -> Any:
        """A client of a service, which all threads share. It tries nothing twice."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=self.url,
                aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                aws_secret_access_key="any",
                config=Config(
                    max_pool_connections=CLIENTS,
                    retries={"total_max_attempts": 1},
                    read_timeout=120,
                ),
            )
        return self._clients[service]

    def prepare(self) -> None:
        """Make everything that is written to."""
        self.client("s3").create_bucket(Bucket=BUCKET)
        self.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.client("glue").create_database(DatabaseInput={"Name": DATABASE})
        self.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument=json.dumps(TRUST))
        self.machine = self.client("stepfunctions").create_state_machine(
            name=NAME, definition=json.dumps(MACHINE), roleArn=ROLE
        )["stateMachineArn"]
        self.client("redshift-serverless").create_namespace(namespaceName=NAME, dbName=NAME)
        self.client("redshift-serverless").create_workgroup(workgroupName=NAME, namespaceName=NAME)
        task.until(self.is_available)
        self.run_sql("CREATE TABLE counted (n BIGINT)")
        with self.source() as source:
            source.execute("CREATE TABLE counted (n bigint)")

    def is_available(self) -> bool:
        """Whether the warehouse answers."""
        found = self.client("redshift-serverless").get_workgroup(workgroupName=NAME)
        return bool(found["workgroup"]["status"] == "AVAILABLE")

    @contextlib.contextmanager
    def source(self) -> Iterator[psycopg.Connection]:
        """A connection to the source."""
        endpoint = self.database["Endpoint"]
        with psycopg.connect(
            host=endpoint["Address"],
            port=endpoint["Port"],
            dbname="shop",
            user="shop_admin",
            password="a-master-password",
        ) as connection:
            yield connection

    def run_sql(self, sql: str) -> list[Any]:
        """A statement of the Data API, waited for; its rows."""
        data = self.client("redshift-data")
        sent = data.execute_statement(
            WorkgroupName=NAME, Database=NAME, Sql=sql, WaitTimeSeconds=30
        )
        told = sent
        while told.get("Status") not in {"FINISHED", "FAILED", "ABORTED"}:
            told = data.describe_statement(Id=sent["Id"])
        assert told["Status"] == "FINISHED", told
        return data.get_statement_result(Id=sent["Id"])["Records"] if told["HasResultSet"] else []


def objects(world: World, number: int) -> None:
    s3, key, body = world.client("s3"), f"raw/{number:08}", f"body {number}".encode()
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body
    s3.list_objects_v2(Bucket=BUCKET, Prefix=key[:10], MaxKeys=20)


def counters(world: World, number: int) -> None:
    world.client("dynamodb").update_item(
        TableName=TABLE,
        Key={"id": {"S": "all"}},
        UpdateExpression="ADD calls :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def tables(world: World, number: int) -> None:
    glue, name = world.client("glue"), f"table_{number}"
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": name})
    glue.get_tables(DatabaseName=DATABASE, MaxResults=10)
    glue.delete_table(DatabaseName=DATABASE, Name=name)


def executions(world: World, number: int) -> None:
    states = world.client("stepfunctions")
    started = states.start_execution(stateMachineArn=world.machine, name=f"run-{number}")
    states.describe_execution(executionArn=started["executionArn"])


def warehouse(world: World, number: int) -> None:
    world.run_sql(f"INSERT INTO counted VALUES ({number})")


def source(world: World, number: int) -> None:
    with world.source() as connection:
        connection.execute("INSERT INTO counted VALUES (%s)", (number,))


def looks(world: World, number: int) -> None:
    world.client("iam").get_role(RoleName=NAME)
    world.client("lakeformation").list_permissions(MaxResults=10)
    world.client("rds").describe_db_instances()
    world.client("redshift-serverless").get_workgroup(workgroupName=NAME)
    world.client("dms").describe_replication_tasks()


KINDS: tuple[Callable[[World, int], None], ...] = (
    objects,
    counters,
    tables,
    executions,
    warehouse,
    source,
    looks,
)


def found(world: World) -> dict[str, int]:
    """How much there is of what was written."""
    pages = world.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    item = world.client("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": "all"}})["Item"]
    runs = world.client("stepfunctions").get_paginator("list_executions")
    listed = runs.paginate(stateMachineArn=world.machine, statusFilter="SUCCEEDED")
    with world.source() as connection:
        row = connection.execute("SELECT count(DISTINCT n) FROM counted").fetchone()
    assert row is not None
    return {
        "objects": sum(page["KeyCount"] for page in pages),
        "counters": int(item["calls"]["N"]),
        "executions": sum(len(page["executions"]) for page in listed),
        "warehouse": world.run_sql("SELECT count(DISTINCT n) FROM counted")[0][0]["longValue"],
        "source": row[0],
    }
