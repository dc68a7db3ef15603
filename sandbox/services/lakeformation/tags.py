"""LF-tags: their keys and values.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_CreateLFTag.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, tagging, targets
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog
from sandbox.services.lakeformation.targets import CATALOG, invalid

TAGS = 1000
VALUES = 1000


@operation("lakeformation", "CreateLFTag")
def create_lf_tag(
    call: Call, TagKey: str, TagValues: list[str], CatalogId: str | None = None
) -> None:
    """Define a tag; a data lake administrator or a tag creator may."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    permissions = authority.held(lake, call.principal.iam_arn, CATALOG)
    if "CREATE_LF_TAG" not in permissions:
        raise AwsError(
            "AccessDeniedException",
            "Insufficient Lake Formation permission(s): Required Create Tag on Catalog",
        )
    key = TagKey.lower()
    with lake.lock:
        if key in lake.tags:
            raise invalid(f"Tag key already exists: {key}.")
        if len(lake.tags) >= TAGS:
            raise AwsError("ResourceNumberLimitExceededException", f"More than {TAGS} LF-tags.")
        lake.tags[key] = sorted({value.lower() for value in TagValues})
    permitted = sorted(targets.PERMISSIONS["LF_TAG"])
    lake.give(call.principal.iam_arn, targets.of_tag(key, "*"), permitted, pass_on=True)


@operation("lakeformation", "GetLFTag")
def get_lf_tag(call: Call, TagKey: str, CatalogId: str | None = None) -> dict[str, Any]:
    """One tag and those of its values that the caller may see."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    _values(lake, TagKey)
    visible = _visible(call, lake, TagKey.lower())
    if not visible:
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    return tagging.pairs(lake, {TagKey.lower(): visible})[0]


@operation("lakeformation", "ListLFTags")
def list_lf_tags(
    call: Call,
    CatalogId: str | None = None,
    ResourceShareType: str | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """The tags and values that the caller may see."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    visible = {key: _visible(call, lake, key) for key in list(lake.tags)}
    seen = {key: values for key, values in visible.items() if values}
    page, more = page_of(tagging.pairs(lake, seen), NextToken, MaxResults)
    return {"LFTags": page, **more}


@operation("lakeformation", "UpdateLFTag")
def update_lf_tag(
    call: Call,
    TagKey: str,
    CatalogId: str | None = None,
    TagValuesToDelete: list[str] | None = None,
    TagValuesToAdd: list[str] | None = None,
) -> None:
    """Add and remove values; a value that a resource carries cannot be removed."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    _require(call, lake, TagKey, "ALTER")
    gone = {value.lower() for value in TagValuesToDelete or []}
    added = {value.lower() for value in TagValuesToAdd or []}
    with lake.lock:
        known = set(_values(lake, TagKey))
        if gone & added:
            raise invalid("A tag value cannot be both added and deleted.")
        if not gone <= known:
            raise AwsError("EntityNotFoundException", f"Tag values {sorted(gone - known)} unknown.")
        carried = {value for tags in lake.tagged.values() for value in tags.get(TagKey.lower(), [])}
        if gone & carried:
            raise invalid(
                f"Update not allowed: {sorted(gone & carried)} are assigned to resources."
            )
        if not (known - gone) | added or len((known - gone) | added) > VALUES:
            raise invalid(f"A tag has from 1 to {VALUES} values.")
        lake.tags[TagKey.lower()] = sorted((known - gone) | added)


@operation("lakeformation", "DeleteLFTag")
def delete_lf_tag(call: Call, TagKey: str, CatalogId: str | None = None) -> None:
    """Remove a tag, from every resource too, and the grants on it."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    key = TagKey.lower()
    _values(lake, key)
    _require(call, lake, key, "DROP")
    with lake.lock:
        lake.tags.pop(key, None)
        for tags in lake.tagged.values():
            tags.pop(key, None)
    lake.grants.forget(lambda target: target.kind == "LF_TAG" and target.parts[0] == key)


def _visible(call: Call, lake: Lake, key: str) -> list[str]:
    """The values of a tag on which the caller holds anything."""
    caller = call.principal.iam_arn
    if authority.may_read_everything(lake, caller):
        return lake.tags[key]
    return [
        value
        for value in lake.tags[key]
        if authority.held(lake, caller, targets.of_tag(key, value))
    ]


def _values(lake: Lake, key: str) -> list[str]:
    try:
        return lake.tags[key.lower()]
    except KeyError:
        raise AwsError("EntityNotFoundException", f"Tag key {key} does not exist.") from None


def _require(call: Call, lake: Lake, key: str, permission: str) -> None:
    """To change a tag itself, its permission has to be held on all values, also future ones."""
    _values(lake, key)
    if permission not in authority.held(lake, call.principal.iam_arn, targets.of_tag(key, "*")):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
