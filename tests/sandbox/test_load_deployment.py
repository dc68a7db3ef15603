"""The role orchestration keeps what the configuration of the load in the bucket knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.runtime import Runtime
from tests.sandbox.load_tools import two_tables
from tests.sandbox.shape_tools import BASE, declared
from tests.tasks import Account, Ran, run_tasks

NAME = "deploytest"
KEY = "load/config/returns.json"
WITH_NOTE = {**BASE, "note": "varchar(20)"}
RENAMED = {**BASE, "remark": "varchar(20)"}


def deployment(
    columns: dict[str, str], *, check_mode: bool = False, **variables: str
) -> dict[str, Any]:
    """A task that runs the role for a contract with these columns of public.returns."""
    role = {"name": "modern_data.warehouse.orchestration", "apply": {"check_mode": check_mode}}
    contract = two_tables(NAME, {"columns": declared(columns)})
    return {
        "name": "Deploy",
        "ansible.builtin.include_role": role,
        "vars": {"contract": contract, **variables},
    }


def writes(ran: list[Ran]) -> list[bool]:
    """Whether each writing of configurations changed something."""
    return [
        each.result["changed"] for each in ran if each.name.endswith("Configuration of the load")
    ]


def test_older_shapes_outlive_a_change_of_the_contract(
    sandbox: Runtime, aws: Callable[..., Any], tmp_path: Path
) -> None:
    bucket = two_tables(NAME, {})["names"]["bucket"]
    endpoint = sandbox.settings.endpoint_url

    def run(name: str, *tasks: dict[str, Any]) -> list[Ran]:
        ran, _errors = run_tasks(list(tasks), Account.of_sandbox(endpoint), tmp_path, name)
        return ran

    def shapes() -> list[list[str]]:
        body = aws("s3").get_object(Bucket=bucket, Key=KEY)["Body"].read()
        return [shape["columns"][2:-2] for shape in json.loads(body)["shapes"]]

    aws("s3").create_bucket(Bucket=bucket)
    ran = run("first", deployment(BASE), deployment(BASE), deployment(WITH_NOTE, check_mode=True))
    assert [each.failure for each in ran if each.failure] == []
    assert writes(ran) == [True, False, True]
    assert shapes() == [["order_id", "status"]]
    ran = run("second", deployment(WITH_NOTE), deployment(WITH_NOTE), deployment(RENAMED))
    assert writes(ran) == [True, False]
    assert "forget_shapes=public.returns" in ran[-1].failure
    assert shapes() == [["order_id", "status", "note"], ["order_id", "status"]]
    run("third", deployment(RENAMED, forget_shapes="public.returns"))
    assert shapes() == [["order_id", "status", "remark"]]
