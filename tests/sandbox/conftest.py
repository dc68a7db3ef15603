"""A running sandbox for every test of it, and clients that reach it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.requests import CODES
from sandbox.runtime import Runtime
from sandbox.server import Sandbox
from sandbox.settings import Settings
from tests.sandbox.answer_tools import faults


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """One sandbox for the whole test run, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with Sandbox(Settings(directory=tmp_path_factory.mktemp("sandbox"), port=port)) as runtime:
        yield runtime


@pytest.fixture(scope="session")
def aws(sandbox: Runtime) -> Callable[..., Any]:
    """Makes boto3 clients: aws("glue") as the administrator, aws("glue", **credentials).

    Every answer that a test gets of the services that the sandbox serves is held to their model.
    """

    def client(service: str, region: str = "us-east-1", **credentials: str) -> Any:
        made = boto3.client(
            service,
            region_name=region,
            endpoint_url=sandbox.settings.endpoint_url,
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False),
            **(credentials or ADMINISTRATOR_KEY),
        )
        if service in CODES:
            made.meta.events.register("before-parse", _hold_to_model(made.meta.service_model))
        return made

    return client


def _hold_to_model(model: Any) -> Callable[..., None]:
    def hold(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        status, body = response_dict["status_code"], response_dict["body"]
        found = faults(model, status, body, operation_model.name)
        assert not found, found

    return hold


@pytest.fixture(scope="session")
def assume(aws: Callable[..., Any]) -> Callable[[str], dict[str, str]]:
    """Credentials of a role, by its ARN, for aws()."""

    def credentials(role_arn: str) -> dict[str, str]:
        given = aws("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    return credentials
