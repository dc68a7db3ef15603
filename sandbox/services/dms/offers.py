"""Which replication instances and engine versions there are."""

from __future__ import annotations

import datetime
from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import listing

# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReleaseNotes.html
VERSIONS = {
    "3.5.3": datetime.datetime(2024, 5, 17, tzinfo=datetime.UTC),
    "3.5.4": datetime.datetime(2024, 11, 15, tzinfo=datetime.UTC),
    "3.6.0": datetime.datetime(2025, 4, 1, tzinfo=datetime.UTC),
    "3.6.1": datetime.datetime(2025, 6, 30, tzinfo=datetime.UTC),
}
LATEST = max(VERSIONS)
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReplicationInstance.Types.html
# The sizes of c7i and r7i are inferred: those that EC2 has of them, without metal.
BURSTABLE = ("micro", "small", "medium", "large")
SMALLER = ("large", "xlarge", "2xlarge", "4xlarge")
SIXTH = (*SMALLER, "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge")
SEVENTH = (*SMALLER, "8xlarge", "12xlarge", "16xlarge", "24xlarge", "48xlarge")
SIZES = {
    "t2": BURSTABLE,
    "t3": BURSTABLE,
    "c4": SMALLER,
    "c5": (*SMALLER, "9xlarge", "12xlarge", "18xlarge", "24xlarge"),
    "c6i": SIXTH,
    "c7i": SEVENTH,
    "r4": (*SMALLER, "8xlarge"),
    "r5": (*SMALLER, "8xlarge", "12xlarge", "16xlarge", "24xlarge"),
    "r6i": SIXTH,
    "r7i": SEVENTH,
}
CLASSES = [f"dms.{family}.{size}" for family, sizes in SIZES.items() for size in sizes]
SMALLEST_STORAGE, LARGEST_STORAGE = 5, 6144


def default_storage(instance_class: str) -> int:
    """The gigabytes that a class comes with."""
    return 50 if instance_class.startswith("dms.t") else 100


def require_class(instance_class: str) -> str:
    """A class that there is."""
    if instance_class not in CLASSES:
        raise AwsError(
            "InvalidParameterValueException",
            f"No such replication instance class: {instance_class}. See "
            "DescribeOrderableReplicationInstances for those there are",
        )
    return instance_class


def require_version(version: str | None) -> str:
    """A version that there is; the newest of those that begin so, of all without one."""
    found = [
        known for known in VERSIONS if version is None or f"{known}.".startswith(f"{version}.")
    ]
    if not found:
        raise AwsError(
            "InvalidParameterValueException",
            f"No replication engine found with version: {version}. There are {', '.join(VERSIONS)}",
        )
    return max(found)


def require_storage(gigabytes: int) -> int:
    """A size of storage that there is."""
    if not SMALLEST_STORAGE <= gigabytes <= LARGEST_STORAGE:
        raise AwsError(
            "InvalidParameterValueException",
            f"AllocatedStorage is {gigabytes}: it must be {SMALLEST_STORAGE} to {LARGEST_STORAGE}",
        )
    return gigabytes


@operation("dms", "DescribeOrderableReplicationInstances")
def describe_orderable_replication_instances(
    call: Call, MaxRecords: int | None = None, Marker: str | None = None
) -> dict[str, Any]:
    """Every class in every version."""
    zones = call.runtime.client("ec2", region=call.region).describe_availability_zones()
    names = [zone["ZoneName"] for zone in zones["AvailabilityZones"]]
    offers = [
        {
            "EngineVersion": version,
            "ReplicationInstanceClass": each,
            "StorageType": "gp2",
            "MinAllocatedStorage": SMALLEST_STORAGE,
            "MaxAllocatedStorage": LARGEST_STORAGE,
            "DefaultAllocatedStorage": default_storage(each),
            "IncludedAllocatedStorage": default_storage(each),
            "AvailabilityZones": names,
            "ReleaseStatus": "prod",
        }
        for version in VERSIONS
        for each in CLASSES
    ]
    return listing.page(offers, "OrderableReplicationInstances", MaxRecords, Marker)


@operation("dms", "DescribeEngineVersions")
def describe_engine_versions(
    _: Call, MaxRecords: int | None = None, Marker: str | None = None
) -> dict[str, Any]:
    """The versions, each with those it can be upgraded to."""
    versions = [
        {
            "Version": version,
            "Lifecycle": "AVAILABLE",
            "ReleaseStatus": "prod",
            "LaunchDate": launched,
            "AvailableUpgrades": [newer for newer in VERSIONS if newer > version],
        }
        for version, launched in VERSIONS.items()
    ]
    return listing.page(versions, "EngineVersions", MaxRecords, Marker)
