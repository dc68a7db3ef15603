from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.generated_secret import main

SERVICE = "secretsmanager"
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf"
PASSWORD = "correcthorsebatterystaple"
BODY = {"username": "boss", "password": PASSWORD}
OPTIONS = {"name": "shop", "values": {"username": "boss"}}
HERE = {"SecretId": "shop"}


def secret(**members: Any) -> dict[str, Any]:
    return {"ARN": ARN, "Name": "shop", "Tags": [{"Key": "A", "Value": "1"}], **members}


@pytest.fixture
def describe(say):
    return lambda answer=None: say(SERVICE, "DescribeSecret", HERE, answer or secret())


@pytest.fixture
def value(say):
    return lambda body=None: say(
        SERVICE,
        "GetSecretValue",
        HERE,
        {"SecretString": json.dumps(BODY if body is None else body)},
    )


@pytest.fixture
def generated(say):
    request = {"PasswordLength": 40, "ExcludePunctuation": True}
    return say(SERVICE, "GetRandomPassword", request, {"RandomPassword": PASSWORD})


@pytest.fixture
def run(run_module):
    """Runs the module; the password must never be in the result."""

    def run(*arguments: Any, **options: Any) -> dict[str, Any]:
        result = run_module(main, *arguments, **options)
        assert PASSWORD not in json.dumps(result)
        return result

    return run


def test_is_created_with_a_generated_password(run, say, describe, value, generated):
    request = {
        "Name": "shop",
        "SecretString": json.dumps(BODY),
        "Tags": [{"Key": "A", "Value": "1"}],
    }
    script = [
        describe("ResourceNotFoundException"),
        generated,
        say(SERVICE, "CreateSecret", request),
        describe(),
        value(),
    ]
    result = run(script, **OPTIONS, tags={"A": 1})
    assert result["changed"]
    assert result["secret"] == {"arn": ARN, "name": "shop", "tags": {"A": "1"}}
    assert result["diff"]["after"]["values"] == {"username": "boss"}


def test_is_not_created_in_check_mode(run, describe):
    result = run([describe("ResourceNotFoundException")], True, **OPTIONS)
    assert result["changed"]
    assert result["secret"] == {"name": "shop", "tags": {}}


def test_that_is_right_is_left_alone(run, describe, value):
    for check in (False, True):
        result = run([describe(), value({**BODY, "host": "db"})], check, **OPTIONS)
        assert not result["changed"]
        assert result["diff"]["before"]["values"] == {"username": "boss"}


def test_values_are_merged_and_the_password_stays(run, say, describe, value):
    merged = {"username": "boss", "password": PASSWORD, "host": "db", "port": 5432}
    script = [
        describe(),
        value(),
        value(),
        say(SERVICE, "UpdateSecret", {**HERE, "SecretString": json.dumps(merged)}),
        describe(),
        value(merged),
    ]
    result = run(script, name="shop", values={"host": "db", "port": 5432})
    assert result["changed"]
    assert result["diff"] == {
        "before": {"password_key": "password", "values": {"host": None, "port": None}},
        "after": {"password_key": "password", "values": {"host": "db", "port": 5432}},
    }


def test_without_a_password_gets_one(run, say, describe, value, generated):
    script = [
        describe(),
        value({"username": "boss"}),
        value({"username": "boss"}),
        generated,
        say(SERVICE, "UpdateSecret", {**HERE, "SecretString": json.dumps(BODY)}),
        describe(),
        value(),
    ]
    assert run(script, **OPTIONS)["changed"]


def test_that_waits_for_its_deletion_is_restored(run, say, describe, value):
    waiting = secret(DeletedDate=1_800_000_000)
    script = [
        describe(waiting),
        say(SERVICE, "RestoreSecret", HERE),
        value(),
        describe(),
        value(),
    ]
    assert run(script, **OPTIONS)["changed"]


def test_that_holds_no_json_object_is_refused(run, say, describe):
    script = [describe(), say(SERVICE, "GetSecretValue", HERE, {"SecretString": "[1]"})]
    assert "its value isn't a JSON object" in run(script, **OPTIONS)["msg"]


def test_password_among_the_values_is_refused_before_any_call(run):
    result = run([], name="shop", values={"password": "mine"})
    assert "values must not hold password" in result["msg"]


def test_is_deleted_for_ever_without_reading_it(run, say, describe):
    request = {**HERE, "ForceDeleteWithoutRecovery": True}
    script = [
        describe(),
        say(SERVICE, "DeleteSecret", request),
        describe("ResourceNotFoundException"),
    ]
    assert run(script, name="shop", state="absent", force_delete=True)["changed"]


def test_that_waits_for_its_deletion_is_deleted_for_ever(run, say, describe):
    waiting = secret(DeletedDate=1_800_000_000)
    options = {"name": "shop", "state": "absent", "force_delete": True}
    assert run([describe(waiting)], check=True, **options)["changed"]
    request = {**HERE, "ForceDeleteWithoutRecovery": True}
    script = [
        describe(waiting),
        say(SERVICE, "DeleteSecret", request),
        # AWS may show it for some seconds more.
        describe(waiting),
    ]
    assert run(script, **options)["changed"]


def test_is_deleted_after_a_window(run, say, describe):
    waiting = secret(DeletedDate=1_800_000_000)
    request = {**HERE, "RecoveryWindowInDays": 7}
    script = [describe(), say(SERVICE, "DeleteSecret", request), describe(waiting)]
    assert run(script, name="shop", state="absent", recovery_window_in_days=7)["changed"]
    assert not run([describe(waiting)], name="shop", state="absent")["changed"]
