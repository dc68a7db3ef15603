from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.iam_role import main

ARN = "arn:aws:iam::123456789012:role/load"
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "a.com"}, "Action": "sts:AssumeRole"}
    ],
}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["a:B", "a:C"]}]}
READ_IN_OTHER_WORDS = {
    "Statement": [{"Action": ["a:C", "a:B"], "Effect": "Allow"}],
    "Version": "2012-10-17",
}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "a:W"}]}
NAME = {"RoleName": "load"}


def role(**members: Any) -> dict[str, Any]:
    found = {
        "Path": "/",
        "RoleName": "load",
        "RoleId": "AROAUNITTESTS0000000",
        "Arn": ARN,
        "CreateDate": "2026-01-01T00:00:00Z",
        "AssumeRolePolicyDocument": quote(json.dumps(TRUST)),
        "Description": "Loads",
        "MaxSessionDuration": 7200,
    }
    return {"Role": {**found, **members}}


PROFILE = {
    "Path": "/",
    "InstanceProfileName": "runner",
    "InstanceProfileId": "AIPA00000000000000001",
    "Arn": "arn:aws:iam::123456789012:instance-profile/runner",
    "CreateDate": "2026-01-01T00:00:00Z",
    "Roles": [],
}


@pytest.fixture
def found(say):
    """The lines in which a role is read: the role, its policies, its tags."""

    def lines(inline: dict[str, Any], managed: list[str], **tags: str) -> list[Any]:
        return [
            say("iam", "GetRole", NAME, role()),
            say("iam", "ListRolePolicies", NAME, {"PolicyNames": list(inline)}),
            say(
                "iam",
                "ListAttachedRolePolicies",
                NAME,
                {"AttachedPolicies": [{"PolicyName": "p", "PolicyArn": arn} for arn in managed]},
            ),
            *(
                say(
                    "iam",
                    "GetRolePolicy",
                    {**NAME, "PolicyName": name},
                    {**NAME, "PolicyName": name, "PolicyDocument": quote(json.dumps(document))},
                )
                for name, document in inline.items()
            ),
            say(
                "iam",
                "ListRoleTags",
                NAME,
                {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]},
            ),
        ]

    return lines


OPTIONS = {
    "name": "load",
    "assume_role_policy": TRUST,
    "inline_policies": {"read": READ},
    "managed_policies": [MANAGED],
    "tags": {"A": "1"},
}


def put(say, name, document):
    request = {**NAME, "PolicyName": name, "PolicyDocument": json.dumps(document)}
    return say("iam", "PutRolePolicy", request)


