"""What a request needs beside its own action, where AWS's list of actions names it."""

from __future__ import annotations

import uuid

import pytest

from tests.sandbox.identities import ARN, permit, refused

SECRETS = "com.amazonaws.us-east-1.secretsmanager"
JOIN = "route53:AssociateVPCWithHostedZone"
INSTANCE = {
    "Engine": "postgres",
    "EngineVersion": "16.10",
    "DBInstanceClass": "db.t4g.medium",
    "AllocatedStorage": 20,
    "MasterUsername": "shop_admin",
    "MasterUserPassword": "correct-horse-9",
}
OF_A_SECRET = (
    "CreateSecret",
    "DeleteSecret",
    "DescribeSecret",
    "RotateSecret",
    "TagResource",
    "UpdateSecret",
)


@pytest.fixture
def name():
    return f"asked-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def vpc(aws):
    ec2 = aws("ec2")
    made = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    return made


@pytest.mark.parametrize("told", [{}, {"PrivateDnsEnabled": True}])
def test_private_names_join_the_vpc_to_a_zone(aws, user, vpc, told):
    arn, clients = user("ec2:CreateVpcEndpoint")
    make = clients("ec2").create_vpc_endpoint
    request = {"VpcId": vpc, "VpcEndpointType": "Interface", "ServiceName": SECRETS, **told}
    assert JOIN in refused(make, **request)[2]
    permit(aws, arn, JOIN, resource="arn:aws:route53:::hostedzone/*")
    assert make(**request)["VpcEndpoint"]["PrivateDnsEnabled"]


def test_an_endpoint_without_private_names_joins_no_zone(user, vpc):
    _, clients = user("ec2:CreateVpcEndpoint")
    make = clients("ec2").create_vpc_endpoint
    make(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    make(VpcId=vpc, ServiceName=SECRETS, VpcEndpointType="Interface", PrivateDnsEnabled=False)


def test_an_instance_has_the_default_option_group(aws, user, name):
    arn, clients = user("rds:CreateDBInstance", resource=ARN.format("rds", f"db:{name}"))
    permit(aws, arn, "rds:AddTagsToResource", resource=ARN.format("rds", f"db:{name}"))
    make = clients("rds").create_db_instance
    request = {
        "DBInstanceIdentifier": name,
        "Tags": [{"Key": "platform", "Value": "shop"}],
        **INSTANCE,
    }
    default = ARN.format("rds", "og:default:postgres-16")
    assert f"rds:CreateDBInstance on resource: {default}" in refused(make, **request)[2]
    permit(aws, arn, "rds:CreateDBInstance", resource=ARN.format("rds", "og:default*"))
    make(**request)
    rds = aws("rds")
    rds.get_waiter("db_instance_available").wait(
        DBInstanceIdentifier=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
    )
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_a_last_snapshot_is_made_with_the_right_to_make_one(aws, user, name):
    arn, clients = user("rds:DeleteDBInstance")
    delete = clients("rds").delete_db_instance
    assert refused(delete, DBInstanceIdentifier=name, SkipFinalSnapshot=True)[1] == 404
    request = {"DBInstanceIdentifier": name, "FinalDBSnapshotIdentifier": "last"}
    for resource in (f"db:{name}", "snapshot:last"):
        missing = ARN.format("rds", resource)
        assert f"rds:CreateDBSnapshot on resource: {missing}" in refused(delete, **request)[2]
        permit(aws, arn, "rds:CreateDBSnapshot", resource=missing)
    assert refused(delete, **request)[1] == 404


def test_a_managed_password_is_kept_with_the_rights_of_the_caller(aws, user, name):
    arn, clients = user("redshift-serverless:*")
    make = clients("redshift-serverless").create_namespace
    request = {"namespaceName": name, "manageAdminPassword": True, "adminUsername": "boss"}
    assert "secretsmanager:GetRandomPassword on resource: *" in refused(make, **request)[2]
    permit(aws, arn, "secretsmanager:GetRandomPassword")
    secret = ARN.format("secretsmanager", f"secret:redshift!{name}-*")
    for action in OF_A_SECRET:
        assert f"secretsmanager:{action} on resource" in refused(make, **request)[2]
        permit(aws, arn, f"secretsmanager:{action}", resource=secret)
    make(**request)


def test_a_namespace_takes_its_secret_with_it(aws, user, name):
    aws("redshift-serverless").create_namespace(namespaceName=name, manageAdminPassword=True)
    arn, clients = user("redshift-serverless:DeleteNamespace")
    delete = clients("redshift-serverless").delete_namespace
    assert "secretsmanager:DeleteSecret on resource" in refused(delete, namespaceName=name)[2]
    permit(aws, arn, "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret")
    delete(namespaceName=name)
