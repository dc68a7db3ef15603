"""What a reader does in a day: SQL in the warehouse and in Athena, and looks at the catalog."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from demo import lake
from demo.aws import PLATFORM, client, credentials_of
from tests.site import task

WAREHOUSE = {"WorkgroupName": PLATFORM, "Database": "analytics"}


def read(reader: str, bucket: str, tables: list[str]) -> None:
    """All of it, as one of the platform's readers, on these tables of the catalog."""
    given = credentials_of(f"{PLATFORM}-{reader}")
    _warehouse(client("redshift-data", **given))
    _catalog(client("glue", **given), tables)
    _results(client("s3", **given), bucket, f"athena/{reader}/")
    athena = client("athena", **given)
    for table in tables:
        lake.query(f"SELECT count(*) FROM {table}", reader)
        started = athena.start_query_execution(
            QueryString=f"SELECT count(*) FROM {table}",
            QueryExecutionContext={"Database": lake.DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{bucket}/athena/{reader}/"},
        )
        athena.stop_query_execution(QueryExecutionId=started["QueryExecutionId"])


def _warehouse(data: Any) -> None:
    sent = data.batch_execute_statement(Sqls=["SELECT 1", "SELECT 2"], **WAREHOUSE)["Id"]
    task.until(lambda: data.describe_statement(Id=sent)["Status"] == "FINISHED")
    data.get_statement_result(Id=f"{sent}:1")
    with suppress(data.exceptions.ValidationException):  # it has ended
        data.cancel_statement(Id=sent)


def _catalog(glue: Any, tables: list[str]) -> None:
    glue.get_databases()
    glue.get_database(Name=lake.DATABASE)
    glue.get_tables(DatabaseName=lake.DATABASE)
    for table in tables:
        glue.get_table(DatabaseName=lake.DATABASE, Name=table)
        glue.get_partitions(DatabaseName=lake.DATABASE, TableName=table)
        with suppress(glue.exceptions.EntityNotFoundException):  # these tables have none
            glue.get_partition(DatabaseName=lake.DATABASE, TableName=table, PartitionValues=["1"])


def _results(s3: Any, bucket: str, folder: str) -> None:
    """The results, and what Athena does with one that is too long for one upload."""
    place = {"Bucket": bucket, "Key": f"{folder}long.csv"}
    upload = s3.create_multipart_upload(**place)["UploadId"]
    s3.list_parts(**place, UploadId=upload)
    s3.abort_multipart_upload(**place, UploadId=upload)
    s3.list_objects_v2(Bucket=bucket, Prefix=folder)
