"""The front door: who is calling, what is served, how a refusal looks."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError


def trust(**principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_any_credentials_are_the_administrator(aws):
    made_up = aws("sts", aws_access_key_id="AKIAMADEUPKEY1234567", aws_secret_access_key="x" * 20)
    identity = made_up.get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/administrator"
    assert identity["Account"] == "123456789012"


def test_an_assumed_role_is_that_principal(aws, assume):
    arn = aws("iam").create_role(
        RoleName="reader", AssumeRolePolicyDocument=trust(AWS="arn:aws:iam::123456789012:root")
    )["Role"]["Arn"]
    identity = aws("sts", **assume(arn)).get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::123456789012:assumed-role/reader/test"


def test_an_iam_user_is_that_principal(aws):
    iam = aws("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    credentials = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    identity = aws("sts", **credentials).get_caller_identity()
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/ann"


def test_a_role_that_trusts_another_cannot_be_assumed(aws):
    arn = aws("iam").create_role(
        RoleName="for-dms", AssumeRolePolicyDocument=trust(Service="dms.amazonaws.com")
    )["Role"]["Arn"]
    sts = aws("sts")
    assert refusal(sts.assume_role, RoleArn=arn, RoleSessionName="me") == ("AccessDenied", 403)
    missing = "arn:aws:iam::123456789012:role/nobody"
    assert refusal(sts.assume_role, RoleArn=missing, RoleSessionName="me") == ("AccessDenied", 403)


def test_a_service_acts_only_as_a_role_that_trusts_it(aws, sandbox):
    arn = aws("iam").create_role(
        RoleName="for-glue", AssumeRolePolicyDocument=trust(Service="glue.amazonaws.com")
    )["Role"]["Arn"]
    client = sandbox.client("sts", role_arn=arn, as_service="glue.amazonaws.com")
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/for-glue/glue")
    with pytest.raises(Exception, match="not authorized to perform: sts:AssumeRole"):
        sandbox.client("sts", role_arn=arn, as_service="dms.amazonaws.com")


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("glue", "start_crawler_schedule", {"CrawlerName": "none"}),
        ("rds", "describe_db_major_engine_versions", {}),
        ("stepfunctions", "redrive_execution", {"executionArn": "arn:aws:states:none"}),
    ],
)
def test_what_is_not_served_is_a_client_error(aws, service, operation, arguments):
    code, status = refusal(getattr(aws(service), operation), **arguments)
    assert 400 <= status < 500, (code, status)


@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("scheduler", "GET", "/nothing"),
        ("lakeformation", "POST", "/Nothing"),
        ("batch", "POST", "/v1/nothing"),
    ],
)
@pytest.mark.parametrize("form", ["application/json", "application/x-www-form-urlencoded"])
def test_a_path_of_no_operation_is_an_unknown_operation(sandbox, service, method, path, form):
    answer = ask(sandbox, service, method, path, form)
    assert (answer.status, error_code(answer)) == (400, "UnknownOperationException")


def test_a_query_that_lacks_a_member_reaches_its_operation(sandbox):
    group = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/default"
    answer = ask(sandbox, "scheduler", "DELETE", f"/tags/{quote(group, safe='')}")
    assert (answer.status, error_code(answer)) == (400, "ValidationException")


def ask(sandbox, service, method, path, form="application/json"):
    """The answer to a signed request that no client of AWS would make."""
    body = "{}" if method == "POST" else None
    url = f"{sandbox.settings.endpoint_url}{path}"
    request = AWSRequest(method, url, {"Content-Type": form}, body)
    SigV4Auth(Credentials("any", "any"), service, "us-east-1").add_auth(request)
    connection = HTTPConnection("127.0.0.1", sandbox.settings.port)
    connection.request(method, path, body, dict(request.headers.items()))
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    connection.close()
    return answer


def error_code(answer):
    return json.loads(answer.text)["__type"]


def test_s3_objects_of_any_size_pass(aws):
    s3 = aws("s3")
    s3.create_bucket(Bucket="dispatch-test")
    s3.put_object(Bucket="dispatch-test", Key="a/b.bin", Body=b"x" * 3_000_000)
    assert s3.head_object(Bucket="dispatch-test", Key="a/b.bin")["ContentLength"] == 3_000_000
