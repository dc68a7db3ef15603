"""The values of condition keys in one request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.authorization.collection import tags_of
from sandbox.identity import Principal, sessions

TYPES = {"administrator": "User", "user": "User", "role": "AssumedRole", "anonymous": "Anonymous"}
# where operations take tags, and what they call a tag's key and value
TAG_MEMBERS = ("Tags", "tags", "TagList", "TagSpecifications", "TagsToAdd", "AddTags")
KEY_NAMES, VALUE_NAMES = ("Key", "key", "TagKey"), ("Value", "value", "TagValue")


def no_tags() -> Mapping[str, str]:
    """The tags of what has none."""
    return {}


@dataclass(frozen=True)
class Context:
    """Who asks, for what, with which parameters.

    values are those of the service's own condition keys; resource_tags asks for the tags of
    the resource, once a condition wants them.
    """

    principal: Principal
    params: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""
    values: Mapping[str, list[str]] = field(default_factory=dict)
    resource_tags: Callable[[], Mapping[str, str]] = no_tags

    def lookup(self, key: str) -> list[str] | None:
        """The values of a condition key, whose case does not matter; None where it is absent."""
        name = key.lower()
        own = {each.lower(): values for each, values in self.values.items()}
        if name in own:
            return own[name]
        prefix, _, tag = name.partition("/")
        if tag:
            return _tag(self._tags(prefix), tag)
        found = _GLOBAL[name](self) if name in _GLOBAL else None
        return found or None

    def _tags(self, prefix: str) -> Mapping[str, str]:
        if prefix == "aws:principaltag":
            return tags_of(self.principal)
        if prefix == "aws:requesttag":
            return request_tags(self.params)
        return self.resource_tags() if prefix.endswith(":resourcetag") else {}


def request_tags(params: Mapping[str, Any]) -> dict[str, str]:
    """The tags that a request brings, in whichever form its service takes them."""
    for member in TAG_MEMBERS:
        given = params.get(member)
        if isinstance(given, Mapping):
            return {str(key): str(value) for key, value in given.items()}
        if isinstance(given, list):
            inner = [tag for each in given for tag in each.get("Tags", [each])]
            return dict(map(tag_pair, inner))
    return {}


def tag_pair(tag: Mapping[str, Any]) -> tuple[str, str]:
    """Key and value of a tag, in whichever case its service has them."""
    key = next((tag[name] for name in KEY_NAMES if name in tag), "")
    return key, next((tag[name] or "" for name in VALUE_NAMES if name in tag), "")


def _tag(tags: Mapping[str, str], wanted: str) -> list[str] | None:
    """A tag's value: keys of tags are compared without case here, as AWS does."""
    found = [value for key, value in tags.items() if key.lower() == wanted]
    return found or None


def _one(value: str | None) -> list[str]:
    return [value] if value else []


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _source_identity(context: Context) -> list[str]:
    session = sessions.get(context.principal.access_key)
    return _one(session.source_identity if session else None)


_GLOBAL: dict[str, Callable[[Context], list[str]]] = {
    "aws:currenttime": lambda _: [_now().strftime("%Y-%m-%dT%H:%M:%SZ")],
    "aws:epochtime": lambda _: [str(int(_now().timestamp()))],
    "aws:principalaccount": lambda context: _one(context.principal.account),
    "aws:principalarn": lambda context: (
        [] if context.principal.kind in {"anonymous", "service"} else [context.principal.iam_arn]
    ),
    "aws:principalisawsservice": lambda context: [str(context.principal.kind == "service").lower()],
    "aws:principaltype": lambda context: _one(TYPES.get(context.principal.kind)),
    "aws:requestedregion": lambda context: _one(context.region),
    # requests come over the loopback interface: they count as secure transport
    "aws:securetransport": lambda _: ["true"],
    "aws:sourceidentity": _source_identity,
    "aws:sourceip": lambda _: ["127.0.0.1"],
    "aws:tagkeys": lambda context: list(request_tags(context.params)),
    "aws:userid": lambda context: _one(context.principal.user_id),
    "aws:username": lambda context: (
        [] if context.principal.kind == "role" else _one(context.principal.name)
    ),
    "aws:viaawsservice": lambda _: ["false"],
}
