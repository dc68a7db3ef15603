"""Tags of state machines and activities: moto keeps them, for whatever ARN it is given.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.stepfunctions.checks import check_tags
from sandbox.services.stepfunctions.machines import backend_of


@operation("stepfunctions", "ListTagsForResource")
def list_tags_for_resource(call: Call, resourceArn: str) -> dict[str, Any]:
    """The tags of a resource that is there."""
    _check_there(call, resourceArn)
    return call.moto()


@operation("stepfunctions", "TagResource")
def tag_resource(call: Call, resourceArn: str, tags: list[dict[str, str]]) -> dict[str, Any]:
    """Add tags, or change their values."""
    _check_there(call, resourceArn)
    there = backend_of(call).tagger.get_tag_dict_for_resource(resourceArn)
    check_tags(resourceArn, tags, there)
    return call.moto()


@operation("stepfunctions", "UntagResource")
def untag_resource(call: Call, resourceArn: str, tagKeys: list[str]) -> dict[str, Any]:
    """Take tags away."""
    _check_there(call, resourceArn)
    return call.moto()


def _check_there(call: Call, arn: str) -> None:
    backend = backend_of(call)
    if arn not in {machine.arn for machine in backend.state_machines} | set(backend.activities):
        raise AwsError("ResourceNotFound", f"Resource not found: '{arn}'", resourceName=arn)
