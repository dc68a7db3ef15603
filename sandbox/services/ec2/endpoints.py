"""VPC endpoints: moto keeps them; what it accepts that AWS refuses, and what it forgets, is here."""

from __future__ import annotations

import json
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.utils import random_private_ip

from sandbox.call import Call
from sandbox.errors import AwsError
from sandbox.registry import operation
from sandbox.services.ec2.checks import (
    GATEWAY,
    INTERFACE,
    check_groups,
    check_policy,
    check_private_dns,
    check_routes,
    check_subnets,
    check_type,
    invalid,
    service_of,
)

Members = dict[str, Any]


def _backend(call: Call) -> EC2Backend:
    return ec2_backends[call.account][call.region]


def _asked_before(ec2: EC2Backend, asked: Members) -> Any:
    """The endpoint that a request with the same token made, if any.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    token = asked.get("ClientToken")
    endpoints: list[Any] = list(ec2.vpc_end_points.values())
    known = [one for one in endpoints if token and one.client_token == token]
    if known and known[0].asked != asked:
        raise AwsError(
            "IdempotentParameterMismatch",
            "Arguments on this idempotent request are inconsistent with arguments used in previous"
            " request(s).",
        )
    return next(iter(known), None)


@operation("ec2", "CreateVpcEndpoint")
def create_vpc_endpoint(call: Call, VpcId: str, ServiceName: str = "", **members: Any) -> Members:
    """Make an endpoint, of type Gateway unless another is asked for.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    ec2 = _backend(call)
    asked = {"VpcId": VpcId, "ServiceName": ServiceName, **members}
    if known := _asked_before(ec2, asked):
        return {"VpcEndpoint": known}
    vpc = ec2.get_vpc(VpcId)
    kind = members.get("VpcEndpointType", GATEWAY)
    if kind not in (GATEWAY, INTERFACE):
        raise AwsError("NotImplemented", f"The sandbox does not serve endpoints of type {kind}")
    if not ServiceName:
        raise AwsError("MissingParameter", "The request must contain the parameter ServiceName")
    service = service_of(ec2, ServiceName, kind)
    check_type(kind, members)
    check_policy(members.get("PolicyDocument"))
    tables = members.get("RouteTableIds", [])
    check_routes(ec2, VpcId, ServiceName, tables, _prefix_list(ec2, ServiceName))
    check_subnets(ec2, VpcId, members.get("SubnetIds", []), [])
    groups = members.get("SecurityGroupIds", [])
    check_groups(ec2, VpcId, groups)
    by_default = kind == INTERFACE and service["Owner"] == "amazon"
    private = members.get("PrivateDnsEnabled", by_default)
    if private:
        check_private_dns(ec2, vpc, ServiceName)

    made = call.moto()["VpcEndpoint"]["VpcEndpointId"]
    endpoint: Any = ec2.vpc_end_points[made]
    endpoint.asked = asked
    endpoint.vpc_endpoint_type = kind
    endpoint.private_dns_enabled = private
    if kind == INTERFACE:
        default = ec2.get_default_security_group(VpcId)
        endpoint.security_group_ids = groups or ([default.id] if default else [])
        _guard(ec2, endpoint)
    if service.get("AcceptanceRequired"):
        endpoint.state = "pendingAcceptance"
    records = "ipv4" if kind == INTERFACE else "service-defined"
    _address(endpoint, {"IpAddressType": "ipv4", "DnsOptions": {"DnsRecordIpType": records}})
    _address(endpoint, members)
    return {"VpcEndpoint": endpoint}


@operation("ec2", "ModifyVpcEndpoint")
def modify_vpc_endpoint(call: Call, VpcEndpointId: str, **members: Any) -> Members:
    """Change what the members name. Nothing is changed when one of them is refused.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    ec2 = _backend(call)
    endpoint = _existing(ec2, VpcEndpointId)
    _check_changes(ec2, endpoint, members)
    _route(
        ec2, endpoint, members.get("AddRouteTableIds", []), members.get("RemoveRouteTableIds", [])
    )
    _place(ec2, endpoint, members.get("AddSubnetIds", []), members.get("RemoveSubnetIds", []))
    endpoint.security_group_ids = _changed(
        endpoint.security_group_ids,
        members.get("AddSecurityGroupIds", []),
        members.get("RemoveSecurityGroupIds", []),
    )
    _guard(ec2, endpoint)
    if members.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    endpoint.policy_document = members.get("PolicyDocument", endpoint.policy_document)
    endpoint.private_dns_enabled = members.get("PrivateDnsEnabled", endpoint.private_dns_enabled)
    _address(endpoint, members)
    return {"Return": True}


@operation("ec2", "DeleteVpcEndpoints")
def delete_vpc_endpoints(call: Call, VpcEndpointIds: list[str], **_: Any) -> Members:
    """Delete endpoints with their routes and network interfaces; tells which don't exist.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    """
    ec2 = _backend(call)
    failures = []
    for name in VpcEndpointIds:
        try:
            endpoint = _existing(ec2, name)
        except AwsError as error:
            told = {"Code": "InvalidVpcEndpoint.NotFound", "Message": error.message}
            failures.append({"ResourceId": name, "Error": told})
            continue
        _route(ec2, endpoint, [], endpoint.route_table_ids)
        _place(ec2, endpoint, [], endpoint.subnet_ids or [])
        endpoint.state = "deleted"
    return {"Unsuccessful": failures}


