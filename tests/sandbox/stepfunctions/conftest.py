"""State machines for the tests of Step Functions: made, run to their end, and looked at."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.identities import permit
from tests.sandbox.stepfunctions.workflows import TRUST, Execution, Run, wait_for_end


@pytest.fixture(scope="session")
def states(aws: Callable[..., Any]) -> Any:
    return aws("stepfunctions")


@pytest.fixture(scope="session")
def role(aws: Callable[..., Any]) -> str:
    made = aws("iam").create_role(RoleName="workflow", AssumeRolePolicyDocument=json.dumps(TRUST))
    services = ("dynamodb", "glue", "rds", "redshift-data", "s3", "sns", "sqs", "states")
    actions = [f"{service}:*" for service in services]
    return permit(aws, made["Role"]["Arn"], "sts:AssumeRole", *actions)


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
