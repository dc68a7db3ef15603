"""Every resource with tags, of an account in a region.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.resource_tagging import iter_taggable_backends
from moto.events.models import events_backends
from moto.rds.models import rds_backends
from moto.s3.models import s3_backends

from sandbox.authorization.context import tag_pair
from sandbox.runtime import Runtime
from sandbox.services.athena.workgroups import WorkGroups
from sandbox.services.dms.state import State
from sandbox.services.redshift_serverless.inventory import Inventory
from sandbox.services.scheduler.store import Schedules


@dataclass(frozen=True)
class Tagged:
    """A resource and its tags."""

    arn: str
    tags: Mapping[str, str]

    @property
    def types(self) -> set[str]:
        """What filters may call it: its service, or that with the type that its ARN has.

        The ARNs of some services have none: those are called by what the service has.
        """
        service, resource = self.arn.split(":", 5)[2::3]
        if service in ONLY:
            return {service, f"{service}:{ONLY[service]}"}
        return {service, f"{service}:{resource.replace('/', ':').partition(':')[0]}"}


Source = Callable[[Runtime, str, str], Iterator[tuple[str, Mapping[str, str]]]]
ONLY = {"s3": "bucket", "sns": "topic", "sqs": "queue"}
"""Services that tag one kind of resource, which their ARNs don't tell."""
UNSUPPORTED = frozenset({"glue:database"})
"""What has tags that this API does not know."""


def tagged(runtime: Runtime, account: str, region: str) -> list[Tagged]:
    """All resources with a tag, by ARN."""
    found = {
        arn: Tagged(arn, tags)
        for source in (_of_moto, *_SOURCES.values())
        for arn, tags in source(runtime, account, region)
        if tags
    }
    return [found[arn] for arn in sorted(found) if not found[arn].types & UNSUPPORTED]


def _of_moto(_: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for backend in iter_taggable_backends(account, region):
        if backend.SERVICE_NAMESPACE not in _SOURCES:
            yield from ((each.arn, each.tags) for each in backend.iter_tagged_resources())


def _athena(runtime: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for group in list(runtime.state(WorkGroups, account, region).by_name.values()):
        yield f"arn:aws:athena:{region}:{account}:workgroup/{group.name}", group.tags


def _dms(runtime: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield from list(runtime.state(State, account, region).tags.items())


def _ec2(runtime: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    found: dict[str, dict[str, str]] = {}
    pages = runtime.client("ec2", region=region).get_paginator("describe_tags").paginate()
    for tag in (tag for page in pages for tag in page["Tags"]):
        arn = f"arn:aws:ec2:{region}:{account}:{tag['ResourceType']}/{tag['ResourceId']}"
        found.setdefault(arn, {})[tag["Key"]] = tag["Value"]
    yield from found.items()


def _events(_: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    backend = events_backends[account][region]
    for bus in list(backend.event_buses.values()):
        for arn in (bus.arn, *(rule.arn for rule in list(bus.rules.values()))):
            yield arn, backend.tagger.get_tag_dict_for_resource(arn)


def _rds(_: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    backend = rds_backends[account][region]
    kept: tuple[Collection[Any], ...] = (
        backend.databases.values(),
        backend.database_snapshots.values(),
        backend.db_parameter_groups.values(),
        backend.subnet_groups.values(),
    )
    for each in (resource for resources in kept for resource in list(resources)):
        yield each.arn, dict(map(tag_pair, each.get_tags()))


def _redshift_serverless(
    runtime: Runtime, account: str, region: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield from list(runtime.state(Inventory, account, region).tags.items())


def _s3(_: Runtime, account: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The buckets of the region, though all regions know them."""
    backend = s3_backends[account]["aws"]
    for bucket in list(backend.buckets.values()):
        if bucket.region_name == region:
            yield bucket.arn, backend.tagger.get_tag_dict_for_resource(bucket.arn)


def _scheduler(
    runtime: Runtime, account: str, region: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for group in list(runtime.state(Schedules, account, region).groups.values()):
        yield group.arn, group.tags


_SOURCES: dict[str, Source] = {
    "athena": _athena,
    "dms": _dms,
    "ec2": _ec2,
    "events": _events,
    "rds": _rds,
    "redshift-serverless": _redshift_serverless,
    "s3": _s3,
    "scheduler": _scheduler,
}
"""By the service in ARNs, what moto does not have, or has only in part."""
