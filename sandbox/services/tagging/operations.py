"""The operations of the Resource Groups Tagging API.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError
from moto.core.resource_tagging import make_tag_matcher

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.tagging import changes
from sandbox.services.tagging.resources import Tagged, tagged

SERVICE = "resourcegroupstaggingapi"
PAGE, KEYS_PAGE = 50, 128
RESOURCES_PAGES, TAGS_PAGES = range(1, 101), range(100, 501, 100)
EXPIRED = "PaginationTokenExpiredException"
COMPLIANCE = ("IncludeComplianceDetails", "ExcludeCompliantResources")


@operation(SERVICE, "GetResources")
def get_resources(
    call: Call,
    PaginationToken: str | None = None,
    TagFilters: list[dict[str, Any]] | None = None,
    ResourcesPerPage: int | None = None,
    TagsPerPage: int | None = None,
    ResourceTypeFilters: list[str] | None = None,
    ResourceARNList: list[str] | None = None,
    **compliance: bool,
) -> dict[str, Any]:
    """The resources with tags that meet all filters, in pages of so many resources or tags."""
    if any(compliance.get(name) for name in COMPLIANCE):
        raise AwsError("NotImplemented", "The sandbox has no tag policies.")
    others = (TagFilters, ResourcesPerPage, TagsPerPage, ResourceTypeFilters)
    if ResourceARNList and any(others):
        raise _invalid("ResourceARNList can't be given with other parameters.")
    if TagsPerPage is not None and TagsPerPage not in TAGS_PAGES:
        raise _invalid("TagsPerPage must be between 100 and 500, in increments of 100.")
    if ResourcesPerPage is not None and ResourcesPerPage not in RESOURCES_PAGES:
        raise _invalid("ResourcesPerPage must be between 1 and 100.")
    meets = make_tag_matcher(TagFilters)
    wanted = set(ResourceTypeFilters or ())
    found = [
        each
        for each in tagged(call.runtime, call.account, call.region)
        if meets(dict(each.tags))
        and (not wanted or each.types & wanted)
        and (not ResourceARNList or each.arn in ResourceARNList)
    ]
    part, following = page(found, PaginationToken, ResourcesPerPage or PAGE, EXPIRED)
    if TagsPerPage is not None:
        part, following = _by_tags(found, part, TagsPerPage, following)
    return {
        "ResourceTagMappingList": [
            {
                "ResourceARN": each.arn,
                "Tags": [{"Key": key, "Value": value} for key, value in each.tags.items()],
            }
            for each in part
        ],
        "PaginationToken": following or "",
    }


def _by_tags(
    found: Sequence[Tagged], part: list[Tagged], most: int, following: str | None
) -> tuple[list[Tagged], str | None]:
    """A page that is cut where it has too many tags: a resource's stay together."""
    total = 0
    for index, each in enumerate(part):
        total += len(each.tags)
        if total > most and index:
            start = next(place for place, one in enumerate(found) if one is part[0])
            return part[:index], page(found, None, start + index)[1]
    return part, following


@operation(SERVICE, "GetTagKeys")
def get_tag_keys(call: Call, PaginationToken: str | None = None) -> dict[str, Any]:
    """The keys of all tags."""
    resources = tagged(call.runtime, call.account, call.region)
    keys = sorted({key for each in resources for key in each.tags})
    part, following = page(keys, PaginationToken, KEYS_PAGE, EXPIRED)
    return {"TagKeys": part, "PaginationToken": following or ""}


@operation(SERVICE, "GetTagValues")
def get_tag_values(call: Call, Key: str, PaginationToken: str | None = None) -> dict[str, Any]:
    """The values that the tags of a key have."""
    resources = tagged(call.runtime, call.account, call.region)
    values = sorted({each.tags[Key] for each in resources if Key in each.tags})
    part, following = page(values, PaginationToken, KEYS_PAGE, EXPIRED)
    return {"TagValues": part, "PaginationToken": following or ""}


@operation(SERVICE, "TagResources")
def tag_resources(call: Call, ResourceARNList: list[str], Tags: dict[str, str]) -> dict[str, Any]:
    """Put tags on resources, each by itself."""
    _check_arns(ResourceARNList)
    _refuse_reserved(Tags)
    return _each(ResourceARNList, lambda arn: changes.tag(call, arn, Tags))


@operation(SERVICE, "UntagResources")
def untag_resources(call: Call, ResourceARNList: list[str], TagKeys: list[str]) -> dict[str, Any]:
    """Take tags from resources, each by itself."""
    _check_arns(ResourceARNList)
    _refuse_reserved(TagKeys)
    return _each(ResourceARNList, lambda arn: changes.untag(call, arn, TagKeys))


def _each(arns: list[str], change: Callable[[str], None]) -> dict[str, Any]:
    failed = {}
    for arn in arns:
        try:
            change(arn)
        except (AwsError, ClientError) as error:
            failed[arn] = changes.failure(error)
    return {"FailedResourcesMap": failed}


def _check_arns(arns: list[str]) -> None:
    for arn in arns:
        if arn.count(":") < 5 or not arn.startswith("arn:"):
            raise _invalid(f"{arn} is not a valid ARN.")


def _refuse_reserved(keys: Any) -> None:
    for key in keys:
        if key.lower().startswith("aws:"):
            raise _invalid(f"The tag key {key} is reserved.")


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
