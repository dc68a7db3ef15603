from __future__ import annotations

from typing import Any

from ansible_collections.modern_data.warehouse.plugins.module_utils.redshift_serverless import (
    role_arn,
)
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_serverless_namespace import (
    main,
)

SERVICE = "redshift-serverless"
ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:namespace/0123abcd"
COPY = "arn:aws:iam::123456789012:role/copy"
LOAD = "arn:aws:iam::123456789012:role/load"


def namespace(**members: Any) -> dict[str, Any]:
    found = {
        "namespaceArn": ARN,
        "namespaceName": "shop",
        "dbName": "analytics",
        "adminUsername": "boss",
        "iamRoles": [f"IamRole(applyStatus=in-sync, iamRoleArn={COPY})"],
        "defaultIamRoleArn": COPY,
        "logExports": ["userlog"],
        "status": "AVAILABLE",
    }
    return {"namespace": {**found, **members}}


def said(say: Any, operation: str, request: dict[str, Any], answer: Any) -> Any:
    return say(SERVICE, operation, request, answer)


def test_a_role_is_read_from_the_text_that_aws_lists_it_as():
    assert role_arn(f"IamRole(applyStatus=adding, iamRoleArn={COPY})") == COPY
    assert role_arn(COPY) == COPY


OPTIONS = {"name": "shop", "db_name": "analytics", "iam_roles": [COPY], "tags": {"A": "1"}}


