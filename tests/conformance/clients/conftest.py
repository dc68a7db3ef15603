"""The clients, each told where the sandbox is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.runtime import Runtime
from tests.conformance.clients.aws_cli import AwsCli, administrator
from tests.conformance.clients.warehouse import DATABASE, PASSWORD, USER, Endpoint
from tests.sandbox.redshift_services.tools import make, remove


@pytest.fixture(scope="session")
def aws_cli(sandbox: Runtime, tmp_path_factory: pytest.TempPathFactory) -> AwsCli:
    return administrator(sandbox.settings.endpoint_url, tmp_path_factory.mktemp("aws-cli"))


@pytest.fixture(scope="session")
def endpoint(aws: Callable[..., Any], sandbox: Runtime) -> Iterator[Endpoint]:
    """A workgroup whose database takes the clients of PostgreSQL's protocol, over TLS."""
    serverless, name = aws("redshift-serverless"), "clients"
    login = {"adminUsername": USER, "adminUserPassword": PASSWORD}
    made = make(serverless, name, dbName=DATABASE, **login)["endpoint"]
    yield Endpoint(name, made["address"], made["port"], sandbox.authority.file)
    remove(serverless, name)
