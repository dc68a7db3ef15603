from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.modern_data.warehouse.plugins.modules.ec2_vpc_endpoint import main
from botocore.stub import ANY

ID, VPC = "vpce-1", "vpc-1"
NEW = {"VpcId": VPC, "ClientToken": ANY}
S3 = "com.amazonaws.us-east-1.s3"
SECRETS = "com.amazonaws.us-east-1.secretsmanager"
GATEWAY = {"vpc_id": VPC, "service_name": S3, "vpc_endpoint_type": "Gateway"}
INTERFACE = {"vpc_id": VPC, "service_name": SECRETS, "vpc_endpoint_type": "Interface"}
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": ["s3:Get*", "s3:Put*"], "Resource": "*"}
POLICY = {"Version": "2012-10-17", "Statement": [ALLOW]}


def endpoint(service: str = S3, kind: str = "Gateway", **members: Any) -> dict[str, Any]:
    found = {"VpcEndpointId": ID, "VpcId": VPC, "ServiceName": service, "VpcEndpointType": kind}
    return {**found, "State": "available", "PolicyDocument": json.dumps(POLICY), **members}


def interface(**members: Any) -> dict[str, Any]:
    return endpoint(SECRETS, "Interface", **members)


@pytest.fixture
def search(say):
    """What is found by VPC, service and type."""

    def search(*found: dict[str, Any], service: str = S3, kind: str = "Gateway"):
        members = {"vpc-id": VPC, "service-name": service, "vpc-endpoint-type": kind}
        filters = [{"Name": name, "Values": [value]} for name, value in members.items() if value]
        answer = {"VpcEndpoints": list(found)}
        return say("ec2", "DescribeVpcEndpoints", {"Filters": filters}, answer)

    return search


@pytest.fixture
def look(say):
    """What is found by its ID; an error code where nothing is."""

    def look(found: dict[str, Any] | str, name: str = ID):
        answer = found if isinstance(found, str) else {"VpcEndpoints": [found]}
        return say("ec2", "DescribeVpcEndpoints", {"VpcEndpointIds": [name]}, answer)

    return look


@pytest.fixture
def modify(say):
    def modify(**members: Any):
        return say("ec2", "ModifyVpcEndpoint", {"VpcEndpointId": ID, **members}, {"Return": True})

    return modify


def test_is_created_with_its_tags_and_waited_for(run_module, say, search, look):
    tags = [{"Key": "Name", "Value": "shop"}]
    request = {
        **NEW,
        "ServiceName": S3,
        "VpcEndpointType": "Gateway",
        "RouteTableIds": ["rtb-1"],
        "PolicyDocument": json.dumps(POLICY),
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": tags}],
    }
    script = [
        search(),
        say("ec2", "CreateVpcEndpoint", request, {"VpcEndpoint": {"VpcEndpointId": ID}}),
        look("InvalidVpcEndpointId.NotFound"),
        look(endpoint(State="pending")),
        look(endpoint(Tags=tags)),
    ]
    options = {"route_table_ids": ["rtb-1"], "policy": POLICY, "tags": {"Name": "shop"}}
    result = run_module(main, script, **GATEWAY, **options)
    assert result["changed"]
    assert result["vpc_endpoint"]["vpc_endpoint_id"] == ID
    assert result["vpc_endpoint"]["policy"] == POLICY
    assert result["vpc_endpoint"]["tags"] == {"Name": "shop"}


def test_is_predicted_in_check_mode(run_module, search):
    result = run_module(main, [search()], True, **GATEWAY, route_table_ids=["rtb-1"])
    assert result["changed"]
    assert result["vpc_endpoint"] == {**GATEWAY, "route_table_ids": ["rtb-1"], "tags": {}}


def test_that_is_right_is_left_alone(run_module, search):
    current = endpoint(RouteTableIds=["rtb-1", "rtb-2"])
    statement = {**ALLOW, "Action": ["s3:Put*", "s3:Get*"], "Resource": ["*"]}
    options = {
        "route_table_ids": ["rtb-2", "rtb-1"],
        "policy": {**POLICY, "Statement": statement},
    }
    assert not run_module(main, [search(current)], **GATEWAY, **options)["changed"]


def test_route_tables_are_added_and_removed_in_place(run_module, search, look, modify):
    script = [
        search(endpoint(RouteTableIds=["rtb-1", "rtb-2"])),
        modify(AddRouteTableIds=["rtb-3"], RemoveRouteTableIds=["rtb-1"]),
        look(endpoint(RouteTableIds=["rtb-2", "rtb-3"])),
    ]
    result = run_module(main, script, **GATEWAY, route_table_ids=["rtb-2", "rtb-3"])
    assert result["diff"]["before"]["route_table_ids"] == ["rtb-1", "rtb-2"]
    assert result["diff"]["after"]["route_table_ids"] == ["rtb-2", "rtb-3"]
    assert result["vpc_endpoint"]["route_table_ids"] == ["rtb-2", "rtb-3"]


