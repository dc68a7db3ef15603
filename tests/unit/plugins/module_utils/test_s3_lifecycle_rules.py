from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils.s3_lifecycle_rules import (
    PLACES,
    TRANSITIONS,
    by_id,
    faults,
    from_answer,
    to_request,
)
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.integers(1, 3650)
STEPS = st.lists(
    st.fixed_dictionaries({"days": DAYS, "storage_class": st.just("GLACIER")}), min_size=1
)
RULES = st.fixed_dictionaries(
    {"id": st.text(min_size=1), "enabled": st.booleans(), "prefix": st.text()},
    optional={
        **{option: DAYS for option in PLACES if option.endswith("_days")},
        "expired_object_delete_marker": st.booleans(),
        **dict.fromkeys(TRANSITIONS, STEPS),
    },
)


def given_rule(**options: Any) -> dict[str, Any]:
    """A rule as the module's options have it: with all sub-options, most of them unset."""
    unset = dict.fromkeys([*PLACES, *TRANSITIONS])
    return {"id": "all", "enabled": True, "prefix": "", **unset, **options}


@given(RULES)
def test_a_rule_comes_back_as_it_was_written(rule):
    assert from_answer(to_request(rule)) == rule


def test_a_rule_of_the_old_form_has_its_prefix():
    rule = {"id": "old", "status": "Disabled", "prefix": "logs/", "expiration": {"days": 3}}
    told = {"id": "old", "enabled": False, "prefix": "logs/", "expiration_days": 3}
    assert from_answer(rule) == told


@pytest.mark.parametrize(
    "other",
    [
        {"expiration": {"date": "2027-01-01T00:00:00+00:00"}},
        {"filter": {"tag": {"key": "a", "value": "b"}}},
        {"transitions": [{"date": "2027-01-01T00:00:00+00:00", "storage_class": "GLACIER"}]},
        {"noncurrent_version_expiration": {"newer_noncurrent_versions": 3}},
    ],
)
def test_what_has_no_option_is_told_and_a_difference(other):
    rule = from_answer({"id": "one", "status": "Enabled", **other})
    assert rule["other"] == other
    before, after = by_id([{"id": "one", "enabled": True, "prefix": ""}], [rule])
    assert before != after


def test_the_order_of_rules_does_not_matter():
    one, two = {"id": "one"}, {"id": "two"}
    before, after = by_id([one, two], [two, one])
    assert before == after


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ([given_rule()], "the lifecycle rule all does nothing"),
        (
            [given_rule(expiration_days=0)],
            "expiration_days of the lifecycle rule all is 0: it must be 1 or more",
        ),
        ([given_rule(expiration_days=1)] * 2, "two rules with the id all"),
        (
            [given_rule(expiration_days=1, expired_object_delete_marker=True)],
            "both expiration_days and expired_object_delete_marker",
        ),
    ],
)
def test_rules_that_cannot_be_are_found(rules, fault):
    (found,) = faults(rules)
    assert fault in found


def test_good_rules_have_no_fault():
    step = {"days": 30, "storage_class": "GLACIER"}
    assert not list(faults([given_rule(transitions=[step]), given_rule(id="b", expiration_days=9)]))
