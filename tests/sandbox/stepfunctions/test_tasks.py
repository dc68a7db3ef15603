"""Tasks: services are called as the role, and fail by the names that AWS gives."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.stepfunctions.workflows import (
    SDK,
    TRUST,
    Run,
    jsonata,
    one,
    refusal,
    wait_for_end,
)


def test_an_object_written_as_a_body_is_json_and_read_as_text(run: Run, bucket: str) -> None:
    definition = jsonata(
        {
            "Put": {
                "Type": "Task",
                "Resource": f"{SDK}s3:putObject",
                "Arguments": {"Bucket": bucket, "Key": "k", "Body": {"a": ["{% 1 + 1 %}"]}},
                "Next": "Get",
            },
            "Get": {
                "Type": "Task",
                "Resource": f"{SDK}s3:getObject",
                "Arguments": {"Bucket": bucket, "Key": "k"},
                "Output": {
                    "body": "{% $parse($states.result.Body) %}",
                    "modified": "{% $toMillis($states.result.LastModified) > 0 %}",
                },
                "End": True,
            },
        },
        start="Put",
    )
    assert run(definition)["output"] == {"body": {"a": [2]}, "modified": True}


def test_a_camel_case_api_is_called_and_answers_in_pascal_case(run: Run, role: str) -> None:
    ended = run(
        one(
            {
                "Type": "Task",
                "Resource": f"{SDK}sfn:listStateMachines",
                "Arguments": {"MaxResults": 1},
                "Output": "{% $keys($states.result.StateMachines[0]) %}",
            }
        )
    )
    assert set(ended["output"]) == {"CreationDate", "Name", "StateMachineArn", "Type"}


def test_a_task_is_the_role_of_its_state_machine(run: Run) -> None:
    ended = run(
        one(
            {
                "Type": "Task",
                "Resource": f"{SDK}sts:getCallerIdentity",
                "Arguments": {},
                "Output": "{% $states.result.Arn %}",
            }
        )
    )
    assert ended["output"].startswith("arn:aws:sts::123456789012:assumed-role/workflow/")


def test_a_task_can_be_another_role_that_trusts_that_one(
    run: Run, role: str, aws: Callable[..., Any]
) -> None:
    document = json.dumps(TRUST).replace('"Service": "states.amazonaws.com"', f'"AWS": "{role}"')
    made = aws("iam").create_role(RoleName="errand", AssumeRolePolicyDocument=document)
    ended = run(
        one(
            {
                "Type": "Task",
                "Resource": f"{SDK}sts:getCallerIdentity",
                "Arguments": {},
                "Credentials": {"RoleArn": made["Role"]["Arn"]},
                "Output": "{% $states.result.Arn %}",
            }
        )
    )
    assert ended["output"].startswith("arn:aws:sts::123456789012:assumed-role/errand/")


@pytest.mark.parametrize(
    ("resource", "arguments", "error"),
    [
        (f"{SDK}s3:getObject", {"Bucket": "{bucket}", "Key": "no"}, "S3.NoSuchKeyException"),
        (f"{SDK}glue:getCrawler", {"Name": "no"}, "Glue.EntityNotFoundException"),
        (
            f"{SDK}rds:describeDBInstances",
            {"DbInstanceIdentifier": "no"},
            "Rds.DbInstanceNotFoundException",
        ),
        (
            f"{SDK}dynamodb:getItem",
            {"TableName": "no", "Key": {"k": {"S": "a"}}},
            "DynamoDb.ResourceNotFoundException",
        ),
        (
            "arn:aws:states:::dynamodb:getItem",
            {"TableName": "no", "Key": {"k": {"S": "a"}}},
            "DynamoDB.ResourceNotFoundException",
        ),
        (
            "arn:aws:states:::sns:publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:no", "Message": "m"},
            "SNS.NotFoundException",
        ),
    ],
)
def test_an_error_has_the_name_that_step_functions_gives_it(
    run: Run, bucket: str, resource: str, arguments: dict[str, Any], error: str
) -> None:
    given = json.loads(json.dumps(arguments).replace("{bucket}", bucket))
    task = {
        "Type": "Task",
        "Resource": resource,
        "Arguments": given,
        "Catch": [{"ErrorEquals": [error], "Next": "Caught"}],
        "End": True,
    }
    ended = run(jsonata({"Only": task, "Caught": {"Type": "Succeed"}}))
    assert (ended["status"], ended["output"]["Error"]) == ("SUCCEEDED", error)


def test_a_condition_that_does_not_hold_is_caught_by_name(
    run: Run, aws: Callable[..., Any]
) -> None:
    table = f"t-{uuid.uuid4()}"
    aws("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
    )
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Arguments": {
            "TableName": table,
            "Item": {"k": {"S": "a"}, "n": {"N": "{% $string(5) %}"}},
            "ConditionExpression": "attribute_not_exists(k)",
        },
    }
    catch = [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "There"}]
    ended = run(
        jsonata(
            {
                "Put": {**put, "Next": "Again"},
                "Again": {**put, "Catch": catch, "End": True},
                "There": {"Type": "Succeed", "Output": "there already"},
            },
            start="Put",
        )
    )
    assert ended["output"] == "there already"
    item = aws("dynamodb").get_item(TableName=table, Key={"k": {"S": "a"}})["Item"]
    assert item == {"k": {"S": "a"}, "n": {"N": "5"}}


def test_a_result_beyond_256_kib_fails_and_no_catch_all_meets_it(
    run: Run, bucket: str, aws: Callable[..., Any]
) -> None:
    aws("s3").put_object(Bucket=bucket, Key="big", Body=b"x" * 262144)
    task = {
        "Type": "Task",
        "Resource": f"{SDK}s3:getObject",
        "Arguments": {"Bucket": bucket, "Key": "big"},
        "Output": {},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    ended = run(jsonata({"Only": task, "Caught": {"Type": "Succeed"}}))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_a_retry_repeats_the_task_before_it_is_caught(run: Run, states: Any, bucket: str) -> None:
    task = {
        "Type": "Task",
        "Resource": f"{SDK}s3:getObject",
        "Arguments": {"Bucket": bucket, "Key": "no"},
        "Retry": [
            {"ErrorEquals": ["S3.NoSuchKeyException"], "IntervalSeconds": 1, "MaxAttempts": 1}
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    ended = run(jsonata({"Only": task, "Caught": {"Type": "Succeed"}}))
    events = states.get_execution_history(executionArn=ended["executionArn"])["events"]
    failed = [event for event in events if event["type"] == "TaskFailed"]
    assert len(failed) == 2
    assert failed[0]["taskFailedEventDetails"]["error"] == "S3.NoSuchKeyException"
    assert "Status Code: 404" in failed[0]["taskFailedEventDetails"]["cause"]


def test_a_state_machine_runs_another_and_waits_for_its_output(
    run: Run, create: Callable[..., str]
) -> None:
    inner = create(one({"Type": "Pass", "Output": {"twice": "{% $states.input.n * 2 %}"}}))
    ended = run(
        one(
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Arguments": {"StateMachineArn": inner, "Input": {"n": 4}},
                "Output": "{% $states.result.Output.twice %}",
            }
        )
    )
    assert ended["output"] == 8


def test_a_message_reaches_a_queue(run: Run, aws: Callable[..., Any]) -> None:
    queue = aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4()}")["QueueUrl"]
    ended = run(
        one(
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Arguments": {"QueueUrl": queue, "MessageBody": {"n": 1}},
            }
        )
    )
    assert ended["status"] == "SUCCEEDED"
    received = aws("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]
    assert json.loads(received) == {"n": 1}


def test_a_callback_that_is_no_json_leaves_the_task_waiting(
    states: Any, create: Callable[..., str], aws: Callable[..., Any]
) -> None:
    queue = aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4()}")["QueueUrl"]
    machine = create(
        one(
            {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Arguments": {"QueueUrl": queue, "MessageBody": "{% $states.context.Task.Token %}"},
            }
        )
    )
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    received = aws("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    token = received[0]["Body"]
    for output in ("done", "NaN", json.dumps("ß" * 131072, ensure_ascii=False)):
        code, _ = refusal(
            lambda output=output: states.send_task_success(taskToken=token, output=output)
        )
        assert code == "InvalidOutput"
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    states.send_task_success(taskToken=token, output="[5]")
    ended = wait_for_end(states, execution)
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", "[5]")
