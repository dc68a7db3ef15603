"""The events of AWS's services on the default bus, as AWS documents them or was seen to send them."""

from __future__ import annotations

import io
import json
import uuid

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.sandbox.dms_tools import (
    MAPPINGS,
    QUICKLY,
    account_roles,
    create_source,
    create_target,
    instance,
    subnet_group,
)
from tests.sandbox.event_tools import listening
from tests.sandbox.glue_tools import ready
from tests.sandbox.identities import ACCOUNT
from tests.sandbox.rds.client import create, remove, wait
from tests.sandbox.scheduler_tools import make_role

GLUE = f"arn:aws:glue:us-east-1:{ACCOUNT}"


@pytest.fixture
def name():
    return f"told-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def database(aws):
    name = f"told_{uuid.uuid4().hex[:8]}"
    aws("glue").create_database(DatabaseInput={"Name": name})
    return name


def columns(bucket):
    return {
        "Columns": [{"Name": "a", "Type": "int"}],
        "Location": f"s3://{bucket}/t/",
    }


def test_changes_of_the_catalog(aws, name):
    glue, database = aws("glue"), name.replace("-", "_")
    table = {
        "Name": "t",
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
        "StorageDescriptor": columns("b"),
    }
    place = {"DatabaseName": database, "TableName": "t"}
    partition = {"StorageDescriptor": columns("b")}
    with listening(aws, {"source": ["aws.glue"], "detail": {"databaseName": [database]}}) as heard:
        glue.create_database(DatabaseInput={"Name": database})
        glue.create_table(DatabaseName=database, TableInput=table)
        glue.update_table(DatabaseName=database, TableInput=table)
        glue.create_partition(**place, PartitionInput={"Values": ["1"], **partition})
        glue.batch_create_partition(
            **place, PartitionInputList=[{"Values": [day], **partition} for day in "123"]
        )
        glue.delete_partition(**place, PartitionValues=["1"])
        glue.delete_table(DatabaseName=database, Name="t")
        glue.delete_database(Name=database)
        told = heard(8)
    changes = "Glue Data Catalog Database State Change", "Glue Data Catalog Table State Change"
    assert [(event["detail-type"], event["detail"]["typeOfChange"]) for event in told] == [
        (changes[0], "CreateDatabase"),
        (changes[0], "CreateTable"),
        (changes[1], "UpdateTable"),
        (changes[1], "CreatePartition"),
        (changes[1], "BatchCreatePartition"),
        (changes[1], "DeletePartition"),
        (changes[0], "DeleteTable"),
        (changes[0], "DeleteDatabase"),
    ]
    assert told[0]["resources"] == [f"{GLUE}:database/{database}"]
    assert told[1]["resources"] == [f"{GLUE}:table/{database}/t"]
    assert told[1]["detail"]["changedTables"] == ["t"]
    assert told[4]["detail"] == {
        "databaseName": database,
        "tableName": "t",
        "typeOfChange": "BatchCreatePartition",
        "changedPartitions": ["[2]", "[3]"],
    }


def test_a_crawl_that_succeeds_and_one_that_fails(aws, name, glue_crawler):
    pattern = {"source": ["aws.glue"], "detail": {"crawlerName": [name]}}
    with listening(aws, pattern) as heard:
        glue_crawler(name, ok=True)
        started, succeeded = heard(2)
    assert started["detail-type"] == succeeded["detail-type"] == "Glue Crawler State Change"
    assert started["resources"] == []
    detail = started["detail"]
    assert (detail["state"], detail["message"]) == ("Started", "Crawler Started")
    assert detail["startTime"].endswith("Z")
    detail = succeeded["detail"]
    assert (detail["state"], detail["tablesCreated"]) == ("Succeeded", "1")
    assert (detail["warningMessage"], detail["accountId"]) == ("N/A", ACCOUNT)
    assert detail["runningTime (sec)"].isdigit()
    with listening(aws, pattern) as heard:
        glue_crawler(name, ok=False)
        _, failed = heard(2)
    detail = failed["detail"]
    assert (detail["state"], detail["message"]) == ("Failed", "Crawler Failed")
    assert detail["errorMessage"]


