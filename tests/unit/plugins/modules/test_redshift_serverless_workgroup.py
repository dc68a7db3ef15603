from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.redshift_serverless_workgroup import (
    main,
)

SERVICE = "redshift-serverless"
ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0123abcd"
OPTIONS = {
    "name": "shop",
    "namespace_name": "shop",
    "base_capacity": 8,
    "config_parameters": {"require_ssl": True},
}
PARAMETERS = [
    {"parameterKey": "auto_mv", "parameterValue": "true"},
    {"parameterKey": "require_ssl", "parameterValue": "true"},
]


def workgroup(**members: Any) -> dict[str, Any]:
    found = {
        "workgroupArn": ARN,
        "workgroupName": "shop",
        "namespaceName": "shop",
        "baseCapacity": 8,
        "subnetIds": ["subnet-b", "subnet-a"],
        "configParameters": PARAMETERS,
        "endpoint": {"address": "shop.example", "port": 5439},
        "status": "AVAILABLE",
    }
    return {"workgroup": {**found, **members}}


@pytest.fixture
def get(say):
    return lambda answer: say(SERVICE, "GetWorkgroup", {"workgroupName": "shop"}, answer)


@pytest.fixture
def tags(say):
    return lambda: say(SERVICE, "ListTagsForResource", {"resourceArn": ARN}, {"tags": []})


@pytest.fixture
def updated(say, get, tags):
    """One update and the wait after it."""
    return lambda **members: [
        say(SERVICE, "UpdateWorkgroup", {"workgroupName": "shop", **members}, workgroup()),
        get(workgroup(status="MODIFYING")),
        get(workgroup()),
        tags(),
    ]


CREATED = {
    "workgroupName": "shop",
    "namespaceName": "shop",
    "baseCapacity": 8,
    "configParameters": [{"parameterKey": "require_ssl", "parameterValue": "true"}],
}


def test_is_created_and_waited_for(run_module, say, get, tags):
    script = [
        get("ResourceNotFoundException"),
        say(SERVICE, "CreateWorkgroup", CREATED, workgroup(status="CREATING")),
        get(workgroup(status="CREATING")),
        get(workgroup()),
        tags(),
    ]
    result = run_module(main, script, **OPTIONS)
    assert result["changed"]
    assert result["workgroup"]["endpoint"]["port"] == 5439
    assert result["workgroup"]["config_parameters"] == {"auto_mv": "true", "require_ssl": "true"}


def test_is_created_without_waiting(run_module, say, get, tags):
    script = [
        get("ResourceNotFoundException"),
        say(SERVICE, "CreateWorkgroup", CREATED, workgroup(status="CREATING")),
        get(workgroup(status="CREATING")),
        tags(),
    ]
    result = run_module(main, script, **OPTIONS, wait=False)
    assert result["workgroup"]["status"] == "CREATING"


def test_is_not_created_in_check_mode(run_module, get):
    result = run_module(main, [get("ResourceNotFoundException")], True, **OPTIONS)
    assert result["changed"]
    assert result["workgroup"]["base_capacity"] == 8


def test_that_is_right_is_left_alone(run_module, get, tags):
    for check in (False, True):
        options = {**OPTIONS, "subnet_ids": ["subnet-a", "subnet-b"], "port": 5439}
        result = run_module(main, [get(workgroup()), tags()], check, **options)
        assert not result["changed"]


def test_that_is_still_being_created_is_waited_for_without_a_change(run_module, get, tags):
    script = [get(workgroup(status="CREATING")), tags(), get(workgroup()), tags()]
    result = run_module(main, script, name="shop")
    assert not result["changed"]
    assert result["workgroup"]["status"] == "AVAILABLE"


def test_in_check_mode_nothing_is_waited_for(run_module, get, tags):
    result = run_module(main, [get(workgroup(status="CREATING")), tags()], True, name="shop")
    assert not result["changed"]


def test_is_changed_by_one_setting_a_call_and_other_parameters_stay(run_module, get, tags, updated):
    parameters = [PARAMETERS[0], {"parameterKey": "require_ssl", "parameterValue": "false"}]
    script = [
        get(workgroup()),
        tags(),
        *updated(baseCapacity=16),
        *updated(configParameters=parameters),
        get(workgroup(baseCapacity=16)),
        tags(),
    ]
    changes = {"base_capacity": 16, "config_parameters": {"require_ssl": False}}
    result = run_module(main, script, name="shop", **changes)
    assert result["changed"]
    assert result["diff"]["before"]["config_parameters"]["require_ssl"] == "true"


