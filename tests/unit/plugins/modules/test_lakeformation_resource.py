from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_resource import main

ARN = "arn:aws:s3:::landing/raw"
ROLE = "arn:aws:iam::123456789012:role/lake"
OTHER = "arn:aws:iam::123456789012:role/other"
WHAT = {"ResourceArn": ARN}
OPTIONS = {"resource_arn": ARN, "role_arn": ROLE, "hybrid_access_enabled": False}


@pytest.fixture
def get(say):
    def line(**members: Any) -> Any:
        answer = {"ResourceInfo": {**WHAT, "RoleArn": ROLE, **members}}
        return say("lakeformation", "DescribeResource", WHAT, answer)

    return line


@pytest.fixture
def missing(say):
    return say("lakeformation", "DescribeResource", WHAT, "EntityNotFoundException")


class TestLocation:
    def test_is_registered_with_its_role(self, run_module, say, get, missing):
        role = {"RoleArn": ROLE, "UseServiceLinkedRole": False, "HybridAccessEnabled": False}
        script = [missing, say("lakeformation", "RegisterResource", {**WHAT, **role}), get()]
        assert run_module(main, script, **OPTIONS)["resource"]["role_arn"] == ROLE

    def test_is_registered_with_the_service_linked_role(self, run_module, say, get, missing):
        request = {**WHAT, "UseServiceLinkedRole": True}
        script = [missing, say("lakeformation", "RegisterResource", request), get()]
        assert run_module(main, script, resource_arn=ARN)["changed"]

    def test_is_shown_and_not_registered_in_check_mode(self, run_module, missing):
        result = run_module(main, [missing], check=True, **OPTIONS)
        assert result["changed"]
        assert result["resource"] == OPTIONS

    def test_is_left_alone_when_it_is_right(self, run_module, get):
        for check in (False, True):
            assert not run_module(main, [get()], check=check, **OPTIONS)["changed"]

    def test_keeps_its_role_when_its_access_changes(self, run_module, say, get):
        request = {**WHAT, "RoleArn": ROLE, "HybridAccessEnabled": True}
        script = [get(), say("lakeformation", "UpdateResource", request), get()]
        options = {"resource_arn": ARN, "hybrid_access_enabled": True}
        assert run_module(main, script, **options)["changed"]

    def test_keeps_its_access_when_its_role_changes(self, run_module, say, get):
        others = {"HybridAccessEnabled": True, "WithFederation": True}
        others |= {"ExpectedResourceOwnerAccount": "210987654321"}
        request = {**WHAT, "RoleArn": OTHER, **others}
        script = [
            get(**others),
            say("lakeformation", "UpdateResource", request),
            get(RoleArn=OTHER),
        ]
        result = run_module(main, script, resource_arn=ARN, role_arn=OTHER)
        assert result["diff"]["before"] == {"role_arn": ROLE}

    def test_is_taken_back(self, run_module, say, get, missing):
        script = [get(), say("lakeformation", "DeregisterResource", WHAT), missing]
        assert run_module(main, script, resource_arn=ARN, state="absent")["changed"]

    def test_bad_input_is_refused_before_any_call(self, run_module):
        result = run_module(main, [], resource_arn="s3://landing/raw")
        assert "resource_arn must be the ARN of a bucket" in result["msg"]
