"""What an operation asks leave for beside its own action.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.authorization.actions import PREFIXES
from sandbox.authorization.context import request_tags
from sandbox.authorization.resources import resources_of, role_arn
from sandbox.call import Call


@dataclass(frozen=True)
class Wanted:
    """One action on one resource, with the condition keys that go with it."""

    action: str
    resource: str
    values: Mapping[str, list[str]] = field(default_factory=dict)


Dependents = Callable[[Call], list[Wanted]]

# A member that gives a role to a service: roleArn, ServiceAccessRoleArn, iamRoles, a crawler's Role
ROLE_MEMBER = re.compile(r"(role_?arn|iamroles|^role)$", re.IGNORECASE)
# Services whose requests name roles that they do not become: policies and principals.
NAMING_ONLY = frozenset({"iam", "sts"})
# how a service calls the right to tag what is made; most say TagResource
TAGGING = {
    "dms": "AddTagsToResource",
    "ec2": "CreateTags",
    "rds": "AddTagsToResource",
    "sqs": "TagQueue",
}
TAGGING_OF = {"CreatePolicy": "TagPolicy", "CreateRole": "TagRole", "CreateUser": "TagUser"}
PASSED_TO = {
    "rds": "monitoring.rds.amazonaws.com",
    "redshift-serverless": "redshift-serverless.amazonaws.com",
    "stepfunctions": "states.amazonaws.com",
}

_dependents: dict[str, Dependents] = {}


def dependents(service: str) -> Callable[[Dependents], Dependents]:
    """Let a function say what the requests of a service need besides."""

    def register(find: Dependents) -> Dependents:
        _dependents[service] = find
        return find

    return register


def dependents_of(call: Call) -> list[Wanted]:
    """The further actions of a request: those of its service, tagging, and the roles it passes."""
    own = _dependents[call.service](call) if call.service in _dependents else []
    return [*own, *_tagging(call), *_passed(call)]


def _tagging(call: Call) -> list[Wanted]:
    """Who makes something with tags must be allowed to tag it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    if not call.operation.startswith("Create") or not request_tags(call.params):
        return []
    name = TAGGING_OF.get(call.operation) or TAGGING.get(call.service, "TagResource")
    prefix = PREFIXES.get(call.service, call.service)
    return [Wanted(f"{prefix}:{name}", resource) for resource in resources_of(call)]


def _passed(call: Call) -> list[Wanted]:
    if call.service in NAMING_ONLY:
        return []
    service = PASSED_TO.get(call.service, f"{call.service}.amazonaws.com")
    values = {"iam:PassedToService": [service]}
    roles = dict.fromkeys(role_arn(call, given) for given in _roles(call.params))
    return [Wanted("iam:PassRole", arn, values) for arn in roles]


def _roles(value: Any) -> Iterator[str]:
    """The roles that a request gives, at any depth."""
    if isinstance(value, list):
        for each in value:
            yield from _roles(each)
    elif isinstance(value, dict):
        for name, given in value.items():
            if not ROLE_MEMBER.search(name):
                yield from _roles(given)
            elif given:
                yield from (str(each) for each in (given if isinstance(given, list) else [given]))
