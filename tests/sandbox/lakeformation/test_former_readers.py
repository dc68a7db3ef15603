"""The role of a reader that left access.yml goes, with its grants; no other role does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive

from sandbox.runtime import Runtime
from tests.tasks import Account, Ran, run_tasks
from tests.unit.plugins.plugin_utils.contract.documents import Documents

pytestmark = pytest.mark.usefixtures("lake")

PREFIX = "former-sandbox"
FOREIGN = {
    f"{PREFIX}-untagged": {},
    f"{PREFIX}-by-hand": {"platform": PREFIX},
    f"{PREFIX}-load": {"platform": PREFIX},
    f"{PREFIX}-x-analyst": {"platform": f"{PREFIX}-x", "reader_of": f"{PREFIX}-x"},
}
ELSEWHERE = {"Database": {"Name": "former_elsewhere"}}


def contract(*readers: str, unmanaged: str = "") -> dict[str, Any]:
    """What is derived for a platform with these readers."""
    documents = Documents("sandbox")
    documents.platform["platform"]["name"] = "former"
    access = documents.access
    access["principals"] = [one for one in access["principals"] if one["name"] in readers]
    access["unmanaged"] = [f"arn:aws:iam::123456789012:role/{unmanaged}"] if unmanaged else []
    return derive(*documents)


@pytest.fixture
def roles(aws: Callable[..., Any]) -> Iterator[Callable[[], set[str]]]:
    """Tells which roles there are; those of three readers and others are made before."""
    iam = aws("iam")
    made = contract("analyst", "support", "finance")["governance"]["roles"].values()
    tags = {role["name"]: role["tags"] for role in made} | FOREIGN
    trust = next(iter(made))["assume_role_policy"]
    for name, own in tags.items():
        iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(trust),
            Tags=[{"Key": key, "Value": value} for key, value in own.items()],
        )

    def there() -> set[str]:
        pages = iam.get_paginator("list_roles").paginate()
        return {one["RoleName"] for page in pages for one in page["Roles"]} & tags.keys()

    aws("glue").create_database(DatabaseInput={"Name": ELSEWHERE["Database"]["Name"]})
    yield there
    aws("glue").delete_database(Name=ELSEWHERE["Database"]["Name"])
    for name in there():
        iam.delete_role(RoleName=name)


@pytest.fixture
def run(sandbox: Runtime, tmp_path: Path) -> Callable[..., list[Ran]]:
    """Runs a file of the role's tasks for a contract."""

    def run(tasks_from: str, contract: dict[str, Any], *, check_mode: bool = False) -> list[Ran]:
        role = {"name": "modern_data.warehouse.governance", "tasks_from": tasks_from}
        task = {
            "name": "Govern",
            "ansible.builtin.include_role": {**role, "apply": {"check_mode": check_mode}},
            "vars": {"contract": contract},
        }
        account = Account.of_sandbox(sandbox.settings.endpoint_url)
        ran, errors = run_tasks([task], account, tmp_path, "govern")
        assert [each.failure for each in ran if each.failure] == [], errors
        return ran

    return run


def changes(ran: list[Ran]) -> list[str]:
    """The names of the tasks that changed something, without the role's."""
    return [each.name.rpartition(" : ")[2] for each in ran if each.result.get("changed")]


def granted(aws: Callable[..., Any], name: str) -> bool:
    """Whether a role holds anything of the database elsewhere."""
    found = aws("lakeformation").list_permissions(Resource=ELSEWHERE)
    arns = [
        one["Principal"]["DataLakePrincipalIdentifier"]
        for one in found["PrincipalResourcePermissions"]
    ]
    return f"arn:aws:iam::123456789012:role/{name}" in arns


def grant(aws: Callable[..., Any], name: str) -> None:
    principal = {"DataLakePrincipalIdentifier": f"arn:aws:iam::123456789012:role/{name}"}
    aws("lakeformation").grant_permissions(
        Principal=principal, Resource=ELSEWHERE, Permissions=["DESCRIBE"]
    )


def test_it_goes_once_and_what_it_holds_goes_first(aws, roles, run):
    finance, before = f"{PREFIX}-finance", roles()
    grant(aws, finance)
    left = contract("analyst", "support")
    told = run("steps/former_readers", left, check_mode=True)
    deletion = [
        "Grants of readers that are no more, on anything of the catalog",
        "IAM roles of readers that are no more",
    ]
    assert changes(told) == deletion
    assert finance in json.dumps(told[-1].result["results"][0]["diff"]["before"])
    assert (roles(), granted(aws, finance)) == (before, True)
    assert changes(run("steps/former_readers", left)) == deletion
    assert (roles(), granted(aws, finance)) == (before - {finance}, False)
    assert changes(run("steps/former_readers", left)) == []


def test_it_stays_where_the_file_names_it_otherwise(roles, run):
    before = roles()
    kept = contract("analyst", "support", unmanaged=f"{PREFIX}-finance")
    assert changes(run("steps/former_readers", kept)) == []
    assert roles() == before


def test_teardown_takes_it_too(aws, roles, run):
    for reader in ("finance", "analyst"):
        grant(aws, f"{PREFIX}-{reader}")
    run("teardown", contract("analyst"))
    assert roles() == FOREIGN.keys()
    assert not granted(aws, f"{PREFIX}-finance")
    assert not granted(aws, f"{PREFIX}-analyst")
