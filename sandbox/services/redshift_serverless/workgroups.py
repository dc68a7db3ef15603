"""Workgroups: create, read, change, delete; each serves its namespace at a real endpoint.

https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateWorkgroup.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.call import Call
from sandbox.engines.redshift import Tls
from sandbox.errors import AwsError
from sandbox.paging import page
from sandbox.registry import operation
from sandbox.services.redshift_serverless import network, rules
from sandbox.services.redshift_serverless.database import Endpoint
from sandbox.services.redshift_serverless.inventory import (
    SERVICE,
    Inventory,
    Workgroup,
    in_use,
    invalid,
    inventory_of,
)
from sandbox.services.redshift_serverless.storage import NamespaceStorage
from sandbox.services.redshift_serverless.tags import checked_tags
from sandbox.services.redshift_serverless.usage_limits import delete_limits_of

CREATE_SECONDS = 180
MODIFY_SECONDS = 90
DELETE_SECONDS = 120
DEFAULT_CAPACITY = 128
DEFAULT_PORT = 5439
VERSION = {"workgroupVersion": "1.0.120000", "patchVersion": "1.0.120000"}


@operation(SERVICE, "CreateWorkgroup")
def create_workgroup(
    call: Call, workgroupName: str, namespaceName: str, **given: Any
) -> dict[str, Any]:
    """Make a workgroup of a namespace; it is CREATING until its endpoint serves.

    Raises ConflictException when the name is taken or the namespace has a workgroup,
    ResourceNotFoundException without the namespace, ValidationException for a wrong setting.
    """
    rules.check_name("workgroup", workgroupName)
    inventory = inventory_of(call)
    inventory.namespace(namespaceName)
    parameters = rules.merged_parameters(
        rules.PARAMETER_DEFAULTS, given.pop("configParameters", [])
    )
    tags = checked_tags(given.pop("tags", []))
    settings = _settings(inventory, given)
    with inventory.lock:
        namespace = inventory.namespace(namespaceName)
        if workgroupName in inventory.workgroups:
            raise AwsError("ConflictException", f"The workgroup {workgroupName} already exists.")
        if inventory.workgroup_of(namespace):
            message = f"The namespace {namespaceName} already has a workgroup."
            raise AwsError("ConflictException", message)
        if namespace.status == "DELETING":
            raise in_use("namespace", namespaceName)
        identifier, arn = inventory.identity("workgroup")
        workgroup = Workgroup(
            name=workgroupName,
            arn=arn,
            id=identifier,
            created=call.runtime.clock.now(),
            namespace=namespace,
            settings=settings,
            parameters=parameters,
            address=_reserve(inventory, workgroupName, settings["port"]),
        )
        inventory.workgroups[workgroupName] = workgroup
        inventory.tags[arn] = tags
    call.runtime.on_stop(partial(_close, workgroup))
    call.runtime.clock.later(CREATE_SECONDS, partial(_open, inventory, workgroup))
    return {"workgroup": workgroup.document()}


@operation(SERVICE, "GetWorkgroup")
def get_workgroup(call: Call, workgroupName: str) -> dict[str, Any]:
    """One workgroup; ResourceNotFoundException when there is none of this name."""
    return {"workgroup": inventory_of(call).workgroup(workgroupName).document()}


@operation(SERVICE, "ListWorkgroups")
def list_workgroups(
    call: Call, maxResults: int = 100, nextToken: str | None = None, ownerAccount: str = ""
) -> dict[str, Any]:
    """All workgroups of this account, in pages."""
    own = ownerAccount in {"", call.account}
    found = list(inventory_of(call).workgroups.values()) if own else []
    shown, following = page(found, nextToken, maxResults)
    return {"workgroups": [each.document() for each in shown], "nextToken": following}


@operation(SERVICE, "UpdateWorkgroup")
def update_workgroup(call: Call, workgroupName: str, **given: Any) -> dict[str, Any]:
    """Change one setting of a workgroup, which is MODIFYING until that is done.

    Raises ConflictException while another change is under way and ValidationException when the
    request changes several settings.
    """
    inventory = inventory_of(call)
    with inventory.lock:
        workgroup = inventory.workgroup(workgroupName)
        if workgroup.status != "AVAILABLE":
            raise in_use("workgroup", workgroupName)
        if not given:
            raise invalid(f"No setting of the workgroup {workgroupName} is given to update.")
        if len(given) > 1:
            raise invalid(
                "Can't update multiple configurations at the same time for workgroup "
                f"{workgroupName}."
            )
        if "configParameters" in given:
            parameters = given.pop("configParameters")
            workgroup.parameters = rules.merged_parameters(workgroup.parameters, parameters)
        else:
            workgroup.settings = _changed_settings(inventory, workgroup, given)
        workgroup.status = "MODIFYING"
    call.runtime.clock.later(MODIFY_SECONDS, partial(_change, inventory, workgroup, given))
    return {"workgroup": workgroup.document()}


@operation(SERVICE, "DeleteWorkgroup")
def delete_workgroup(call: Call, workgroupName: str) -> dict[str, Any]:
    """Delete a workgroup; the data stays in its namespace."""
    inventory = inventory_of(call)
    with inventory.lock:
        workgroup = inventory.workgroup(workgroupName)
        if workgroup.status != "AVAILABLE":
            raise in_use("workgroup", workgroupName)
        workgroup.status = "DELETING"
    call.runtime.clock.later(DELETE_SECONDS, partial(_delete, inventory, workgroup))
    return {"workgroup": workgroup.document()}


def _settings(inventory: Inventory, given: dict[str, Any]) -> dict[str, Any]:
    """A new workgroup's settings: those given, the defaults of the others."""
    target = rules.performance_target(given.get("pricePerformanceTarget", {}))
    settings: dict[str, Any] = {
        "pricePerformanceTarget": target,
        "enhancedVpcRouting": given.get("enhancedVpcRouting", False),
        "publiclyAccessible": given.get("publiclyAccessible", False),
        "ipAddressType": given.get("ipAddressType", "ipv4"),
        "port": given.get("port", DEFAULT_PORT),
        "trackName": given.get("trackName", "current"),
        "extraComputeForAutomaticOptimization": given.get(
            "extraComputeForAutomaticOptimization", False
        ),
        **VERSION,
    }
    if target["status"] == "ENABLED":
        if "baseCapacity" in given:
            raise invalid("baseCapacity can't be set while pricePerformanceTarget is enabled.")
    else:
        settings["baseCapacity"] = given.get("baseCapacity", DEFAULT_CAPACITY)
    if "maxCapacity" in given:
        settings["maxCapacity"] = given["maxCapacity"]
    _check(settings)
    settings["subnetIds"], settings["securityGroupIds"] = network.resolve(
        inventory,
        given.get("subnetIds", []),
        given.get("securityGroupIds", []),
        enhanced_routing=settings["enhancedVpcRouting"],
    )
    return settings


