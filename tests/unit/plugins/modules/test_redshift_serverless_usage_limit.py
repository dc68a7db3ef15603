from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_serverless_usage_limit import (
    main,
)

SERVICE = "redshift-serverless"
WORKGROUP = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd"
OPTIONS = {"workgroup_name": "shop", "period": "daily", "breach_action": "deactivate"}
IDENTITY = {"usageType": "serverless-compute", "period": "daily", "breachAction": "deactivate"}


def limit(**members: Any) -> dict[str, Any]:
    return {
        "usageLimitId": "limit-1",
        "usageLimitArn": "arn:aws:redshift-serverless:us-east-1:123456789012:usagelimit/limit-1",
        "resourceArn": WORKGROUP,
        "amount": 40,
        **IDENTITY,
        **members,
    }


@pytest.fixture
def workgroup(say):
    def workgroup(answer: Any = None):
        found = answer or {"workgroup": {"workgroupName": "shop", "workgroupArn": WORKGROUP}}
        return say(SERVICE, "GetWorkgroup", {"workgroupName": "shop"}, found)

    return workgroup


@pytest.fixture
def found(say, workgroup):
    """The two requests that look for a limit."""

    def found(*limits: dict[str, Any]):
        request = {"resourceArn": WORKGROUP, "usageType": "serverless-compute"}
        answer = {"usageLimits": [*limits]} if limits else {}
        return [workgroup(), say(SERVICE, "ListUsageLimits", request, answer)]

    return found


def test_is_created(run_module, say, workgroup, found):
    request = {"resourceArn": WORKGROUP, "amount": 40, **IDENTITY}
    script = [
        *found(limit(period="weekly"), limit(breachAction="log")),
        workgroup(),
        say(SERVICE, "CreateUsageLimit", request, {"usageLimit": limit()}),
        *found(limit()),
    ]
    result = run_module(main, script, **OPTIONS, amount=40)
    assert result["changed"]
    assert result["usage_limit"]["usage_limit_id"] == "limit-1"


def test_is_not_created_in_check_mode(run_module, found):
    result = run_module(main, found(), True, **OPTIONS, amount=40)
    assert result["changed"]
    assert result["usage_limit"]["amount"] == 40
    assert result["usage_limit"]["period"] == "daily"


def test_that_is_right_is_left_alone(run_module, found):
    for check in (False, True):
        assert not run_module(main, found(limit()), check, **OPTIONS, amount=40)["changed"]


def test_gets_another_amount(run_module, say, found):
    request = {"usageLimitId": "limit-1", "amount": 50}
    script = [
        *found(limit()),
        say(SERVICE, "UpdateUsageLimit", request, {"usageLimit": limit(amount=50)}),
        *found(limit(amount=50)),
    ]
    assert run_module(main, script, **OPTIONS, amount=50)["usage_limit"]["amount"] == 50
    assert run_module(main, found(limit()), True, **OPTIONS, amount=50)["changed"]


def test_is_deleted(run_module, say, found):
    script = [
        *found(limit()),
        say(SERVICE, "DeleteUsageLimit", {"usageLimitId": "limit-1"}, {"usageLimit": limit()}),
        *found(),
    ]
    assert run_module(main, script, **OPTIONS, state="absent")["changed"]
    assert run_module(main, found(limit()), True, **OPTIONS, state="absent")["changed"]
    assert not run_module(main, found(), **OPTIONS, state="absent")["changed"]


def test_of_a_workgroup_that_is_gone_is_gone(run_module, workgroup):
    script = [workgroup("ResourceNotFoundException")]
    assert not run_module(main, script, **OPTIONS, state="absent")["changed"]


def test_of_a_workgroup_yet_to_be_made_is_foretold_and_then_refused(run_module, workgroup):
    nowhere = workgroup("ResourceNotFoundException")
    assert run_module(main, [nowhere], True, **OPTIONS, amount=40)["changed"]
    result = run_module(main, [nowhere, nowhere], **OPTIONS, amount=40)
    assert "there is no such workgroup to limit" in result["msg"]


def test_bad_input_is_refused_before_any_call(run_module):
    assert "amount is 0: it must be 1 or more" in run_module(main, [], **OPTIONS, amount=0)["msg"]


def test_without_an_amount_can_not_be_made(run_module, found):
    assert "needs the options amount" in run_module(main, found(), **OPTIONS)["msg"]


def test_refused_by_aws_fails_with_the_reason(run_module, workgroup):
    result = run_module(main, [workgroup("AccessDeniedException")], **OPTIONS, amount=40)
    assert result["failed"]
    assert "workgroup shop" in result["msg"]
