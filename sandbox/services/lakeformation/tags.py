"""LF-tags: their values, and the databases, tables and columns that carry them.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_AddLFTagsToResource.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, tagging, targets
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.principals import require_own_catalog, require_own_resource
from sandbox.services.lakeformation.tagging import Place
from sandbox.services.lakeformation.targets import CATALOG, Target, invalid

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
    owner = Target("LF_TAG", (key, ("*",)))
    lake.give(call.principal.iam_arn, owner, sorted(targets.PERMISSIONS["LF_TAG"]), pass_on=True)


@operation("lakeformation", "GetLFTag")
def get_lf_tag(call: Call, TagKey: str, CatalogId: str | None = None) -> dict[str, Any]:
    """One tag and its values."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    return tagging.pairs(lake, {TagKey.lower(): _values(lake, TagKey)})[0]


@operation("lakeformation", "ListLFTags")
def list_lf_tags(
    call: Call,
    CatalogId: str | None = None,
    ResourceShareType: str | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """All tags."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    page, more = page_of(tagging.pairs(lake, lake.tags), NextToken, MaxResults)
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
            raise invalid(f"Tag values {sorted(gone & carried)} are assigned to resources.")
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


@operation("lakeformation", "AddLFTagsToResource")
def add_lf_tags_to_resource(
    call: Call, Resource: dict[str, Any], LFTags: list[dict[str, Any]], CatalogId: str | None = None
) -> dict[str, Any]:
    """Assign one value of each tag to a database, a table or columns."""
    return _on_each(call, CatalogId, Resource, LFTags, remove=False)


@operation("lakeformation", "RemoveLFTagsFromResource")
def remove_lf_tags_from_resource(
    call: Call, Resource: dict[str, Any], LFTags: list[dict[str, Any]], CatalogId: str | None = None
) -> dict[str, Any]:
    """Take tags that were assigned to the resource itself from it."""
    return _on_each(call, CatalogId, Resource, LFTags, remove=True)


@operation("lakeformation", "GetResourceLFTags")
def get_resource_lf_tags(
    call: Call,
    Resource: dict[str, Any],
    CatalogId: str | None = None,
    ShowAssignedLFTags: bool | None = None,
) -> dict[str, Any]:
    """The tags of a database, or of a table and its columns: inherited ones too, unless told."""
    require_own_catalog(call, CatalogId)
    lake = lake_of(call)
    places = _places(call, lake, Resource)

    def shown(place: Place) -> list[dict[str, Any]]:
        own = lake.tagged.get(place, {})
        return tagging.pairs(lake, own if ShowAssignedLFTags else tagging.effective(lake, place))

    place = places[0]
    answer: dict[str, Any] = {"LFTagOnDatabase": shown(place[:1])}
    if len(place) > 1:
        answer["LFTagsOnTable"] = shown(place[:2])
        names = [one[2] for one in places if len(one) > 2] or lake.columns(
            targets.of_table(*place[:2])
        )
        tagged = [{"Name": name, "LFTags": shown((*place[:2], name))} for name in names]
        answer["LFTagsOnColumns"] = [column for column in tagged if column["LFTags"]]
    return answer


def _on_each(
    call: Call,
    catalog: str | None,
    resource: dict[str, Any],
    wanted: list[dict[str, Any]],
    *,
    remove: bool,
) -> dict[str, Any]:
    require_own_catalog(call, catalog)
    lake = lake_of(call)
    places = _places(call, lake, resource)
    failures = []
    for pair in wanted:
        try:
            _require(call, lake, pair["TagKey"], "ASSOCIATE")
            values = [value.lower() for value in pair["TagValues"]]
            if len(values) != 1 or values[0] not in _values(lake, pair["TagKey"]):
                raise invalid(f"{pair['TagKey']} needs exactly one value that it knows.")
            for place in places:
                _change(lake, place, pair["TagKey"].lower(), values, remove=remove)
        except AwsError as error:
            detail = {"ErrorCode": error.code, "ErrorMessage": str(error.message)}
            failures.append({"LFTag": pair, "Error": detail})
    return {"Failures": failures}


def _change(lake: Lake, place: Place, key: str, values: list[str], *, remove: bool) -> None:
    with lake.lock:
        tags = lake.tagged.setdefault(place, {})
        if not remove:
            tags[key] = values
        elif tags.get(key) == values:
            del tags[key]
        else:
            raise AwsError("EntityNotFoundException", f"Tag {key} is not assigned to the resource.")


def _places(call: Call, lake: Lake, resource: dict[str, Any]) -> list[Place]:
    require_own_resource(call, resource)
    target, columns = targets.parse(resource)
    if target.kind not in {"DATABASE", "TABLE"} or target.parts[-1] == targets.ALL_TABLES:
        raise invalid("LF-tags are for databases, tables and columns.")
    lake.require(target, columns)
    if columns is None:
        return [target.parts]
    return [(*target.parts, name) for name in sorted(columns.within(lake.columns(target)))]


def _values(lake: Lake, key: str) -> list[str]:
    try:
        return lake.tags[key.lower()]
    except KeyError:
        raise AwsError("EntityNotFoundException", f"Tag key {key} does not exist.") from None


def _require(call: Call, lake: Lake, key: str, permission: str) -> None:
    target = Target("LF_TAG", (key.lower(), tuple(_values(lake, key))))
    if permission not in authority.held(lake, call.principal.iam_arn, target):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
