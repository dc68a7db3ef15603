"""One question to IAM and its answer; what roles and users have asked for is remembered."""

from __future__ import annotations

import threading
from collections import defaultdict

from sandbox.authorization.collection import policies_for
from sandbox.authorization.evaluation import denial
from sandbox.authorization.statements import Request

MOST_RESOURCES = 1000  # of one action of one caller: objects have no end

_lock = threading.Lock()
_asked: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))


def reason_against(request: Request) -> str | None:
    """Why a request is denied, by all policies that bear on it; None when it is allowed."""
    reason = denial(policies_for(request.principal, request.resource), request)
    remember(request, allowed=reason is None)
    return reason


def remember(request: Request, *, allowed: bool) -> None:
    """Note what a role or user has asked for; others are not noted."""
    caller = request.principal
    if caller.kind in {"role", "user"}:
        with _lock:
            resources = _asked[caller.iam_arn][request.action]
            if request.resource in resources or len(resources) < MOST_RESOURCES:
                resources[request.resource] = allowed


def asked() -> dict[str, dict[str, dict[str, bool]]]:
    """By caller, action and resource, whether it was allowed the last time it was asked for."""
    with _lock:
        return {
            caller: {action: dict(resources) for action, resources in actions.items()}
            for caller, actions in _asked.items()
        }
