"""The LF-tags that databases, tables and columns carry.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_AddLFTagsToResource.html
https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-assigning-tags.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.lakeformation import authority, tagging, targets
from sandbox.services.lakeformation.columns import Columns
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.principals import require_own_catalog, require_own_resource
from sandbox.services.lakeformation.tagging import Place
from sandbox.services.lakeformation.targets import Target, invalid

TAGS_OF_A_RESOURCE = 50
# what one must be able to pass on to tag a resource
NEEDED = {
    "DATABASE": {"ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"},
    "TABLE": {"ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"},
}

Change = Callable[[Lake, Place, str, str], None]


@operation("lakeformation", "AddLFTagsToResource")
def add_lf_tags_to_resource(
    call: Call, Resource: dict[str, Any], LFTags: list[dict[str, Any]], CatalogId: str | None = None
) -> dict[str, Any]:
    """Assign one value of each tag to a database, a table or columns, in place of another one."""
    return _on_each(call, CatalogId, Resource, LFTags, _add)


@operation("lakeformation", "RemoveLFTagsFromResource")
def remove_lf_tags_from_resource(
    call: Call, Resource: dict[str, Any], LFTags: list[dict[str, Any]], CatalogId: str | None = None
) -> dict[str, Any]:
    """Take tags that were assigned to the resource itself from it."""
    return _on_each(call, CatalogId, Resource, LFTags, _remove)


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
    target, columns = _parsed(call, lake, Resource)
    if not authority.may_read_everything(lake, call.principal.iam_arn) and not authority.held(
        lake, call.principal.iam_arn, target
    ):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)

    def shown(place: Place) -> list[dict[str, Any]]:
        own = lake.tagged.get(place, {})
        return tagging.pairs(lake, own if ShowAssignedLFTags else tagging.effective(lake, place))

    place = target.parts
    answer: dict[str, Any] = {"LFTagOnDatabase": shown(place[:1])}
    if target.kind == "TABLE":
        answer["LFTagsOnTable"] = shown(place)
        every = lake.columns(target)
        names = every if columns is None else [name for name in every if name in columns]
        tagged = [{"Name": name, "LFTags": shown((*place, name))} for name in names]
        answer["LFTagsOnColumns"] = [column for column in tagged if column["LFTags"]]
    return answer


def _on_each(
    call: Call,
    catalog: str | None,
    resource: dict[str, Any],
    wanted: list[dict[str, Any]],
    change: Change,
) -> dict[str, Any]:
    require_own_catalog(call, catalog)
    lake = lake_of(call)
    target, columns = _parsed(call, lake, resource)
    keys = [pair["TagKey"].lower() for pair in wanted]
    if len(set(keys)) != len(keys):
        raise invalid("Provided list of tags contains duplicate tag key")
    if any(len(pair["TagValues"]) != 1 or pair["TagValues"] == ["*"] for pair in wanted):
        raise invalid(
            "Tag value wild card was found or input tag value list has size not equal to 1"
        )
    caller = call.principal.iam_arn
    if not authority.grantable(lake, caller, target, Columns.every()) >= NEEDED[target.kind]:
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    places = [target.parts] if columns is None else [(*target.parts, one) for one in columns]
    failures = []
    for pair in wanted:
        try:
            _tag_places(call, lake, places, pair, change)
        except AwsError as error:
            detail = {"ErrorCode": error.code, "ErrorMessage": str(error.message)}
            failures.append({"LFTag": pair, "Error": detail})
    return {"Failures": failures}


def _tag_places(
    call: Call, lake: Lake, places: list[Place], pair: dict[str, Any], change: Change
) -> None:
    key, value = pair["TagKey"].lower(), pair["TagValues"][0].lower()
    if value not in lake.tags.get(key, []):
        raise AwsError("EntityNotFoundException", "Tag or tag value does not exist.")
    tag = targets.of_tag(key, value)
    if "ASSOCIATE" not in authority.held(lake, call.principal.iam_arn, tag):
        raise AwsError("AccessDeniedException", authority.NOT_AUTHORIZED)
    with lake.lock:
        for place in places:
            change(lake, place, key, value)


def _add(lake: Lake, place: Place, key: str, value: str) -> None:
    tags = lake.tagged.setdefault(place, {})
    if key not in tags and len(tags) >= TAGS_OF_A_RESOURCE:
        raise invalid(f"At most {TAGS_OF_A_RESOURCE} LF-tags can be assigned to a resource.")
    tags[key] = [value]


def _remove(lake: Lake, place: Place, key: str, value: str) -> None:
    if lake.tagged.get(place, {}).get(key) != [value]:
        raise AwsError("EntityNotFoundException", f"Tag {key} is not assigned to the resource.")
    del lake.tagged[place][key]


def _parsed(call: Call, lake: Lake, resource: dict[str, Any]) -> tuple[Target, list[str] | None]:
    """The database or table, and the columns when it is about columns."""
    require_own_resource(call, resource)
    target, columns = targets.parse(resource)
    if target.kind not in NEEDED or target.parts[-1] == targets.ALL_TABLES:
        raise invalid("LF-tags are for databases, tables and columns.")
    if columns is not None and columns.excluded is not None:
        raise invalid("LF-tags are for columns that are named: ColumnWildcard is not taken.")
    lake.require(target, columns)
    return target, None if columns is None else sorted(columns.names)
