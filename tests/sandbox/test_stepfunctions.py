"""Step Functions in the sandbox: what a state machine does, and what the service refuses."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

SDK = "arn:aws:states:::aws-sdk:"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
Execution = dict[str, Any]
Run = Callable[..., Execution]


def wait_for_end(states: Any, execution_arn: str, seconds: float = 20) -> Execution:
    deadline = time.monotonic() + seconds
    while (found := states.describe_execution(executionArn=execution_arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution is still running"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def states(aws: Callable[..., Any]) -> Any:
    return aws("stepfunctions")


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    made = aws("iam").create_role(RoleName="workflow", AssumeRolePolicyDocument=json.dumps(TRUST))
    return made["Role"]["Arn"]


@pytest.fixture
def create(states: Any, role: str) -> Callable[..., str]:
    """Makes a state machine and returns its ARN."""

    def make(definition: dict[str, Any] | str, **settings: Any) -> str:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        arguments = {"name": f"machine-{uuid.uuid4()}", "roleArn": role} | settings
        return states.create_state_machine(definition=text, **arguments)["stateMachineArn"]

    return make


@pytest.fixture
def run(states: Any, create: Callable[..., str]) -> Run:
    """Runs a definition to its end; the output is parsed."""

    def execute(definition: dict[str, Any], given: Any = None) -> Execution:
        started = states.start_execution(
            stateMachineArn=create(definition), input=json.dumps({} if given is None else given)
        )
        ended = wait_for_end(states, started["executionArn"])
        if "output" in ended:
            ended["output"] = json.loads(ended["output"])
        return ended

    return execute


@pytest.fixture
def bucket(aws: Callable[..., Any]) -> str:
    name = f"bucket-{uuid.uuid4()}"
    aws("s3").create_bucket(Bucket=name)
    return name


def jsonata(states_: dict[str, Any], start: str = "Only", **more: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": start, "States": states_, **more}


def one(state: dict[str, Any]) -> dict[str, Any]:
    return jsonata({"Only": {"End": True, **state}})


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


class TestJsonata:
    def test_text_keeps_its_quotes_and_lines_through_variables(self, run: Run) -> None:
        definition = jsonata(
            {
                "Keep": {
                    "Type": "Pass",
                    "Assign": {
                        "literal": 'he said "hi"\nand left \\ at once',
                        "computed": "{% $states.input.text & '!' %}",
                    },
                    "Next": "Show",
                },
                "Show": {
                    "Type": "Pass",
                    "Output": {"literal": "{% $literal %}", "computed": "{% $computed %}"},
                    "End": True,
                },
            },
            start="Keep",
        )
        ended = run(definition, {"text": 'a "quoted"\nline'})
        assert ended["output"] == {
            "literal": 'he said "hi"\nand left \\ at once',
            "computed": 'a "quoted"\nline!',
        }

    def test_the_functions_of_step_functions_are_there(self, run: Run) -> None:
        output = {
            "partition": "{% $partition([1, 2, 3], 2) %}",
            "range": "{% $range(0, 10, 5) %}",
            "hash": "{% $hash('abc', 'SHA-256') %}",
            "uuid": "{% $length($uuid()) %}",
            "parse": "{% $parse('{\"a\": [1, null]}').a %}",
            "random": "{% $random(7) = $random(7) %}",
            "null": "{% null %}",
            "whole": "{% 4 / 2 %}",
        }
        assert run(one({"Type": "Pass", "Output": output}))["output"] == {
            "partition": [[1, 2], [3]],
            "range": [0, 5, 10],
            "hash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "uuid": 36,
            "parse": [1, None],
            "random": True,
            "null": None,
            "whole": 2,
        }

    @pytest.mark.parametrize(
        ("expression", "reason"),
        [
            ("$states.input.missing", "returned nothing (undefined)"),
            ("$eval('1')", "$eval is not supported"),
            ("$number('x')", "threw an error during evaluation"),
            ("$uuid", "unsupported result type"),
        ],
    )
    def test_an_expression_without_a_value_fails_the_execution(
        self, run: Run, expression: str, reason: str
    ) -> None:
        ended = run(one({"Type": "Pass", "Output": f"{{% {expression} %}}"}))
        assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
        assert reason in ended["cause"]

    @pytest.mark.parametrize("field", ["Arguments", "Assign", "Output"])
    def test_a_task_can_catch_a_field_that_cannot_be_evaluated(self, run: Run, field: str) -> None:
        task = {
            "Type": "Task",
            "Resource": f"{SDK}s3:listBuckets",
            field: {"Prefix": "{% $states.input.missing %}"},
            "Catch": [
                {
                    "ErrorEquals": ["States.QueryEvaluationError"],
                    "Assign": {"caught": "{% $states.errorOutput.Error %}"},
                    "Output": "{% $states.errorOutput.Error %}",
                    "Next": "Caught",
                }
            ],
            "End": True,
        }
        caught = {"Type": "Pass", "Output": "{% [$caught, $states.input] %}", "End": True}
        ended = run(jsonata({"Only": task, "Caught": caught}))
        assert ended["output"] == ["States.QueryEvaluationError"] * 2

    def test_output_sees_the_variables_as_they_were_before_the_state(self, run: Run) -> None:
        definition = jsonata(
            {
                "First": {"Type": "Pass", "Assign": {"n": 1}, "Next": "Second"},
                "Second": {
                    "Type": "Pass",
                    "Assign": {"n": "{% $n + 1 %}"},
                    "Output": {"during": "{% $n %}"},
                    "Next": "Third",
                },
                "Third": {
                    "Type": "Pass",
                    "Output": {"during": "{% $states.input.during %}", "after": "{% $n %}"},
                    "End": True,
                },
            },
            start="First",
        )
        assert run(definition)["output"] == {"during": 1, "after": 2}

    def test_choices_waits_and_maps_evaluate_their_fields(self, run: Run) -> None:
        definition = jsonata(
            {
                "Any": {
                    "Type": "Choice",
                    "Choices": [{"Condition": "{% $count($states.input) > 1 %}", "Next": "Each"}],
                    "Default": "None",
                },
                "None": {"Type": "Succeed", "Output": "none"},
                "Each": {
                    "Type": "Map",
                    "Items": "{% $states.input %}",
                    "MaxConcurrency": 2,
                    "ItemProcessor": {
                        "StartAt": "Wait",
                        "States": {
                            "Wait": {"Type": "Wait", "Seconds": "{% 0 %}", "Next": "Double"},
                            "Double": {
                                "Type": "Pass",
                                "Output": "{% $states.input * 2 %}",
                                "End": True,
                            },
                        },
                    },
                    "End": True,
                },
            },
            start="Any",
        )
        assert run(definition, [1, 2, 3])["output"] == [2, 4, 6]
        assert run(definition, [])["output"] == "none"


class TestJsonPath:
    def test_a_definite_path_yields_the_value_and_others_a_list(self, run: Run) -> None:
        ended = run(
            {
                "StartAt": "Only",
                "States": {
                    "Only": {
                        "Type": "Pass",
                        "Parameters": {
                            "one.$": "$.rows[0][0].long",
                            "many.$": "$.rows[*][0].long",
                            "list.$": "$.rows[0]",
                        },
                        "End": True,
                    }
                },
            },
            {"rows": [[{"long": 4}]]},
        )
        assert ended["output"] == {"one": 4, "many": [4], "list": [{"long": 4}]}

    def test_variables_are_assigned_and_read_by_path(self, run: Run) -> None:
        ended = run(
            {
                "StartAt": "Keep",
                "States": {
                    "Keep": {"Type": "Pass", "Assign": {"kept.$": "$.deep"}, "Next": "Show"},
                    "Show": {
                        "Type": "Pass",
                        "Parameters": {"all.$": "$kept", "part.$": "$kept.list[1]"},
                        "End": True,
                    },
                },
            },
            {"deep": {"list": ["a", 'b"']}},
        )
        assert ended["output"] == {"all": {"list": ["a", 'b"']}, "part": 'b"'}


class TestTasks:
    def test_an_object_written_as_a_body_is_json_and_read_as_text(
        self, run: Run, bucket: str
    ) -> None:
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

    def test_a_camel_case_api_is_called_and_answers_in_pascal_case(
        self, run: Run, role: str
    ) -> None:
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

    def test_a_task_is_the_role_of_its_state_machine(self, run: Run) -> None:
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
        self, run: Run, bucket: str, resource: str, arguments: dict[str, Any], error: str
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
        self, run: Run, aws: Callable[..., Any]
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
        self, run: Run, bucket: str, aws: Callable[..., Any]
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

    def test_a_retry_repeats_the_task_before_it_is_caught(
        self, run: Run, states: Any, bucket: str
    ) -> None:
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
        self, run: Run, create: Callable[..., str]
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

    def test_a_message_reaches_a_queue(self, run: Run, aws: Callable[..., Any]) -> None:
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


PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}


class TestDefinitions:
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
        self, states: Any, role: str, definition: dict[str, Any] | str, complaint: str
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

    def test_what_can_run_is_valid(self, states: Any) -> None:
        checked = states.validate_state_machine_definition(definition=json.dumps(PASS))
        assert (checked["result"], checked["diagnostics"]) == ("OK", [])

    def test_a_tolerated_percentage_may_be_a_whole_number(self, create: Callable[..., str]) -> None:
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


class TestStateMachines:
    def test_the_same_again_is_the_same_and_another_definition_is_refused(
        self, states: Any, role: str
    ) -> None:
        name = f"same-{uuid.uuid4()}"
        settings = {"name": name, "roleArn": role, "definition": json.dumps(PASS)}
        first = states.create_state_machine(**settings)
        assert (
            states.create_state_machine(**settings)["stateMachineArn"] == first["stateMachineArn"]
        )
        other = settings | {"definition": json.dumps({**PASS, "Comment": "another"})}
        code, message = refusal(lambda: states.create_state_machine(**other))
        assert code == "StateMachineAlreadyExists"
        assert message == f"State Machine Already Exists: '{first['stateMachineArn']}'"

    def test_a_role_must_trust_step_functions(self, states: Any, aws: Callable[..., Any]) -> None:
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
        self, states: Any, create: Callable[..., str], aws: Callable[..., Any]
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
        assert states.list_tags_for_resource(resourceArn=arn)["tags"] == [
            {"key": "a", "value": "b"}
        ]
        states.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": True})
        found = states.describe_state_machine(stateMachineArn=arn)
        assert found["tracingConfiguration"] == {"enabled": True}
        assert found["loggingConfiguration"] == logging

    def test_logs_need_a_group_that_is_there(self, create: Callable[..., str]) -> None:
        group_arn = "arn:aws:logs:us-east-1:123456789012:log-group:missing:*"
        destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group_arn}}]
        for logging in ({"level": "ALL"}, {"level": "ALL", "destinations": destinations}):
            code, _ = refusal(lambda logging=logging: create(PASS, loggingConfiguration=logging))
            assert code == "InvalidLoggingConfiguration"

    def test_an_update_without_changes_is_refused(
        self, states: Any, create: Callable[..., str]
    ) -> None:
        arn = create(PASS)
        code, _ = refusal(lambda: states.update_state_machine(stateMachineArn=arn))
        assert code == "MissingRequiredParameter"

    def test_a_deleted_one_stops_its_executions_and_goes(
        self, states: Any, create: Callable[..., str]
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

    def test_versions_are_published_and_listed(
        self, states: Any, create: Callable[..., str]
    ) -> None:
        arn = create(PASS)
        assert states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"] == []
        version = states.publish_state_machine_version(stateMachineArn=arn)
        assert version["stateMachineVersionArn"] == f"{arn}:1"
        listed = states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
        assert [each["stateMachineVersionArn"] for each in listed] == [f"{arn}:1"]


class TestExecutions:
    def test_a_name_is_given_once(self, states: Any, create: Callable[..., str]) -> None:
        arn = create(one({"Type": "Wait", "Seconds": 600}))
        first = states.start_execution(stateMachineArn=arn, name="first")
        again = states.start_execution(stateMachineArn=arn, name="first")
        assert again["executionArn"] == first["executionArn"]
        code, _ = refusal(
            lambda: states.start_execution(stateMachineArn=arn, name="first", input="[1]")
        )
        assert code == "ExecutionAlreadyExists"
        unnamed = states.start_execution(stateMachineArn=arn)
        assert unnamed["executionArn"].rsplit(":", 1)[1] not in ("None", "first")
        running = states.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]
        assert len(running) == 2
        states.delete_state_machine(stateMachineArn=arn)

    @pytest.mark.parametrize(
        ("settings", "code"),
        [
            ({"input": "{"}, "InvalidExecutionInput"),
            ({"name": "no spaces"}, "InvalidName"),
            (
                {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:missing"},
                "StateMachineDoesNotExist",
            ),
            ({"stateMachineArn": "missing"}, "InvalidArn"),
        ],
    )
    def test_what_cannot_start_is_refused(
        self, states: Any, create: Callable[..., str], settings: dict[str, str], code: str
    ) -> None:
        arguments = {"stateMachineArn": create(PASS)} | settings
        assert refusal(lambda: states.start_execution(**arguments))[0] == code

    def test_a_stopped_one_keeps_the_reason(self, states: Any, create: Callable[..., str]) -> None:
        arn = create(one({"Type": "Wait", "Seconds": 600}))
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        stopped = states.stop_execution(executionArn=execution, error="Enough", cause="of this")
        found = states.describe_execution(executionArn=execution)
        assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "of this")
        assert found["stopDate"] == stopped["stopDate"]

    def test_a_timeout_of_the_machine_ends_it(self, run: Run, states: Any) -> None:
        ended = run({**one({"Type": "Wait", "Seconds": 600}), "TimeoutSeconds": 1})
        assert ended["status"] == "TIMED_OUT"
        assert ended["stopDate"] > ended["startDate"]
        history = states.get_execution_history(executionArn=ended["executionArn"])["events"]
        assert history[-1]["type"] == "ExecutionTimedOut"

    def test_a_timeout_of_a_task_is_an_error(self, run: Run, create: Callable[..., str]) -> None:
        slow = create(one({"Type": "Wait", "Seconds": 600}))
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Arguments": {"StateMachineArn": slow, "Input": {}},
            "TimeoutSeconds": 1,
        }
        ended = run(one(task))
        assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")

    def test_a_failure_tells_error_and_cause_in_its_history(self, run: Run, states: Any) -> None:
        ended = run(
            jsonata({"Only": {"Type": "Fail", "Error": "Bad", "Cause": "{% 'it' & 's' %}"}})
        )
        assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Bad", "its")
        last = states.get_execution_history(
            executionArn=ended["executionArn"], reverseOrder=True, maxResults=1
        )
        assert last["events"][0]["executionFailedEventDetails"] == {"error": "Bad", "cause": "its"}

    def test_history_comes_in_pages(self, run: Run, states: Any) -> None:
        ended = run(PASS)
        pages = states.get_paginator("get_execution_history").paginate(
            executionArn=ended["executionArn"], PaginationConfig={"PageSize": 1}
        )
        kinds = [event["type"] for page in pages for event in page["events"]]
        assert kinds == [
            "ExecutionStarted",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded",
        ]

    def test_a_change_of_status_is_an_event(self, run: Run, aws: Callable[..., Any]) -> None:
        queue = aws("sqs").create_queue(QueueName=f"q-{uuid.uuid4()}")["QueueUrl"]
        queue_arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        rule = f"rule-{uuid.uuid4()}"
        pattern = {"source": ["aws.states"], "detail": {"status": ["FAILED"]}}
        aws("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))
        aws("events").put_targets(
            Rule=rule, Targets=[{"Id": "q", "Arn": queue_arn["Attributes"]["QueueArn"]}]
        )
        ended = run(jsonata({"Only": {"Type": "Fail", "Error": "Bad"}}))
        body = aws("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]["Body"]
        event = json.loads(body)
        assert event["detail-type"] == "Step Functions Execution Status Change"
        assert event["detail"]["executionArn"] == ended["executionArn"]
        assert event["detail"]["error"] == "Bad"
        aws("events").remove_targets(Rule=rule, Ids=["q"])
        aws("events").delete_rule(Name=rule)
