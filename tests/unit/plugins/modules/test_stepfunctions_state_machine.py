from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.stepfunctions_state_machine import (
    main,
)

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:load"
ROLE = "arn:aws:iam::123456789012:role/load"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:load"
DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
OTHER = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
DESCRIBE = {"stateMachineArn": ARN}
OPTIONS = {
    "name": "load",
    "role_arn": ROLE,
    "definition": DEFINITION,
    "logging": {"level": "ERROR", "log_group_arn": f"{GROUP}:*"},
    "tags": {"A": "1"},
}
LOGGING = {
    "level": "ERROR",
    "includeExecutionData": False,
    "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": f"{GROUP}:*"}}],
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/abc"
RUNNING = {**DESCRIBE, "statusFilter": "RUNNING"}
EXECUTION = {
    "executionArn": "arn:aws:states:us-east-1:123456789012:execution:load:1",
    **DESCRIBE,
    "name": "1",
    "status": "RUNNING",
    "startDate": "2026-01-01T00:00:00Z",
}
DATES = {"creationDate": "2026-01-01T00:00:00Z"}


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


@pytest.fixture
def get(say):
    def line(**members: Any) -> Any:
        found = {
            **DESCRIBE,
            **DATES,
            "name": "load",
            "definition": json.dumps(dict(reversed(DEFINITION.items()))),
            "roleArn": ROLE,
            "type": "STANDARD",
            "status": "ACTIVE",
            "loggingConfiguration": LOGGING,
        }
        return say("stepfunctions", "DescribeStateMachine", DESCRIBE, {**found, **members})

    return line


@pytest.fixture
def missing(say):
    return say("stepfunctions", "DescribeStateMachine", DESCRIBE, "StateMachineDoesNotExist")


@pytest.fixture
def tags(say):
    answer = {"tags": [{"key": "A", "value": "1"}]}
    return say("stepfunctions", "ListTagsForResource", {"resourceArn": ARN}, answer)


@pytest.fixture
def validate(say):
    def line(definition: Any, *faults: dict[str, Any], **members: Any) -> Any:
        request = {"definition": json.dumps(definition), **members}
        answer = {"result": "FAIL" if faults else "OK", "diagnostics": list(faults)}
        return say("stepfunctions", "ValidateStateMachineDefinition", request, answer)

    return line


