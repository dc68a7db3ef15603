"""Tags of namespaces, workgroups and snapshots.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_TagResource.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.redshift_serverless.inventory import (
    SERVICE,
    Inventory,
    invalid,
    inventory_of,
    missing,
)

MOST_TAGS = 50


def checked_tags(
    tags: list[dict[str, str]], present: dict[str, str] | None = None
) -> dict[str, str]:
    """A resource's tags once these are added to those it has.

    Raises ValidationException for a reserved or repeated key, TooManyTagsException over 50.
    """
    given = {tag["key"]: tag["value"] for tag in tags}
    if len(given) < len(tags):
        raise invalid("A tag key is given more than once.")
    if any(key.lower().startswith("aws:") for key in given):
        raise invalid("Tag keys that begin with aws: are reserved.")
    merged = (present or {}) | given
    if len(merged) > MOST_TAGS:
        raise AwsError("TooManyTagsException", f"A resource can have {MOST_TAGS} tags at most.")
    return merged


@operation(SERVICE, "TagResource")
def tag_resource(call: Call, resourceArn: str, tags: list[dict[str, str]]) -> None:
    """Add tags; a key that is there gets the new value."""
    inventory = inventory_of(call)
    with inventory.lock:
        present = _tags_of(inventory, resourceArn)
        inventory.tags[resourceArn] = checked_tags(tags, present)


@operation(SERVICE, "UntagResource")
def untag_resource(call: Call, resourceArn: str, tagKeys: list[str]) -> None:
    """Remove tags by their keys; a key that is not there is no error."""
    inventory = inventory_of(call)
    with inventory.lock:
        present = _tags_of(inventory, resourceArn)
        inventory.tags[resourceArn] = {
            key: value for key, value in present.items() if key not in tagKeys
        }


@operation(SERVICE, "ListTagsForResource")
def list_tags_for_resource(call: Call, resourceArn: str) -> dict[str, Any]:
    """The tags of one resource."""
    present = _tags_of(inventory_of(call), resourceArn)
    return {"tags": [{"key": key, "value": value} for key, value in present.items()]}


def _tags_of(inventory: Inventory, arn: str) -> dict[str, str]:
    if arn not in inventory.tags:
        raise missing("Resource", arn)
    return inventory.tags[arn]
