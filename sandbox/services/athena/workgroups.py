"""Workgroups: who queries together, where their results go, and how much they may scan.

https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html
"""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.runtime import Runtime
from sandbox.services.athena import configuration
from sandbox.services.athena.executions import executions_of
from sandbox.services.athena.refusals import invalid

PRIMARY = "primary"
PAGE = 50
MOST_TAGS = 50


@dataclass
class WorkGroup:
    """A workgroup; configuration is as GetWorkGroup tells it."""

    name: str
    created: datetime.datetime
    configuration: dict[str, Any]
    description: str = ""
    state: str = "ENABLED"
    tags: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The WorkGroupSummary structure."""
        return {
            "Name": self.name,
            "State": self.state,
            "Description": self.description,
            "CreationTime": self.created,
            "EngineVersion": self.configuration["EngineVersion"],
        }

    def described(self) -> dict[str, Any]:
        """The WorkGroup structure."""
        own = {name: value for name, value in self.summary().items() if name != "EngineVersion"}
        return own | {"Configuration": self.configuration}


class WorkGroups:
    """All workgroups of an account and region; primary is always there, and enforces nothing."""

    def __init__(self, runtime: Runtime, account: str, region: str) -> None:
        self.lock = threading.RLock()
        open_to_all = configuration.created({"EnforceWorkGroupConfiguration": False})
        self.by_name = {PRIMARY: WorkGroup(PRIMARY, runtime.clock.now(), open_to_all)}

    def named(self, name: str) -> WorkGroup:
        """One workgroup; InvalidRequestException when there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            raise invalid("WorkGroup is not found.") from None


def workgroups_of(call: Call) -> WorkGroups:
    """The workgroups that a request is about."""
    return call.runtime.state(WorkGroups, call.account, call.region)


@operation("athena", "CreateWorkGroup")
def create_work_group(
    call: Call,
    Name: str,
    Configuration: dict[str, Any] | None = None,
    Description: str | None = None,
    Tags: list[dict[str, str]] | None = None,
) -> None:
    """Make a workgroup, whose configuration wins over a request's unless it says otherwise."""
    groups = workgroups_of(call)
    chosen = configuration.created(Configuration or {})
    tags = {tag["Key"]: tag.get("Value", "") for tag in Tags or []}
    if len(tags) > MOST_TAGS:
        raise invalid(f"A workgroup has at most {MOST_TAGS} tags.")
    with groups.lock:
        if Name in groups.by_name:
            raise invalid("WorkGroup is already created.")
        groups.by_name[Name] = WorkGroup(
            Name, call.runtime.clock.now(), chosen, Description or "", tags=tags
        )


@operation("athena", "GetWorkGroup")
def get_work_group(call: Call, WorkGroup: str) -> dict[str, Any]:
    """One workgroup."""
    return {"WorkGroup": workgroups_of(call).named(WorkGroup).described()}


@operation("athena", "ListWorkGroups")
def list_work_groups(
    call: Call, NextToken: str | None = None, MaxResults: int | None = None
) -> dict[str, Any]:
    """All workgroups, by name."""
    groups = workgroups_of(call)
    with groups.lock:
        found = [groups.by_name[name].summary() for name in sorted(groups.by_name)]
    part, following = page(found, NextToken, MaxResults or PAGE, "InvalidRequestException")
    return {"WorkGroups": part, "NextToken": following}


@operation("athena", "UpdateWorkGroup")
def update_work_group(
    call: Call,
    WorkGroup: str,
    Description: str | None = None,
    ConfigurationUpdates: dict[str, Any] | None = None,
    State: str | None = None,
) -> None:
    """Change what is given; the rest stays."""
    groups = workgroups_of(call)
    with groups.lock:
        group = groups.named(WorkGroup)
        group.configuration = configuration.updated(group.configuration, ConfigurationUpdates or {})
        group.description = group.description if Description is None else Description
        group.state = State or group.state


@operation("athena", "DeleteWorkGroup")
def delete_work_group(
    call: Call, WorkGroup: str, RecursiveDeleteOption: bool | None = None
) -> None:
    """Remove a workgroup; one with queries only if so asked, and never the primary one."""
    groups = workgroups_of(call)
    if WorkGroup == PRIMARY:
        raise invalid("The primary workgroup cannot be deleted.")
    with groups.lock:
        groups.named(WorkGroup)
        if not executions_of(call).forget(WorkGroup, even_some=bool(RecursiveDeleteOption)):
            raise invalid(f"WorkGroup {WorkGroup} is not empty")
        del groups.by_name[WorkGroup]


def tagged(call: Call, arn: str) -> WorkGroup:
    """The workgroup of an ARN; ResourceNotFoundException when there is none."""
    prefix = f"arn:aws:athena:{call.region}:{call.account}:workgroup/"
    group = workgroups_of(call).by_name.get(arn.removeprefix(prefix))
    if group is None or not arn.startswith(prefix):
        message = f"Resource {arn} is not found."
        raise AwsError("ResourceNotFoundException", message, ResourceName=arn)
    return group
