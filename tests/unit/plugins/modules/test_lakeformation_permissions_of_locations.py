from __future__ import annotations

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_permissions import main

LOCATION = "arn:aws:s3:::lake/raw"
MAY_POINT_THERE = {
    "principal": "arn:aws:iam::123456789012:role/crawler",
    "permissions": ["DATA_LOCATION_ACCESS"],
    "resource": {"data_location": {"resource_arn": LOCATION}},
}


@pytest.fixture
def denied(say):
    request = {"Resource": {"DataLocation": {"ResourceArn": LOCATION}}}
    return say("lakeformation", "ListPermissions", request, "AccessDeniedException")


def test_a_location_that_is_not_registered_has_no_grants(run_module, say, denied):
    missing = say(
        "lakeformation", "DescribeResource", {"ResourceArn": LOCATION}, "EntityNotFoundException"
    )
    result = run_module(main, [denied, missing], state="absent", grants=[MAY_POINT_THERE])
    assert not result["changed"]


def test_a_location_whose_grants_may_not_be_seen_fails(run_module, say, denied):
    found = {"ResourceInfo": {"ResourceArn": LOCATION}}
    there = say("lakeformation", "DescribeResource", {"ResourceArn": LOCATION}, found)
    result = run_module(main, [denied, there], state="absent", grants=[MAY_POINT_THERE])
    assert "AccessDeniedException" in result["msg"]
