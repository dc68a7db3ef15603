from __future__ import annotations

import boto3
import botocore
import pytest
from ansible_collections.amazon.aws.plugins.module_utils import cloud
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.modern_data.warehouse.plugins.module_utils.api import Api
from botocore.stub import Stubber


@pytest.fixture
def stubber(monkeypatch):
    monkeypatch.setattr(cloud.time, "sleep", lambda seconds: None)
    client = boto3.client(
        "stepfunctions",
        region_name="us-east-1",
        aws_access_key_id="AKIAUNITTESTS0000000",
        aws_secret_access_key="unit-test-secret-key",
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def api(stubber):
    return Api(stubber.client, "state machine shop")


ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:shop"


def test_all_pages_are_joined(api, stubber):
    machine = {"stateMachineArn": ARN, "type": "STANDARD", "creationDate": 0}
    first = {"stateMachines": [{**machine, "name": "a"}], "nextToken": "more"}
    second = {"stateMachines": [{**machine, "name": "b"}]}
    stubber.add_response("list_state_machines", first, {})
    stubber.add_response("list_state_machines", second, {"nextToken": "more"})
    names = [found["name"] for found in api.pages("ListStateMachines", "state_machines")]
    assert names == ["a", "b"]


@pytest.mark.parametrize("code", ["ThrottlingException", "ThrottledException", "SlowDown"])
def test_throttling_is_tried_again(api, stubber, code):
    stubber.add_client_error("delete_state_machine", code)
    stubber.add_response("delete_state_machine", {}, {"stateMachineArn": ARN})
    api.call("DeleteStateMachine", state_machine_arn=ARN)


def test_a_named_conflict_is_tried_again_and_others_are_not(api, stubber):
    stubber.add_client_error("delete_state_machine", "ConflictException")
    stubber.add_response("delete_state_machine", {}, {"stateMachineArn": ARN})
    api.call("DeleteStateMachine", retry=("ConflictException",), state_machine_arn=ARN)
    stubber.add_client_error("delete_state_machine", "ConflictException")
    with pytest.raises(AnsibleAWSError, match="ConflictException"):
        api.call("DeleteStateMachine", state_machine_arn=ARN)


def test_what_is_missing_is_none_and_other_errors_stay_errors(api, stubber):
    for code in ("StateMachineDoesNotExist", "InvalidArn"):
        stubber.add_client_error("describe_state_machine", code)
    missing = ("StateMachineDoesNotExist",)
    assert api.maybe("DescribeStateMachine", missing=missing, state_machine_arn=ARN) is None
    with pytest.raises(AnsibleAWSError, match="InvalidArn"):
        api.maybe("DescribeStateMachine", missing=missing, state_machine_arn=ARN)


def test_a_member_that_botocore_lacks_is_told_with_its_version(api):
    with pytest.raises(AnsibleAWSError) as raised:
        api.call("DeleteStateMachine", state_machine_arn=ARN, newer=1)
    assert raised.value.message == (
        "state machine shop: DeleteStateMachineInput has no member newer"
        f" in botocore {botocore.__version__}, a newer one may know it"
    )


def test_a_denied_call_names_the_resource_and_the_iam_action(api, stubber):
    stubber.add_client_error("delete_state_machine", "AccessDeniedException")
    with pytest.raises(AnsibleAWSError) as raised:
        api.call("DeleteStateMachine", state_machine_arn=ARN)
    assert raised.value.message == (
        "states:DeleteStateMachine failed for state machine shop"
        " (the caller needs the IAM action states:DeleteStateMachine on it)"
    )


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (
            "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:PassRole"
            " on resource: arn:aws:iam::123456789012:role/shop because no identity-based policy"
            " allows the iam:PassRole action",
            "the caller needs the IAM action iam:PassRole on arn:aws:iam::123456789012:role/shop",
        ),
        (
            "User: arn:aws:iam::123456789012:user/dev is not authorized to perform:"
            " states:DeleteStateMachine",
            "the caller needs the IAM action states:DeleteStateMachine on it",
        ),
        (
            "Insufficient Lake Formation permission(s): Required Describe on raw",
            "the caller lacks a grant of Lake Formation, no IAM action",
        ),
    ],
)
def test_a_denied_call_tells_what_aws_says_is_lacking(api, stubber, reason, advice):
    stubber.add_client_error("delete_state_machine", "AccessDeniedException", reason)
    with pytest.raises(AnsibleAWSError) as raised:
        api.call("DeleteStateMachine", state_machine_arn=ARN)
    assert f"({advice})" in raised.value.message