def test_all_settings_go_in_one_request(run_module, search, look, modify):
    current = interface(
        SubnetIds=["subnet-1"],
        Groups=[{"GroupId": "sg-1", "GroupName": "default"}],
        PrivateDnsEnabled=True,
        IpAddressType="ipv4",
        DnsOptions={"DnsRecordIpType": "ipv4"},
    )
    dns = {"dns_record_ip_type": "dualstack"}
    changed = modify(
        AddSubnetIds=["subnet-2"],
        AddSecurityGroupIds=["sg-2"],
        RemoveSecurityGroupIds=["sg-1"],
        PrivateDnsEnabled=False,
        IpAddressType="dualstack",
        DnsOptions={"DnsRecordIpType": "dualstack"},
    )
    result = run_module(
        main,
        [search(current, service=SECRETS, kind="Interface"), changed, look(interface())],
        **INTERFACE,
        subnet_ids=["subnet-1", "subnet-2"],
        security_group_ids=["sg-2"],
        private_dns_enabled=False,
        ip_address_type="dualstack",
        dns_options=dns,
    )
    assert result["diff"]["after"]["dns_options"] == dns


def test_subnets_make_room_before_others_take_it(run_module, search, look, modify):
    current = interface(SubnetIds=["subnet-1"])
    script = [
        search(current, service=SECRETS, kind="Interface"),
        modify(RemoveSubnetIds=["subnet-1"]),
        look(interface(State="pending")),
        look(interface()),
        modify(AddSubnetIds=["subnet-2"]),
        look(interface(SubnetIds=["subnet-2"])),
    ]
    assert run_module(main, script, **INTERFACE, subnet_ids=["subnet-2"])["changed"]


def test_tags_are_set_and_purged(run_module, say, search, look):
    script = [
        search(endpoint(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])),
        say("ec2", "DeleteTags", {"Resources": [ID], "Tags": [{"Key": "b"}]}),
        say("ec2", "CreateTags", {"Resources": [ID], "Tags": [{"Key": "a", "Value": "3"}]}),
        look(endpoint(Tags=[{"Key": "a", "Value": "3"}])),
    ]
    result = run_module(main, script, **GATEWAY, tags={"a": "3"})
    assert result["vpc_endpoint"]["tags"] == {"a": "3"}


def test_several_are_told_apart_by_their_name(run_module, search):
    found = [
        interface(VpcEndpointId=f"vpce-{name}", Tags=[{"Key": "Name", "Value": name}])
        for name in ("a", "b")
    ]
    script = [search(*found, service=SECRETS, kind="Interface")]
    result = run_module(main, script, **INTERFACE, tags={"Name": "b"})
    assert result["vpc_endpoint"]["vpc_endpoint_id"] == "vpce-b"


@pytest.mark.parametrize("options", [{}, {"tags": {"Name": "c"}}, {"state": "absent"}])
def test_several_that_could_be_meant_are_refused_and_listed(run_module, search, options):
    found = [endpoint(), endpoint(VpcEndpointId="vpce-2", Tags=[{"Key": "Name", "Value": "b"}])]
    result = run_module(main, [search(*found)], **GATEWAY, **options)
    assert "it could be any of vpce-1 (Name None), vpce-2 (Name 'b')" in result["msg"]


def test_one_that_is_gone_or_going_makes_room(run_module, search):
    found = [
        endpoint(VpcEndpointId="vpce-2", State="deleting"),
        endpoint(VpcEndpointId="vpce-3", State="deleted"),
        endpoint(),
    ]
    assert run_module(main, [search(*found)], **GATEWAY)["vpc_endpoint"]["vpc_endpoint_id"] == ID


def test_one_that_is_going_is_waited_for_and_made_anew(run_module, say, search, look):
    request = {**NEW, "ServiceName": S3, "VpcEndpointType": "Gateway"}
    script = [
        search(endpoint(State="deleting")),
        look(endpoint(State="deleting")),
        look(endpoint(State="deleted")),
        say("ec2", "CreateVpcEndpoint", request, {"VpcEndpoint": {"VpcEndpointId": "vpce-2"}}),
        look(endpoint(VpcEndpointId="vpce-2"), "vpce-2"),
    ]
    assert run_module(main, script, **GATEWAY)["vpc_endpoint"]["vpc_endpoint_id"] == "vpce-2"


