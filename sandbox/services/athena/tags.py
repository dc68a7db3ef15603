"""Tags of workgroups.

https://docs.aws.amazon.com/athena/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.athena.refusals import invalid
from sandbox.services.athena.workgroups import MOST_TAGS, tagged

PAGE = 75


@operation("athena", "TagResource")
def tag_resource(call: Call, ResourceARN: str, Tags: list[dict[str, str]]) -> None:
    """Add tags, or give them other values."""
    group = tagged(call, ResourceARN)
    tags = group.tags | {tag["Key"]: tag.get("Value", "") for tag in Tags}
    if len(tags) > MOST_TAGS:
        raise invalid(f"A workgroup has at most {MOST_TAGS} tags.")
    group.tags = tags


@operation("athena", "UntagResource")
def untag_resource(call: Call, ResourceARN: str, TagKeys: list[str]) -> None:
    """Take tags away, those that are there."""
    group = tagged(call, ResourceARN)
    group.tags = {key: value for key, value in group.tags.items() if key not in TagKeys}


@operation("athena", "ListTagsForResource")
def list_tags_for_resource(
    call: Call, ResourceARN: str, NextToken: str | None = None, MaxResults: int | None = None
) -> dict[str, Any]:
    """The tags of a workgroup."""
    found = [{"Key": key, "Value": value} for key, value in tagged(call, ResourceARN).tags.items()]
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"Tags": part, "NextToken": following}
