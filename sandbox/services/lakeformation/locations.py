"""Registered locations: the S3 paths that Lake Formation guards, and the roles it reads them as.

https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_RegisterResource.html
"""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.identity import role_named
from sandbox.registry import operation
from sandbox.services.lakeformation.lake import Lake, lake_of
from sandbox.services.lakeformation.pages import page_of
from sandbox.services.lakeformation.targets import invalid

FIELDS = {"RESOURCE_ARN": "ResourceArn", "ROLE_ARN": "RoleArn", "LAST_MODIFIED": "LastModified"}
OPTIONS = ("WithFederation", "HybridAccessEnabled", "WithPrivilegedAccess")


@operation("lakeformation", "RegisterResource")
def register_resource(
    call: Call,
    ResourceArn: str,
    UseServiceLinkedRole: bool | None = None,
    RoleArn: str | None = None,
    ExpectedResourceOwnerAccount: str | None = None,
    **options: bool | None,
) -> None:
    """Put an S3 path under Lake Formation's guard."""
    lake = lake_of(call)
    path = _path(ResourceArn)
    if UseServiceLinkedRole and RoleArn:
        raise invalid("RoleArn must not be given together with UseServiceLinkedRole.")
    if not UseServiceLinkedRole and not RoleArn:
        raise invalid("Either RoleArn or UseServiceLinkedRole must be given.")
    role = RoleArn or (
        f"arn:aws:iam::{call.account}:role/aws-service-role/lakeformation.amazonaws.com/"
        "AWSServiceRoleForLakeFormationDataAccess"
    )
    if RoleArn:
        _require_role(call, RoleArn)
    with lake.lock:
        if path in lake.locations:
            raise AwsError("AlreadyExistsException", "Resource is already registered")
        kept = {name: bool(options.get(name)) for name in OPTIONS}
        lake.locations[path] = {
            "ResourceArn": ResourceArn,
            "RoleArn": role,
            "LastModified": call.runtime.clock.now(),
            **kept,
        }


@operation("lakeformation", "UpdateResource")
def update_resource(
    call: Call,
    RoleArn: str,
    ResourceArn: str,
    ExpectedResourceOwnerAccount: str | None = None,
    **options: bool | None,
) -> None:
    """Change the role or the mode of a registered location; options not given stay."""
    _require_role(call, RoleArn)
    lake = lake_of(call)
    with lake.lock:
        location = _registered(lake, ResourceArn)
        given = {name: value for name, value in options.items() if value is not None}
        location.update(given, RoleArn=RoleArn, LastModified=call.runtime.clock.now())


@operation("lakeformation", "DeregisterResource")
def deregister_resource(call: Call, ResourceArn: str) -> None:
    """Take a path out of Lake Formation's guard; grants on it stay, unused."""
    lake = lake_of(call)
    with lake.lock:
        _registered(lake, ResourceArn)
        del lake.locations[_path(ResourceArn)]


@operation("lakeformation", "DescribeResource")
def describe_resource(call: Call, ResourceArn: str) -> dict[str, Any]:
    """One registered location."""
    return {"ResourceInfo": dict(_registered(lake_of(call), ResourceArn))}


@operation("lakeformation", "ListResources")
def list_resources(
    call: Call,
    FilterConditionList: list[dict[str, Any]] | None = None,
    MaxResults: int | None = None,
    NextToken: str | None = None,
) -> dict[str, Any]:
    """All registered locations that meet every condition."""
    lake = lake_of(call)
    with lake.lock:
        found = [
            dict(location)
            for location in lake.locations.values()
            if all(_meets(location, condition) for condition in FilterConditionList or [])
        ]
    page, more = page_of(found, NextToken, MaxResults)
    return {"ResourceInfoList": page, **more}


def _path(arn: str) -> str:
    if not arn.startswith("arn:aws:s3:::") or arn == "arn:aws:s3:::":
        raise invalid(f"ResourceArn is not the ARN of an S3 location: {arn}")
    return arn.rstrip("/")


def _registered(lake: Lake, arn: str) -> dict[str, Any]:
    try:
        return lake.locations[_path(arn)]
    except KeyError:
        raise AwsError("EntityNotFoundException", "Entity not found") from None


def _require_role(call: Call, role_arn: str) -> None:
    try:
        role_named(role_arn, call.account)
    except AwsError:
        raise invalid(f"Role {role_arn} does not exist or cannot be assumed.") from None


def _meets(location: dict[str, Any], condition: dict[str, Any]) -> bool:
    value = str(location[FIELDS[condition["Field"]]])
    given = condition.get("StringValueList") or []
    first = given[0] if given else ""
    tests = {
        "EQ": value == first,
        "NE": value != first,
        "IN": value in given,
        "CONTAINS": first in value,
        "NOT_CONTAINS": first not in value,
        "BEGINS_WITH": value.startswith(first),
    }
    if condition["ComparisonOperator"] not in tests:
        raise invalid(f"The sandbox does not compare by {condition['ComparisonOperator']}.")
    return tests[condition["ComparisonOperator"]]
