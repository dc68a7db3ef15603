"""The operations on replication instances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.dms import events, listing
from sandbox.services.dms.identifiers import identifier, resource_identifier
from sandbox.services.dms.instance import (
    CREATE,
    DELETE,
    REBOOT,
    Instance,
    checked,
    subnet_in,
)
from sandbox.services.dms.keys import key
from sandbox.services.dms.maintenance import DEFAULT_WINDOW
from sandbox.services.dms.offers import default_storage, require_version
from sandbox.services.dms.roles import VPC_ROLE, account_role
from sandbox.services.dms.state import State, find, refuse_taken, state_of
from sandbox.services.dms.subnet_group import SubnetGroup, default_group, group_named
from sandbox.services.dms.tags import set_tags

LONGEST_NAME = 63
KIND = "Replication Instance"
CHANGEABLE = (
    "AllocatedStorage",
    "ReplicationInstanceClass",
    "PreferredMaintenanceWindow",
    "MultiAZ",
    "EngineVersion",
    "AutoMinorVersionUpgrade",
)


@operation("dms", "CreateReplicationInstance")
def create_replication_instance(
    call: Call,
    ReplicationInstanceIdentifier: str,
    ReplicationInstanceClass: str,
    ReplicationSubnetGroupIdentifier: str | None = None,
    Tags: Sequence[dict[str, str]] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Ask for an instance, which becomes available later.

    AccessDeniedFault without the account's dms-vpc-role.
    """
    state = state_of(call)
    name = identifier(ReplicationInstanceIdentifier, "ReplicationInstanceIdentifier", LONGEST_NAME)
    suffix = resource_identifier(settings.get("ResourceIdentifier"))
    defaults = {
        "ReplicationInstanceClass": ReplicationInstanceClass,
        "AllocatedStorage": default_storage(ReplicationInstanceClass),
        "EngineVersion": require_version(settings.get("EngineVersion")),
        "MultiAZ": False,
        "AutoMinorVersionUpgrade": True,
        "PreferredMaintenanceWindow": DEFAULT_WINDOW,
    }
    arn = state.arn("rep", suffix)
    account_role(state, VPC_ROLE, arn)
    wanted = checked(defaults | {k: settings[k] for k in CHANGEABLE if settings.get(k) is not None})
    with state.lock:
        refuse_taken(state.instances.values(), name, KIND)
        group = _group(state, ReplicationSubnetGroupIdentifier)
        instance = Instance(
            name,
            arn,
            group,
            _subnet(group, settings.get("AvailabilityZone"), multi=wanted["MultiAZ"]),
            wanted,
            security_groups(state, settings.get("VpcSecurityGroupIds"), group),
            key(state, settings.get("KmsKeyId")),
            settings.get("PubliclyAccessible") is not False,
            call.runtime.clock.now(),
        )
        state.instances[instance.arn] = instance
        set_tags(state, instance.arn, Tags)
        answer = instance.described()
    events.of_instance(state, instance, events.INSTANCE_CREATING)

    def created() -> None:
        if instance.status == "creating":
            instance.status = "available"
            events.of_instance(state, instance, events.INSTANCE_CREATED)

    state.later(CREATE, created)
    return {"ReplicationInstance": answer}


