"""Actions and resources against AWS's own list of them, as policy_sentry brings it along."""

from __future__ import annotations

import re

import pytest
from moto.core.utils import get_service_model
from policy_sentry.shared.iam_data import get_service_prefix_data

from sandbox.authorization.actions import PREFIXES, action_of
from sandbox.authorization.resources import MEMBER
from sandbox.authorization.s3 import S3Request
from sandbox.authorization.tables import RESOURCES

# members that stand for more than a name
FILLED = {"AliasName": "alias/x", "Path": "/"}
# S3's operations of kinds of bucket that the sandbox has not; a batch is asked object by object
ELSEWHERE = re.compile(
    "DeleteObjects|CreateSession|RenameObject|WriteGetObjectResponse|.*Directory.*|.*Metadata.*|.*Annotation.*"
)


def known(action):
    """What AWS's list says of an action; None when it knows none such."""
    prefix, _, name = action.partition(":")
    return get_service_prefix_data(prefix)["privileges"].get(name)


@pytest.mark.parametrize("service", sorted(RESOURCES))
def test_operations_exist_and_ask_for_actions_that_exist(service):
    model = get_service_model(service)
    for operation, templates in RESOURCES[service].items():
        assert known(action_of(service, operation)), operation
        members = model.operation_model(operation).input_shape.members
        named = {name for template in templates for name, _ in MEMBER.findall(template)}
        assert {name.partition(".")[0] for name in named} <= set(members), operation


@pytest.mark.parametrize("service", sorted(RESOURCES))
def test_resources_have_the_form_that_the_action_knows(service):
    prefix = PREFIXES.get(service, service)
    forms = {
        kind: form["arn"] for kind, form in get_service_prefix_data(prefix)["resources"].items()
    }
    for operation, templates in RESOURCES[service].items():
        kinds = [kind for kind in known(action_of(service, operation))["resource_types"] if kind]
        assert kinds, f"{operation} knows no resources"
        patterns = [re.sub(r"\\\$\\{\w+\\}|\\\*", ".+", re.escape(forms[kind])) for kind in kinds]
        for template in templates:
            if template.startswith("@") or re.search(
                r"Arn(List)?\}$|ARN\}$|\{ResourceName\}$", template
            ):
                continue
            name = MEMBER.sub(lambda found: FILLED.get(found[1], "x"), template.removeprefix("?"))
            arn = f"arn:P:{prefix}:R:123:{name}"
            if prefix == "iam":
                arn = f"arn:P:iam::123:{name}"
            assert any(re.fullmatch(pattern, arn) for pattern in patterns), (operation, arn)


def test_what_s3_asks_for_exists():
    model = get_service_model("s3")
    for operation in model.operation_names:
        if ELSEWHERE.fullmatch(operation):
            continue
        shape = model.operation_model(operation).input_shape
        members = shape.members if shape else {}
        bucket, key = "Bucket" in members, "Key" in members
        for query in ({}, {"versionId": "1"} if "VersionId" in members else {}):
            request = S3Request(operation, "lake" * bucket, "a" * key, query)
            for wanted in request.wanted():
                action = known(wanted.action)
                assert action, (operation, wanted.action)
                kinds = set(action["resource_types"])
                if wanted.resource != "*":
                    assert ("object" if key else "bucket") in kinds, (operation, wanted.action)
