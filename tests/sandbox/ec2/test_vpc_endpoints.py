"""VPC endpoints are refused and changed as AWS does."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

S3 = "com.amazonaws.us-east-1.s3"
SECRETS = "com.amazonaws.us-east-1.secretsmanager"
NUMBERS = itertools.count(1)


@dataclass
class Network:
    """A VPC of its own, and what is in it."""

    ec2: Any
    vpc: str

    def subnet(self, zone: str) -> str:
        block = f"10.9.{next(NUMBERS)}.0/24"
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=block, AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def table(self) -> str:
        return self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]

    def group(self) -> str:
        name = f"group-{next(NUMBERS)}"
        made = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.vpc)
        return made["GroupId"]

    def gateway(self, *tables: str, **members: Any) -> str:
        return self.make(S3, "Gateway", RouteTableIds=list(tables), **members)

    def interface(self, *subnets: str, **members: Any) -> str:
        return self.make(SECRETS, "Interface", SubnetIds=list(subnets), **members)

    def make(self, service: str, kind: str, **members: Any) -> str:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc, ServiceName=service, VpcEndpointType=kind, **members
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def endpoint(self, name: str) -> dict[str, Any]:
        return self.ec2.describe_vpc_endpoints(VpcEndpointIds=[name])["VpcEndpoints"][0]

    def modify(self, name: str, **members: Any) -> dict[str, Any]:
        self.ec2.modify_vpc_endpoint(VpcEndpointId=name, **members)
        return self.endpoint(name)

    def gateways_of(self, table: str) -> list[str]:
        tables = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        routes = tables[0]["Routes"]
        return [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route]


@pytest.fixture
def network(aws):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    return Network(ec2, vpc)


def refused(code, call, *arguments, **members):
    with pytest.raises(ClientError) as error:
        call(*arguments, **members)
    assert error.value.response["Error"]["Code"] == code
    return error.value.response["Error"]["Message"]


def test_a_gateway_has_routes_and_no_private_name(network):
    table = network.table()
    name = network.gateway(table)
    made = network.endpoint(name)
    assert network.gateways_of(table) == [name]
    assert (made["State"], made["PrivateDnsEnabled"]) == ("available", False)
    assert made["DnsOptions"] == {"DnsRecordIpType": "service-defined"}


def test_an_endpoint_is_a_gateway_unless_another_type_is_asked_for(network):
    made = network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=S3)["VpcEndpoint"]
    assert made["VpcEndpointType"] == "Gateway"
    assert network.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])


def test_an_interface_has_the_default_group_and_a_private_name(network):
    name = network.interface(network.subnet("us-east-1a"))
    made = network.endpoint(name)
    assert [group["GroupName"] for group in made["Groups"]] == ["default"]
    assert made["PrivateDnsEnabled"]
    assert len(made["NetworkInterfaceIds"]) == 1
    assert (made["IpAddressType"], made["DnsOptions"]) == ("ipv4", {"DnsRecordIpType": "ipv4"})


def test_a_route_table_has_one_route_to_a_service(network):
    table = network.table()
    network.gateway(table)
    message = refused("RouteAlreadyExists", network.gateway, table)
    assert f"route table {table} already has a route with destination-prefix-list-id pl-" in message
    other = network.gateway(network.table())
    refused("RouteAlreadyExists", network.modify, other, AddRouteTableIds=[table])


def test_a_request_that_is_sent_again_makes_no_second_endpoint(network):
    first = network.interface(ClientToken="once")
    assert network.interface(ClientToken="once") == first
    assert network.interface(ClientToken="twice", PrivateDnsEnabled=False) != first
    subnet = network.subnet("us-east-1a")
    refused("IdempotentParameterMismatch", network.interface, subnet, ClientToken="once")


def test_a_vpc_has_one_endpoint_with_a_service_s_private_name(network):
    network.interface()
    message = refused("InvalidParameter", network.interface)
    assert "already a conflicting DNS domain" in message
    second = network.interface(PrivateDnsEnabled=False)
    refused("InvalidParameter", network.modify, second, PrivateDnsEnabled=True)


def test_private_names_need_dns_in_the_vpc(network):
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": False})
    message = refused("InvalidParameter", network.interface)
    assert "requires both enableDnsSupport and enableDnsHostnames" in message
    name = network.interface(PrivateDnsEnabled=False)
    refused("InvalidParameter", network.modify, name, PrivateDnsEnabled=True)


def test_a_zone_has_one_subnet_of_an_endpoint(network):
    first, second = network.subnet("us-east-1a"), network.subnet("us-east-1a")
    refused("DuplicateSubnetsInSameZone", network.interface, first, second)
    name = network.interface(first)
    swap = {"AddSubnetIds": [second], "RemoveSubnetIds": [first]}
    refused("DuplicateSubnetsInSameZone", network.modify, name, **swap)
    network.modify(name, RemoveSubnetIds=[first])
    changed = network.modify(name, AddSubnetIds=[second])
    assert changed["SubnetIds"] == [second]
    interfaces = network.ec2.describe_network_interfaces(
        NetworkInterfaceIds=changed["NetworkInterfaceIds"]
    )["NetworkInterfaces"]
    assert [interface["SubnetId"] for interface in interfaces] == [second]


def test_a_gateway_s_routes_follow_its_tables(network):
    first, second = network.table(), network.table()
    name = network.gateway(first)
    network.modify(name, AddRouteTableIds=[second], RemoveRouteTableIds=[first])
    assert network.gateways_of(first) == []
    assert network.gateways_of(second) == [name]


def test_groups_policy_and_names_are_changed(network):
    group = network.group()
    name = network.interface()
    default = network.endpoint(name)["Groups"][0]["GroupId"]
    document = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}
    changed = network.modify(
        name,
        AddSecurityGroupIds=[group],
        RemoveSecurityGroupIds=[default],
        PolicyDocument=json.dumps(document),
        PrivateDnsEnabled=False,
        IpAddressType="dualstack",
        DnsOptions={"DnsRecordIpType": "dualstack"},
    )
    assert [one["GroupId"] for one in changed["Groups"]] == [group]
    assert json.loads(changed["PolicyDocument"]) == document
    assert not changed["PrivateDnsEnabled"]
    assert changed["IpAddressType"] == "dualstack"
    assert changed["DnsOptions"] == {"DnsRecordIpType": "dualstack"}
    reset = network.modify(name, ResetPolicy=True)
    assert json.loads(reset["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"


def test_the_last_group_stays(network):
    name = network.interface()
    default = network.endpoint(name)["Groups"][0]["GroupId"]
    refused("InvalidParameter", network.modify, name, RemoveSecurityGroupIds=[default])


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("InvalidParameter", {"SubnetIds": ["subnet-1"]}),
        ("InvalidParameter", {"SecurityGroupIds": ["sg-1"]}),
        ("InvalidParameter", {"PrivateDnsEnabled": True}),
        (
            "InvalidParameter",
            {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False}},
        ),
        ("InvalidPolicyDocument", {"PolicyDocument": "no policy"}),
        ("InvalidPolicyDocument", {"PolicyDocument": "{}"}),
        ("InvalidRouteTableID.NotFound", {"RouteTableIds": ["rtb-1"]}),
        ("InvalidVpcID.NotFound", {"VpcId": "vpc-1"}),
        ("InvalidServiceName", {"ServiceName": "com.amazonaws.us-east-1.nothing"}),
        ("InvalidParameter", {"ServiceName": SECRETS}),
    ],
)
def test_what_a_gateway_cannot_have_is_refused(network, code, members):
    request = {"VpcId": network.vpc, "ServiceName": S3, "VpcEndpointType": "Gateway", **members}
    refused(code, network.ec2.create_vpc_endpoint, **request)


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("InvalidParameter", {"RouteTableIds": ["rtb-1"]}),
        ("InvalidSubnetID.NotFound", {"SubnetIds": ["subnet-1"]}),
        ("InvalidGroup.NotFound", {"SecurityGroupIds": ["sg-1"]}),
    ],
)
def test_what_an_interface_cannot_have_is_refused(network, code, members):
    request = {"VpcId": network.vpc, "ServiceName": SECRETS, "VpcEndpointType": "Interface"}
    refused(code, network.ec2.create_vpc_endpoint, **request, **members)


def test_what_belongs_to_another_vpc_is_refused(aws, network):
    ec2 = aws("ec2")
    other = Network(ec2, ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])
    refused("InvalidParameter", network.gateway, other.table())
    refused("InvalidParameter", network.interface, other.subnet("us-east-1a"))
    refused("InvalidGroup.NotFound", network.interface, SecurityGroupIds=[other.group()])


def test_an_unknown_type_is_not_served(network):
    refused("NotImplemented", network.make, S3, "GatewayLoadBalancer")


def test_a_change_of_what_is_not_there_is_refused(network):
    refused("InvalidVpcEndpointId.NotFound", network.modify, "vpce-1", PrivateDnsEnabled=False)
    name = network.gateway()
    refused("InvalidParameter", network.modify, name, RemoveRouteTableIds=[network.table()])


def test_a_deleted_endpoint_has_neither_routes_nor_interfaces(network):
    table = network.table()
    gateway = network.gateway(table)
    interface = network.interface(network.subnet("us-east-1a"))
    (eni,) = network.endpoint(interface)["NetworkInterfaceIds"]
    names = [gateway, interface]
    assert network.ec2.delete_vpc_endpoints(VpcEndpointIds=names)["Unsuccessful"] == []
    assert network.gateways_of(table) == []
    refused(
        "InvalidNetworkInterfaceID.NotFound",
        network.ec2.describe_network_interfaces,
        NetworkInterfaceIds=[eni],
    )
    assert network.gateway(table)
    again = network.ec2.delete_vpc_endpoints(VpcEndpointIds=names)["Unsuccessful"]
    assert [one["ResourceId"] for one in again] == names
    assert {one["Error"]["Code"] for one in again} == {"InvalidVpcEndpoint.NotFound"}


def test_a_service_may_have_to_accept_an_endpoint(aws, network):
    subnet = network.subnet("us-east-1a")
    balancer = aws("elbv2").create_load_balancer(
        Name=f"balancer-{next(NUMBERS)}", Subnets=[subnet], Type="network"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    service = network.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer], AcceptanceRequired=True
    )["ServiceConfiguration"]["ServiceName"]
    made = network.endpoint(network.make(service, "Interface", SubnetIds=[subnet]))
    assert (made["State"], made["PrivateDnsEnabled"]) == ("pendingAcceptance", False)
