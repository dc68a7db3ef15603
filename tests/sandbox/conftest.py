"""A running sandbox for every test of it, and clients that reach it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.identity import ADMINISTRATOR_KEY
from sandbox.runtime import Runtime
from sandbox.server import Sandbox
from sandbox.settings import Settings


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """One sandbox for the whole test run, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with Sandbox(Settings(directory=tmp_path_factory.mktemp("sandbox"), port=port)) as runtime:
        yield runtime


@pytest.fixture(scope="session")
def aws(sandbox: Runtime) -> Callable[..., Any]:
    """Makes boto3 clients: aws("glue") as the administrator, aws("glue", **credentials)."""

    def client(service: str, region: str = "us-east-1", **credentials: str) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=sandbox.settings.endpoint_url,
            config=Config(retries={"total_max_attempts": 1}),
            **(credentials or ADMINISTRATOR_KEY),
        )

    return client


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
