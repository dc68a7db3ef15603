from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.rds_parameter_group import main

ARN = "arn:aws:rds:us-east-1:123456789012:pg:shop"
NAMED = {"DBParameterGroupName": "shop"}
OPTIONS = {
    "name": "shop",
    "family": "postgres16",
    "parameters": {"rds.logical_replication": True, "work_mem": 4096},
}
CATALOGUE = {"rds.logical_replication": "static", "work_mem": "dynamic", "wal_level": "static"}


def parameters(**user: str) -> list[dict[str, Any]]:
    shapes = []
    for name, apply_type in CATALOGUE.items():
        value = user.get(name.replace(".", "_"))
        source = {"ParameterValue": value, "Source": "user"} if value else {"Source": "system"}
        shape = {"ParameterName": name, "ApplyType": apply_type, **source}
        shapes.append({**shape, "IsModifiable": name != "wal_level"})
    return shapes


def change(name: str, method: str, **value: str) -> dict[str, str]:
    return {"ParameterName": name, "ApplyMethod": method, **value}


@pytest.fixture
def group(say):
    shape = {"DBParameterGroupArn": ARN, "DBParameterGroupFamily": "postgres16", **NAMED}
    return say("rds", "DescribeDBParameterGroups", NAMED, {"DBParameterGroups": [shape]})


@pytest.fixture
def missing(say):
    return say("rds", "DescribeDBParameterGroups", NAMED, "DBParameterGroupNotFound")


@pytest.fixture
def listed(say):
    """The parameters in two pages."""

    def script(**user: str) -> list[Any]:
        first, *others = parameters(**user)
        return [
            say("rds", "DescribeDBParameters", NAMED, {"Parameters": [first], "Marker": "1"}),
            say("rds", "DescribeDBParameters", {**NAMED, "Marker": "1"}, {"Parameters": others}),
        ]

    return script


@pytest.fixture
def defaults(say):
    request = {"DBParameterGroupFamily": "postgres16"}
    answer = {"EngineDefaults": {"Parameters": parameters()}}
    return say("rds", "DescribeEngineDefaultParameters", request, answer)


@pytest.fixture
def tags(say):
    return say("rds", "ListTagsForResource", {"ResourceName": ARN}, {"TagList": []})


@pytest.fixture
def modify(say):
    return lambda *changes: say(
        "rds", "ModifyDBParameterGroup", {**NAMED, "Parameters": list(changes)}
    )


def test_is_created_and_each_parameter_applied_as_soon_as_it_can_be(
    run_module, say, missing, defaults, modify, group, listed, tags
):
    created = {**NAMED, "DBParameterGroupFamily": "postgres16", "Description": "shop"}
    script = [
        missing,
        defaults,
        say("rds", "CreateDBParameterGroup", created),
        modify(
            change("rds.logical_replication", "pending-reboot", ParameterValue="1"),
            change("work_mem", "immediate", ParameterValue="4096"),
        ),
        group,
        *listed(rds_logical_replication="1", work_mem="4096"),
        tags,
    ]
    result = run_module(main, script, **OPTIONS)
    assert result["changed"]
    assert result["parameter_group"]["parameters"] == {
        "rds.logical_replication": "1",
        "work_mem": "4096",
    }


def test_is_not_created_in_check_mode_but_its_arn_is_told(run_module, say, missing, defaults):
    identity = say("sts", "GetCallerIdentity", {}, {"Account": "123456789012"})
    result = run_module(main, [missing, defaults, identity], True, **OPTIONS)
    assert result["changed"]
    assert result["parameter_group"]["db_parameter_group_arn"] == ARN
    assert result["parameter_group"]["parameters"]["rds.logical_replication"] == "1"


def test_that_is_right_is_left_alone(run_module, group, listed, tags):
    for check in (False, True):
        script = [group, *listed(rds_logical_replication="1", work_mem="4096"), tags]
        assert not run_module(main, script, check, **OPTIONS)["changed"]


def test_change_is_foretold_in_check_mode(run_module, group, listed, tags):
    script = [group, *listed(work_mem="4096"), tags]
    result = run_module(main, script, True, **OPTIONS)
    assert result["changed"]
    assert result["diff"]["before"]["parameters"] == {"work_mem": "4096"}


def test_only_what_differs_is_written_and_other_parameters_stay(
    run_module, group, listed, tags, modify
):
    script = [
        group,
        *listed(rds_logical_replication="1", work_mem="1"),
        tags,
        modify(change("work_mem", "immediate", ParameterValue="4096")),
        group,
        *listed(rds_logical_replication="1", work_mem="4096"),
        tags,
    ]
    result = run_module(main, script, name="shop", parameters={"work_mem": "4096"})
    assert result["changed"]
    assert result["diff"]["after"]["parameters"]["rds.logical_replication"] == "1"


def test_purging_resets_what_is_not_named(run_module, say, group, listed, tags):
    reset = {
        **NAMED,
        "ResetAllParameters": False,
        "Parameters": [change("rds.logical_replication", "pending-reboot")],
    }
    script = [
        group,
        *listed(rds_logical_replication="1", work_mem="4096"),
        tags,
        say("rds", "ResetDBParameterGroup", reset),
        group,
        *listed(work_mem="4096"),
        tags,
    ]
    options = {"name": "shop", "parameters": {"work_mem": 4096}, "purge_parameters": True}
    assert run_module(main, script, **options)["changed"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rds.logical_replicatoin", "its family has no parameter rds.logical_replicatoin"),
        ("wal_level", "wal_level can't be changed"),
    ],
)
def test_a_wrong_parameter_is_refused_before_any_change(
    run_module, missing, defaults, group, listed, tags, name, message
):
    wrong = {**OPTIONS, "parameters": {name: "1"}}
    for check in (False, True):
        assert message in run_module(main, [missing, defaults], check, **wrong)["msg"]
        assert message in run_module(main, [group, *listed(), tags], check, **wrong)["msg"]


def test_is_deleted(run_module, say, group, missing, tags):
    script = [group, tags, say("rds", "DeleteDBParameterGroup", NAMED), missing]
    assert run_module(main, script, name="shop", state="absent")["changed"]