def _changed_settings(
    inventory: Inventory, workgroup: Workgroup, given: dict[str, Any]
) -> dict[str, Any]:
    settings = workgroup.settings | given
    if given.get("maxCapacity") == -1:
        if "maxCapacity" not in workgroup.settings:
            raise invalid(f"The workgroup {workgroup.name} has no max capacity to remove.")
        del settings["maxCapacity"]
    if "pricePerformanceTarget" in given:
        target = rules.performance_target(given["pricePerformanceTarget"])
        settings["pricePerformanceTarget"] = target
        if target["status"] == "ENABLED":
            settings.pop("baseCapacity", None)
        else:
            settings.setdefault("baseCapacity", DEFAULT_CAPACITY)
    elif "baseCapacity" in given and settings["pricePerformanceTarget"]["status"] == "ENABLED":
        raise invalid("baseCapacity can't be set while pricePerformanceTarget is enabled.")
    _check(settings)
    if given.keys() & {"subnetIds", "securityGroupIds", "enhancedVpcRouting"}:
        network.resolve(
            inventory,
            settings["subnetIds"],
            settings["securityGroupIds"],
            enhanced_routing=settings["enhancedVpcRouting"],
        )
    return settings


def _check(settings: dict[str, Any]) -> None:
    if "baseCapacity" in settings:
        rules.check_base_capacity(settings["baseCapacity"])
    if "maxCapacity" in settings:
        rules.check_max_capacity(settings["maxCapacity"], settings.get("baseCapacity", 4))
    rules.check_port(settings["port"])
    if settings["ipAddressType"] != "ipv4":
        message = "There are no subnets in your VPC with associated IPv6 CIDR blocks."
        raise AwsError("Ipv6CidrBlockNotFoundException", message)
    if settings["trackName"] not in {"current", "trailing"}:
        raise invalid(f"The track name {settings['trackName']} is not one of current, trailing.")


def _reserve(inventory: Inventory, name: str, port: int) -> tuple[str, int]:
    return inventory.runtime.address(f"redshift/{inventory.region}/{name}", port)


def _open(inventory: Inventory, workgroup: Workgroup) -> None:
    """Attach a new workgroup to its subnets and serve it; what cannot be served is given up."""
    try:
        network.attach(inventory, workgroup)
        _serve(inventory, workgroup)
    except Exception:
        _delete(inventory, workgroup)
        raise
    workgroup.status = "AVAILABLE"


def _serve(inventory: Inventory, workgroup: Workgroup) -> None:
    namespace = workgroup.namespace
    storage_for = partial(NamespaceStorage, inventory, workgroup)
    authority = inventory.runtime.authority
    authority.prepare()  # clients read its file before they connect
    tls = Tls(
        context=partial(authority.context, workgroup.address[0]),
        required=lambda: workgroup.parameters["require_ssl"] == "true",
    )
    workgroup.endpoint = Endpoint(namespace.database, workgroup.address, storage_for, tls)


def _change(inventory: Inventory, workgroup: Workgroup, given: dict[str, Any]) -> None:
    if given.keys() & {"subnetIds", "securityGroupIds"}:
        network.detach(inventory, workgroup)
        network.attach(inventory, workgroup)
    if "port" in given:
        _close(workgroup)
        workgroup.address = _reserve(inventory, workgroup.name, given["port"])
        _serve(inventory, workgroup)
    workgroup.status = "AVAILABLE"


def _close(workgroup: Workgroup) -> None:
    endpoint, workgroup.endpoint = workgroup.endpoint, None
    if endpoint:
        endpoint.close()


def _delete(inventory: Inventory, workgroup: Workgroup) -> None:
    _close(workgroup)
    network.detach(inventory, workgroup)
    with inventory.lock:
        inventory.runtime.release_address(f"redshift/{inventory.region}/{workgroup.name}")
        delete_limits_of(inventory, workgroup.arn)
        del inventory.workgroups[workgroup.name]
        del inventory.tags[workgroup.arn]
