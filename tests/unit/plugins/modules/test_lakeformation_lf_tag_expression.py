from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.lakeformation_lf_tag_expression import (
    main,
)

SERVICE = "lakeformation"
NAME = {"Name": "open"}
WRITTEN = [{"TagKey": "a", "TagValues": ["x", "y"]}, {"TagKey": "b", "TagValues": ["z"]}]
OPTION = [{"tag_key": "B", "tag_values": ["z"]}, {"tag_key": "a", "tag_values": ["Y", "x", "x"]}]


@pytest.fixture
def found(say):
    def line(**members: Any) -> Any:
        return say(SERVICE, "GetLFTagExpression", NAME, {**NAME, "Expression": WRITTEN, **members})

    return line


@pytest.fixture
def absent(say):
    return say(SERVICE, "GetLFTagExpression", NAME, "EntityNotFoundException")


def test_is_created_in_lower_case_and_order(run_module, say, absent, found):
    request = {**NAME, "Expression": WRITTEN, "Description": "why"}
    script = [absent, say(SERVICE, "CreateLFTagExpression", request), found(Description="why")]
    result = run_module(main, script, name="open", expression=OPTION, description="why")
    assert result["changed"]
    assert result["lf_tag_expression"]["description"] == "why"


def test_is_predicted_in_check_mode(run_module, absent):
    result = run_module(main, [absent], True, name="open", expression=OPTION)
    assert result["changed"]
    assert [tag["tag_key"] for tag in result["lf_tag_expression"]["expression"]] == ["a", "b"]


@pytest.mark.parametrize("check", [False, True])
def test_the_same_in_other_words_is_left_alone(run_module, found, check):
    backwards = [{**tag, "TagValues": tag["TagValues"][::-1]} for tag in WRITTEN[::-1]]
    script = [found(Expression=backwards)]
    assert not run_module(main, script, check, name="open", expression=OPTION)["changed"]


def test_what_does_not_change_is_sent_as_it_is(run_module, say, found):
    request = {**NAME, "Expression": WRITTEN, "Description": "because"}
    script = [
        found(Description="why"),
        say(SERVICE, "UpdateLFTagExpression", request),
        found(Description="because"),
    ]
    result = run_module(main, script, name="open", description="because")
    assert result["diff"]["before"] == {"description": "why"}


def test_is_deleted(run_module, say, found, absent):
    script = [found(), say(SERVICE, "DeleteLFTagExpression", NAME), absent]
    assert run_module(main, script, name="open", state="absent")["changed"]
    assert not run_module(main, [absent], name="open", state="absent")["changed"]


def test_it_needs_an_expression_to_be_made(run_module, absent):
    assert "needs the options expression" in run_module(main, [absent], name="open")["msg"]


def test_bad_input_is_refused_before_any_call(run_module):
    assert "expression is empty" in run_module(main, [], name="open", expression=[])["msg"]
