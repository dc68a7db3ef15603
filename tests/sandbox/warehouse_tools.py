"""Warehouses for tests: made through the API, waited for, removed again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

PASSWORD = "Correct-Horse-9"


def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """What a condition gives once it gives something true."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "the condition did not come true in time"
        time.sleep(0.02)
    return found


def namespace_status(client: Any, name: str) -> str:
    try:
        return client.get_namespace(namespaceName=name)["namespace"]["status"]
    except client.exceptions.ResourceNotFoundException:
        return "GONE"


def workgroup_status(client: Any, name: str) -> str:
    try:
        return client.get_workgroup(workgroupName=name)["workgroup"]["status"]
    except client.exceptions.ResourceNotFoundException:
        return "GONE"


def make(client: Any, name: str, **namespace: Any) -> dict[str, Any]:
    """A namespace and a workgroup of this name; the workgroup, once it serves."""
    client.create_namespace(namespaceName=name, **namespace)
    client.create_workgroup(workgroupName=name, namespaceName=name, baseCapacity=8)
    until(lambda: workgroup_status(client, name) == "AVAILABLE")
    return client.get_workgroup(workgroupName=name)["workgroup"]


def remove(client: Any, name: str) -> None:
    """Delete a workgroup and its namespace."""
    until(lambda: workgroup_status(client, name) in {"AVAILABLE", "GONE"})
    if workgroup_status(client, name) != "GONE":
        client.delete_workgroup(workgroupName=name)
        until(lambda: workgroup_status(client, name) == "GONE")
    until(lambda: namespace_status(client, name) in {"AVAILABLE", "GONE"})
    if namespace_status(client, name) != "GONE":
        client.delete_namespace(namespaceName=name)
        until(lambda: namespace_status(client, name) == "GONE")


def trust(**principal: Any) -> str:
    """A trust policy for iam.create_role."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
