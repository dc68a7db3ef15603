"""Who holds permissions: the platform's roles and the deployer, as IAM has them."""

from __future__ import annotations

import json
from typing import Any

from demo.aws import PLATFORM, client
from tests.minimal.permissions import Statement, statements_of

DEPLOYER = "deployer"


def granted() -> dict[str, list[Statement]]:
    """By ARN, the statements of all policies of the platform's roles and of the deployer."""
    iam = client("iam")
    roles = [
        role
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if role["RoleName"].startswith(f"{PLATFORM}-")
    ]
    found = {role["Arn"]: _of_role(iam, role["RoleName"]) for role in roles}
    user = iam.get_user(UserName=DEPLOYER)["User"]
    attached = iam.list_attached_user_policies(UserName=DEPLOYER)["AttachedPolicies"]
    found[user["Arn"]] = [one for each in attached for one in _managed(iam, each["PolicyArn"])]
    return found


def services() -> set[str]:
    """The ARNs of the roles that services act in; the others are taken by people."""
    iam = client("iam")
    return {
        role["Arn"]
        for page in iam.get_paginator("list_roles").paginate()
        for role in page["Roles"]
        if any("Service" in one["Principal"] for one in _trusting(role))
    }


def _trusting(role: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = role["AssumeRolePolicyDocument"]["Statement"]
    return found


def _of_role(iam: Any, role: str) -> list[Statement]:
    inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert not attached, f"{role} has {attached}"  # AWS's own are wider than a platform needs
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline
    ]
    return [one for document in documents for one in statements_of(document)]


def _managed(iam: Any, arn: str) -> list[Statement]:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return statements_of(document if isinstance(document, dict) else json.loads(document))
