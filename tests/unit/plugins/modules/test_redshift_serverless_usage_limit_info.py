from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_serverless_usage_limit_info import (
    main,
)

SERVICE = "redshift-serverless"
ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/"
WORKGROUPS = {
    "workgroups": [
        {"workgroupName": name, "workgroupArn": f"{ARN}{at}"}
        for at, name in enumerate(("shop", "other"))
    ]
}


def limit(at: int, amount: int):
    return {
        "usageLimitId": f"limit-{at}",
        "resourceArn": f"{ARN}{at}",
        "amount": amount,
        "period": "daily",
        "breachAction": "log",
        "usageType": "serverless-compute",
    }


@pytest.fixture
def workgroups(say):
    return say(SERVICE, "ListWorkgroups", {}, WORKGROUPS)


@pytest.mark.parametrize("check", [False, True])
def test_all_limits_are_told_with_the_names_of_their_workgroups(run_module, say, workgroups, check):
    first = {"usageLimits": [limit(0, 40)], "nextToken": "page-two"}
    script = [
        workgroups,
        say(SERVICE, "ListUsageLimits", {}, first),
        say(SERVICE, "ListUsageLimits", {"nextToken": "page-two"}, {"usageLimits": [limit(1, 8)]}),
    ]
    result = run_module(main, script, check)
    assert not result["changed"]
    told = [(one["workgroup_name"], one["amount"]) for one in result["usage_limits"]]
    assert told == [("shop", 40), ("other", 8)]


def test_the_limits_of_one_workgroup_are_asked_for(run_module, say, workgroups):
    request = {"resourceArn": f"{ARN}1"}
    script = [
        workgroups,
        say(SERVICE, "ListUsageLimits", request, {"usageLimits": [limit(1, 8)]}),
    ]
    [found] = run_module(main, script, workgroup_name="Other")["usage_limits"]
    assert found == {
        "usage_limit_id": "limit-1",
        "resource_arn": f"{ARN}1",
        "amount": 8,
        "period": "daily",
        "breach_action": "log",
        "usage_type": "serverless-compute",
        "workgroup_name": "other",
    }


def test_no_workgroup_has_no_limits(run_module, workgroups):
    assert run_module(main, [workgroups], workgroup_name="gone")["usage_limits"] == []


def test_a_limit_of_a_workgroup_that_is_gone_has_no_name(run_module, say, workgroups):
    script = [workgroups, say(SERVICE, "ListUsageLimits", {}, {"usageLimits": [limit(7, 8)]})]
    [found] = run_module(main, script)["usage_limits"]
    assert "workgroup_name" not in found


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    result = run_module(main, [say(SERVICE, "ListWorkgroups", {}, "AccessDeniedException")])
    assert "redshift-serverless:ListWorkgroups" in result["msg"]
