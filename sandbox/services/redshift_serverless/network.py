"""Where a workgroup stands in a VPC: its subnets, security groups and network interfaces."""

from __future__ import annotations

from botocore.exceptions import ClientError

from sandbox.services.redshift_serverless.inventory import Inventory, Workgroup, invalid

DESCRIPTION = "RedshiftNetworkInterface"


def resolve(
    inventory: Inventory, subnet_ids: list[str], group_ids: list[str], *, enhanced_routing: bool
) -> tuple[list[str], list[str]]:
    """The subnets and security groups of a workgroup, those of the default VPC when not given.

    Raises ValidationException when one does not exist, when they are of several VPCs, or when
    the subnets lie in fewer than two availability zones: three with enhanced VPC routing.
    """
    ec2 = inventory.runtime.client("ec2", region=inventory.region)
    try:
        if subnet_ids:
            subnets = ec2.describe_subnets(SubnetIds=subnet_ids)["Subnets"]
        else:
            default = [{"Name": "default-for-az", "Values": ["true"]}]
            subnets = ec2.describe_subnets(Filters=default)["Subnets"]
        vpcs = {subnet["VpcId"] for subnet in subnets}
        zones = {subnet["AvailabilityZone"] for subnet in subnets}
        _check_spread(vpcs, zones, 3 if enhanced_routing else 2)
        vpc = [{"Name": "vpc-id", "Values": list(vpcs)}]
        if group_ids:
            groups = ec2.describe_security_groups(GroupIds=group_ids)["SecurityGroups"]
        else:
            named = [{"Name": "group-name", "Values": ["default"]}]
            groups = ec2.describe_security_groups(Filters=vpc + named)["SecurityGroups"]
    except ClientError as error:
        raise invalid(error.response["Error"]["Message"]) from error
    if {group["VpcId"] for group in groups} - vpcs:
        raise invalid("The security groups and the subnets must be in the same VPC.")
    return (
        subnet_ids or [subnet["SubnetId"] for subnet in subnets],
        group_ids or [group["GroupId"] for group in groups],
    )


def attach(inventory: Inventory, workgroup: Workgroup) -> None:
    """Give a workgroup a network interface in each of its subnets."""
    ec2 = inventory.runtime.client("ec2", region=inventory.region)
    interfaces = [
        ec2.create_network_interface(
            SubnetId=subnet,
            Groups=workgroup.settings["securityGroupIds"],
            Description=DESCRIPTION,
        )["NetworkInterface"]
        for subnet in workgroup.settings["subnetIds"]
    ]
    workgroup.vpc_endpoints = [
        {
            "vpcEndpointId": f"vpce-{workgroup.id.replace('-', '')[:17]}",
            "vpcId": interfaces[0]["VpcId"],
            "networkInterfaces": [
                {
                    "networkInterfaceId": interface["NetworkInterfaceId"],
                    "subnetId": interface["SubnetId"],
                    "privateIpAddress": interface["PrivateIpAddress"],
                    "availabilityZone": interface["AvailabilityZone"],
                }
                for interface in interfaces
            ],
        }
    ]


def detach(inventory: Inventory, workgroup: Workgroup) -> None:
    """Remove a workgroup's network interfaces."""
    ec2 = inventory.runtime.client("ec2", region=inventory.region)
    endpoints, workgroup.vpc_endpoints = workgroup.vpc_endpoints, []
    for endpoint in endpoints:
        for interface in endpoint["networkInterfaces"]:
            ec2.delete_network_interface(NetworkInterfaceId=interface["networkInterfaceId"])


def _check_spread(vpcs: set[str], zones: set[str], needed: int) -> None:
    if len(vpcs) > 1:
        raise invalid("The subnets must be in the same VPC.")
    if len(zones) < needed:
        raise invalid(
            f"The subnets must be in at least {needed} Availability Zones, not {len(zones)}."
        )
