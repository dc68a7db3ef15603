"""The catalog's own rules, and crawlers that keep declared tables current."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.glue_tools import (
    LOG_DELETES,
    MERGE,
    ORDERS,
    ORDERS_TYPES,
    crawl,
    declare,
    refused,
    types,
)


def test_names_fold_to_lower_case_and_versions_start_at_zero(glue):
    glue.create_database(DatabaseInput={"Name": "Mixed_Case"})
    glue.create_table(DatabaseName="MIXED_CASE", TableInput={"Name": "Orders"})
    table = glue.get_table(DatabaseName="mixed_case", Name="ORDERS")["Table"]
    assert (table["Name"], table["VersionId"]) == ("orders", "0")
    assert table["IsRegisteredWithLakeFormation"] is False
    glue.update_table(DatabaseName="mixed_case", TableInput={"Name": "orders"})
    assert glue.get_table(DatabaseName="mixed_case", Name="orders")["Table"]["VersionId"] == "1"
    assert refused(glue.create_table, DatabaseName="mixed_case", TableInput={"Name": "ORDERS"}) == (
        "AlreadyExistsException",
        "Table already exists.",
    )
    glue.delete_database(Name="mixed_case")
    assert refused(glue.get_database, Name="mixed_case")[0] == "EntityNotFoundException"


def test_a_declared_table_is_kept_current(glue, crawler, database, bucket, put):
    columns = [
        {"Name": "op", "Type": "string", "Comment": "I, U or D"},
        {"Name": "order_id", "Type": "int"},
        {"Name": "gone", "Type": "string"},
    ]
    targets = declare(glue, database, bucket, columns)
    put("raw/public/orders/LOAD00000001.parquet", ORDERS)
    put("raw/public/orders/20260101-000000001.parquet", ORDERS)
    name = crawler(Targets=targets, SchemaChangePolicy=LOG_DELETES, Configuration=MERGE)
    last = crawl(glue, name)
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert table["StorageDescriptor"]["Columns"][:3] == columns
    assert list(types(table)) == [
        *("op", "order_id", "gone"),
        *("dms_ts", "total_amount", "created_at"),
    ]
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith(
        "ParquetHiveSerDe"
    )
    parameters = table["Parameters"]
    assert parameters["owner"] == "shop"
    assert parameters["UPDATED_BY_CRAWLER"] == name
    assert (parameters["objectCount"], parameters["recordCount"]) == ("2", "4")
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", name)
    assert table["VersionId"] == "1"
    crawl(glue, name)
    assert glue.get_table(DatabaseName=database, Name="orders")["Table"]["VersionId"] == "1"
    (metrics,) = glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 1)
    assert [one["State"] for one in glue.list_crawls(CrawlerName=name)["Crawls"]] == [
        "COMPLETED",
        "COMPLETED",
    ]


def test_without_merging_the_data_decides(glue, crawler, database, bucket, put):
    columns = [
        {"Name": "order_id", "Type": "int", "Comment": "key"},
        {"Name": "gone", "Type": "int"},
    ]
    targets = declare(glue, database, bucket, columns)
    put("raw/public/orders/LOAD00000001.parquet", ORDERS)
    crawl(glue, crawler(Targets=targets, SchemaChangePolicy=LOG_DELETES))
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert types(table) == ORDERS_TYPES
    assert table["StorageDescriptor"]["Columns"][2]["Comment"] == "key"


def test_a_crawler_that_only_logs_changes_no_table(aws, glue, crawler, database, bucket, put):
    targets = declare(glue, database, bucket, [{"Name": "order_id", "Type": "int"}])
    put("raw/public/orders/LOAD00000001.parquet", ORDERS)
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    name = crawler(Targets=targets, SchemaChangePolicy=policy)
    last = crawl(glue, name)
    table = glue.get_table(DatabaseName=database, Name="orders")["Table"]
    assert types(table) == {"order_id": "int"}
    events = aws("logs").get_log_events(
        logGroupName=last["LogGroup"], logStreamName=last["LogStream"]
    )["events"]
    assert any("only logged" in event["message"] for event in events)
    assert all(event["message"].startswith(f"[{last['MessagePrefix']}]") for event in events)


def test_catalog_targets_stand_alone_and_delete_nothing(glue, crawler, database, bucket):
    targets = declare(glue, database, bucket, [{"Name": "a", "Type": "int"}])
    mixed = targets | {"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]}
    with pytest.raises(ClientError, match="cannot be mixed"):
        crawler(Targets=mixed, SchemaChangePolicy=LOG_DELETES)
    with pytest.raises(ClientError, match="must be LOG"):
        crawler(Targets=targets)
    absent = {"CatalogTargets": [{"DatabaseName": database, "Tables": ["nothing"]}]}
    with pytest.raises(ClientError, match="Table nothing not found"):
        crawler(Targets=absent, SchemaChangePolicy=LOG_DELETES)
