"""Who the caller is, in a module that asks for it and for nothing else that depends on it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_settings import main

ACCOUNT = "123456789012"
NAME = "AWSReservedSSO_Deployer_0123456789abcdef"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/{NAME}/someone@example.com"
PATH = "/aws-reserved/sso.amazonaws.com/eu-central-1/"


def role(path: str, name: str) -> dict[str, Any]:
    known = {"Path": path, "RoleName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}"}
    return known | {"RoleId": "AROAUNITTESTS0000000", "CreateDate": "2026-01-01T00:00:00Z"}


@pytest.fixture
def caller_of(run_module, say):
    """Who becomes an administrator, by what IAM answers to the caller."""

    def found(*answers: Any) -> str:
        script = [
            say("lakeformation", "GetDataLakeSettings", {}, {"DataLakeSettings": {}}),
            say("sts", "GetCallerIdentity", {}, {"Arn": SESSION, "Account": ACCOUNT}),
            *answers,
        ]
        result = run_module(main, script, check=True)
        assert "failed" not in result, result
        (caller,) = result["settings"]["admins"]
        return caller

    return found


@pytest.fixture
def get_role(say):
    def line(answer: Any) -> Any:
        return say("iam", "GetRole", {"RoleName": NAME}, answer)

    return line


def test_a_role_tells_its_path(caller_of, get_role):
    assert caller_of(get_role({"Role": role(PATH, NAME)})) == role(PATH, NAME)["Arn"]


def test_a_role_that_may_not_be_looked_at_is_found_by_its_name_in_the_listing(
    caller_of, get_role, say
):
    first = {"Roles": [role("/", f"{NAME}0")], "IsTruncated": True, "Marker": "more"}
    last = {"Roles": [role("/", "other"), role(PATH, NAME)], "IsTruncated": False}
    listed = [say("iam", "ListRoles", {}, first), say("iam", "ListRoles", {"Marker": "more"}, last)]
    assert caller_of(get_role("AccessDenied"), *listed) == role(PATH, NAME)["Arn"]


def test_of_who_may_neither_look_nor_list_the_role_is_taken_to_have_no_path(
    caller_of, get_role, say
):
    denied = say("iam", "ListRoles", {}, "AccessDenied")
    assert caller_of(get_role("AccessDenied"), denied) == role("/", NAME)["Arn"]


def test_a_listing_that_fails_otherwise_is_told(run_module, get_role, say):
    script = [
        say("lakeformation", "GetDataLakeSettings", {}, {"DataLakeSettings": {}}),
        say("sts", "GetCallerIdentity", {}, {"Arn": SESSION, "Account": ACCOUNT}),
        get_role("AccessDenied"),
        say("iam", "ListRoles", {}, "ServiceFailure"),
    ]
    assert "iam:ListRoles failed" in run_module(main, script, check=True)["msg"]
