"""Run a module's main() against a scripted conversation with AWS.

Every request and answer of the script is validated by botocore against the API's model.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from ansible.module_utils import basic
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from botocore import xform_name
from botocore.model import Shape, StructureShape
from botocore.stub import Stubber
from hypothesis import HealthCheck, settings

# How fast the machine is says nothing of the code, and a run that failed shall fail again: new
# examples are for `make soak`, which has a seed.
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="MDW_SEED" not in os.environ,
)
settings.load_profile("any machine")

CREDENTIALS = {
    "region_name": "us-east-1",
    "aws_access_key_id": "AKIAUNITTESTS0000000",
    "aws_secret_access_key": "unit-test-secret-key",
}

# members newer than the oldest botocore that is allowed, which modules use where there are
DISPENSABLE = {"ExpectedResourceOwnerAccount", "WaitTimeSeconds"}


@dataclass(frozen=True)
class Say:
    """One request that is expected, and its answer: a dict, or the code of an AWS error."""

    service: str
    operation: str
    request: dict[str, Any]
    answer: dict[str, Any] | str = field(default_factory=dict)


class Exit(Exception):  # noqa: N818
    """The module has ended; carries its result."""


@pytest.fixture
def run_module(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """`run_module(main, script, check=False, **options)` returns the module's result.

    A failed module's result has `failed: true`. The whole script has to be said.
    """
    monkeypatch.setattr(time, "sleep", lambda seconds: None)

    def run(
        main: Callable[[], None], script: list[Say], check: bool = False, **options: Any
    ) -> dict[str, Any]:
        stubbers = _stubbers(script)

        def client(self: AnsibleAWSModule, service: str, **kwargs: Any) -> Any:
            # Without a line in the script, any call of it is an UnStubbedResponseError.
            return _stubber_of(stubbers, service).client

        def exit_json(self: basic.AnsibleModule, **result: Any) -> None:
            raise Exit({"changed": False, **result})

        def fail_json(self: basic.AnsibleModule, msg: str, **result: Any) -> None:
            raise Exit({"failed": True, "msg": msg, **result})

        monkeypatch.setattr(AnsibleAWSModule, "client", client)
        monkeypatch.setattr(basic.AnsibleModule, "exit_json", exit_json)
        monkeypatch.setattr(basic.AnsibleModule, "fail_json", fail_json)
        arguments = {**options, "region": "us-east-1"}
        arguments |= {"_ansible_check_mode": check, "_ansible_diff": True}
        with patch_module_args(arguments), pytest.raises(Exit) as ended:
            main()
        for stubber in stubbers.values():
            stubber.assert_no_pending_responses()
        # What leaves a module is JSON.
        return json.loads(json.dumps(ended.value.args[0]))

    return run


def _stubber_of(stubbers: dict[str, Stubber], service: str) -> Stubber:
    if service not in stubbers:
        stubbers[service] = Stubber(boto3.client(service, **CREDENTIALS))
        stubbers[service].activate()
    return stubbers[service]


def _stubbers(script: list[Say]) -> dict[str, Stubber]:
    stubbers: dict[str, Stubber] = {}
    for said in script:
        stubber = _stubber_of(stubbers, said.service)
        method = xform_name(said.operation)
        model = stubber.client.meta.service_model.operation_model(said.operation)
        request = _known(model.input_shape, said.request)
        if isinstance(said.answer, str):
            stubber.add_client_error(method, said.answer, expected_params=request)
        else:
            stubber.add_response(method, _known(model.output_shape, said.answer), request)
    return stubbers


def _known(shape: Shape | None, value: Any) -> Any:
    """A part of the script without what modules do without where botocore is too old for it."""
    if not isinstance(shape, StructureShape) or not isinstance(value, dict):
        return value
    return {
        name: _known(shape.members.get(name), member)
        for name, member in value.items()
        if name in shape.members or name not in DISPENSABLE
    }


@pytest.fixture
def say() -> type[Say]:
    """The constructor of one line of a script."""
    return Say
