"""Requests that no client has checked, and their answers as they stand on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.identity import ADMINISTRATOR_KEY
from tests.conformance.contracts.data import reasons


@dataclass(frozen=True)
class Answer:
    """One answer: its HTTP status, its body as it came, what botocore made of it."""

    status: int
    body: bytes
    parsed: dict[str, Any]

    @property
    def code(self) -> str:
        """The error's code, empty where there is none."""
        return str(self.parsed.get("Error", {}).get("Code", ""))


Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def ask(sandbox) -> Ask:
    """ask("glue", "GetDatabase", {...}) sends what it is given; body replaces the JSON body."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=sandbox.settings.endpoint_url,
                config=Config(
                    retries={"total_max_attempts": 1},
                    parameter_validation=False,
                    inject_host_prefix=False,
                ),
                **ADMINISTRATOR_KEY,
            )
        return clients[service]

    def send(
        service: str, operation: str, request: dict[str, Any], body: dict[str, Any] | None = None
    ) -> Answer:
        made, raw = client(service), {}

        def keep(response_dict: dict[str, Any], **_: Any) -> None:
            raw.update(response_dict)

        def replace(params: dict[str, Any], **_: Any) -> None:
            params["body"] = json.dumps(body).encode()

        made.meta.events.register("before-parse", keep, unique_id="keep")
        if body is not None:
            made.meta.events.register_last("before-call", replace, unique_id="replace")
        try:
            parsed = getattr(made, xform_name(operation))(**request)
        except ClientError as error:
            parsed = error.response
        finally:
            made.meta.events.unregister("before-parse", unique_id="keep")
            made.meta.events.unregister("before-call", unique_id="replace")
        return Answer(raw["status_code"], raw["body"], parsed)

    return send


@pytest.fixture
def excused(request: pytest.FixtureRequest) -> Callable[[str], bool]:
    """Whether the data file gives a reason why this test leaves something out."""
    return lambda name: name in reasons(request.node.originalname)