def test_maximum_rises_before_a_base_that_would_exceed_it(run_module, get, tags, updated):
    small = workgroup(maxCapacity=8)
    script = [
        get(small),
        tags(),
        *updated(maxCapacity=32),
        *updated(baseCapacity=16),
        get(workgroup()),
        tags(),
    ]
    result = run_module(main, script, name="shop", base_capacity=16, max_capacity=32)
    assert result["changed"]


def test_cannot_move_to_another_namespace(run_module, get, tags):
    result = run_module(main, [get(workgroup()), tags()], name="shop", namespace_name="other")
    assert "namespace_name can't be changed from 'shop' to 'other'" in result["msg"]


def test_needs_a_namespace_to_be_created(run_module, get):
    result = run_module(main, [get("ResourceNotFoundException")], name="shop")
    assert "creating it needs the options namespace_name" in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_capacity": 12}, "base_capacity is 12: it must be 4, a multiple of 8 up to 512"),
        ({"base_capacity": 520}, "base_capacity is 520: it must be 4"),
        ({"port": 80}, "port is 80: it must be 5431 to 5455 or 8191 to 8215"),
        ({"base_capacity": 16, "max_capacity": 8}, "max_capacity 8 must not be less than"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], name="shop", **options)["msg"]


def test_is_deleted(run_module, say, get, tags):
    script = [
        get(workgroup()),
        tags(),
        say(SERVICE, "DeleteWorkgroup", {"workgroupName": "shop"}, workgroup(status="DELETING")),
        get(workgroup(status="DELETING")),
        get("ResourceNotFoundException"),
    ]
    result = run_module(main, script, name="shop", state="absent")
    assert result["changed"]
    assert result["diff"]["before"]["base_capacity"] == 8


def test_is_not_deleted_in_check_mode(run_module, get, tags):
    result = run_module(main, [get(workgroup()), tags()], True, name="shop", state="absent")
    assert result["changed"]


def test_that_is_being_deleted_is_waited_for_and_no_change(run_module, get, tags):
    script = [get(workgroup(status="DELETING")), tags(), get("ResourceNotFoundException")]
    assert not run_module(main, script, name="shop", state="absent")["changed"]


def test_to_be_made_by_an_earlier_task_is_not_waited_for_in_check_mode(run_module, get):
    script = [get("ResourceNotFoundException")]
    result = run_module(main, script, True, name="shop")
    assert not result["changed"]
    assert "needs the options namespace_name" in run_module(main, script, name="shop")["msg"]


TARGET = {"status": "ENABLED", "level": 75}


def test_a_target_and_a_track_are_settings_of_their_own(run_module, get, tags, updated):
    found = workgroup(pricePerformanceTarget={"status": "DISABLED"}, trackName="current")
    script = [
        get(found),
        tags(),
        *updated(pricePerformanceTarget=TARGET),
        *updated(ipAddressType="dualstack"),
        *updated(trackName="trailing"),
        get(workgroup()),
        tags(),
    ]
    options = {"ip_address_type": "dualstack", "track_name": "trailing"}
    result = run_module(main, script, name="shop", price_performance_target=TARGET, **options)
    assert result["diff"]["before"]["price_performance_target"]["status"] == "DISABLED"


def test_a_level_and_a_track_to_come_stay(run_module, get, tags):
    found = workgroup(
        pricePerformanceTarget=TARGET, trackName="current", pendingTrackName="trailing"
    )
    target = {"status": "ENABLED"}
    options = {"name": "shop", "price_performance_target": target, "track_name": "trailing"}
    for check in (False, True):
        assert not run_module(main, [get(found), tags()], check=check, **options)["changed"]


def test_a_base_capacity_comes_after_the_target_has_gone(run_module, get, tags, updated):
    target = {"status": "DISABLED"}
    script = [
        get(workgroup(pricePerformanceTarget=TARGET)),
        tags(),
        *updated(pricePerformanceTarget=target),
        *updated(baseCapacity=16),
        get(workgroup()),
        tags(),
    ]
    options = {"price_performance_target": target, "base_capacity": 16}
    assert run_module(main, script, name="shop", **options)["changed"]


def test_a_base_capacity_is_refused_where_aws_chooses_it(run_module, get, tags):
    found = workgroup(pricePerformanceTarget=TARGET)
    result = run_module(main, [get(found), tags()], name="shop", base_capacity=16)
    assert "base_capacity 16 can't be set while price_performance_target" in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"price_performance_target": TARGET, "base_capacity": 8}, "base_capacity 8 can't be set"),
        (
            {"price_performance_target": {"status": "DISABLED", "level": 50}},
            "price_performance_target.level needs status ENABLED",
        ),
        ({"track_name": "a-b"}, "track_name is a-b: it must be"),
    ],
)
def test_scaling_that_can_not_be_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], name="shop", **options)["msg"]
