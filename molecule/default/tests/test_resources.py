"""What the site made is in the states that a working platform has."""

from __future__ import annotations

import pytest

from demo import lake
from demo.aws import PLATFORM, client

CATALOG = {
    "orders": {
        "order_id": "bigint",
        "user_id": "bigint",
        "email": "string",
        "total_amount": "decimal(12,2)",
        "status": "string",
        "created_at": "timestamp",
        "updated_at": "timestamp",
    },
    "order_items": {
        "order_id": "bigint",
        "line_number": "smallint",
        "product": "string",
        "quantity": "int",
        "unit_price": "decimal(10,2)",
        "shipped_on": "date",
    },
    "customers": {
        "customer_id": "bigint",
        "email": "string",
        "name": "string",
        "country": "string",
        "newsletter": "boolean",
        "preferences": "string",
        "created_at": "timestamp",
    },
}


def test_the_source_database_is_available_and_captured(host):
    instance = client("rds").describe_db_instances(DBInstanceIdentifier=f"{PLATFORM}-source")
    found = instance["DBInstances"][0]
    assert found["DBInstanceStatus"] == "available"
    assert found["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    endpoint = found["Endpoint"]
    assert host.addr(endpoint["Address"]).port(endpoint["Port"]).is_reachable


def test_the_task_is_running_with_tested_endpoints():
    dms = client("dms")
    task = dms.describe_replication_tasks(
        Filters=[{"Name": "replication-task-id", "Values": [f"{PLATFORM}-ingestion"]}]
    )["ReplicationTasks"][0]
    assert task["Status"] == "running"
    assert task["MigrationType"] == "full-load-and-cdc"
    tests = dms.describe_connections()["Connections"]
    assert sorted(test["Status"] for test in tests) == ["successful", "successful"]


def test_the_landing_zone_is_closed_to_the_public():
    s3 = client("s3")
    account = client("sts").get_caller_identity()["Account"]
    bucket = next(
        each["Name"]
        for each in s3.list_buckets()["Buckets"]
        if each["Name"].startswith(f"{PLATFORM}-landing-")
    )
    closed = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert account in s3.get_bucket_policy(Bucket=bucket)["Policy"]


@pytest.mark.parametrize("table", CATALOG)
def test_the_catalog_has_the_contracts_columns(table):
    found = client("glue").get_table(DatabaseName=lake.DATABASE, Name=table)["Table"]
    types = {each["Name"]: each["Type"] for each in found["StorageDescriptor"]["Columns"]}
    assert types == CATALOG[table]


@pytest.mark.parametrize("table", CATALOG)
def test_the_catalog_has_what_lands_beside_it(table):
    found = client("glue").get_table(DatabaseName=lake.DATABASE, Name=f"{table}_changes")["Table"]
    types = {each["Name"]: each["Type"] for each in found["StorageDescriptor"]["Columns"]}
    # as the capture writes it: the words true and false
    landed = {name: "string" if of == "boolean" else of for name, of in CATALOG[table].items()}
    assert {name: types.get(name) for name in landed} == landed
    assert types["op"] == types["dms_seq"] == "string"


def test_a_crawler_keeps_the_tables_of_changes():
    crawler = client("glue").get_crawler(Name=f"{PLATFORM}-landing")["Crawler"]
    assert crawler["State"] == "READY"
    assert crawler["Targets"]["CatalogTargets"][0]["Tables"] == [
        f"{table}_changes" for table in CATALOG
    ]


def test_the_warehouse_is_available(host):
    redshift = client("redshift-serverless")
    workgroup = redshift.get_workgroup(workgroupName=PLATFORM)["workgroup"]
    assert workgroup["status"] == "AVAILABLE"
    assert redshift.get_namespace(namespaceName=PLATFORM)["namespace"]["status"] == "AVAILABLE"
    endpoint = workgroup["endpoint"]
    assert host.addr(endpoint["address"]).port(endpoint["port"]).is_reachable


def test_the_load_is_scheduled():
    schedule = client("scheduler").get_schedule(Name=f"{PLATFORM}-load")
    assert schedule["State"] == "ENABLED"
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert schedule["Target"]["Arn"].endswith(f":stateMachine:{PLATFORM}-load")
    assert schedule["Target"]["RoleArn"].endswith(f":role/{PLATFORM}-scheduler")


def test_the_publication_is_scheduled():
    schedule = client("scheduler").get_schedule(Name=f"{PLATFORM}-publish")
    assert (schedule["State"], schedule["ScheduleExpression"]) == ("ENABLED", "rate(1 hour)")
    assert schedule["Target"]["Arn"].endswith(f":stateMachine:{PLATFORM}-publish")
    assert schedule["Target"]["RoleArn"].endswith(f":role/{PLATFORM}-publish-scheduler")


def test_a_load_or_publication_that_does_not_succeed_alerts():
    topics = [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]]
    assert [topic.rpartition(":")[2] for topic in topics] == [f"{PLATFORM}-alerts"]
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {alarm["AlarmName"]: alarm["AlarmActions"] for alarm in alarms} == {
        f"{PLATFORM}-{machine}-{end}": topics
        for machine in ("load", "publish")
        for end in ("failed", "timed-out", "aborted")
    }