def test_acceptance_by_the_owner_is_not_waited_for(run_module, say, search, look):
    request = {**NEW, "ServiceName": SECRETS, "VpcEndpointType": "Interface"}
    script = [
        search(service=SECRETS, kind="Interface"),
        say("ec2", "CreateVpcEndpoint", request, {"VpcEndpoint": {"VpcEndpointId": ID}}),
        look(interface(State="PendingAcceptance")),
    ]
    result = run_module(main, script, **INTERFACE)
    assert result["vpc_endpoint"]["state"] == "pendingAcceptance"


def test_one_that_was_rejected_is_an_error(run_module, search, look):
    script = [search(endpoint(State="rejected")), look(endpoint(State="rejected"))]
    result = run_module(main, script, **GATEWAY)
    assert "its status is rejected" in result["msg"]


def test_deletion_is_waited_for(run_module, say, search, look):
    script = [
        search(endpoint()),
        say("ec2", "DeleteVpcEndpoints", {"VpcEndpointIds": [ID]}, {"Unsuccessful": []}),
        look(endpoint(State="deleting")),
        look("InvalidVpcEndpointId.NotFound"),
    ]
    assert run_module(main, script, **GATEWAY, state="absent")["changed"]


def test_a_refused_deletion_is_an_error(run_module, say, look):
    error = {"Code": "InvalidParameter", "Message": "Requester-managed."}
    failure = {"Unsuccessful": [{"ResourceId": ID, "Error": error}]}
    script = [
        look(endpoint()),
        say("ec2", "DeleteVpcEndpoints", {"VpcEndpointIds": [ID]}, failure),
    ]
    result = run_module(main, script, vpc_endpoint_id=ID, state="absent")
    assert "deleting it failed: InvalidParameter: Requester-managed." in result["msg"]


def test_one_that_is_not_there_is_absent(run_module, look):
    script = [look("InvalidVpcEndpointId.NotFound")]
    assert not run_module(main, script, vpc_endpoint_id=ID, state="absent")["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_an_id_that_does_not_exist_is_refused(run_module, look, check):
    script = [look("InvalidVpcEndpointId.NotFound")]
    result = run_module(main, script, check, vpc_endpoint_id=ID)
    assert "vpce-1: doesn't exist: leave vpc_endpoint_id out" in result["msg"]


def test_an_endpoint_stays_in_its_vpc(run_module, look):
    options = {"vpc_id": "vpc-2", "service_name": S3}
    result = run_module(main, [look(endpoint())], vpc_endpoint_id=ID, **options)
    assert "vpc_id can't be changed from 'vpc-1' to 'vpc-2'" in result["msg"]


def test_the_type_is_needed_to_make_one(run_module, search):
    result = run_module(main, [search(kind="")], vpc_id=VPC, service_name=S3)
    assert "creating it needs the options vpc_endpoint_type" in result["msg"]


def test_what_the_type_of_an_endpoint_has_not_is_refused_though_no_type_was_given(run_module, look):
    result = run_module(main, [look(endpoint())], vpc_endpoint_id=ID, private_dns_enabled=True)
    assert "an endpoint of type Gateway has no private_dns_enabled" in result["msg"]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("Gateway", {"subnet_ids": ["subnet-1"]}, "type Gateway has no subnet_ids; it has route_t"),
        ("Gateway", {"security_group_ids": ["sg-1"]}, "type Gateway has no security_group_ids"),
        (
            "Gateway",
            {"dns_options": {"private_dns_only_for_inbound_resolver_endpoint": True}},
            "has no dns_options.private_dns_only_for_inbound_resolver_endpoint",
        ),
        ("Interface", {"route_table_ids": ["rtb-1"]}, "type Interface has no route_table_ids"),
        ("Interface", {"security_group_ids": []}, "security_group_ids is []"),
        ("GatewayLoadBalancer", {"policy": POLICY}, "type GatewayLoadBalancer has no policy"),
        ("GatewayLoadBalancer", {"subnet_ids": ["subnet-1", "subnet-2"]}, "takes one subnet"),
    ],
)
def test_bad_input_is_refused_before_any_call(run_module, kind, options, message):
    given = {"vpc_id": VPC, "service_name": S3, "vpc_endpoint_type": kind}
    result = run_module(main, [], **given, **options)
    assert message in result["msg"]


@pytest.mark.parametrize("options", [{}, {"vpc_id": VPC}, {"service_name": S3}])
def test_an_endpoint_that_is_not_named_is_refused(run_module, options):
    assert run_module(main, [], **options)["failed"]
