"""Every door asks IAM: what one user and one role may do, and what a refusal says."""

from __future__ import annotations

import json
import uuid
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.authorization.refusals import REFUSALS
from tests.sandbox.identities import ACCOUNT, ARN, permit, refused


def trust(principal, *actions, **condition):
    """A trust policy for iam.create_role."""
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": list(actions or ("sts:AssumeRole",)),
        **({"Condition": condition} if condition else {}),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(aws, document=None):
    name = f"role-{uuid.uuid4().hex[:8]}"
    document = document or trust({"AWS": ACCOUNT})
    return aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


@pytest.mark.parametrize(
    ("service", "method", "arguments", "code", "status", "action", "resource"), REFUSALS
)
def test_who_is_allowed_nothing_is_told_what_is_missing(
    user, service, method, arguments, code, status, action, resource
):
    arn, clients = user()
    told = refused(getattr(clients(service), method), **arguments)
    assert told[:2] == (code, status)
    shown = f'"{resource}"' if service == "s3" else resource
    assert (
        f"User: {arn} is not authorized to perform: {action} on resource: {shown} "
        f"because no identity-based policy allows the {action} action"
    ) in told[2]


def test_an_action_is_allowed_on_its_resource_alone(aws, user):
    for name in ("mine", "other"):
        aws("sns").create_topic(Name=name)
    _, clients = user("sns:Publish", resource=ARN.format("sns", "mine"))
    sns = clients("sns")
    sns.publish(TopicArn=ARN.format("sns", "mine"), Message="x")
    assert refused(sns.publish, TopicArn=ARN.format("sns", "other"), Message="x")[1] == 403


def test_groups_and_managed_policies_count(aws, user):
    iam = aws("iam")
    arn, clients = user()
    name, group = arn.rpartition("/")[2], f"group-{uuid.uuid4().hex[:8]}"
    iam.create_group(GroupName=group)
    iam.attach_group_policy(GroupName=group, PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    assert refused(clients("iam").list_roles)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName=group, UserName=name)
    clients("iam").list_roles()
    assert refused(clients("iam").create_user, UserName="x")[0] == "AccessDenied"


def test_a_role_is_given_to_a_service_only_by_whoever_may_pass_it(aws, user):
    machine = make_role(aws, trust({"Service": "states.amazonaws.com"}))
    definition = json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}})
    request = {"name": f"m-{uuid.uuid4()}", "roleArn": machine, "definition": definition}
    arn, clients = user("states:CreateStateMachine")
    code, _, message = refused(clients("stepfunctions").create_state_machine, **request)
    assert code == "AccessDeniedException"
    assert f"iam:PassRole on resource: {machine}" in message
    condition = {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}
    permit(aws, arn, "iam:PassRole", resource=machine, condition=condition)
    clients("stepfunctions").create_state_machine(**request)


def test_what_is_made_with_tags_must_be_taggable(aws, user):
    arn, clients = user("sns:CreateTopic")
    request = {"Name": "tagged", "Tags": [{"Key": "platform", "Value": "shop"}]}
    assert "sns:TagResource on resource" in refused(clients("sns").create_topic, **request)[2]
    condition = {
        "StringEquals": {"aws:RequestTag/platform": "shop"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["platform"]},
    }
    permit(aws, arn, "sns:TagResource", condition=condition)
    clients("sns").create_topic(**request)


def test_a_tag_of_a_resource_opens_it(aws, user):
    names = {"open": "shop", "closed": "other"}
    for name, platform in names.items():
        tags = [{"Key": "platform", "Value": platform}]
        aws("secretsmanager").create_secret(Name=f"tagged-{name}", SecretString="x", Tags=tags)
    arn, clients = user()
    condition = {"StringEquals": {"aws:ResourceTag/platform": "shop"}}
    permit(aws, arn, "secretsmanager:GetSecretValue", condition=condition)
    read = clients("secretsmanager").get_secret_value
    read(SecretId="tagged-open")
    assert refused(read, SecretId="tagged-closed")[0] == "AccessDeniedException"


def test_a_trust_policy_has_conditions(aws, user):
    shared = trust({"AWS": ACCOUNT}, StringEquals={"sts:ExternalId": "secret"})
    arn = make_role(aws, shared)
    _, clients = user("sts:AssumeRole")
    sts, request = clients("sts"), {"RoleArn": arn, "RoleSessionName": "me"}
    assert refused(sts.assume_role, **request)[0] == "AccessDenied"
    sts.assume_role(**request, ExternalId="secret")


def test_the_account_in_a_trust_policy_leaves_it_to_iam_and_a_user_in_it_does_not(aws, user):
    arn, clients = user()
    request = {"RoleSessionName": "me"}
    assume = clients("sts").assume_role
    told = refused(assume, RoleArn=make_role(aws), **request)
    assert told[2].startswith(f"User: {arn} is not authorized to perform: sts:AssumeRole on")
    assume(RoleArn=make_role(aws, trust({"AWS": arn})), **request)


