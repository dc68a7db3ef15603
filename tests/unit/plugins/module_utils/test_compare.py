from __future__ import annotations

import json
import random

import pytest
from ansible_collections.modern_data.warehouse.plugins.module_utils import compare
from hypothesis import given
from hypothesis import strategies as st

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(comparison, wanted, current):
    before, after = comparison(wanted, current)
    return before == after


@given(st.lists(st.text(max_size=3)))
def test_order_and_repetition_do_not_matter_where_lists_are_unordered(items):
    shuffled = random.sample(items, len(items)) + items[:1]
    assert same(compare.unordered, items, shuffled)


@given(st.dictionaries(st.text(max_size=4), DOCUMENTS) | st.lists(DOCUMENTS))
def test_json_is_the_same_in_any_layout(document):
    assert same(compare.json_document, document, json.dumps(document, indent=3))


@given(st.dictionaries(st.text(max_size=4), DOCUMENTS, max_size=4), DOCUMENTS)
def test_what_the_user_did_not_set_is_not_compared(wanted, other):
    current = {**compare.scrub(wanted), "filled in by AWS": other}
    assert same(compare.subset, wanted, current)


@given(DOCUMENTS, DOCUMENTS)
def test_a_value_applied_leaves_no_difference(wanted, current):
    _before, after = compare.subset(wanted, current)
    assert same(compare.subset, wanted, after)


def test_views_show_only_what_the_user_set():
    before, after = compare.subset({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}, "d": 4})
    assert (before, after) == ({"a": {"b": 2}}, {"a": {"b": 1}})


def test_lists_of_another_length_differ_as_a_whole():
    assert compare.subset([{"a": 1}], [{"a": 1}, {"a": 2}]) == (
        [{"a": 1}, {"a": 2}],
        [{"a": 1}],
    )


def test_policies_are_compared_by_meaning():
    wanted = {"Statement": [{"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*"}]}
    current = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": ["*"]}}
    assert same(compare.policy_document, wanted, json.dumps(current))
    assert not same(compare.policy_document, wanted, {"Statement": []})


@pytest.mark.parametrize(
    ("wanted", "current", "equal"),
    [
        ("16", "16.4", True),
        ("16.4", "16.4", True),
        ("16", "17.1", False),
        ("1", "16.4", False),
        ("16.4", "16.10", False),
        ("16", None, False),
    ],
)
def test_a_version_of_the_wanted_line_is_right(wanted, current, equal):
    assert same(compare.version_prefix, wanted, current) is equal


def test_a_name_is_the_end_of_its_arn():
    arn = "arn:aws:iam::123456789012:role/path/crawler"
    assert same(compare.last_part, arn, "crawler")
    assert not same(compare.last_part, arn, "other")


def test_case_is_ignored_where_aws_ignores_it():
    assert same(compare.ignore_case, "Shop", "shop")
