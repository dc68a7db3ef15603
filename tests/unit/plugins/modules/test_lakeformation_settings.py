from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils import role_propagation
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_settings import main

CALLER = "arn:aws:iam::123456789012:user/deployer"
OTHER = "arn:aws:iam::123456789012:role/other"


def who(arn: str) -> dict[str, str]:
    return {"DataLakePrincipalIdentifier": arn}


OPEN = {"Principal": who("IAM_ALLOWED_PRINCIPALS"), "Permissions": ["ALL"]}
THERE = {
    "DataLakeAdmins": [who(OTHER)],
    "ReadOnlyAdmins": [who(OTHER)],
    "CreateDatabaseDefaultPermissions": [OPEN],
    "CreateTableDefaultPermissions": [OPEN],
    "Parameters": {"CROSS_ACCOUNT_VERSION": "3", "SET_CONTEXT": "TRUE"},
    "TrustedResourceOwners": ["210987654321"],
    "AllowExternalDataFiltering": True,
}


@pytest.fixture
def caller(say):
    return say("sts", "GetCallerIdentity", {}, {"Arn": CALLER, "Account": "123456789012"})


@pytest.fixture
def get(say):
    def line(**members: Any) -> Any:
        answer = {"DataLakeSettings": {**THERE, **members}}
        return say("lakeformation", "GetDataLakeSettings", {}, answer)

    return line


@pytest.fixture
def put(say):
    def line(**members: Any) -> Any:
        request = {"DataLakeSettings": {**THERE, **members}}
        return say("lakeformation", "PutDataLakeSettings", request)

    return line


CLOSED = {"create_database_default_permissions": [], "create_table_default_permissions": []}


class TestSettings:
    def test_are_closed_and_keep_all_else(self, run_module, get, caller, put):
        written = put(
            DataLakeAdmins=[who(OTHER), who(CALLER)],
            CreateDatabaseDefaultPermissions=[],
            CreateTableDefaultPermissions=[],
        )
        result = run_module(main, [get(), caller, written], **CLOSED)
        assert result["changed"]
        assert result["settings"]["admins"] == [OTHER, CALLER]

    def test_are_not_written_in_check_mode(self, run_module, get, caller):
        result = run_module(main, [get(), caller], check=True, **CLOSED)
        assert result["changed"]
        assert result["settings"]["create_table_default_permissions"] == []

    def test_are_left_alone_when_they_are_right(self, run_module, get, caller):
        for check in (False, True):
            admins = [who(CALLER), who(OTHER)]
            options = {"admins": [OTHER], "parameters": {"CROSS_ACCOUNT_VERSION": 3}}
            script = [get(DataLakeAdmins=admins), caller]
            assert not run_module(main, script, check=check, **options)["changed"]

    def test_other_administrators_go_only_when_asked(self, run_module, get, caller, put):
        script = [get(), caller, put(DataLakeAdmins=[who(CALLER)])]
        result = run_module(main, script, purge_admins=True)
        assert result["diff"]["before"]["admins"] == [OTHER]
        assert result["diff"]["after"]["admins"] == [CALLER]

    def test_read_only_administrators_are_added_and_purged_with_them(self, run_module, get, put):
        options = {"include_caller": False, "admins": [OTHER], "read_only_admins": [CALLER]}
        script = [get(), put(ReadOnlyAdmins=[who(OTHER), who(CALLER)])]
        assert run_module(main, script, **options)["changed"]
        script = [get(), put(ReadOnlyAdmins=[who(CALLER)])]
        result = run_module(main, script, **options, purge_admins=True)
        assert result["settings"]["read_only_admins"] == [CALLER]

    def test_new_resources_are_granted_what_they_know(self, run_module):
        granted = [{"principal": OTHER, "permissions": ["SELECT"]}]
        options = {"create_database_default_permissions": granted}
        assert "must be one or more of: ALL, ALTER" in run_module(main, [], **options)["msg"]

    def test_the_caller_stays_out_when_asked(self, run_module, get):
        assert not run_module(main, [get()], include_caller=False)["changed"]

    def test_a_parameter_is_written_as_text_beside_the_others(self, run_module, get, put):
        parameters = {"CROSS_ACCOUNT_VERSION": "4", "SET_CONTEXT": "TRUE"}
        script = [get(), put(Parameters=parameters)]
        options = {"parameters": {"CROSS_ACCOUNT_VERSION": 4}}
        assert run_module(main, script, include_caller=False, **options)["changed"]

    def test_too_many_administrators_are_refused(self, run_module, get):
        admins = [f"arn:aws:iam::123456789012:role/{index}" for index in range(30)]
        result = run_module(main, [get()], include_caller=False, admins=admins)
        assert "admins would be 31: AWS allows 30" in result["msg"]

    def test_name_the_principals_when_one_of_them_is_never_known(
        self, run_module, get, say, monkeypatch
    ):
        monkeypatch.setattr(role_propagation, "TIMEOUT", 0)
        settings = {**THERE, "DataLakeAdmins": [who(OTHER), who(CALLER)]}
        # botocore's text has the code, which takes the place of AWS's message here
        refused = "Invalid principal"
        script = [
            get(),
            say("lakeformation", "PutDataLakeSettings", {"DataLakeSettings": settings}, refused),
        ]
        message = run_module(main, script, include_caller=False, admins=[CALLER])["msg"]
        assert f"sent is not there: {OTHER}, {CALLER}. Make the IAM user or role first" in message
        assert "admins of access.yml" in message

    def test_say_what_the_caller_lacks(self, run_module, say):
        script = [say("lakeformation", "GetDataLakeSettings", {}, "AccessDeniedException")]
        message = run_module(main, script, **CLOSED)["msg"]
        assert "needs the IAM action lakeformation:GetDataLakeSettings" in message
