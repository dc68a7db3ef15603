from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.glue_database import main
from botocore.stub import ANY

ARN = "arn:aws:glue:us-east-1:123456789012:database/lake"
OPEN = {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}}
OPEN_ALL = {**OPEN, "Permissions": ["ALL"]}


def database(**members: Any) -> dict[str, Any]:
    found = {
        "Name": "lake",
        "Description": "Landed",
        "LocationUri": "s3://b/raw/",
        "Parameters": {"owner": "shop"},
        "CreateTableDefaultPermissions": [OPEN_ALL],
    }
    return {"Database": {**found, **members}}


@pytest.fixture
def found(say):
    def lines(**members: Any) -> list[Any]:
        return [
            say("glue", "GetDatabase", {"Name": "lake"}, database(**members)),
            say("glue", "GetTags", {"ResourceArn": ARN}, {"Tags": {"A": "1"}}),
        ]

    return lines


@pytest.fixture
def account(say):
    return say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})


@pytest.fixture
def missing(say):
    return say("glue", "GetDatabase", {"Name": "lake"}, "EntityNotFoundException")


OPTIONS = {
    "name": "lake",
    "description": "Landed",
    "create_table_default_permissions": [],
    "tags": {"A": 1},
}


class TestDatabase:
    def test_is_created_closed(self, run_module, say, account, missing, found):
        request = {
            "DatabaseInput": {
                "Name": "lake",
                "Description": "Landed",
                "CreateTableDefaultPermissions": [],
            },
            "Tags": {"A": "1"},
        }
        closed = found(CreateTableDefaultPermissions=[])
        script = [account, missing, say("glue", "CreateDatabase", request), *closed]
        result = run_module(main, script, **OPTIONS)
        assert result["changed"]
        assert result["database"]["database_arn"] == ARN

    def test_that_an_unanswered_request_made_is_completed(
        self, run_module, say, account, missing, found
    ):
        made, written = found(), found(CreateTableDefaultPermissions=[])
        script = [
            account,
            missing,
            say(
                "glue",
                "CreateDatabase",
                {"DatabaseInput": ANY, "Tags": ANY},
                "AlreadyExistsException",
            ),
            *made,
            say("glue", "UpdateDatabase", {"Name": "lake", "DatabaseInput": ANY}, {}),
            *written,
            *written,
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["changed"]
        assert result["database"]["create_table_default_permissions"] == []

    def test_a_creation_that_is_refused_though_there_is_none_is_an_error(
        self, run_module, say, missing
    ):
        refused = say(
            "glue", "CreateDatabase", {"DatabaseInput": ANY, "Tags": ANY}, "AlreadyExistsException"
        )
        result = run_module(main, [missing, refused, missing], **OPTIONS)
        assert "glue:CreateDatabase failed" in result["msg"]

    def test_is_shown_and_not_created_in_check_mode(self, run_module, account, missing):
        result = run_module(main, [account, missing], check=True, **OPTIONS)
        assert result["changed"]
        assert result["database"]["database_arn"] == ARN

    def test_is_left_alone_when_it_is_right(self, run_module, account, found):
        for check in (False, True):
            script = [account, *found(CreateTableDefaultPermissions=[])]
            assert not run_module(main, script, check=check, **OPTIONS)["changed"]

    def test_permissions_count_in_any_order(self, run_module, account, found):
        grants = [{**OPEN, "Permissions": ["SELECT", "ALTER"]}]
        script = [account, *found(CreateTableDefaultPermissions=grants)]
        wanted = [{"principal": "IAM_ALLOWED_PRINCIPALS", "permissions": ["ALTER", "SELECT"]}]
        options = {"create_table_default_permissions": wanted}
        assert not run_module(main, script, name="lake", **options)["changed"]

    def test_keeps_what_is_not_set_though_aws_replaces_all(self, run_module, say, account, found):
        request = {
            "Name": "lake",
            "DatabaseInput": {
                "Name": "lake",
                "Description": "Changed",
                "LocationUri": "s3://b/raw/",
                "Parameters": {"owner": "shop", "checked": "true"},
                "CreateTableDefaultPermissions": [OPEN_ALL],
            },
        }
        script = [account, *found(), say("glue", "UpdateDatabase", request), *found()]
        options = {"description": "Changed", "parameters": {"checked": True}}
        result = run_module(main, script, name="lake", **options)
        assert result["diff"]["before"]["parameters"] == {"owner": "shop"}
        assert result["diff"]["after"]["parameters"] == {"owner": "shop", "checked": "true"}

    def test_is_tagged_anew(self, run_module, say, account, found):
        arn = {"ResourceArn": ARN}
        script = [
            account,
            *found(),
            say("glue", "UntagResource", {**arn, "TagsToRemove": ["A"]}),
            say("glue", "TagResource", {**arn, "TagsToAdd": {"B": "2"}}),
            *found(),
        ]
        assert run_module(main, script, name="lake", tags={"B": "2"})["changed"]

    def test_is_deleted(self, run_module, say, account, found, missing):
        script = [account, *found(), say("glue", "DeleteDatabase", {"Name": "lake"}), missing]
        result = run_module(main, script, name="lake", state="absent")
        assert result["changed"]
        assert result["diff"]["after"] == {}

    def test_bad_name_is_refused_before_any_call(self, run_module):
        assert "name must be 1 to 255" in run_module(main, [], name="Lake")["msg"]
