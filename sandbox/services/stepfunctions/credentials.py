"""Who a state machine calls as: its role; moto calls as nobody, at a host name of its own.

https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from moto.stepfunctions.parser.asl.component.state.exec.state_task.credentials import (
    StateCredentials,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from sandbox.runtime import CLIENT_CONFIG, Runtime
from sandbox.services.stepfunctions.patching import override, replace

SERVICE = "states.amazonaws.com"

# moto's interpreter is one for the process, and so is the sandbox that it calls into
_serving: list[Runtime] = []


@dataclass
class TaskCredentials(StateCredentials):
    """The role that a task acts as, that of its state machine, which may be another, and it."""

    machine_role_arn: str
    machine_arn: str


def apply() -> None:
    """Let every task of moto's interpreter call as the role of its state machine."""
    replace(boto_client_for, client)
    override(StateTask, _eval_state_credentials=_state_credentials)


def serve(runtime: Runtime) -> None:
    """Name the sandbox whose state machines run from now on."""
    _serving[:] = [runtime]


def client(region: str, service: str, state_credentials: StateCredentials) -> Any:
    """A boto3 client that signs as the role of a state machine, or as one that it assumes.

    Raises AwsError AccessDenied when the role does not trust Step Functions.
    """
    runtime = _serving[0]
    machine_role = getattr(state_credentials, "machine_role_arn", state_credentials.role_arn)
    # what a distributed Map reads and writes itself, moto reads without saying for which machine
    machine = getattr(state_credentials, "machine_arn", "")

    def as_machine(name: str) -> Any:
        return runtime.client(name, machine_role, region, SERVICE, machine)

    if state_credentials.role_arn == machine_role:
        return as_machine(service)
    assumed = as_machine("sts").assume_role(
        RoleArn=state_credentials.role_arn, RoleSessionName="states"
    )["Credentials"]
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=runtime.settings.endpoint_url,
        config=CLIENT_CONFIG,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )


def _state_credentials(self: StateTask, env: Environment) -> StateCredentials:
    machine_role = env.aws_execution_details.role_arn
    wanted = machine_role
    if self.credentials:  # the role that this one task asks for
        self.credentials.eval(env=env)
        wanted = env.stack.pop().role_arn
    machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
    return TaskCredentials(role_arn=wanted, machine_role_arn=machine_role, machine_arn=machine)