class TestNamespace:
    def get(self, say, answer):
        return said(say, "GetNamespace", {"namespaceName": "shop"}, answer)

    def tags(self, say, **tags):
        pairs = [{"key": key, "value": value} for key, value in tags.items()]
        return said(say, "ListTagsForResource", {"resourceArn": ARN}, {"tags": pairs})

    def test_a_role_that_aws_does_not_know_yet_is_waited_for(self, run_module, say):
        request = {"namespaceName": "shop", "dbName": "analytics", "iamRoles": [COPY]}
        refusal = f"ValidationException: The IAM role {COPY} is not valid or does not exist."
        script = [
            self.get(say, "ResourceNotFoundException"),
            *(said(say, "CreateNamespace", request, answer) for answer in (refusal, namespace())),
            self.get(say, namespace()),
            self.tags(say),
        ]
        options = {name: value for name, value in OPTIONS.items() if name != "tags"}
        assert run_module(main, script, **options)["changed"]

    def test_is_created_and_waited_for(self, run_module, say):
        request = {
            "namespaceName": "shop",
            "dbName": "analytics",
            "iamRoles": [COPY],
            "tags": [{"key": "A", "value": "1"}],
        }
        script = [
            self.get(say, "ResourceNotFoundException"),
            said(say, "CreateNamespace", request, namespace(status="MODIFYING")),
            self.get(say, namespace(status="MODIFYING")),
            self.get(say, namespace()),
            self.tags(say, A="1"),
        ]
        result = run_module(main, script, **OPTIONS)
        assert result["changed"]
        assert result["namespace"]["iam_roles"] == [COPY]
        assert result["namespace"]["tags"] == {"A": "1"}
        assert result["diff"]["before"] == {}
        assert result["diff"]["after"]["db_name"] == "analytics"

    def test_is_not_created_in_check_mode_but_shown(self, run_module, say):
        script = [self.get(say, "ResourceNotFoundException")]
        result = run_module(main, script, check=True, **OPTIONS)
        assert result["changed"]
        assert result["namespace"]["db_name"] == "analytics"
        assert result["diff"]["after"]["tags"] == {"A": "1"}

    def test_is_left_alone_when_it_is_right(self, run_module, say):
        for check in (False, True):
            script = [self.get(say, namespace()), self.tags(say, A="1")]
            result = run_module(main, script, check=check, **OPTIONS)
            assert not result["changed"]
            assert result["diff"]["before"] == result["diff"]["after"]

    def test_is_changed_by_one_setting_a_call(self, run_module, say):
        logs = {"namespaceName": "shop", "logExports": ["userlog", "connectionlog"]}
        admin = {
            "namespaceName": "shop",
            "adminUsername": "chief",
            "manageAdminPassword": True,
        }
        script = [
            self.get(say, namespace()),
            self.tags(say, A="1"),
            said(say, "UpdateNamespace", admin, namespace()),
            self.get(say, namespace()),
            self.tags(say, A="1"),
            said(say, "UpdateNamespace", logs, namespace()),
            self.get(say, namespace()),
            self.tags(say, A="1"),
            self.get(say, namespace(adminUsername="chief")),
            self.tags(say, A="1"),
        ]
        changes = {
            "admin_username": "chief",
            "manage_admin_password": True,
            "log_exports": ["userlog", "connectionlog"],
        }
        result = run_module(main, script, **OPTIONS, **changes)
        assert result["changed"]
        assert result["diff"]["before"]["admin_username"] == "boss"
        assert result["diff"]["after"]["admin_username"] == "chief"

    def test_default_role_goes_with_the_entire_list(self, run_module, say):
        roles = {"namespaceName": "shop", "iamRoles": [LOAD], "defaultIamRoleArn": LOAD}
        changed = namespace(iamRoles=[LOAD], defaultIamRoleArn=LOAD)
        script = [
            self.get(say, namespace()),
            self.tags(say),
            said(say, "UpdateNamespace", roles, changed),
            self.get(say, changed),
            self.tags(say),
            self.get(say, changed),
            self.tags(say),
        ]
        options = {"iam_roles": [LOAD], "default_iam_role_arn": LOAD}
        result = run_module(main, script, name="shop", **options)
        assert result["namespace"]["default_iam_role_arn"] == LOAD

    def test_default_role_cannot_leave_the_list(self, run_module, say):
        script = [self.get(say, namespace()), self.tags(say)]
        result = run_module(main, script, name="shop", iam_roles=[LOAD])
        assert f"default_iam_role_arn {COPY} must be one of iam_roles" in result["msg"]

    def test_administrator_needs_a_password_of_aws(self, run_module, say):
        script = [self.get(say, "ResourceNotFoundException")]
        result = run_module(main, script, name="shop", admin_username="chief")
        assert "admin_username needs manage_admin_password=true" in result["msg"]

    def test_database_cannot_be_renamed(self, run_module, say):
        script = [self.get(say, namespace()), self.tags(say)]
        result = run_module(main, script, name="shop", db_name="other")
        assert "db_name can't be changed from 'analytics' to 'other'" in result["msg"]

    def test_default_role_outside_the_list_is_refused_before_any_call(self, run_module):
        result = run_module(main, [], name="shop", iam_roles=[COPY], default_iam_role_arn=LOAD)
        assert f"default_iam_role_arn {LOAD} must be one of iam_roles" in result["msg"]

    def test_is_deleted_with_a_last_snapshot(self, run_module, say):
        script = [
            self.get(say, namespace()),
            self.tags(say),
            said(say, "ListWorkgroups", {}, {"workgroups": []}),
            said(
                say,
                "DeleteNamespace",
                {"namespaceName": "shop", "finalSnapshotName": "last"},
                namespace(status="DELETING"),
            ),
            self.get(say, namespace(status="DELETING")),
            self.get(say, "ResourceNotFoundException"),
        ]
        result = run_module(main, script, name="shop", state="absent", final_snapshot_name="last")
        assert result["changed"]
        assert result["diff"]["after"] == {}

    def test_with_a_workgroup_is_not_deleted(self, run_module, say):
        workgroup = {"workgroupName": "shop", "namespaceName": "shop"}
        script = [
            self.get(say, namespace()),
            self.tags(say),
            said(say, "ListWorkgroups", {}, {"workgroups": [workgroup]}),
        ]
        result = run_module(main, script, name="shop", state="absent")
        assert "while it has workgroup shop" in result["msg"]

    def test_that_is_gone_stays_gone(self, run_module, say):
        for check in (False, True):
            script = [self.get(say, "ResourceNotFoundException")]
            result = run_module(main, script, check=check, name="shop", state="absent")
            assert not result["changed"]

    def test_denied_call_names_the_iam_action(self, run_module, say):
        script = [self.get(say, "AccessDeniedException")]
        result = run_module(main, script, name="shop")
        assert "the caller needs the IAM action redshift-serverless:GetNamespace" in result["msg"]
