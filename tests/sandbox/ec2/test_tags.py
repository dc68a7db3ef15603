"""The tags of EC2's resources, which go with them."""

from __future__ import annotations

import uuid


def tagged(tagging, key):
    """The IDs of what has a tag."""
    pages = tagging.get_paginator("get_resources").paginate(TagFilters=[{"Key": key}])
    found = [each for page in pages for each in page["ResourceTagMappingList"]]
    return {each["ResourceARN"].rpartition("/")[2] for each in found}


def test_what_is_gone_has_no_tags(aws):
    ec2, name = aws("ec2"), f"gone-{uuid.uuid4().hex[:8]}"
    tagging = aws("resourcegroupstaggingapi")
    tags = [{"Key": name, "Value": "a"}]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"]
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    gateway = endpoint["VpcEndpoint"]["VpcEndpointId"]
    made = [vpc, subnet, table, group, gateway]
    ec2.create_tags(Resources=made, Tags=tags)
    assert tagged(tagging, name) == set(made)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[gateway])
    ec2.delete_security_group(GroupId=group)
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_subnet(SubnetId=subnet)
    assert tagged(tagging, name) == {vpc}
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_tags(Filters=[{"Name": "key", "Values": [name]}])["Tags"] == []
