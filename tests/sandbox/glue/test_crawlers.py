"""Crawlers as a resource: shown, changed, scheduled, refused, stopped."""

from __future__ import annotations

import uuid

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.glue_tools import ACCOUNT, LOG_DELETES, crawl, ready, refused, trust


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
        (
            {"Targets": {"S3Targets": [{"Path": "s3://b/", "ConnectionName": "vpc"}]}},
            "NotImplemented",
            "through no connection",
        ),
        ({"DatabaseName": "nowhere"}, "InvalidInputException", "Database nowhere not found"),
        ({"Configuration": "{"}, "InvalidInputException", "not valid JSON"),
        ({"Configuration": "{}"}, "InvalidInputException", "Version 1.0"),
        ({"Schedule": "cron(1)"}, "InvalidInputException", "Invalid schedule expression"),
        ({"Schedule": "cron(0/4 * * * ? *)"}, "InvalidInputException", "every 5 minutes"),
        ({"Schedule": "cron(0,58 * * * ? *)"}, "InvalidInputException", "every 5 minutes"),
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
