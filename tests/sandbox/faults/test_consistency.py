"""What is written is seen later: a new role by other services, a grant by ListPermissions."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from sandbox.services.lakeformation.lake import Lake
from sandbox.services.lakeformation.targets import CATALOG
from tests.sandbox.capture_tools import until
from tests.sandbox.identities import ACCOUNT, permit

TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "*", "Service": ["states.amazonaws.com", "glue.amazonaws.com"]},
        "Action": "sts:AssumeRole",
    }
}


@pytest.fixture
def role(aws):
    """Makes roles: their ARNs."""

    def make():
        made = aws("iam").create_role(
            RoleName=f"new-{uuid.uuid4()}", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        return permit(aws, made["Role"]["Arn"], "s3:*")

    return make


def accepted(call, **request):
    """Whether a call is not refused for its role."""
    try:
        call(**request)
    except ClientError as error:
        assert error.response["Error"]["Code"] in {
            "AccessDenied",
            "AccessDeniedException",
            "InvalidInputException",
        }
        return False
    return True


def test_a_new_role_is_known_to_iam_at_once_and_to_others_later(aws, faults, role):
    faults.put({"kind": "delayed_consistency", "service": "iam", "seconds": 3600})
    arn = role()
    assert aws("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]["Arn"] == arn
    named = f"new-{uuid.uuid4()}"
    aws("s3").create_bucket(Bucket=named)
    aws("glue").create_database(DatabaseInput={"Name": named})
    machine = {
        "name": named,
        "roleArn": arn,
        "definition": '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
    }
    crawler = {
        "Name": named,
        "Role": arn,
        "DatabaseName": named,
        "Targets": {"S3Targets": [{"Path": f"s3://{named}/"}]},
    }
    grant = {
        "Principal": {"DataLakePrincipalIdentifier": arn},
        "Resource": {"Database": {"Name": named}},
        "Permissions": ["DESCRIBE"],
    }
    calls = [
        (aws("sts").assume_role, {"RoleArn": arn, "RoleSessionName": "me"}),
        (aws("stepfunctions").create_state_machine, machine),
        (aws("glue").create_crawler, crawler),
        (aws("lakeformation").grant_permissions, grant),
    ]
    for call, request in calls:
        assert not accepted(call, **request)
    assert faults.struck()[0] >= 4  # more if what other tests left to run asks for new roles too
    faults.put({"kind": "delayed_consistency", "service": "iam", "seconds": 1})
    for call, request in calls:
        until(lambda: accepted(call, **request))  # noqa: B023


def test_reads_of_permissions_lag_behind_grants(sandbox, faults):
    faults.put({"kind": "delayed_consistency", "service": "lakeformation", "seconds": 5})
    lake = Lake(sandbox, ACCOUNT, "eu-north-1")
    until(lake.grants.listed)  # the state that a fresh account has is seen
    lake.give("somebody", CATALOG, ["DESCRIBE"])
    assert [grant.principal for grant in lake.grants.listed()] == ["IAM_ALLOWED_PRINCIPALS"]
    assert len(lake.grants.current(["somebody"])) == 1
    until(lambda: len(lake.grants.listed()) == 2)
    assert faults.struck()[0] >= 1