@pytest.fixture
def glue_crawler(aws, database):
    """Runs a crawler over a Parquet file, or over what is none."""
    bucket = f"told-{uuid.uuid4().hex[:8]}"
    aws("s3").create_bucket(Bucket=bucket)
    role = make_role(aws, "glue.amazonaws.com", "glue:*", "s3:*")
    sink = io.BytesIO()
    parquet.write_table(pa.table({"a": [1]}), sink)
    aws("s3").put_object(Bucket=bucket, Key="good/a.parquet", Body=sink.getvalue())
    aws("s3").put_object(Bucket=bucket, Key="bad/a.csv", Body=b"a,b")

    def run(name, *, ok):
        glue = aws("glue")
        targets = {"S3Targets": [{"Path": f"s3://{bucket}/{'good' if ok else 'bad'}/"}]}
        if ok:
            glue.create_crawler(Name=name, Role=role, DatabaseName=database, Targets=targets)
        else:
            glue.update_crawler(Name=name, Targets=targets)
        glue.start_crawler(Name=name)
        ready(glue, name)

    return run


def test_a_replication_task_and_its_instance(aws, name):
    account_roles(aws)
    dms = aws("dms")
    with listening(aws, {"source": ["aws.dms"]}) as heard:
        arn = instance(aws, name, subnet_group(aws, name))
        bucket = f"{name}-landing"
        aws("s3").create_bucket(Bucket=bucket)
        source = create_source(dms, f"{name}-source")["EndpointArn"]
        target = create_target(dms, aws, bucket, f"{name}-target")["EndpointArn"]
        task = dms.create_replication_task(
            ReplicationTaskIdentifier=name,
            SourceEndpointArn=source,
            TargetEndpointArn=target,
            ReplicationInstanceArn=arn,
            MigrationType="cdc",
            TableMappings=json.dumps(MAPPINGS),
        )["ReplicationTask"]["ReplicationTaskArn"]
        by_arn = [{"Name": "replication-task-arn", "Values": [task]}]
        dms.get_waiter("replication_task_ready").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_task(ReplicationTaskArn=task)
        dms.get_waiter("replication_task_deleted").wait(Filters=by_arn, WaiterConfig=QUICKLY)
        dms.delete_replication_instance(ReplicationInstanceArn=arn)
        creating, available, created, deleted, deleting, gone = heard(6)
    for event in (creating, available, deleting, gone):
        assert event["detail-type"] == "DMS Replication Instance State Change"
        assert event["resources"] == [arn]
    for event, category in ((creating, "Creation"), (gone, "Deletion")):
        assert event["detail"]["category"] == category
    for event, kind, identifier in (
        (created, "REPLICATION_TASK_CREATED", "DMS-EVENT-0074"),
        (deleted, "REPLICATION_TASK_DELETED", "DMS-EVENT-0073"),
    ):
        assert event["detail-type"] == "DMS Replication Task State Change"
        assert event["resources"] == [task]
        detail = event["detail"]
        assert (detail["type"], detail["eventType"]) == ("REPLICATION_TASK", kind)
        assert detail["eventId"] == identifier


def test_an_instance_of_rds(aws, name):
    rds = aws("rds")
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{name}"
    with listening(aws, {"source": ["aws.rds"], "resources": [arn]}) as heard:
        create(rds, name)
        wait(rds, name)
        rds.reboot_db_instance(DBInstanceIdentifier=name)
        wait(rds, name)
        remove(rds, name)
        told = heard(3)
    assert {event["detail-type"] for event in told} == {"RDS DB Instance Event"}
    details = [event["detail"] for event in told]
    assert [(detail["EventID"], detail["EventCategories"]) for detail in details] == [
        ("RDS-EVENT-0005", ["creation"]),
        ("RDS-EVENT-0006", ["availability"]),
        ("RDS-EVENT-0003", ["deletion"]),
    ]
    assert {detail["SourceArn"] for detail in details} == {arn}
    assert {detail["SourceIdentifier"] for detail in details} == {name}
