"""Definitions that the Amazon States Language forbids, and some that it allows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services.stepfunctions.definitions import diagnose
from tests.sandbox.stepfunctions.workflows import PASS, SDK, jsonata, refusal

OPTIMIZED = "arn:aws:states:::"
CALLBACK = f"{OPTIMIZED}sqs:sendMessage.waitForTaskToken"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:work"
MESSAGE = {"QueueUrl": "https://queue", "MessageBody": "m"}
NESTED = f"{OPTIMIZED}states:startExecution.sync:2"
MAP = {"Type": "Map", "End": True}
END = {"End": {"Type": "Succeed"}}


def machine(state: dict[str, Any]) -> dict[str, Any]:
    """A state, and two that it may lead to."""
    return {"StartAt": "A", "States": {"A": state, "B": {"Type": "Pass", "Next": "End"}, **END}}


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"{SDK}s3:listBuckets", "Next": "B", **fields}


def choice(**rule: Any) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Next": "B", **rule}], "Default": "End"}


def catch(*catchers: list[str], **fields: Any) -> dict[str, Any]:
    rules = [{"ErrorEquals": names, "Next": "B", **fields} for names in catchers]
    return task(Catch=rules)


def retry(**fields: Any) -> dict[str, Any]:
    return task(Retry=[{"ErrorEquals": ["States.ALL"], **fields}])


def passed(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", "Next": "B", **fields}


def wait(**fields: Any) -> dict[str, Any]:
    return {"Type": "Wait", "Next": "B", **fields}


def complaints(
    definition: dict[str, Any] | str, kind: str = "STANDARD", language: str = "JSONPath"
) -> str:
    if isinstance(definition, dict):
        definition = json.dumps({"QueryLanguage": language, **definition})
    return "\n".join(str(found) for found in diagnose(definition, kind))


@pytest.mark.parametrize(
    "state",
    [
        passed(ResultPath="$.a['b,c'].d"),
        passed(Parameters={"a.$": "$.x", "b.$": "States.UUID()", "c": [{"d.$": "$$.State.Name"}]}),
        passed(Assign={"größe.$": "$.x", "n1": 1}),
        choice(Variable="$.a", TimestampLessThan="2026-01-01T00:00:00Z"),
        choice(Variable="$$.Execution.Id", StringMatches="a*"),
        choice(Variable="$.a", NumericEqualsPath="$.b"),
        choice(Not={"Or": [{"Variable": "$.a", "IsNull": True}]}),
        catch(["A", "B"], ["States.ALL"], ResultPath=None, Comment="c"),
        catch(["States.Http.StatusCode.429", "States.Http.Socket"], ["States.TaskFailed"]),
        retry(IntervalSeconds=3, MaxDelaySeconds=4, BackoffRate=1.5, MaxAttempts=0),
        task(TimeoutSeconds=99999999, HeartbeatSeconds=1),
        wait(Seconds=0),
        wait(TimestampPath="$.at"),
        task(Resource=NESTED, Parameters={"StateMachineArn.$": "$.arn", "Input": {}}),
        task(Resource=CALLBACK, Parameters=MESSAGE),
        task(Resource=f"{SDK}sqs:sendMessage.waitForTaskToken", Parameters=MESSAGE),
    ],
)
def test_what_the_language_allows_is_taken(state: dict[str, Any]) -> None:
    assert complaints(machine(state)) == ""


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        (catch(["States.ALL", "A"]), "States.ALL must appear alone"),
        (catch(["States.ALL"], ["A"]), "States.ALL must appear in the last"),
        (catch(["States.Unknown"]), "'States.Unknown' is none of the reserved names of errors"),
        (task(Resource=f"{OPTIMIZED}http:invoke"), "the sandbox does not serve http:invoke"),
        (catch([]), "ErrorEquals is a list of at least one name"),
        (catch(["A"], Output={}), 'The field "Output" is not supported here'),
        (passed(Retry=[]), 'The field "Retry" is not supported by a state of type Pass'),
        (wait(Seconds=1, Catch=[]), 'The field "Catch" is not supported'),
        ({**choice(Variable="$.a", IsNull=True), "Retry": []}, 'The field "Retry" is not'),
        ({"Type": "Fail", "Next": "B"}, 'The field "Next" is not supported'),
        ({"Type": "Fail", "InputPath": "$"}, 'The field "InputPath" is not supported'),
        ({"Type": "Succeed", "Catch": []}, 'The field "Catch" is not supported'),
        ({"Type": "Choice", "Choices": [], "Default": "B"}, "a list of at least one rule"),
        ({"Type": "Choice", "Default": "B"}, "a list of at least one rule"),
        (
            choice(And=[{"Variable": "$.a", "IsNull": True, "Next": "B"}]),
            "A rule has exactly one operator at /States/A/Choices[0]/And[0]",
        ),
        (choice(Variable="$.a", NumericEquals="5"), "Value is not what NumericEquals compares"),
        (choice(Variable="$.a", NumericEquals=True), "Value is not what NumericEquals compares"),
        (choice(Variable="$.a", TimestampEquals="nope"), "Value is not what TimestampEquals"),
        (choice(Variable="$.a", StringEqualsPath="b"), "Reference path didn't start with '$'"),
        (choice(Variable="$.a[*]", IsNull=True), "Value is not a Reference Path"),
        (choice(Variable="$.a", IsEmpty=True), 'The field "IsEmpty" is not supported here'),
        (task(TimeoutSeconds=0), "Value must be from 1 to 99999999 at /States/A/TimeoutSeconds"),
        (task(HeartbeatSeconds=100000000), "Value must be from 1 to 99999999"),
        (task(TimeoutSeconds=1, TimeoutSecondsPath="$.a"), "At most one of the fields"),
        (wait(), "One of the fields [Seconds, SecondsPath, Timestamp, TimestampPath] is required"),
        (wait(Seconds="{% 1 %}"), "Value is not an integer"),
        (wait(Timestamp="2026-01-01"), "Value is not a timestamp"),
        (retry(MaxDelaySeconds=1), "Value must be from 2 to 31622399"),
        (retry(IntervalSeconds=5, MaxDelaySeconds=5), "Value must be from 6 to 31622399"),
        (retry(MaxDelaySeconds=31622400), "Value must be from 2 to 31622399"),
        (retry(BackoffRate=0.5), "BackoffRate is a number of at least 1"),
        (retry(JitterStrategy="HALF"), "JitterStrategy is FULL or NONE"),
        (retry(Next="B"), 'The field "Next" is not supported here'),
        (passed(ResultPath="$.a[*]"), "Value is not a Reference Path"),
        (passed(ResultPath="$variable"), "Value is not a path into the input"),
        (passed(Parameters={"x.$": "abc"}), "must be a valid JSONPath or a valid intrinsic"),
        (passed(Parameters={"a": 1, "a.$": "$.a"}), "The field 'a' is given twice"),
        (passed(Assign={"states": 1}), "The variable name 'states' is reserved"),
        (passed(Assign={"1x.$": "$.a"}), "The variable name '1x' is no identifier"),
        (passed(Assign={"x" * 81: 1}), "at most 80 characters"),
        (passed(Output={}), 'The field "Output" is not supported by JSONPath'),
        (
            {**MAP, "Iterator": PASS, "ItemReader": {}},
            'The field "ItemReader" is not supported by an INLINE Map',
        ),
        (
            {**MAP, "ItemProcessor": {**PASS, "ProcessorConfig": {"Mode": "DISTRIBUTED"}}},
            "needs the ExecutionType",
        ),
        (task(Resource=f"{SDK}s3:listBuckets.sync"), "is not recognized"),
        (
            task(Resource="arn:aws:states:us-east-1:123456789012:aws-sdk:s3:listBuckets"),
            "is not recognized",
        ),
        (
            task(Resource="arn:aws:states:us-east-1:123456789012:sqs:sendMessage"),
            "is not recognized",
        ),
        (task(Resource=f"{OPTIMIZED}dynamodb:scan"), "is not recognized"),
        (task(Resource=f"{OPTIMIZED}dynamodb:getItem.sync"), "is not recognized"),
        (
            task(Resource=f"{OPTIMIZED}sqs:sendMessage", Parameters={"QueueUrl": "q"}),
            'The field "MessageBody" is required but was missing',
        ),
        (
            task(Resource=f"{OPTIMIZED}sqs:sendMessage", Parameters={**MESSAGE, "Text": "t"}),
            'The field "Text" is not supported by Step Functions',
        ),
    ],
)
def test_what_the_language_forbids_is_told(state: dict[str, Any], complaint: str) -> None:
    assert complaint in complaints(machine(state))


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        (passed(Result=1), 'The field "Result" is not supported by JSONata'),
        (passed(Output="{% 1 + %}"), "The JSONata expression '1 +' is invalid"),
        (passed(Output=" {% 1 %}"), "without spaces around"),
        (passed(Output="{% 1"), "starts with '{%' and ends with '%}'"),
        (choice(Variable="$.a", IsNull=True), "These fields are required: [Condition]"),
        (catch(["A"], ResultPath="$"), 'The field "ResultPath" is not supported here'),
        (passed(Assign={"states": 1}), "The variable name 'states' is reserved"),
    ],
)
def test_what_jsonata_forbids_is_told(state: dict[str, Any], complaint: str) -> None:
    assert complaint in complaints(machine(state), language="JSONata")


@pytest.mark.parametrize(
    "definition",
    [
        {"StartAt": ["A"], "States": END},
        {"StartAt": "End", "States": END, "QueryLanguage": ["JSONata"]},
        {"StartAt": "End", "States": END, "TimeoutSeconds": 0},
        machine({"Type": ["Pass"]}),
        machine(passed(Next=["B"])),
        machine({"Type": "Choice", "Choices": 5, "Default": ["B"]}),
        machine({"Type": "Choice", "Choices": ["B"]}),
        machine(choice(And=["x"])),
        machine(choice(Variable=5, IsNull=True)),
        machine({"Type": "Parallel", "Branches": ["x"], "End": True}),
        machine({"Type": "Parallel", "Branches": {}, "End": True}),
        machine({**MAP, "ItemProcessor": "x"}),
        machine({**MAP, "ItemProcessor": {**PASS, "ProcessorConfig": 5}}),
        machine(task(Catch="x")),
        machine(task(Retry=[{"ErrorEquals": [5]}])),
        machine(passed(Assign=[1])),
        '{"StartAt": NaN}',
        "5",
    ],
)
def test_whatever_is_malformed_is_told(definition: dict[str, Any] | str) -> None:
    assert complaints(definition) != ""


@pytest.mark.parametrize(
    ("state", "complaint"),
    [
        (
            task(Resource=NESTED, Parameters={"StateMachineArn": "a"}),
            "Express state machine does not support '.sync:2' service integration",
        ),
        (
            task(Resource=CALLBACK, Parameters=MESSAGE),
            "Express state machine does not support '.waitForTaskToken' service integration",
        ),
        (task(Resource=ACTIVITY), "Express state machine does not support Activity ARN"),
    ],
)
def test_what_takes_long_is_not_for_express(
    states: Any, role: str, state: dict[str, Any], complaint: str
) -> None:
    definition = json.dumps(machine(state))
    assert complaint not in complaints(definition)
    code, message = refusal(
        lambda: states.create_state_machine(
            name="quick", definition=definition, roleArn=role, type="EXPRESS"
        )
    )
    assert code == "InvalidDefinition"
    assert complaint in message
    checked = states.validate_state_machine_definition(definition=definition, type="EXPRESS")
    assert complaint in checked["diagnostics"][0]["message"]


def test_a_distributed_map_may_run_express_workflows_and_is_none_itself() -> None:
    inner = jsonata({"Inner": task(Resource=NESTED, Arguments={"StateMachineArn": "a"})}, "Inner")
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    each = {**MAP, "ItemProcessor": {"ProcessorConfig": config, **inner}}
    assert "does not support '.sync:2'" in complaints(machine(each))
    config["ExecutionType"] = "STANDARD"
    assert "does not support" not in complaints(machine(each))
    assert "does not support a DISTRIBUTED Map" in complaints(machine(each), "EXPRESS")
