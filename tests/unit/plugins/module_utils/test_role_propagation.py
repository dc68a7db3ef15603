from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.modern_data.warehouse.plugins.module_utils.errors import ResourceError
from ansible_collections.modern_data.warehouse.plugins.module_utils.role_propagation import (
    once_role_is_known,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))


def refusing(message: str, times: float) -> Any:
    calls: list[int] = []

    def call() -> None:
        calls.append(1)
        if len(calls) <= times:
            raise AnsibleAWSError(message="glue:CreateCrawler failed", exception=Exception(message))

    call.calls = calls  # type: ignore[attr-defined]
    return call


def test_a_call_is_repeated_until_the_role_is_known():
    call = refusing("unable to assume the role", 3)
    once_role_is_known(call, ("other", "unable to assume"), "crawler a")
    assert len(call.calls) == 4


def test_another_error_is_raised_at_once():
    call = refusing("no such database", 3)
    with pytest.raises(AnsibleAWSError):
        once_role_is_known(call, ("unable to assume",), "crawler a")
    assert len(call.calls) == 1


def test_a_role_that_is_never_known_is_an_error_that_says_why():
    call = refusing("unable to assume the role", float("inf"))
    with pytest.raises(ResourceError, match=r"crawler a to be allowed its role.*unable to assume"):
        once_role_is_known(call, ("unable to assume",), "crawler a")