@operation("dms", "ModifyReplicationInstance")
def modify_replication_instance(
    call: Call,
    ReplicationInstanceArn: str,
    ApplyImmediately: bool = False,
    ReplicationInstanceIdentifier: str | None = None,
    VpcSecurityGroupIds: Sequence[str] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Change an instance that is available; what needs it waits for the maintenance window."""
    state = state_of(call)
    changes = checked({name: settings[name] for name in CHANGEABLE if name in settings})
    with state.lock:
        instance = find(state.instances, ReplicationInstanceArn, KIND)
        require_available(instance)
        if ReplicationInstanceIdentifier is not None:
            name = identifier(
                ReplicationInstanceIdentifier, "ReplicationInstanceIdentifier", LONGEST_NAME
            )
            if name != instance.identifier:
                refuse_taken(state.instances.values(), name, KIND)
                instance.identifier = name
        storage = changes.get("AllocatedStorage", instance.settings["AllocatedStorage"])
        if storage < instance.settings["AllocatedStorage"]:
            raise AwsError(
                "InvalidParameterValueException", "AllocatedStorage can be increased only."
            )
        if VpcSecurityGroupIds is not None:
            instance.security_groups = security_groups(state, VpcSecurityGroupIds, instance.group)
        instance.modify(state, changes, at_once=ApplyImmediately)
        return {"ReplicationInstance": instance.described()}


@operation("dms", "RebootReplicationInstance")
def reboot_replication_instance(
    call: Call, ReplicationInstanceArn: str, **_: Any
) -> dict[str, Any]:
    """Reboot an instance; its tasks go on by themselves."""
    state = state_of(call)
    with state.lock:
        instance = find(state.instances, ReplicationInstanceArn, KIND)
        require_available(instance)
        instance.status = "rebooting"
        answer = instance.described()

    def rebooted() -> None:
        if instance.status == "rebooting":
            instance.status = "available"

    state.later(REBOOT, rebooted)
    return {"ReplicationInstance": answer}


@operation("dms", "DescribeReplicationInstances")
def describe_replication_instances(
    call: Call,
    Filters: Sequence[dict[str, Any]] | None = None,
    MaxRecords: int | None = None,
    Marker: str | None = None,
) -> dict[str, Any]:
    """The instances of the account."""
    state = state_of(call)
    with state.lock:
        found = listing.filtered(
            state.instances.values(),
            Filters,
            {
                "replication-instance-arn": lambda each: [each.arn],
                "replication-instance-id": lambda each: [each.identifier],
                "replication-instance-class": lambda each: [
                    each.settings["ReplicationInstanceClass"]
                ],
                "engine-version": lambda each: [each.settings["EngineVersion"]],
            },
        )
        instances = listing.described(found, Filters, "Replication Instances")
        shown = [instance.described() for instance in instances]
    return listing.page(shown, "ReplicationInstances", MaxRecords, Marker)


@operation("dms", "DeleteReplicationInstance")
def delete_replication_instance(call: Call, ReplicationInstanceArn: str) -> dict[str, Any]:
    """Delete an instance that has no tasks."""
    state = state_of(call)
    with state.lock:
        instance = find(state.instances, ReplicationInstanceArn, KIND)
        if instance.status == "deleting":
            raise AwsError(
                "InvalidResourceStateFault",
                f"Replication Instance {instance.identifier} is being deleted already.",
            )
        if any(task.instance_arn == instance.arn for task in state.tasks.values()):
            raise AwsError(
                "InvalidResourceStateFault",
                f"Replication Instance {instance.identifier} has one or more tasks: delete "
                "them first.",
            )
        instance.status = "deleting"
        for pair in [pair for pair in state.connections if pair[0] == instance.arn]:
            del state.connections[pair]
        answer = instance.described()
    events.of_instance(state, instance, events.INSTANCE_DELETING)

    def deleted() -> None:
        state.forget(state.instances, instance.arn)
        events.of_instance(state, instance, events.INSTANCE_DELETED)

    state.later(DELETE, deleted)
    return {"ReplicationInstance": answer}


def require_available(instance: Instance) -> None:
    """InvalidResourceStateFault unless an instance is available."""
    if instance.status != "available":
        raise AwsError(
            "InvalidResourceStateFault",
            f"Replication Instance {instance.identifier} is not available, its status is "
            f"{instance.status}.",
        )


def _group(state: State, name: str | None) -> SubnetGroup:
    return default_group(state) if name is None else group_named(state, name)


def _subnet(group: SubnetGroup, zone: str | None, *, multi: bool) -> dict[str, Any]:
    if zone and multi:
        raise AwsError(
            "InvalidParameterCombinationException",
            "AvailabilityZone can't be set when MultiAZ is true.",
        )
    found = subnet_in(group, [zone] if zone else [])
    if found is None:
        raise AwsError(
            "InvalidParameterValueException",
            f"The subnet group {group.identifier} has no subnet in {zone}.",
        )
    return found


def security_groups(state: State, wanted: Sequence[str] | None, group: SubnetGroup) -> list[str]:
    """Security groups of a subnet group's VPC, its default one without any.

    InvalidParameterValueException for one that is not there.
    """
    ec2 = state.client("ec2")
    if not wanted:
        chosen = [
            {"Name": "vpc-id", "Values": [group.vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
        found = ec2.describe_security_groups(Filters=chosen)["SecurityGroups"]
        return [each["GroupId"] for each in found]
    try:
        found = ec2.describe_security_groups(GroupIds=list(wanted))["SecurityGroups"]
    except ClientError as error:
        message = error.response["Error"]["Message"]
        raise AwsError("InvalidParameterValueException", message) from None
    for each in found:
        if each["VpcId"] != group.vpc:
            raise AwsError(
                "InvalidParameterValueException",
                f"The security group {each['GroupId']} is not in VPC {group.vpc}.",
            )
    return list(wanted)
