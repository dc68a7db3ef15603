"""Permissions that are granted, those that are asked for, and where the two differ.

A permission is spare when nothing asked for its action, or when nothing asked about its resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.authorization.conditions import listed
from sandbox.authorization.patterns import like

Asked = Mapping[str, Mapping[str, bool]]
"""By action and resource, whether it was allowed."""


@dataclass(frozen=True)
class Statement:
    """What one statement of a policy allows: each of its actions on each of its resources."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def permits(self, action: str, resource: str) -> bool:
        """Whether an action on a resource is within the statement, its conditions aside."""
        return any(like(action.lower(), each.lower()) for each in self.actions) and any(
            like(resource, each) for each in self.resources
        )


@dataclass(frozen=True, order=True)
class Finding:
    """A difference of one holder: an action or a resource, and of which statement."""

    holder: str
    sid: str
    what: str


@dataclass
class Differences:
    """What is granted and not used, and what was asked for and denied."""

    spare: list[Finding] = field(default_factory=list)
    denied: list[Finding] = field(default_factory=list)


def statements_of(document: Mapping[str, Any]) -> list[Statement]:
    """The statements of a policy that allow."""
    return [
        Statement(
            str(each.get("Sid", "")), tuple(listed(each["Action"])), tuple(listed(each["Resource"]))
        )
        for each in listed(document["Statement"])
        if each["Effect"] == "Allow"
    ]


def differences(holder: str, granted: Iterable[Statement], asked: Asked) -> Differences:
    """Where grants and questions of one holder differ."""
    granted = list(granted)
    allowed = [
        (action, resource)
        for action, resources in asked.items()
        for resource, yes in resources.items()
        if yes
    ]
    found = Differences()
    for statement in granted:
        used = [each for each in allowed if statement.permits(*each)]
        spare = [
            *(one for one in statement.actions if not any(like_action(one, a) for a, _ in used)),
            *(one for one in statement.resources if not any(like(r, one) for _, r in used)),
        ]
        # an unused statement is told by its actions alone
        unused = spare if used else statement.actions
        found.spare += [Finding(holder, statement.sid, one) for one in unused]
    found.denied = [
        Finding(holder, action, resource)
        for action, resources in sorted(asked.items())
        for resource, yes in sorted(resources.items())
        if not yes
    ]
    return found


def like_action(pattern: str, action: str) -> bool:
    """Whether an action fits a pattern, whatever the case."""
    return like(action.lower(), pattern.lower())
