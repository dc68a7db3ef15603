"""The deployer's policies are ones that IAM takes, and the comparison finds what is spare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from policy_sentry.querying.actions import get_action_data

from tests.minimal import deployer, reasons
from tests.minimal.permissions import Finding, Statement, differences

MOST_CHARACTERS = 6144  # of a managed policy
MOST_ATTACHED = 10


def test_all_policies_may_be_attached_to_one_role() -> None:
    assert 0 < len(deployer.FILES) <= MOST_ATTACHED


@pytest.mark.parametrize("file", deployer.FILES, ids=lambda file: file.stem)
def test_a_policy_of_the_deployer_fits_and_names_actions_that_exist(file: Path) -> None:
    policy = json.loads(deployer.filled(file.read_text()))
    assert len("".join(json.dumps(policy).split())) < MOST_CHARACTERS
    for statement in policy["Statement"]:
        for action in statement["Action"]:
            assert get_action_data(*action.split(":")), action


def test_what_nothing_asked_for_is_spare_and_what_was_refused_is_told() -> None:
    granted = [Statement("Read", ("s3:GetObject", "s3:PutObject"), ("arn:a/*", "arn:b/*"))]
    found = differences("reader", granted, {"s3:GetObject": {"arn:a/1": True, "arn:c/1": False}})
    assert found.spare == [Finding("reader", "Read", one) for one in ("s3:PutObject", "arn:b/*")]
    assert found.denied == [Finding("reader", "s3:GetObject", "arn:c/1")]


def test_a_statement_without_any_use_is_told_by_its_actions() -> None:
    granted = [Statement("Read", ("s3:GetObject",), ("arn:a/*",))]
    assert differences("reader", granted, {}).spare == [Finding("reader", "Read", "s3:GetObject")]


def test_every_reason_has_a_page() -> None:
    assert reasons.read()
