"""The clients, each told where the sandbox is."""

from __future__ import annotations

import pytest

from sandbox.runtime import Runtime
from tests.conformance.clients.aws_cli import AwsCli, administrator


@pytest.fixture(scope="session")
def aws_cli(sandbox: Runtime, tmp_path_factory: pytest.TempPathFactory) -> AwsCli:
    return administrator(sandbox.settings.endpoint_url, tmp_path_factory.mktemp("aws-cli"))
