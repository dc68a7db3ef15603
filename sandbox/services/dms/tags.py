"""Tags of all resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms.state import State, state_of

MOST_TAGS = 50


def set_tags(state: State, arn: str, tags: Sequence[dict[str, str]] | None) -> None:
    """Add tags to a resource, or change them."""
    merged = state.tags.get(arn, {}) | {tag["Key"]: tag.get("Value", "") for tag in tags or ()}
    if len(merged) > MOST_TAGS:
        raise AwsError("ResourceQuotaExceededFault", f"A resource has at most {MOST_TAGS} tags.")
    for key in merged:
        if key.lower().startswith("aws:"):
            raise AwsError("InvalidParameterValueException", f"The tag key {key} begins with aws:")
    state.tags[arn] = merged


@operation("dms", "AddTagsToResource")
def add_tags_to_resource(
    call: Call, ResourceArn: str, Tags: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """Add tags; ResourceNotFoundFault for an ARN of nothing."""
    state = state_of(call)
    with state.lock:
        _require(state, ResourceArn)
        set_tags(state, ResourceArn, Tags)
    return {}


@operation("dms", "RemoveTagsFromResource")
def remove_tags_from_resource(
    call: Call, ResourceArn: str, TagKeys: Sequence[str]
) -> dict[str, Any]:
    """Remove tags, those that are there."""
    state = state_of(call)
    with state.lock:
        _require(state, ResourceArn)
        for key in TagKeys:
            state.tags.get(ResourceArn, {}).pop(key, None)
    return {}


@operation("dms", "ListTagsForResource")
def list_tags_for_resource(
    call: Call, ResourceArn: str | None = None, ResourceArnList: Sequence[str] | None = None
) -> dict[str, Any]:
    """The tags of one resource, or of several, each then with its ARN."""
    state = state_of(call)
    arns = list(ResourceArnList or ()) or [ResourceArn or ""]
    with state.lock:
        found = []
        for arn in arns:
            _require(state, arn)
            whose = {"ResourceArn": arn} if ResourceArnList else {}
            found += [
                {"Key": key, "Value": value} | whose
                for key, value in state.tags.get(arn, {}).items()
            ]
    return {"TagList": found}


def _require(state: State, arn: str) -> None:
    resources = (state.subnet_groups, state.instances, state.endpoints, state.subscriptions)
    known = any(arn in each for each in resources)
    if not known and arn not in {migration.arn for migration in state.migrations}:
        raise AwsError("ResourceNotFoundFault", f"The resource {arn} does not exist.")
