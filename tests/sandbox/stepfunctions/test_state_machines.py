"""State machines: what is refused, kept, changed and deleted."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.stepfunctions.workflows import PASS, SDK, TRUST, one, refusal


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ({"States": PASS["States"]}, "These fields are required: [StartAt]"),
        (
            {"StartAt": "No", "States": PASS["States"]},
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: No at /StartAt",
        ),
        (
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}},
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
        ),
        (
            {**PASS, "States": {**PASS["States"], "B": {"Type": "Succeed"}}},
            'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
        ),
        (
            one(
                {
                    "Type": "Map",
                    "Items": [],
                    "ItemProcessor": {"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}},
                }
            ),
            "DUPLICATE_STATE_NAME: The state name Only appears twice",
        ),
        (
            one({"Type": "Task", "Resource": f"{SDK}redshift-data:batchExecuteStatement"}),
            "is not recognized",
        ),
        (one({"Type": "Task", "Resource": f"{SDK}s3:listObjectsv2"}), "is not recognized"),
        (
            one(
                {
                    "Type": "Task",
                    "Resource": f"{SDK}s3:getObject",
                    "Arguments": {"Bucket": "b", "Key": "k", "key": "k"},
                }
            ),
            'The field "key" is not supported by Step Functions at /States/Only/Arguments',
        ),
        (one({"Type": "Pass", "Parameters": {}}), 'The field "Parameters" is not supported'),
        (
            one({"Type": "Wait", "Seconds": "{% $states.result.Wait %}"}),
            "'$states.result' is not available here",
        ),
    ],
)
def test_what_cannot_run_is_refused_by_create_and_by_validate(
    states: Any, role: str, definition: dict[str, Any] | str, complaint: str
) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    code, message = refusal(
        lambda: states.create_state_machine(name="bad", definition=text, roleArn=role)
    )
    assert code == "InvalidDefinition"
    assert message.startswith("Invalid State Machine Definition: '")
    assert complaint in message
    checked = states.validate_state_machine_definition(definition=text)
    assert checked["result"] == "FAIL"
    assert {found["severity"] for found in checked["diagnostics"]} == {"ERROR"}


def test_a_definition_of_over_a_mebibyte_is_refused(states: Any, role: str) -> None:
    text = json.dumps(one({"Type": "Pass", "Comment": "x" * 1048576}))
    code, message = refusal(
        lambda: states.create_state_machine(name="bad", definition=text, roleArn=role)
    )
    assert code == "ValidationException"
    assert message.endswith("Member must have length less than or equal to 1048576")


def test_what_can_run_is_valid(states: Any) -> None:
    checked = states.validate_state_machine_definition(definition=json.dumps(PASS))
    assert (checked["result"], checked["diagnostics"]) == ("OK", [])


def test_a_tolerated_percentage_may_be_a_whole_number(create: Callable[..., str]) -> None:
    create(
        {
            "StartAt": "Each",
            "States": {
                "Each": {
                    "Type": "Map",
                    "ToleratedFailurePercentage": 5,
                    "ItemProcessor": {
                        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                        **PASS,
                    },
                    "End": True,
                }
            },
        }
    )


def test_the_same_again_is_the_same_and_another_definition_is_refused(
    states: Any, role: str
) -> None:
    name = f"same-{uuid.uuid4()}"
    settings = {"name": name, "roleArn": role, "definition": json.dumps(PASS)}
    first = states.create_state_machine(**settings)
    assert states.create_state_machine(**settings)["stateMachineArn"] == first["stateMachineArn"]
    other = settings | {"definition": json.dumps({**PASS, "Comment": "another"})}
    code, message = refusal(lambda: states.create_state_machine(**other))
    assert code == "StateMachineAlreadyExists"
    assert message == f"State Machine Already Exists: '{first['stateMachineArn']}'"


def test_a_role_must_trust_step_functions(states: Any, aws: Callable[..., Any]) -> None:
    document = json.dumps(TRUST).replace("states.amazonaws.com", "glue.amazonaws.com")
    other = aws("iam").create_role(RoleName="other", AssumeRolePolicyDocument=document)
    for arn in (other["Role"]["Arn"], "arn:aws:iam::123456789012:role/missing"):
        code, message = refusal(
            lambda arn=arn: states.create_state_machine(
                name="untrusted", definition=json.dumps(PASS), roleArn=arn
            )
        )
        assert code == "AccessDeniedException"
        assert "authorized to assume the provided role" in message


def test_settings_are_kept_and_changed(
    states: Any, create: Callable[..., str], aws: Callable[..., Any]
) -> None:
    group = f"/states/{uuid.uuid4()}"
    aws("logs").create_log_group(logGroupName=group)
    group_arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:*"
    logging = {
        "level": "ERROR",
        "includeExecutionData": True,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group_arn}}],
    }
    arn = create(PASS, loggingConfiguration=logging, tags=[{"key": "a", "value": "b"}])
    found = states.describe_state_machine(stateMachineArn=arn)
    assert found["loggingConfiguration"] == logging
    assert (found["status"], found["type"]) == ("ACTIVE", "STANDARD")
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]
    states.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": True})
    found = states.describe_state_machine(stateMachineArn=arn)
    assert found["tracingConfiguration"] == {"enabled": True}
    assert found["loggingConfiguration"] == logging


def test_logs_need_a_group_that_is_there(create: Callable[..., str]) -> None:
    group_arn = "arn:aws:logs:us-east-1:123456789012:log-group:missing:*"
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group_arn}}]
    for logging in ({"level": "ALL"}, {"level": "ALL", "destinations": destinations}):
        code, _ = refusal(lambda logging=logging: create(PASS, loggingConfiguration=logging))
        assert code == "InvalidLoggingConfiguration"


def test_an_update_without_changes_is_refused(states: Any, create: Callable[..., str]) -> None:
    arn = create(PASS)
    code, _ = refusal(lambda: states.update_state_machine(stateMachineArn=arn))
    assert code == "MissingRequiredParameter"


def test_a_deleted_one_stops_its_executions_and_goes(
    states: Any, create: Callable[..., str]
) -> None:
    arn = create(one({"Type": "Wait", "Seconds": 600}))
    states.start_execution(stateMachineArn=arn)
    states.delete_state_machine(stateMachineArn=arn)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            assert states.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
        except states.exceptions.StateMachineDoesNotExist:
            break
        time.sleep(0.02)
    code, _ = refusal(lambda: states.describe_state_machine(stateMachineArn=arn))
    assert code == "StateMachineDoesNotExist"
    states.delete_state_machine(stateMachineArn=arn)


def test_versions_are_published_and_listed(states: Any, create: Callable[..., str]) -> None:
    arn = create(PASS)
    assert states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"] == []
    version = states.publish_state_machine_version(stateMachineArn=arn)
    assert version["stateMachineVersionArn"] == f"{arn}:1"
    again = states.publish_state_machine_version(stateMachineArn=arn)
    assert again["stateMachineVersionArn"] == f"{arn}:1"
    listed = states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in listed] == [f"{arn}:1"]


def test_versions_come_in_pages_and_do_not_change(states: Any, create: Callable[..., str]) -> None:
    arn = create(PASS)
    for comment in ("a", "b"):
        text = json.dumps({**PASS, "Comment": comment})
        states.update_state_machine(stateMachineArn=arn, definition=text, publish=True)
    first = states.list_state_machine_versions(stateMachineArn=arn, maxResults=1)
    rest = states.list_state_machine_versions(stateMachineArn=arn, nextToken=first["nextToken"])
    listed = first["stateMachineVersions"] + rest["stateMachineVersions"]
    assert [each["stateMachineVersionArn"] for each in listed] == [f"{arn}:2", f"{arn}:1"]
    version = {"stateMachineArn": f"{arn}:1"}
    for change in (
        lambda: states.update_state_machine(**version, definition=json.dumps(PASS)),
        lambda: states.publish_state_machine_version(**version),
        lambda: states.list_state_machine_versions(**version),
    ):
        assert refusal(change)[0] == "ValidationException"


def test_a_state_machine_has_fifty_tags_at_most(states: Any, create: Callable[..., str]) -> None:
    tags = [{"key": f"k{number}", "value": "v"} for number in range(51)]
    assert refusal(lambda: create(PASS, tags=tags))[0] == "TooManyTags"
    arn = create(PASS, tags=tags[:50])
    states.tag_resource(resourceArn=arn, tags=[{"key": "k0", "value": "w"}])
    code, _ = refusal(lambda: states.tag_resource(resourceArn=arn, tags=tags[50:]))
    assert code == "TooManyTags"


@pytest.mark.parametrize(
    ("encryption", "code"),
    [
        ({"type": "CUSTOMER_MANAGED_KMS_KEY"}, "InvalidEncryptionConfiguration"),
        ({"type": "AWS_OWNED_KEY", "kmsKeyId": "x"}, "InvalidEncryptionConfiguration"),
        (
            {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": str(uuid.uuid4())},
            "KmsAccessDeniedException",
        ),
    ],
)
def test_a_key_that_can_not_be_used_is_refused(
    states: Any, create: Callable[..., str], encryption: dict[str, str], code: str
) -> None:
    arn = create(PASS)
    refused, _message = refusal(
        lambda: states.update_state_machine(stateMachineArn=arn, encryptionConfiguration=encryption)
    )
    assert refused == code


def test_tags_are_of_machines_that_are_there(
    states: Any, create: Callable[..., str], role: str
) -> None:
    name = f"tagged-{uuid.uuid4()}"
    arn = create(PASS, name=name, tags=[{"key": "a", "value": "b"}])
    states.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "c"}])
    states.untag_resource(resourceArn=arn, tagKeys=["none"])
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "c"}]
    code, _ = refusal(lambda: states.list_tags_for_resource(resourceArn=f"{arn}-not"))
    assert code == "ResourceNotFound"
    states.delete_state_machine(stateMachineArn=arn)
    gone_in = time.monotonic() + 10
    while arn in {
        each["stateMachineArn"] for each in states.list_state_machines()["stateMachines"]
    }:
        assert time.monotonic() < gone_in, "the state machine is still there"
        time.sleep(0.02)
    create(PASS, name=name)
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == []
