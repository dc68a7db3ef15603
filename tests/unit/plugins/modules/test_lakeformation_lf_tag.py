from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_lf_tag import main

SERVICE = "lakeformation"
KEY = {"TagKey": "sensitivity"}


@pytest.fixture
def found(say):
    def found(*values: str) -> Any:
        return say(SERVICE, "GetLFTag", KEY, {**KEY, "TagValues": list(values)})

    return found


@pytest.fixture
def absent(say):
    return say(SERVICE, "GetLFTag", KEY, "EntityNotFoundException")


def test_is_created_in_lower_case(run_module, say, absent, found):
    script = [
        absent,
        say(SERVICE, "CreateLFTag", {**KEY, "TagValues": ["personal", "public"]}),
        found("public", "personal"),
    ]
    result = run_module(main, script, key="Sensitivity", values=["Public", "personal"])
    assert result["changed"]
    assert result["lf_tag"] == {"tag_key": "sensitivity", "tag_values": ["personal", "public"]}


def test_is_predicted_in_check_mode(run_module, absent):
    result = run_module(main, [absent], True, key="sensitivity", values=["public"])
    assert result["changed"]
    assert result["lf_tag"] == {"tag_key": "sensitivity", "tag_values": ["public"]}


@pytest.mark.parametrize("check", [False, True])
def test_that_is_right_is_left_alone(run_module, found, check):
    script = [found("public", "personal")]
    result = run_module(main, script, check, key="sensitivity", values=["personal", "public"])
    assert not result["changed"]


def test_new_values_come_before_old_ones_go(run_module, say, found):
    script = [
        found("public"),
        say(SERVICE, "UpdateLFTag", {**KEY, "TagValuesToAdd": ["secret"]}),
        say(SERVICE, "UpdateLFTag", {**KEY, "TagValuesToDelete": ["public"]}),
        found("secret"),
    ]
    assert run_module(main, script, key="sensitivity", values=["secret"])["changed"]


def test_without_purge_no_value_goes(run_module, say, found):
    script = [
        found("public"),
        say(SERVICE, "UpdateLFTag", {**KEY, "TagValuesToAdd": ["secret"]}),
        found("public", "secret"),
    ]
    result = run_module(main, script, key="sensitivity", values=["secret"], purge_values=False)
    assert result["lf_tag"]["tag_values"] == ["public", "secret"]


def test_many_values_are_several_requests(run_module, say, absent, found):
    values = [f"v{at:03}" for at in range(120)]
    script = [
        absent,
        say(SERVICE, "CreateLFTag", {**KEY, "TagValues": values[:50]}),
        say(SERVICE, "UpdateLFTag", {**KEY, "TagValuesToAdd": values[50:100]}),
        say(SERVICE, "UpdateLFTag", {**KEY, "TagValuesToAdd": values[100:]}),
        found(*values),
    ]
    assert run_module(main, script, key="sensitivity", values=values)["changed"]


def test_is_deleted(run_module, say, found, absent):
    script = [found("public"), say(SERVICE, "DeleteLFTag", KEY), absent]
    assert run_module(main, script, key="sensitivity", state="absent")["changed"]
    assert not run_module(main, [absent], key="sensitivity", state="absent")["changed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": []}, "values has 0 entries: a tag has 1 to 1000"),
        (
            {"values": ["a", "*"]},
            "values has '*': a value has at most 256 characters, and is not *",
        ),
        ({"values": ["v" * 257]}, "a value has at most 256 characters"),
        ({"key": "k" * 129, "values": ["a"]}, "key has 129 characters: it may have 128"),
        ({"key": "", "values": ["a"]}, "key has 0 characters"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, options, message):
    assert message in run_module(main, [], **{"key": "sensitivity", **options})["msg"]


def test_a_denied_caller_learns_which_action_is_missing(run_module, say):
    denied = say(SERVICE, "GetLFTag", KEY, "AccessDeniedException")
    result = run_module(main, [denied], key="sensitivity")
    assert "lakeformation:GetLFTag" in result["msg"]