def test_session_tags_need_a_right_of_their_own(aws):
    sts, tags = aws("sts"), [{"Key": "RedshiftDbRoles", "Value": "admin"}]
    request = {"RoleSessionName": "me", "Tags": tags}
    told = refused(sts.assume_role, RoleArn=make_role(aws), **request)
    assert "is not authorized to perform: sts:TagSession on resource" in told[2]
    both = trust({"AWS": ACCOUNT}, "sts:AssumeRole", "sts:TagSession")
    sts.assume_role(RoleArn=make_role(aws, both), **request)
    told = refused(
        sts.assume_role, RoleArn=make_role(aws), RoleSessionName="me", SourceIdentity="ann"
    )
    assert "sts:SetSourceIdentity" in told[2]


def session(aws, role, **told):
    given = aws("sts").assume_role(RoleArn=role, RoleSessionName="me", **told)["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def test_a_session_policy_narrows_the_role(aws):
    role = permit(aws, make_role(aws), "iam:ListRoles", "iam:ListUsers")
    only = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    narrowed = aws("iam", **session(aws, role, Policy=policy))
    narrowed.list_users()
    assert "no session policy allows" in refused(narrowed.list_roles)[2]
    managed = [{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]
    assert (
        "no session policy allows"
        in refused(aws("iam", **session(aws, role, PolicyArns=managed)).list_users)[2]
    )


def test_a_boundary_narrows_the_role(aws):
    role = permit(aws, make_role(aws), "iam:ListRoles")
    aws("iam").put_role_permissions_boundary(
        RoleName=role.rpartition("/")[2],
        PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3FullAccess",
    )
    told = refused(aws("iam", **session(aws, role)).list_roles)
    assert "because no permissions boundary allows the iam:ListRoles action" in told[2]


def test_keys_and_secrets_have_policies_of_their_own(aws, user):
    arn, clients = user("kms:DescribeKey")
    key = aws("kms").create_key()["KeyMetadata"]
    clients("kms").describe_key(KeyId=key["KeyId"])
    nobody = {
        "Effect": "Allow",
        "Principal": {"AWS": f"{arn}-other"},
        "Action": "kms:*",
        "Resource": "*",
    }
    aws("kms").put_key_policy(
        KeyId=key["KeyId"],
        PolicyName="default",
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [nobody]}),
    )
    told = refused(clients("kms").describe_key, KeyId=key["KeyId"])
    assert "because no resource-based policy allows the kms:DescribeKey action" in told[2]

    secret = aws("secretsmanager").create_secret(Name=f"s-{uuid.uuid4()}", SecretString="x")
    assert refused(clients("secretsmanager").get_secret_value, SecretId=secret["Name"])
    named = {
        "Effect": "Allow",
        "Principal": {"AWS": arn},
        "Resource": "*",
        "Action": "secretsmanager:GetSecretValue",
    }
    aws("secretsmanager").put_resource_policy(
        SecretId=secret["Name"],
        ResourcePolicy=json.dumps({"Version": "2012-10-17", "Statement": [named]}),
    )
    clients("secretsmanager").get_secret_value(SecretId=secret["Name"])


def test_a_service_that_the_sandbox_does_not_know_is_closed_to_others(user):
    _, clients = user("*")
    with pytest.raises(ClientError):
        clients("sts").get_session_token()


def test_tables_are_listed_that_the_action_is_allowed_on(aws, user):
    name = f"db_{uuid.uuid4().hex[:8]}"
    glue = aws("glue")
    glue.create_database(DatabaseInput={"Name": name})
    for table in ("one", "two"):
        glue.create_table(DatabaseName=name, TableInput={"Name": table})
    arn, clients = user()
    for resource in ("catalog", f"database/{name}", f"table/{name}/one"):
        permit(aws, arn, "glue:GetTables", "glue:GetTable", resource=ARN.format("glue", resource))
    listed = clients("glue").get_tables(DatabaseName=name)["TableList"]
    assert [table["Name"] for table in listed] == ["one"]
    clients("glue").get_table(DatabaseName=name, Name="one")
    told = refused(clients("glue").get_table, DatabaseName=name, Name="two")
    assert f"table/{name}/two" in told[2]


def test_what_was_asked_for_is_told(sandbox, aws, user):
    arn, clients = user("iam:ListUsers")
    clients("iam").list_users()
    refused(clients("iam").list_roles)
    role = make_role(aws)
    refused(clients("sts").assume_role, RoleArn=role, RoleSessionName="one")
    with urlopen(f"{sandbox.settings.endpoint_url}/_sandbox/permissions") as answer:
        asked = json.load(answer)[arn]
    assert asked == {
        "iam:ListUsers": {"*": True},
        "iam:ListRoles": {"*": False},
        "sts:AssumeRole": {role: False},
    }
