"""The IAM documents of every shipped inventory, against AWS's own list of actions.

policy_sentry has the list, with the kinds of resources and the condition keys of each action:
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re

import pytest
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract import derive
from ansible_collections.modern_data.warehouse.plugins.plugin_utils.contract.policies import (
    WITHOUT_RESOURCE,
)
from policy_sentry.querying.actions import get_action_data

VARIABLE = re.compile(r"\\\$\\\{[^}]*\\\}")
GLOBAL_KEYS = {"aws:SourceAccount", "aws:PrincipalArn", "aws:SecureTransport"}


def documented(action):
    """What AWS's list has of an action: its formats of ARNs, each with its condition keys."""
    service, name = action.split(":")
    found = get_action_data(service, name)
    assert found, f"AWS knows no action {action}"
    return {each["resource_arn_format"]: each["condition_keys"] for each in found[service]}


def fits(arn, form):
    """Whether an ARN, which may have wildcards itself, is of a format such as …:task:*."""
    parts, pieces = arn.split(":"), form.split(":")
    if arn.endswith("*"):
        pieces = pieces[: len(parts)]
    pattern = VARIABLE.sub("[^:]*", re.escape(":".join(pieces))).replace(r"\*", ".*")
    return form != "*" and re.fullmatch(pattern, arn) is not None


def roles_in(derived):
    if isinstance(derived, dict):
        if "assume_role_policy" in derived and "policy" in derived:
            yield derived
        else:
            for value in derived.values():
                yield from roles_in(value)


@pytest.fixture
def derived(inventory):
    return derive(*inventory)


@pytest.fixture
def roles(derived):
    return list(roles_in(derived))


@pytest.fixture
def statements(roles):
    return [statement for role in roles for statement in role["policy"]["Statement"]]


def test_actions_are_named_one_by_one_and_exist(statements):
    for statement in statements:
        for action in statement["Action"]:
            assert "*" not in action and "?" not in action, statement
            assert documented(action)


def test_the_resource_is_any_only_where_the_action_knows_none_and_a_reason_is_given(statements):
    anywhere = [each for each in statements if "*" in each["Resource"]]
    for statement in anywhere:
        assert statement["Resource"] == ["*"]
        assert not set(statement["Action"]) - set(WITHOUT_RESOURCE), statement
    used = {action for statement in anywhere for action in statement["Action"]}
    assert used == set(WITHOUT_RESOURCE)
    for action, reason in WITHOUT_RESOURCE.items():
        assert set(documented(action)) == {"*"}, action
        assert reason


def test_each_resource_is_one_that_the_actions_are_about(statements):
    for statement in statements:
        if statement["Resource"] == ["*"]:
            continue
        forms = {action: documented(action) for action in statement["Action"]}
        for action, known in forms.items():
            assert any(fits(arn, form) for arn in statement["Resource"] for form in known), action
        for arn in statement["Resource"]:
            assert any(fits(arn, form) for known in forms.values() for form in known), arn


def test_conditions_are_on_keys_that_the_actions_have(statements):
    for statement in statements:
        for keys in statement.get("Condition", {}).values():
            for key in keys:
                wanted = re.sub(r"/.*", "/${TagKey}", key)
                for action in statement["Action"]:
                    known = {each for form in documented(action).values() for each in form}
                    assert key in GLOBAL_KEYS or wanted in known, (action, key)


def test_services_may_take_their_roles_and_nobody_else(derived, roles):
    readers = derived["governance"]["roles"]
    for role in roles:
        [statement] = role["assume_role_policy"]["Statement"]
        # a session's tags would choose other roles of the database
        assert statement["Action"] == "sts:AssumeRole"
        assert list(statement["Principal"]) == ["AWS" if role["name"] in readers else "Service"]


def test_only_the_role_that_uses_the_secret_reads_one(derived, roles):
    able = [
        role["name"]
        for role in roles
        for statement in role["policy"]["Statement"]
        if any(action.startswith("secretsmanager:") for action in statement["Action"])
    ]
    assert able == [derived["names"]["roles"]["source_secret"]]


def deny(derived, sid):
    [found] = [
        each for each in derived["landing_zone"]["policy"]["Statement"] if each["Sid"] == sid
    ]
    assert found["Effect"] == "Deny" and found["Principal"] == "*"
    return found


def test_files_are_closed_to_all_but_the_services_that_read_them(derived, roles):
    closed = deny(derived, "NoDirectReads")
    prefixes = [arn.removesuffix("*") for arn in closed["Resource"]]
    able = {
        role["arn"]
        for role in roles
        for statement in role["policy"]["Statement"]
        if "s3:GetObject" in statement["Action"]
        and any(arn.startswith(tuple(prefixes)) for arn in statement["Resource"])
    }
    exempt = closed["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert set(exempt) == able | set(derived["catalog"]["lake_formation"]["admins"])
    assert set(closed["Action"]) == {"s3:GetObject", "s3:GetObjectVersion"}
    assert not able & {role["arn"] for role in derived["governance"]["roles"].values()}


def test_requests_have_to_be_encrypted_and_objects_as_the_bucket_says(derived):
    names, encryption = derived["names"], derived["landing_zone"]["encryption"]
    objects = f"arn:{names['partition']}:s3:::{names['bucket']}/*"
    tls = deny(derived, "OnlyTls")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert objects in tls["Resource"] and objects.removesuffix("/*") in tls["Resource"]
    header = "s3:x-amz-server-side-encryption"
    # who says nothing gets the bucket's
    other = deny(derived, "NoOtherEncryption")
    assert other["Condition"] == {
        "Null": {header: "false"},
        "StringNotEquals": {header: encryption},
    }
    own_key = deny(derived, "NoKeyOfTheCallers")
    assert own_key["Condition"] == {"Null": {f"{header}-customer-algorithm": "false"}}
    for statement in (other, own_key):
        assert (statement["Action"], statement["Resource"]) == ("s3:PutObject", [objects])
