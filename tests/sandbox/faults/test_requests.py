"""Requests that are refused, failed, or never answered, with the codes that each service has."""

from __future__ import annotations

import uuid

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.identities import permit

READS = {
    "athena": "list_work_groups",
    "cloudwatch": "describe_alarms",
    "dms": "describe_endpoints",
    "dynamodb": "list_tables",
    "ec2": "describe_vpcs",
    "events": "list_rules",
    "glue": "get_databases",
    "iam": "list_roles",
    "kms": "list_keys",
    "lakeformation": "get_data_lake_settings",
    "logs": "describe_log_groups",
    "rds": "describe_db_instances",
    "redshift-data": "list_statements",
    "redshift-serverless": "list_workgroups",
    "resourcegroupstaggingapi": "get_resources",
    "s3": "list_buckets",
    "scheduler": "list_schedules",
    "secretsmanager": "list_secrets",
    "sns": "list_topics",
    "sqs": "list_queues",
    "stepfunctions": "list_state_machines",
    "sts": "get_caller_identity",
}
THROTTLED = {
    "athena": ("TooManyRequestsException", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "iam": ("Throttling", 400),
    "rds": ("Throttling", 400),
    "resourcegroupstaggingapi": ("ThrottledException", 400),
    "s3": ("SlowDown", 503),
    "scheduler": ("ThrottlingException", 429),
    "sns": ("Throttling", 400),
    "sqs": ("RequestThrottled", 403),
    "sts": ("Throttling", 400),
}
FAILED = {
    "ec2": "InternalError",
    "glue": "InternalServiceException",
    "kms": "KMSInternalException",
    "rds": "InternalFailure",
    "redshift-data": "InternalServerException",
    "s3": "InternalError",
    "stepfunctions": "InternalFailure",
}
EXPIRED = {
    "sts": ("ExpiredToken", 403),
    "s3": ("ExpiredToken", 400),
    "ec2": ("RequestExpired", 400),
}
SKEWED = {
    "ec2": ("RequestExpired", 400),
    "glue": ("InvalidSignatureException", 400),
    "iam": ("SignatureDoesNotMatch", 403),
    "s3": ("RequestTimeTooSkewed", 403),
}


def refused(call, **request):
    """The code and the HTTP status of a refusal."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("service", READS)
def test_each_service_throttles_with_its_own_code(aws, faults, service):
    faults.put({"kind": "throttle", "service": service})
    read = getattr(aws(service), READS[service])
    assert refused(read) == THROTTLED.get(service, ("ThrottlingException", 400))
    read()
    assert faults.struck() == [1]


@pytest.mark.parametrize("service", FAILED)
def test_a_service_fails_with_its_own_code(aws, faults, service):
    faults.put({"kind": "error", "service": service})
    assert refused(getattr(aws(service), READS[service])) == (FAILED[service], 500)


def test_a_code_and_a_status_can_be_chosen(aws, faults):
    faults.put(
        {"kind": "error", "service": "glue", "code": "ServiceUnavailable", "status": 503},
        {"kind": "throttle", "service": "dms", "code": "Throttling"},
    )
    assert refused(aws("glue").get_databases) == ("ServiceUnavailable", 503)
    assert refused(aws("dms").describe_endpoints) == ("Throttling", 400)


def test_first_every_and_skip_choose_calls_of_an_operation(aws, faults):
    glue = aws("glue")

    def outcomes(number):
        return "".join("x" if refuses(glue.get_databases) else "." for _ in range(number))

    chosen = {"kind": "throttle", "service": "glue", "operation": "GetDatabase*"}
    faults.put({**chosen, "first": 2})
    assert outcomes(4) == "xx.."
    faults.put({**chosen, "every": 3})
    assert outcomes(7) == "..x..x."
    faults.put({**chosen, "skip": 2, "first": 2})
    assert outcomes(6) == "..xx.."
    glue.get_crawlers()
    assert [(each["calls"], each["struck"]) for each in faults.told()] == [(6, 2)]


def refuses(call):
    try:
        call()
    except ClientError:
        return True
    return False


def test_boto3_rides_out_what_it_retries(sandbox, faults):
    faults.put({"kind": "throttle", "service": "*", "first": 2})
    client = boto3.client(
        "redshift-serverless",
        region_name="us-east-1",
        endpoint_url=sandbox.settings.endpoint_url,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="any",
        config=Config(retries={"mode": "standard"}),
    )
    client.list_workgroups()
    assert faults.struck() == [2]


def test_a_request_without_an_answer_was_done_or_not(aws, faults):
    s3, bucket = aws("s3"), f"faults-{uuid.uuid4()}"
    reset = {"kind": "connection_reset", "service": "s3", "operation": "CreateBucket"}
    for when, there in (("before", False), ("after", True)):
        faults.put({**reset, "when": when})
        with pytest.raises(botocore.exceptions.ConnectionClosedError):
            s3.create_bucket(Bucket=bucket)
        names = [each["Name"] for each in s3.list_buckets()["Buckets"]]
        assert (bucket in names) == there
    faults.put({**reset, "operation": "PutObject", "when": "after"})
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        s3.put_object(Bucket=bucket, Key="folder/a b", Body=b"x" * 300_000)
    assert s3.head_object(Bucket=bucket, Key="folder/a b")["ContentLength"] == 300_000


def test_a_fault_may_be_one_caller_s_alone(aws, assume, faults):
    role = aws("iam").create_role(
        RoleName=f"faults-{uuid.uuid4()}",
        AssumeRolePolicyDocument='{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, '
        '"Action": "sts:AssumeRole"}}',
    )["Role"]["Arn"]
    permit(aws, role, "glue:GetDatabases")
    as_role = aws("glue", **assume(role))
    faults.put({"kind": "throttle", "service": "*", "caller": f"*{role.rpartition('/')[2]}/*"})
    aws("glue").get_databases()
    assert refused(as_role.get_databases) == ("ThrottlingException", 400)
    as_role.get_databases()


@pytest.mark.parametrize("service", ["dms", *EXPIRED])
def test_a_token_is_said_to_have_expired(aws, faults, service):
    faults.put({"kind": "expired_token", "service": service})
    wanted = EXPIRED.get(service, ("ExpiredTokenException", 403))
    assert refused(getattr(aws(service), READS[service])) == wanted


@pytest.mark.parametrize("service", SKEWED)
@pytest.mark.parametrize("seconds", [-1200, 1200])
def test_a_clock_that_is_off_by_more_than_is_allowed(aws, faults, service, seconds):
    faults.put({"kind": "clock_skew", "service": service, "seconds": seconds})
    assert refused(getattr(aws(service), READS[service])) == SKEWED[service]


def test_s3_allows_a_quarter_of_an_hour_and_others_five_minutes(aws, faults):
    for service in ("s3", "glue"):
        faults.put({"kind": "clock_skew", "service": service, "seconds": 600})
        read = getattr(aws(service), READS[service])
        if service == "s3":
            read()
        else:
            assert refused(read) == SKEWED[service]
