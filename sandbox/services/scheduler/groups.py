"""Schedule groups and their tags.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.scheduler.store import DEFAULT_GROUP, Group, Schedules, schedules_of

PAGE = 100
DELETING_SECONDS = 30


@operation("scheduler", "CreateScheduleGroup")
def create_schedule_group(
    call: Call,
    Name: str,
    Tags: list[dict[str, str]] | None = None,
    ClientToken: str | None = None,
) -> dict[str, Any]:
    """Make a group."""
    store = schedules_of(call)
    now = call.runtime.clock.now()
    arn = f"arn:aws:scheduler:{call.region}:{call.account}:schedule-group/{Name}"
    tags = {tag["Key"]: tag["Value"] for tag in Tags or []}
    with store.changed:
        if Name in store.groups:
            raise AwsError("ConflictException", f"Schedule group {Name} already exists.")
        store.groups[Name] = Group(Name, arn, now, now, tags=tags)
    return {"ScheduleGroupArn": arn}


@operation("scheduler", "GetScheduleGroup")
def get_schedule_group(call: Call, Name: str) -> dict[str, Any]:
    """One group."""
    return _described(schedules_of(call).group(Name))


@operation("scheduler", "DeleteScheduleGroup")
def delete_schedule_group(call: Call, Name: str, ClientToken: str | None = None) -> None:
    """Remove a group and its schedules; it is DELETING for a while."""
    store = schedules_of(call)
    if Name == DEFAULT_GROUP:
        raise AwsError("ValidationException", "Cannot delete the default schedule group.")
    with store.changed:
        group = store.group(Name)
        if group.state == "DELETING":
            raise AwsError("ConflictException", f"Schedule group {Name} is being deleted.")
        group.state = "DELETING"
        store.by_key = {key: one for key, one in store.by_key.items() if key[0] != Name}
    if call.runtime.clock.delay(DELETING_SECONDS):
        call.runtime.clock.later(DELETING_SECONDS, lambda: _remove(store, Name))
    else:
        _remove(store, Name)


@operation("scheduler", "ListScheduleGroups")
def list_schedule_groups(
    call: Call,
    NamePrefix: str = "",
    NextToken: str | None = None,
    MaxResults: int | None = None,
) -> dict[str, Any]:
    """All groups whose names begin so."""
    store = schedules_of(call)
    with store.changed:
        found = [
            _described(group)
            for name, group in sorted(store.groups.items())
            if name.startswith(NamePrefix or "")
        ]
    part, following = page(found, NextToken, MaxResults or PAGE)
    return {"ScheduleGroups": part, "NextToken": following}


@operation("scheduler", "TagResource")
def tag_resource(call: Call, ResourceArn: str, Tags: list[dict[str, str]]) -> None:
    """Put tags on a group."""
    group = _by_arn(call, ResourceArn)
    group.tags = group.tags | {tag["Key"]: tag["Value"] for tag in Tags}


@operation("scheduler", "UntagResource")
def untag_resource(call: Call, ResourceArn: str, TagKeys: list[str]) -> None:
    """Take tags from a group."""
    group = _by_arn(call, ResourceArn)
    group.tags = {key: value for key, value in group.tags.items() if key not in TagKeys}


@operation("scheduler", "ListTagsForResource")
def list_tags_for_resource(call: Call, ResourceArn: str) -> dict[str, Any]:
    """The tags of a group."""
    tags = sorted(_by_arn(call, ResourceArn).tags.items())
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags]}


def _remove(store: Schedules, name: str) -> None:
    with store.changed:
        store.groups.pop(name, None)


def _by_arn(call: Call, arn: str) -> Group:
    group = schedules_of(call).group(arn.rsplit("/", 1)[-1])
    if group.arn != arn:
        raise AwsError("ResourceNotFoundException", f"Schedule group {arn} does not exist.")
    return group


def _described(group: Group) -> dict[str, Any]:
    return {
        "Arn": group.arn,
        "Name": group.name,
        "State": group.state,
        "CreationDate": group.created,
        "LastModificationDate": group.modified,
    }