def _existing(ec2: EC2Backend, name: str) -> VPCEndPoint:
    endpoint = ec2.vpc_end_points.get(name)
    if endpoint is None or endpoint.state == "deleted":
        message = f"The Vpc Endpoint Id '{name}' does not exist"
        raise AwsError("InvalidVpcEndpointId.NotFound", message)
    return endpoint


def _check_changes(ec2: EC2Backend, endpoint: VPCEndPoint, members: Members) -> None:
    check_type(str(endpoint.vpc_endpoint_type), members)
    check_policy(members.get("PolicyDocument"))
    vpc, service = endpoint.vpc_id, endpoint.service_name
    held = {
        "RouteTableIds": endpoint.route_table_ids,
        "SubnetIds": endpoint.subnet_ids or [],
        "SecurityGroupIds": endpoint.security_group_ids,
    }
    for member, present in held.items():
        unknown = [one for one in members.get(f"Remove{member}", []) if one not in present]
        if unknown:
            raise invalid(f"{', '.join(unknown)} is not associated with {endpoint.id}.")
    tables = members.get("AddRouteTableIds", [])
    check_routes(ec2, vpc, service, tables, _prefix_list(ec2, service))
    check_subnets(ec2, vpc, members.get("AddSubnetIds", []), held["SubnetIds"])
    added = members.get("AddSecurityGroupIds", [])
    check_groups(ec2, vpc, added)
    removed = members.get("RemoveSecurityGroupIds", [])
    if removed and not _changed(held["SecurityGroupIds"], added, removed):
        raise invalid(f"{endpoint.id} needs at least one security group.")
    if members.get("PrivateDnsEnabled") and not endpoint.private_dns_enabled:
        check_private_dns(ec2, ec2.get_vpc(vpc), service)


def _prefix_list(ec2: EC2Backend, service: str) -> str:
    """The ID of the list of a service's addresses; empty where it has none."""
    lists = ec2.managed_prefix_lists.values()
    return next((one.id for one in lists if one.prefix_list_name == service), "")


def _changed(present: list[str], added: list[str], removed: list[str]) -> list[str]:
    kept = [one for one in present if one not in removed]
    return [*kept, *(one for one in added if one not in kept)]


def _route(ec2: EC2Backend, endpoint: VPCEndPoint, added: list[str], removed: list[str]) -> None:
    """Write the routes to a gateway into their tables, and take others out."""
    prefix_list = endpoint.destination_prefix_list_id
    if prefix_list:
        for table in removed:
            ec2.delete_route(table, prefix_list)
        for table in added:
            ec2.create_route(
                table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list
            )
    endpoint.route_table_ids = _changed(endpoint.route_table_ids, added, removed)


def _place(ec2: EC2Backend, endpoint: VPCEndPoint, added: list[str], removed: list[str]) -> None:
    """Give an endpoint a network interface in each of its subnets, and no other."""
    for name in list(endpoint.network_interface_ids):
        if ec2.enis[name].subnet.id in removed:
            ec2.delete_network_interface(name)
            endpoint.network_interface_ids.remove(name)
    for subnet in added:
        interface = ec2.create_network_interface(subnet, random_private_ip())
        endpoint.network_interface_ids.append(interface.id)
    endpoint.subnet_ids = _changed(endpoint.subnet_ids or [], added, removed)


def _guard(ec2: EC2Backend, endpoint: VPCEndPoint) -> None:
    """Give the network interfaces of an endpoint its groups."""
    groups = [ec2.get_security_group_from_id(name) for name in endpoint.security_group_ids]
    for name in endpoint.network_interface_ids:
        ec2.enis[name]._group_set = list(groups)


def _address(endpoint: Any, members: Members) -> None:
    """Keep kind of address and DNS options, which moto's endpoints don't have."""
    kept = getattr(endpoint, "dns_options", {})
    endpoint.dns_options = {**kept, **(members.get("DnsOptions") or {})}
    kind = getattr(endpoint, "ip_address_type", None)
    endpoint.ip_address_type = members.get("IpAddressType", kind)
