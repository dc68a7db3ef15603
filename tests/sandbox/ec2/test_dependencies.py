"""What is in use is not deleted."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

SECRETS = "com.amazonaws.us-east-1.secretsmanager"


@pytest.fixture
def ec2(aws):
    return aws("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def subnet(ec2, vpc):
    return ec2.create_subnet(VpcId=vpc, CidrBlock="10.8.0.0/24")["Subnet"]["SubnetId"]


@pytest.fixture
def group(ec2, vpc):
    made = ec2.create_security_group(GroupName="used", Description="used", VpcId=vpc)
    return made["GroupId"]


def in_use(call, **members):
    with pytest.raises(ClientError) as error:
        call(**members)
    return error.value.response["Error"]["Code"] == "DependencyViolation"


def test_what_an_endpoint_uses_goes_after_it(ec2, vpc, subnet, group):
    name = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=SECRETS,
        VpcEndpointType="Interface",
        PrivateDnsEnabled=False,
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    assert in_use(ec2.delete_subnet, SubnetId=subnet)
    assert in_use(ec2.delete_security_group, GroupId=group)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[name])
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_security_group(GroupId=group)


def test_a_group_that_an_endpoint_has_no_more_can_go(ec2, vpc, subnet, group):
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    name = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=SECRETS,
        VpcEndpointType="Interface",
        PrivateDnsEnabled=False,
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=name, AddSecurityGroupIds=[other], RemoveSecurityGroupIds=[group]
    )
    ec2.delete_security_group(GroupId=group)
    assert in_use(ec2.delete_security_group, GroupId=other)


def test_a_group_that_another_admits_goes_after_it(ec2, vpc, group):
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=other,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    assert in_use(ec2.delete_security_group, GroupId=group)
    ec2.delete_security_group(GroupId=other)
    ec2.delete_security_group(GroupId=group)


def test_what_is_not_there_is_told(ec2):
    with pytest.raises(ClientError, match=r"InvalidGroup\.NotFound"):
        ec2.delete_security_group(GroupId="sg-00000000")
    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        ec2.delete_subnet(SubnetId="subnet-00000000")
