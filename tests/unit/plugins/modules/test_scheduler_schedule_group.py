from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.scheduler_schedule_group import main

SERVICE = "scheduler"
ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/shop"
NAME = {"Name": "shop"}
CALLER = {"UserId": "U", "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/u"}


def group(state: str = "ACTIVE") -> dict[str, Any]:
    made = datetime(2026, 1, 15, tzinfo=UTC)
    return {**NAME, "Arn": ARN, "State": state, "CreationDate": made, "LastModificationDate": made}


@pytest.fixture
def found(say):
    def found(**tags: str):
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return [
            say(SERVICE, "GetScheduleGroup", NAME, group()),
            say(SERVICE, "ListTagsForResource", {"ResourceArn": ARN}, {"Tags": pairs}),
        ]

    return found


@pytest.fixture
def absent(say):
    return say(SERVICE, "GetScheduleGroup", NAME, "ResourceNotFoundException")


def test_is_created_with_its_tags(run_module, say, absent, found):
    request = {**NAME, "Tags": [{"Key": "environment", "Value": "dev"}]}
    made = say(SERVICE, "CreateScheduleGroup", request, {"ScheduleGroupArn": ARN})
    tags = {"environment": "dev"}
    result = run_module(main, [absent, made, *found(**tags)], name="shop", tags=tags)
    assert result["changed"]
    assert result["schedule_group"]["schedule_group_arn"] == ARN
    assert result["schedule_group"]["tags"] == tags


def test_is_predicted_in_check_mode_with_its_arn(run_module, say, absent):
    script = [absent, say("sts", "GetCallerIdentity", {}, CALLER)]
    result = run_module(main, script, True, name="shop")
    assert result["changed"]
    assert result["schedule_group"]["schedule_group_arn"] == ARN


@pytest.mark.parametrize("check", [False, True])
def test_that_is_right_is_left_alone(run_module, found, check):
    script = found(environment="dev")
    result = run_module(main, script, check, name="shop", tags={"environment": "dev"})
    assert not result["changed"]


def test_tags_are_set_and_purged(run_module, say, found):
    script = [
        *found(environment="dev", owner="data"),
        say(SERVICE, "UntagResource", {"ResourceArn": ARN, "TagKeys": ["owner"]}),
        say(
            SERVICE,
            "TagResource",
            {"ResourceArn": ARN, "Tags": [{"Key": "environment", "Value": "prod"}]},
        ),
        *found(environment="prod"),
    ]
    assert run_module(main, script, name="shop", tags={"environment": "prod"})["changed"]


def test_deletion_is_waited_for(run_module, say, found, absent):
    script = [
        *found(),
        say(SERVICE, "DeleteScheduleGroup", NAME),
        say(SERVICE, "GetScheduleGroup", NAME, group("DELETING")),
        absent,
    ]
    assert run_module(main, script, name="shop", state="absent")["changed"]


def test_one_that_is_being_deleted_is_made_anew_once_it_is_gone(run_module, say, absent, found):
    going = [
        say(SERVICE, "GetScheduleGroup", NAME, group("DELETING")),
        say(SERVICE, "ListTagsForResource", {"ResourceArn": ARN}, {"Tags": []}),
    ]
    made = say(SERVICE, "CreateScheduleGroup", NAME, {"ScheduleGroupArn": ARN})
    assert run_module(main, [*going, absent, made, *found()], name="shop")["changed"]


def test_a_bad_name_is_refused_before_any_call(run_module):
    result = run_module(main, [], name="shop dev")
    assert result["failed"]
    assert "name is 'shop dev': it must be 1 to 64 letters" in result["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    denied = say(SERVICE, "GetScheduleGroup", NAME, "AccessDeniedException")
    result = run_module(main, [denied], name="shop")
    assert "scheduler:GetScheduleGroup" in result["msg"]