class TestStateMachine:
    def test_is_created_after_its_definition_was_read(
        self, run_module, say, account, get, missing, tags, validate
    ):
        request = {
            "name": "load",
            "definition": json.dumps(DEFINITION),
            "roleArn": ROLE,
            "loggingConfiguration": LOGGING,
            "tags": [{"key": "A", "value": "1"}],
        }
        script = [
            account,
            missing,
            validate(DEFINITION),
            say("stepfunctions", "CreateStateMachine", request, {**DESCRIBE, **DATES}),
            get(),
            tags,
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["state_machine"]["definition"] == DEFINITION
        assert result["state_machine"]["logging"]["log_group_arn"] == GROUP

    def test_is_shown_with_its_arn_in_check_mode(self, run_module, account, missing, validate):
        script = [account, missing, validate(DEFINITION)]
        result = run_module(main, script, check=True, **OPTIONS)
        assert result["state_machine"]["state_machine_arn"] == ARN

    def test_is_left_alone_when_it_means_the_same(self, run_module, account, get, tags):
        for check in (False, True):
            assert not run_module(main, [account, get(), tags], check=check, **OPTIONS)["changed"]

    def test_a_mistake_in_the_definition_changes_nothing(
        self, run_module, account, get, tags, validate
    ):
        fault = {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "no such state",
            "location": "/StartAt",
        }
        warning = {**fault, "severity": "WARNING", "message": "odd"}
        for check in (False, True):
            script = [account, get(), tags, validate(OTHER, fault, warning, type="STANDARD")]
            options = {"name": "load", "definition": OTHER, "role_arn": f"{ROLE}-2"}
            result = run_module(main, script, check=check, **options)
            assert "definition: /StartAt no such state" in result["msg"]
            assert "odd" not in result["msg"]

    def test_a_definition_is_read_as_one_of_the_type_there_is(
        self, run_module, say, account, get, tags, validate
    ):
        request = {**DESCRIBE, "definition": json.dumps(OTHER)}
        answer = {"updateDate": "2026-01-01T00:00:00Z"}
        script = [
            account,
            get(type="EXPRESS"),
            tags,
            validate(OTHER, type="EXPRESS"),
            say("stepfunctions", "UpdateStateMachine", request, answer),
            get(definition=json.dumps(OTHER)),
            tags,
        ]
        assert run_module(main, script, name="load", definition=OTHER)["changed"]

    def test_logging_is_switched_off(self, run_module, say, account, get, tags):
        off = {"level": "OFF", "includeExecutionData": False, "destinations": []}
        request = {**DESCRIBE, "loggingConfiguration": off}
        answer = {"updateDate": "2026-01-01T00:00:00Z"}
        script = [
            account,
            get(),
            tags,
            say("stepfunctions", "UpdateStateMachine", request, answer),
            get(loggingConfiguration=off),
            tags,
        ]
        result = run_module(main, script, name="load", logging={"level": "OFF"})
        assert result["state_machine"]["logging"]["level"] == "OFF"

    def test_is_encrypted_and_published(self, run_module, say, account, get, tags):
        request = {
            **DESCRIBE,
            "encryptionConfiguration": {
                "type": "CUSTOMER_MANAGED_KMS_KEY",
                "kmsKeyId": KEY,
                "kmsDataKeyReusePeriodSeconds": 60,
            },
            "publish": True,
            "versionDescription": "first",
        }
        answer = {"updateDate": "2026-01-01T00:00:00Z", "stateMachineVersionArn": f"{ARN}:1"}
        there = {
            "type": "CUSTOMER_MANAGED_KMS_KEY",
            "kmsKeyId": "old",
            "kmsDataKeyReusePeriodSeconds": 60,
        }
        script = [
            account,
            get(encryptionConfiguration=there),
            tags,
            say("stepfunctions", "UpdateStateMachine", request, answer),
            get(encryptionConfiguration=request["encryptionConfiguration"]),
            tags,
        ]
        key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": KEY}
        version = {"publish": True, "version_description": "first"}
        result = run_module(main, script, name="load", encryption_configuration=key, **version)
        assert result["state_machine"]["state_machine_version_arn"] == f"{ARN}:1"

    def test_is_published_once(self, run_module, account, get, tags):
        there = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY}
        key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kms_key_id": "abc"}
        options = {"name": "load", "encryption_configuration": key, "publish": True}
        script = [account, get(encryptionConfiguration=there), tags]
        result = run_module(main, script, **options)
        assert not result["changed"]
        assert "state_machine_version_arn" not in result["state_machine"]

    def test_a_key_of_aws_takes_the_place_of_the_own_one(self, run_module, account, get, tags):
        there = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY}
        script = [account, get(encryptionConfiguration=there), tags]
        owned = {"type": "AWS_OWNED_KEY"}
        result = run_module(main, script, check=True, name="load", encryption_configuration=owned)
        assert result["state_machine"]["encryption_configuration"] == owned

    def test_keeps_its_type(self, run_module, account, get, tags):
        result = run_module(main, [account, get(), tags], name="load", type="EXPRESS")
        assert "type can't be changed from 'STANDARD' to 'EXPRESS'" in result["msg"]

    def test_keeps_its_tags_when_none_are_given(self, run_module, account, get, tags):
        result = run_module(main, [account, get(), tags], name="load")
        assert not result["changed"]
        assert result["state_machine"]["tags"] == {"A": "1"}

    def test_is_deleted_once_its_executions_have_ended(
        self, run_module, say, account, get, missing, tags
    ):
        script = [
            account,
            get(),
            tags,
            say("stepfunctions", "ListExecutions", RUNNING, {"executions": [EXECUTION]}),
            say("stepfunctions", "ListExecutions", RUNNING, {"executions": []}),
            say("stepfunctions", "DeleteStateMachine", DESCRIBE, {}),
            get(status="DELETING"),
            missing,
        ]
        assert run_module(main, script, name="load", state="absent")["changed"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"name": "a b"}, "name must be 1 to 80"),
            ({"definition": "[]"}, "definition must be a mapping"),
            ({"logging": {"level": "ALL"}}, "logging.level is ALL: log_group_arn is missing"),
            ({"version_description": "first"}, "version_description needs publish=true"),
            (
                {"publish": True, "version_description": "x" * 257},
                "version_description has 257 characters: at most 256",
            ),
            (
                {"encryption_configuration": {"type": "CUSTOMER_MANAGED_KMS_KEY"}},
                "type is CUSTOMER_MANAGED_KMS_KEY: kms_key_id is missing",
            ),
            (
                {"encryption_configuration": {"type": "AWS_OWNED_KEY", "kms_key_id": "abc"}},
                "are only for CUSTOMER_MANAGED_KMS_KEY",
            ),
            (
                {
                    "encryption_configuration": {
                        "type": "CUSTOMER_MANAGED_KMS_KEY",
                        "kms_key_id": "abc",
                        "kms_data_key_reuse_period_seconds": 59,
                    }
                },
                "kms_data_key_reuse_period_seconds is 59: it must be 60 to 900",
            ),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"name": "load", **options})["msg"]
