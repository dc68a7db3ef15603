"""What EC2 refuses of a VPC endpoint.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPC, VPCEndPoint

from sandbox.errors import AwsError

GATEWAY, INTERFACE = "Gateway", "Interface"
OF_ONE_TYPE = {
    "RouteTableIds": GATEWAY,
    "SubnetIds": INTERFACE,
    "SecurityGroupIds": INTERFACE,
    "PrivateDnsEnabled": INTERFACE,
}


def invalid(message: str) -> AwsError:
    """The error of a value, or of values together, that cannot be."""
    return AwsError("InvalidParameter", message)


def check_type(kind: str, members: Mapping[str, Any]) -> None:
    """Refuse members that an endpoint of another type has."""
    for member, owner in OF_ONE_TYPE.items():
        given = [members.get(f"{prefix}{member}") for prefix in ("", "Add", "Remove")]
        if owner != kind and any(given):
            raise invalid(f"{member} is only supported for {owner} type VPC Endpoints.")
    inbound = (members.get("DnsOptions") or {}).get("PrivateDnsOnlyForInboundResolverEndpoint")
    if kind != INTERFACE and inbound is not None:
        raise invalid(
            "DnsOptions PrivateDnsOnlyForInboundResolverEndpoint is applicable only to Interface"
            " VPC Endpoints."
        )


def service_of(ec2: EC2Backend, name: str, kind: str) -> dict[str, Any]:
    """The endpoint service of that name, which has endpoints of that type."""
    described = ec2.describe_vpc_endpoint_services([name], [], 0, None, ec2.region_name)
    for service in described["servicesDetails"]:
        if kind in {offered["ServiceType"] for offered in service["ServiceType"]}:
            return dict(service)
    raise invalid(f"Endpoint type ({kind}) does not match available service types for {name}.")


def check_policy(document: str | None) -> None:
    """Refuse a policy that is no JSON object with statements."""
    if document is None:
        return
    try:
        policy = json.loads(document)
    except ValueError:
        policy = None
    if not isinstance(policy, dict) or not policy.get("Statement"):
        raise AwsError("InvalidPolicyDocument", "The policy document is not valid.")


def alive(ec2: EC2Backend, vpc: str, service: str) -> list[VPCEndPoint]:
    """The endpoints that a VPC has of a service."""
    return [
        endpoint
        for endpoint in ec2.vpc_end_points.values()
        if (endpoint.vpc_id, endpoint.service_name) == (vpc, service)
        and endpoint.state != "deleted"
    ]


def check_routes(
    ec2: EC2Backend, vpc: str, service: str, tables: Iterable[str], prefix_list: str
) -> None:
    """Route tables must be the VPC's, and have no route to the service yet."""
    taken = {table for endpoint in alive(ec2, vpc, service) for table in endpoint.route_table_ids}
    for table in tables:
        if ec2.get_route_table(table).vpc_id != vpc:
            raise invalid(f"Route table {table} does not belong to the VPC {vpc}.")
        if table in taken:
            raise AwsError(
                "RouteAlreadyExists",
                f"route table {table} already has a route with destination-prefix-list-id"
                f" {prefix_list}",
            )


def check_subnets(ec2: EC2Backend, vpc: str, added: Iterable[str], present: Iterable[str]) -> None:
    """Subnets must be the VPC's, each alone in its availability zone."""
    zones = {ec2.get_subnet(subnet).availability_zone for subnet in present}
    for subnet_id in added:
        subnet = ec2.get_subnet(subnet_id)
        if subnet.vpc_id != vpc:
            raise invalid(f"Subnet {subnet_id} does not belong to the VPC {vpc}.")
        if subnet.availability_zone in zones:
            raise AwsError(
                "DuplicateSubnetsInSameZone",
                f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC"
                " endpoint subnets should be in different availability zones supported by the VPC"
                " endpoint service.",
            )
        zones.add(subnet.availability_zone)


def check_groups(ec2: EC2Backend, vpc: str, groups: Iterable[str]) -> None:
    """Security groups must exist in the VPC."""
    for group in groups:
        if group not in ec2.groups[vpc]:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group}' does not exist")


def check_private_dns(ec2: EC2Backend, vpc: VPC, service: str) -> None:
    """A VPC that resolves names takes one endpoint that answers to the service's own."""
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        raise invalid(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC"
            f" attributes set to true for {vpc.id}"
        )
    if any(endpoint.private_dns_enabled for endpoint in alive(ec2, vpc.id, service)):
        name = ".".join(reversed(service.split(".")))
        raise invalid(
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain"
            f" for {name} in the VPC {vpc.id}"
        )
