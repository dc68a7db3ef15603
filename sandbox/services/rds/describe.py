"""DescribeDBInstances: moto's record, with the truth about the server behind it."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.rds.instance import Instance, Instances

# What a gp3 volume below 400 GiB has without asking.
GP3_BASELINE = {"Iops": 3000, "StorageThroughput": 125}
# Where an instance goes that names no subnet group.
DEFAULT_SUBNET_GROUP = {
    "DBSubnetGroupName": "default",
    "DBSubnetGroupDescription": "default",
    "SubnetGroupStatus": "Complete",
    "Subnets": [],
}


@operation("rds", "DescribeDBInstances")
def describe_db_instances(call: Call, **_: Any) -> dict[str, Any]:
    """All instances, or those asked for."""
    answer = call.moto()
    instances = instances_of(call)
    for shape in answer.get("DBInstances", []):
        _complete(shape, instances)
    return answer


def instances_of(call: Call) -> Instances:
    """The instances of the caller's account and region."""
    return call.runtime.state(Instances, call.account, call.region)


def described(call: Call, instance: Instance, status: str | None = None) -> dict[str, Any]:
    """The answer of the operations that return one instance.

    status is the one it is about to take: what happens in the background may be over, and the
    instance even gone, before it could be described.
    """
    client = call.runtime.client("rds", region=call.region)
    found = client.describe_db_instances(DBInstanceIdentifier=instance.identifier)["DBInstances"]
    return {"DBInstance": found[0] | ({"DBInstanceStatus": status} if status else {})}


def _complete(shape: dict[str, Any], instances: Instances) -> None:
    try:
        instance = instances.get(shape["DBInstanceIdentifier"])
    except AwsError:  # deleted while moto answered
        return
    shape.pop("Endpoint", None)
    # the status follows the endpoint by a moment; that of the answer counts, it was read earlier
    if instance.endpoint and shape["DBInstanceStatus"] != "creating":
        address, port = instance.endpoint
        shape["Endpoint"] = {"Address": address, "Port": port, "HostedZoneId": "Z2R2ITUGPM61AM"}
    shape["DbInstancePort"] = 0  # as RDS says for every instance
    shape["PendingModifiedValues"] = dict(instance.pending)
    shape["DBParameterGroups"] = [
        {
            "DBParameterGroupName": instance.parameter_group,
            "ParameterApplyStatus": instance.apply_status,
        }
    ]
    shape.setdefault("DBSubnetGroup", DEFAULT_SUBNET_GROUP)
    if shape.get("StorageType") == "gp3":
        for name, value in GP3_BASELINE.items():
            shape.setdefault(name, value)
