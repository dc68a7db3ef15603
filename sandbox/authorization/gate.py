"""The gate that every request of a user or role passes: may they do this?"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from sandbox.authorization.actions import FREE, action_of
from sandbox.authorization.context import Context
from sandbox.authorization.decision import reason_against
from sandbox.authorization.dependents import Wanted, dependents_of
from sandbox.authorization.refusals import refusal
from sandbox.authorization.resource_tags import tags_of
from sandbox.authorization.resources import resources_of
from sandbox.authorization.statements import Request
from sandbox.call import Call

Values = Mapping[str, list[str]]
KeyValues = Callable[[Call], Values]

_key_values: dict[str, KeyValues] = {}


def condition_keys(service: str) -> Callable[[KeyValues], KeyValues]:
    """Let a function give the values of a service's own condition keys, in each of its requests."""

    def register(find: KeyValues) -> KeyValues:
        _key_values[service] = find
        return find

    return register


def authorize(call: Call) -> None:
    """Raise the service's AwsError for access denied unless the caller may make this request."""
    if call.principal.kind == "administrator" or (call.service, call.operation) in FREE:
        return
    own, values = action_of(call.service, call.operation), _values(call)
    asked = [Wanted(own, resource, values) for resource in resources_of(call)]
    for wanted in (*asked, *dependents_of(call)):
        require(call, wanted)


def require(call: Call, wanted: Wanted) -> None:
    """Raise the service's AwsError for access denied unless the caller may do this one thing."""
    request = _request(call, wanted)
    reason = reason_against(request)
    if reason is not None:
        raise refusal(call.service, request, reason)


def allowed(call: Call, action: str, resource: str) -> bool:
    """Whether the caller of a request may do another thing, too."""
    return reason_against(_request(call, Wanted(action, resource, _values(call)))) is None


def _values(call: Call) -> Values:
    return _key_values[call.service](call) if call.service in _key_values else {}


def _request(call: Call, wanted: Wanted) -> Request:
    context = Context(
        principal=call.principal,
        params=call.params,
        region=call.region,
        values=wanted.values,
        resource_tags=functools.partial(tags_of, call.runtime, wanted.resource),
    )
    return Request(call.principal, wanted.action, wanted.resource, context.lookup)
