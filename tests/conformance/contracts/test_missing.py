"""What does not exist is told as the model tells it, and so is every other error."""

from __future__ import annotations

import json

import pytest

from tests.conformance.contracts import data, requests
from tests.conformance.contracts.services import (
    CONTRACTS,
    SERVED,
    missing_faults,
    model_of,
    status_of,
)
from tests.sandbox.dms_tools import account_roles

MAKING = ("Create", "Register", "Restore", "PromoteReadReplica")
NAMING = [
    (service, operation)
    for service, operation in SERVED
    if missing_faults(service, operation)
    and (not operation.startswith(MAKING) or data.absent(service, operation))
    and (
        model_of(service, operation).input_shape.required_members or data.absent(service, operation)
    )
]
# Codes that services give on any operation and that stand in no model
EVERYWHERE = {
    "AccessDenied",
    "AccessDeniedException",
    "InvalidParameterCombination",
    "InvalidParameterCombinationException",
    "InvalidParameterValue",
    "InvalidParameterValueException",
    "MissingParameter",
    "NotImplemented",
}


def request_of(service: str, operation: str) -> requests.Request:
    least = requests.least(model_of(service, operation).input_shape)
    return least | data.absent(service, operation)


@pytest.fixture(scope="session", autouse=True)
def roles(aws):
    """dms asks for two roles of the account, others for one that can be assumed."""
    account_roles(aws)
    services = [f"{name}.amazonaws.com" for name in ("lakeformation", "scheduler", "states")]
    trusting = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": services},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    aws("iam").create_role(RoleName="contracts", AssumeRolePolicyDocument=trusting)


@pytest.mark.parametrize(("service", "operation"), NAMING)
def test_an_operation_on_nothing_is_the_modelled_fault(ask, excused, service, operation):
    if excused(f"{service}:{operation}"):
        pytest.skip("exceptions.yml says why")
    answer = ask(service, operation, request_of(service, operation))
    assert answer.code in missing_faults(service, operation), answer.parsed.get("Error")
    assert answer.status == status_of(service, answer.code)


@pytest.mark.parametrize(("service", "operation"), SERVED)
def test_an_error_is_one_that_the_operation_declares(ask, service, operation):
    model = model_of(service, operation)
    declared = {
        shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes
    }
    answer = ask(service, operation, request_of(service, operation))
    if answer.code:
        allowed = declared | EVERYWHERE | {CONTRACTS[service].constraint}
        assert answer.code in allowed, answer.parsed["Error"]
        assert 400 <= answer.status < 500
        if answer.code in declared:
            assert answer.status == status_of(service, answer.code)
