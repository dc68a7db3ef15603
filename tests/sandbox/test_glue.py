"""Glue: the catalog's own rules, and crawlers that read what really lies in S3."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import time
import uuid

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError
from pyarrow import parquet

ACCOUNT = "123456789012"
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:user/administrator"
LOG_DELETES = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
MERGE = json.dumps(
    {
        "Version": 1.0,
        "CrawlerOutput": {
            "Tables": {"AddOrUpdateBehavior": "MergeNewColumns"},
            "Partitions": {"AddOrUpdateBehavior": "InheritFromTable"},
        },
    }
)
ORDERS = pa.table(
    {
        "Op": ["I", "U"],
        "dms_ts": pa.array(["2026-01-01", "2026-01-02"]),
        "order_id": pa.array([1, 2], pa.int64()),
        "total_amount": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(12, 2)),
        "created_at": pa.array([datetime.datetime(2026, 1, 1)] * 2, pa.timestamp("us")),
    }
)
ORDERS_TYPES = {
    "op": "string",
    "dms_ts": "string",
    "order_id": "bigint",
    "total_amount": "decimal(12,2)",
    "created_at": "timestamp",
}


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def trust(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def glue(aws):
    return aws("glue")


@pytest.fixture
def role(aws):
    """The ARN of a new role that Glue may assume."""
    return aws("iam").create_role(
        RoleName=f"crawler-{uuid.uuid4().hex[:8]}",
        Path="/service-role/",
        AssumeRolePolicyDocument=trust("glue.amazonaws.com"),
    )["Role"]["Arn"]


@pytest.fixture
def bucket(aws):
    name = f"landing-{uuid.uuid4().hex[:8]}"
    aws("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def database(glue):
    name = f"db_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    return name


@pytest.fixture
def put(aws, bucket):
    """Writes a table as a Parquet object."""

    def write(key, table):
        sink = io.BytesIO()
        parquet.write_table(table, sink)
        aws("s3").put_object(Bucket=bucket, Key=key, Body=sink.getvalue())

    return write


@pytest.fixture
def crawler(glue, role, database):
    """Makes a crawler and gives its name."""

    def make(**settings):
        name = f"crawler-{uuid.uuid4().hex[:8]}"
        glue.create_crawler(**{"Name": name, "Role": role, "DatabaseName": database, **settings})
        return name

    return make


def ready(glue, name, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = glue.get_crawler(Name=name)["Crawler"]
        if found["State"] == "READY":
            return found
        time.sleep(0.02)
    raise AssertionError(f"{name} is still {found['State']}")


def crawl(glue, name, status="SUCCEEDED"):
    glue.start_crawler(Name=name)
    last = ready(glue, name)["LastCrawl"]
    assert last["Status"] == status, last
    return last


def types(table):
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def tables(glue, database):
    return {one["Name"]: one for one in glue.get_tables(DatabaseName=database)["TableList"]}


def declare(glue, database, bucket, columns, **members):
    glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": "orders",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "parquet", "owner": "shop"},
            "StorageDescriptor": {
                "Columns": columns,
                "Location": f"s3://{bucket}/raw/public/orders/",
            },
            **members,
        },
    )
    return {"CatalogTargets": [{"DatabaseName": database, "Tables": ["orders"]}]}


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


def test_a_folder_becomes_a_table(glue, crawler, database, bucket, put):
    put("raw/public/My-Orders/LOAD00000001.parquet", ORDERS)
    put("raw/public/My-Orders/_hidden.parquet", pa.table({"x": [1]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/public/My-Orders"}]}
    crawl(glue, crawler(Targets=targets, TablePrefix="lake_"))
    (table,) = tables(glue, database).values()
    assert table["Name"] == "lake_my_orders"
    assert types(table) == ORDERS_TYPES
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"s3://{bucket}/raw/public/My-Orders/"
    assert storage["InputFormat"].endswith("MapredParquetInputFormat")
    assert (table["PartitionKeys"], table["TableType"]) == ([], "EXTERNAL_TABLE")
    expected = {
        "classification": "parquet",
        "compressionType": "none",
        "typeOfData": "file",
        "CrawlerSchemaSerializerVersion": "1.0",
        "objectCount": "1",
    }
    assert expected.items() <= table["Parameters"].items()


def test_a_taken_name_gets_a_suffix(glue, crawler, database, bucket, put):
    declare(glue, database, bucket, [{"Name": "a", "Type": "int"}])
    put("raw/public/orders/LOAD00000001.parquet", ORDERS)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/public/orders/"}]}
    name = crawler(Targets=targets)
    crawl(glue, name)
    crawl(glue, name)
    found = sorted(tables(glue, database))
    assert (len(found), found[0]) == (2, "orders")
    assert found[1].startswith("orders_")


def test_alike_folders_are_one_partitioned_table(glue, crawler, database, bucket, put):
    for year, month in (("2025", "12"), ("2026", "01")):
        put(f"events/year={year}/{month}/a.parquet", ORDERS)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/events/"}]}
    name = crawler(Targets=targets, Configuration=MERGE)
    crawl(glue, name)
    (table,) = tables(glue, database).values()
    assert table["Name"] == "events"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["year", "partition_1"]
    partitions = glue.get_partitions(DatabaseName=database, TableName="events")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2025", "12"], ["2026", "01"]]
    assert partitions[0]["StorageDescriptor"]["Location"] == f"s3://{bucket}/events/year=2025/12/"
    put("events/year=2026/02/a.parquet", ORDERS)
    crawl(glue, name)
    partitions = glue.get_partitions(DatabaseName=database, TableName="events")["Partitions"]
    assert len(partitions) == 3


def test_different_folders_are_tables_of_their_own(glue, crawler, database, bucket, put):
    put("raw/orders/a.parquet", ORDERS)
    put("raw/users/a.parquet", pa.table({"name": ["a"], "age": [1]}))
    put("raw/manifests/a.parquet", pa.table({"url": ["a"]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/", "Exclusions": ["manifests/**"]}]}
    crawl(glue, crawler(Targets=targets))
    assert sorted(tables(glue, database)) == ["orders", "users"]


def test_files_of_one_folder_are_merged(glue, crawler, database, bucket, put):
    put("n/1.parquet", pa.table({"a": pa.array([1], pa.int32()), "b": ["x"], "c": [1]}))
    put("n/2.parquet", pa.table({"a": pa.array([1], pa.int64()), "c": ["text"], "d": [1.5]}))
    crawl(glue, crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/n/"}]}))
    assert types(tables(glue, database)["n"]) == {
        "a": "bigint",
        "b": "string",
        "c": "string",
        "d": "double",
    }


def test_a_sample_reads_some_files_only(glue, crawler, database, bucket, put):
    put("n/1.parquet", pa.table({"a": [1, 2]}))
    put("n/2.parquet", pa.table({"a": [1, 2], "unseen": [1, 2]}))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/n/", "SampleSize": 1}]}
    crawl(glue, crawler(Targets=targets))
    table = tables(glue, database)["n"]
    assert types(table) == {"a": "bigint"}
    assert (table["Parameters"]["objectCount"], table["Parameters"]["recordCount"]) == ("2", "4")


@pytest.mark.parametrize(
    ("behaviour", "left", "deprecated"),
    [
        ("LOG", ["n"], False),
        ("DEPRECATE_IN_DATABASE", ["n"], True),
        ("DELETE_FROM_DATABASE", [], False),
    ],
)
def test_a_table_without_data(
    aws, glue, crawler, database, bucket, put, behaviour, left, deprecated
):
    put("n/1.parquet", pa.table({"a": [1]}))
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behaviour}
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/"}]}
    name = crawler(Targets=targets, SchemaChangePolicy=policy)
    put("m/1.parquet", pa.table({"z": ["1"]}))
    crawl(glue, name)
    aws("s3").delete_object(Bucket=bucket, Key="n/1.parquet")
    put("o/1.parquet", pa.table({"y": [True]}))
    crawl(glue, name)
    found = tables(glue, database)
    assert sorted(found) == sorted(["m", "o", *left])
    if left:
        assert ("DEPRECATED_BY_CRAWLER" in found["n"]["Parameters"]) is deprecated


def test_new_folders_only(glue, crawler, database, bucket, put):
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
    put("e/day=1/a.parquet", pa.table({"a": [1]}))
    name = crawler(
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/e/"}]},
        SchemaChangePolicy=policy,
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
    )
    crawl(glue, name)
    put("e/day=1/b.parquet", pa.table({"a": [1], "never": [1]}))
    put("e/day=2/a.parquet", pa.table({"a": [1]}))
    crawl(glue, name)
    assert types(tables(glue, database)["e"]) == {"a": "bigint"}
    partitions = glue.get_partitions(DatabaseName=database, TableName="e")["Partitions"]
    assert [one["Values"] for one in partitions] == [["1"], ["2"]]


def test_every_parquet_type_has_its_hive_type(glue, crawler, database, bucket, put):
    put(
        "t/a.parquet",
        pa.table(
            {
                "bool": [True],
                "tiny": pa.array([1], pa.int8()),
                "small": pa.array([1], pa.int16()),
                "real": pa.array([1.0], pa.float32()),
                "day": [datetime.date(2026, 1, 1)],
                "raw": [b"x"],
                "list": [[1]],
                "row": [{"a": 1, "b": ["x"]}],
                "map": pa.array([[("k", 1.0)]], pa.map_(pa.string(), pa.float64())),
                "zoned": pa.array([0], pa.timestamp("ms", "UTC")),
                "time": pa.array([0], pa.time64("us")),
            }
        ),
    )
    crawl(glue, crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/t"}]}))
    assert types(tables(glue, database)["t"]) == {
        "bool": "boolean",
        "tiny": "tinyint",
        "small": "smallint",
        "real": "float",
        "day": "date",
        "raw": "binary",
        "list": "array<bigint>",
        "row": "struct<a:bigint,b:array<string>>",
        "map": "map<string,double>",
        "zoned": "timestamp",
        "time": "bigint",
    }


def test_what_is_not_parquet_fails_the_crawl(aws, glue, crawler, bucket):
    aws("s3").put_object(Bucket=bucket, Key="csv/a.csv", Body=b"a,b\n1,2\n")
    name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/csv/"}]})
    last = crawl(glue, name, "FAILED")
    assert f"s3://{bucket}/csv/a.csv" in last["ErrorMessage"]


def test_a_crawler_is_shown_as_aws_shows_it(glue, crawler, role, database, bucket):
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]}
    name = crawler(
        Targets=targets, Schedule="cron(0 3 * * ? *)", Tags={"layer": "catalog"}, Description="d"
    )
    shown = glue.get_crawler(Name=name)["Crawler"]
    assert shown["Role"] == role.split(":role/")[1]
    assert shown["Schedule"] == {
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "State": "SCHEDULED",
    }
    assert shown["Targets"]["S3Targets"] == [{"Path": f"s3://{bucket}/raw/", "Exclusions": []}]
    assert shown["Targets"]["CatalogTargets"] == []
    assert shown["LakeFormationConfiguration"]["UseLakeFormationCredentials"] is False
    assert shown["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_EVERYTHING"}
    assert "LastCrawl" not in shown
    arn = f"arn:aws:glue:us-east-1:{ACCOUNT}:crawler/{name}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"layer": "catalog"}
    assert glue.list_crawlers(Tags={"layer": "catalog"})["CrawlerNames"] == [name]
    missing = glue.batch_get_crawlers(CrawlerNames=[name, "none"])["CrawlersNotFound"]
    assert missing == ["none"]
    glue.update_crawler(
        Name=name,
        Description="",
        Schedule="",
        SchemaChangePolicy={"DeleteBehavior": "LOG"},
        LakeFormationConfiguration={"UseLakeFormationCredentials": True},
    )
    changed = glue.get_crawler(Name=name)["Crawler"]
    assert (changed["Version"], "Description" in changed, "Schedule" in changed) == (
        2,
        False,
        False,
    )
    assert changed["SchemaChangePolicy"] == LOG_DELETES
    assert changed["LakeFormationConfiguration"]["UseLakeFormationCredentials"] is True
    assert changed["Targets"] == shown["Targets"]
    glue.delete_crawler(Name=name)
    assert refused(glue.get_crawler, Name=name)[0] == "EntityNotFoundException"


def test_a_schedule_is_stopped_and_started(glue, crawler, bucket):
    name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]})
    assert refused(glue.start_crawler_schedule, CrawlerName=name)[0] == "NoScheduleException"
    assert (
        refused(glue.stop_crawler_schedule, CrawlerName=name)[0] == "SchedulerNotRunningException"
    )
    assert refused(glue.update_crawler_schedule, CrawlerName=name, Schedule="rate(1 hour)")[0] == (
        "InvalidInputException"
    )
    glue.update_crawler_schedule(CrawlerName=name, Schedule="cron(0 3 * * ? *)")
    assert refused(glue.start_crawler_schedule, CrawlerName=name)[0] == "SchedulerRunningException"
    glue.stop_crawler_schedule(CrawlerName=name)
    assert glue.get_crawler(Name=name)["Crawler"]["Schedule"]["State"] == "NOT_SCHEDULED"
    glue.start_crawler_schedule(CrawlerName=name)
    assert glue.get_crawler(Name=name)["Crawler"]["Schedule"]["State"] == "SCHEDULED"


@pytest.mark.parametrize(
    ("settings", "code", "fragment"),
    [
        ({"Role": "nobody"}, "InvalidInputException", "unable to assume provided role"),
        ({"Targets": {}}, "InvalidInputException", "at least one target"),
        ({"Targets": {"JdbcTargets": [{"Path": "x"}]}}, "NotImplemented", "JdbcTargets"),
        ({"DatabaseName": "nowhere"}, "InvalidInputException", "Database nowhere not found"),
        ({"Configuration": "{"}, "InvalidInputException", "not valid JSON"),
        ({"Configuration": "{}"}, "InvalidInputException", "Version 1.0"),
        ({"Schedule": "cron(1)"}, "InvalidInputException", "Invalid schedule expression"),
        (
            {"SchemaChangePolicy": {"UpdateBehavior": "NEVER"}},
            "ValidationException",
            "schemaChangePolicy.updateBehavior",
        ),
        (
            {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}},
            "InvalidInputException",
            "must be LOG",
        ),
        (
            {"Targets": {"S3Targets": [{"Path": "s3://no-such-bucket-here/x"}]}},
            "InvalidInputException",
            "S3 bucket no-such-bucket-here does not exist",
        ),
    ],
)
def test_a_wrong_crawler_is_refused(glue, crawler, bucket, settings, code, fragment):
    good = {"Targets": {"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]}}
    with pytest.raises(ClientError) as caught:
        crawler(**{**good, **settings})
    error = caught.value.response["Error"]
    assert (error["Code"], fragment in error["Message"]) == (code, True), error


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


def test_a_role_that_does_not_trust_glue_is_refused(aws, glue, crawler, bucket):
    other = f"for-dms-{uuid.uuid4().hex[:6]}"
    aws("iam").create_role(RoleName=other, AssumeRolePolicyDocument=trust("dms.amazonaws.com"))
    with pytest.raises(ClientError, match="Please verify role's TrustPolicy"):
        crawler(Role=other, Targets={"S3Targets": [{"Path": f"s3://{bucket}/raw/"}]})


def test_a_role_that_is_gone_fails_the_crawl(aws, glue, crawler, role, bucket, put):
    put("n/1.parquet", pa.table({"a": [1]}))
    name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/n/"}]})
    assert refused(glue.create_crawler, Name=name, Role=role, Targets={})[0] == (
        "AlreadyExistsException"
    )
    aws("s3").delete_object(Bucket=bucket, Key="n/1.parquet")
    aws("s3").delete_bucket(Bucket=bucket)
    last = crawl(glue, name, "FAILED")
    assert "NoSuchBucket" in last["ErrorMessage"]


def test_a_stopped_crawl_is_cancelled(sandbox, glue, crawler, bucket, put, monkeypatch):
    put("n/1.parquet", pa.table({"a": [1]}))
    name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/n/"}]})
    assert refused(glue.stop_crawler, Name=name)[0] == "CrawlerNotRunningException"
    monkeypatch.setattr(sandbox.clock, "_latency", 0.5)
    glue.start_crawler(Name=name)
    assert refused(glue.start_crawler, Name=name)[0] == "CrawlerRunningException"
    assert refused(glue.update_crawler, Name=name)[0] == "CrawlerRunningException"
    assert refused(glue.delete_crawler, Name=name)[0] == "CrawlerRunningException"
    assert glue.get_crawler(Name=name)["Crawler"]["State"] == "RUNNING"
    monkeypatch.setattr(sandbox.clock, "_latency", 0.0)
    glue.stop_crawler(Name=name)
    assert ready(glue, name)["LastCrawl"]["Status"] == "CANCELLED"


class TestUnderLakeFormation:
    """With IAM_ALLOWED_PRINCIPALS closed, the crawler's role needs permissions of its own."""

    @pytest.fixture
    def lake(self, aws):
        client = aws("lakeformation")
        before = client.get_data_lake_settings()["DataLakeSettings"]
        admins = [{"DataLakePrincipalIdentifier": ADMINISTRATOR}]
        client.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": admins})
        yield client
        client.put_data_lake_settings(DataLakeSettings=before)

    def grant(self, lake, role, resource, *permissions):
        lake.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": role},
            Resource=resource,
            Permissions=list(permissions),
        )

    def test_a_catalog_target_needs_describe_then_alter(
        self, lake, glue, crawler, role, database, bucket, put
    ):
        targets = declare(glue, database, bucket, [{"Name": "order_id", "Type": "bigint"}])
        put("raw/public/orders/LOAD00000001.parquet", ORDERS)
        settings = {"Targets": targets, "SchemaChangePolicy": LOG_DELETES, "Configuration": MERGE}
        with pytest.raises(ClientError, match=r"Insufficient Lake Formation permission\(s\)"):
            crawler(**settings)
        table = {"Table": {"DatabaseName": database, "Name": "orders"}}
        self.grant(lake, role, table, "DESCRIBE")
        name = crawler(**settings)
        last = crawl(glue, name, "FAILED")
        assert last["ErrorMessage"] == (
            "Insufficient Lake Formation permission(s): Required Alter on orders"
        )
        self.grant(lake, role, table, "ALTER")
        crawl(glue, name)
        found = glue.get_table(DatabaseName=database, Name="orders")["Table"]
        assert types(found) == {"order_id": "bigint"} | ORDERS_TYPES

    def test_an_s3_target_needs_create_table_and_owns_what_it_makes(
        self, lake, glue, crawler, role, database, bucket, put
    ):
        put("raw/n/1.parquet", pa.table({"a": [1]}))
        name = crawler(Targets={"S3Targets": [{"Path": f"s3://{bucket}/raw/n/"}]})
        last = crawl(glue, name, "FAILED")
        assert f"Required Describe on {database}" in last["ErrorMessage"]
        self.grant(lake, role, {"Database": {"Name": database}}, "DESCRIBE", "CREATE_TABLE")
        crawl(glue, name)
        owned = lake.list_permissions(Resource={"Table": {"DatabaseName": database, "Name": "n"}})
        assert {
            entry["Principal"]["DataLakePrincipalIdentifier"]
            for entry in owned["PrincipalResourcePermissions"]
        } == {role}

    def test_lake_formation_credentials_need_a_registered_location(
        self, aws, lake, glue, crawler, role, database, bucket, put
    ):
        targets = declare(glue, database, bucket, [{"Name": "order_id", "Type": "bigint"}])
        put("raw/public/orders/LOAD00000001.parquet", ORDERS)
        table = {"Table": {"DatabaseName": database, "Name": "orders"}}
        self.grant(lake, role, table, "DESCRIBE", "ALTER", "SELECT")
        name = crawler(
            Targets=targets,
            SchemaChangePolicy=LOG_DELETES,
            LakeFormationConfiguration={"UseLakeFormationCredentials": True},
        )
        assert "is not registered" in crawl(glue, name, "FAILED")["ErrorMessage"]
        reader = aws("iam").create_role(
            RoleName=f"lake-{uuid.uuid4().hex[:6]}",
            AssumeRolePolicyDocument=trust("lakeformation.amazonaws.com"),
        )["Role"]["Arn"]
        arn = f"arn:aws:s3:::{bucket}/raw"
        lake.register_resource(ResourceArn=arn, RoleArn=reader)
        crawl(glue, name)
        lake.deregister_resource(ResourceArn=arn)