class TestRole:
    def test_is_created_with_its_policies(self, run_module, say, found):
        request = {
            **NAME,
            "AssumeRolePolicyDocument": json.dumps(TRUST),
            "Tags": [{"Key": "A", "Value": "1"}],
        }
        script = [
            say("iam", "GetRole", NAME, "NoSuchEntity"),
            say("iam", "CreateRole", request, role()),
            put(say, "read", READ),
            say("iam", "AttachRolePolicy", {**NAME, "PolicyArn": MANAGED}),
            *found({"read": READ}, [MANAGED], A="1"),
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["changed"]
        assert result["role"]["inline_policies"] == {"read": READ}
        assert result["role"]["tags"] == {"A": "1"}

    def test_is_shown_and_not_created_in_check_mode(self, run_module, say):
        script = [
            say("iam", "GetRole", NAME, "NoSuchEntity"),
            say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"}),
        ]
        result = run_module(main, script, check=True, **OPTIONS)
        assert result["changed"]
        assert result["role"]["arn"] == ARN

    def test_is_left_alone_when_it_means_the_same(self, run_module, found):
        for check in (False, True):
            script = found({"read": READ}, [MANAGED], A="1")
            options = {**OPTIONS, "inline_policies": {"read": READ_IN_OTHER_WORDS}}
            result = run_module(main, script, check=check, **options)
            assert not result["changed"]
            assert result["diff"]["before"] == result["diff"]["after"]

    def test_gets_what_is_new_before_it_loses_what_is_old(self, run_module, say, found):
        script = [
            *found({"read": READ}, [MANAGED]),
            put(say, "write", WRITE),
            say("iam", "DetachRolePolicy", {**NAME, "PolicyArn": MANAGED}),
            say("iam", "DeleteRolePolicy", {**NAME, "PolicyName": "read"}),
            *found({"write": WRITE}, []),
        ]
        result = run_module(
            main, script, name="load", inline_policies={"write": WRITE}, managed_policies=[]
        )
        assert result["diff"]["before"]["inline_policies"] == {"read": READ}

    def test_keeps_other_policies_without_purge(self, run_module, say, found):
        script = [
            *found({"read": READ}, [MANAGED]),
            put(say, "write", WRITE),
            *found({"read": READ, "write": WRITE}, [MANAGED]),
        ]
        options = {"inline_policies": {"write": WRITE}, "managed_policies": []}
        result = run_module(main, script, name="load", purge_policies=False, **options)
        assert result["role"]["managed_policies"] == [MANAGED]

    def test_keeps_its_session_duration_when_it_is_described_anew(self, run_module, say, found):
        request = {**NAME, "Description": "Loads more", "MaxSessionDuration": 7200}
        script = [*found({}, []), say("iam", "UpdateRole", request), *found({}, [])]
        assert run_module(main, script, name="load", description="Loads more")["changed"]

    def test_gets_a_new_trust_policy(self, run_module, say, found):
        trust = {**TRUST, "Statement": []}
        request = {**NAME, "PolicyDocument": json.dumps(trust)}
        script = [*found({}, []), say("iam", "UpdateAssumeRolePolicy", request), *found({}, [])]
        assert run_module(main, script, name="load", assume_role_policy=trust)["changed"]

    def test_is_deleted_with_its_policies(self, run_module, say, found):
        script = [
            *found({"read": READ}, [MANAGED]),
            say("iam", "ListInstanceProfilesForRole", NAME, {"InstanceProfiles": [PROFILE]}),
            say("iam", "RemoveRoleFromInstanceProfile", {**NAME, "InstanceProfileName": "runner"}),
            say("iam", "DetachRolePolicy", {**NAME, "PolicyArn": MANAGED}),
            say("iam", "DeleteRolePolicy", {**NAME, "PolicyName": "read"}),
            say("iam", "DeleteRole", NAME, "DeleteConflict"),
            say("iam", "DeleteRole", NAME),
            say("iam", "GetRole", NAME, "NoSuchEntity"),
        ]
        assert run_module(main, script, name="load", state="absent")["changed"]

    def test_says_what_the_caller_lacks(self, run_module, say):
        script = [say("iam", "GetRole", NAME, "AccessDenied")]
        assert "needs the IAM action iam:GetRole" in run_module(main, script, name="load")["msg"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"name": "a b"}, "name must be 1 to 64"),
            ({"name": "ä"}, "name must be 1 to 64"),
            ({"max_session_duration": 60}, "max_session_duration is 60: it must be 3600 to 43200"),
        ],
    )
    def test_bad_input_is_refused_before_any_call(self, run_module, options, message):
        assert message in run_module(main, [], **{"name": "load", **options})["msg"]


class TestSharedRole:
    def test_is_never_narrowed_nor_rewritten(self, run_module, say, found):
        script = [
            *found({"read": READ}, [MANAGED], Owner="others"),
            put(say, "write", WRITE),
            *found({"read": READ, "write": WRITE}, [MANAGED], Owner="others"),
        ]
        result = run_module(
            main,
            script,
            name="load",
            shared=True,
            description="Mine",
            max_session_duration=3600,
            assume_role_policy={**TRUST, "Statement": []},
            inline_policies={"read": WRITE, "write": WRITE},
            managed_policies=[],
            tags={},
        )
        assert result["diff"]["after"]["inline_policies"] == {"read": READ, "write": WRITE}
        assert result["role"]["tags"] == {"Owner": "others"}

    def test_is_never_deleted(self, run_module):
        assert not run_module(main, [], name="load", shared=True, state="absent")["changed"]
