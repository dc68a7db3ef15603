"""Namespaces: what is kept, what is refused, how long a change takes."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.redshift_services.tools import (
    ADMIN,
    PASSWORD,
    available,
    complete,
    namespace_status,
    refused,
    remove,
    trust,
    until,
)


@pytest.fixture
def role(aws):
    iam = aws("iam")
    made = iam.create_role(
        RoleName="copier", AssumeRolePolicyDocument=trust(Service="redshift.amazonaws.com")
    )
    yield made["Role"]["Arn"]
    iam.delete_role(RoleName="copier")


def test_a_namespace_is_available_at_once_with_the_defaults_of_aws(redshift, fresh):
    made = redshift.create_namespace(namespaceName=fresh)["namespace"]
    identifier = made["namespaceId"]
    assert made["namespaceArn"] == (
        f"arn:aws:redshift-serverless:us-east-1:123456789012:namespace/{identifier}"
    )
    assert (made["dbName"], made["status"]) == ("dev", "AVAILABLE")
    assert (made["iamRoles"], made["logExports"]) == ([], [])
    assert made["kmsKeyId"] == "AWS_OWNED_KMS_KEY"
    assert redshift.get_namespace(namespaceName=fresh)["namespace"] == made


def test_a_name_is_taken_once(redshift, fresh):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ConflictException"):
        redshift.create_namespace(namespaceName=fresh)


@pytest.mark.parametrize("name", ["Upper", "under_score", "ab", "x" * 65, "table"])
def test_a_bad_name_is_refused(redshift, name):
    with pytest.raises(Exception, match=r"ValidationException|Parameter validation failed"):
        redshift.create_namespace(namespaceName=name)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"adminUsername": "boss"}, "both"),
        ({"adminUserPassword": PASSWORD}, "both"),
        (ADMIN | {"manageAdminPassword": True}, "manageAdminPassword"),
        (ADMIN | {"adminUserPassword": "weak"}, "password"),
        (ADMIN | {"adminUserPassword": "With-a-slash/9"}, "password"),
        (ADMIN | {"adminUsername": "Boss"}, "user name"),
        ({"adminPasswordSecretKmsKeyId": "alias/x"}, "manageAdminPassword"),
        ({"dbName": "No Good"}, "database name"),
        ({"logExports": ["audit"]}, "logExports"),
        ({"kmsKeyId": "alias/nobody"}, "KMS"),
        ({"iamRoles": ["arn:aws:iam::123456789012:role/nobody"]}, "role/nobody"),
        ({"tags": [{"key": "aws:mine", "value": "no"}]}, "aws:"),
    ],
)
def test_a_wrong_setting_is_refused(redshift, settings, words):
    with refused("ValidationException", words):
        redshift.create_namespace(namespaceName="wrong", **settings)
    assert namespace_status(redshift, "wrong") == "GONE"


def test_the_default_role_must_be_among_the_roles(redshift, fresh, role):
    with refused("ValidationException", "default IAM role"):
        redshift.create_namespace(namespaceName=fresh, defaultIamRoleArn=role)
    made = redshift.create_namespace(namespaceName=fresh, iamRoles=[role], defaultIamRoleArn=role)
    assert made["namespace"]["iamRoles"] == [f"IamRole(applyStatus=in-sync, iamRoleArn={role})"]
    assert made["namespace"]["defaultIamRoleArn"] == role


def test_roles_change_only_with_the_default_role(redshift, fresh, role):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ValidationException", "entire list of IAM roles"):
        redshift.update_namespace(namespaceName=fresh, defaultIamRoleArn=role)
    redshift.update_namespace(namespaceName=fresh, iamRoles=[role], defaultIamRoleArn=role)
    available(redshift, fresh)
    redshift.update_namespace(namespaceName=fresh, iamRoles=[], defaultIamRoleArn="")
    available(redshift, fresh)
    changed = redshift.get_namespace(namespaceName=fresh)["namespace"]
    assert changed["iamRoles"] == []
    assert "defaultIamRoleArn" not in changed


def test_one_setting_a_request(redshift, fresh):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ValidationException", "multiple configurations"):
        redshift.update_namespace(namespaceName=fresh, logExports=["userlog"], **ADMIN)
    with refused("ValidationException"):
        redshift.update_namespace(namespaceName=fresh)


def test_a_change_takes_its_time_and_admits_no_other(redshift, fresh, slow):
    redshift.create_namespace(namespaceName=fresh)
    changing = redshift.update_namespace(namespaceName=fresh, logExports=["userlog"])
    assert changing["namespace"]["status"] == "MODIFYING"
    with refused("ConflictException"):
        redshift.update_namespace(namespaceName=fresh, logExports=[])
    available(redshift, fresh)
    assert redshift.get_namespace(namespaceName=fresh)["namespace"]["logExports"] == ["userlog"]


def test_a_managed_password_is_a_secret_that_goes_with_the_namespace(redshift, aws, fresh):
    made = redshift.create_namespace(
        namespaceName=fresh, adminUsername="boss", manageAdminPassword=True
    )["namespace"]
    secrets = aws("secretsmanager")
    arn = made["adminPasswordSecretArn"]
    value = secrets.get_secret_value(SecretId=arn)
    assert value["Name"] == f"redshift!{fresh}-boss"
    assert json.loads(value["SecretString"])["username"] == "boss"
    remove(redshift, fresh)
    with refused("ResourceNotFoundException"):
        secrets.get_secret_value(SecretId=arn)


def test_a_namespace_with_a_workgroup_is_not_deleted(redshift, warehouse):
    with refused("ConflictException", "workgroup"):
        redshift.delete_namespace(namespaceName="shared")


def test_a_final_snapshot_outlives_the_namespace(redshift, fresh):
    redshift.create_namespace(namespaceName=fresh)
    redshift.delete_namespace(
        namespaceName=fresh, finalSnapshotName="last", finalSnapshotRetentionPeriod=7
    )
    until(lambda: namespace_status(redshift, fresh) == "GONE")
    snapshot = until(lambda: complete(redshift, "last"))
    assert (snapshot["namespaceName"], snapshot["snapshotRetentionPeriod"]) == (fresh, 7)
    redshift.delete_snapshot(snapshotName="last")
    with refused("ResourceNotFoundException"):
        redshift.get_snapshot(snapshotName="last")


def test_a_list_comes_in_pages(redshift, warehouse, fresh):
    redshift.create_namespace(namespaceName=fresh)
    first = redshift.list_namespaces(maxResults=1)
    second = redshift.list_namespaces(maxResults=1, nextToken=first["nextToken"])
    assert len(first["namespaces"]) == len(second["namespaces"]) == 1
    assert first["namespaces"] != second["namespaces"]
    pages = redshift.get_paginator("list_namespaces").paginate()
    names = {each["namespaceName"] for page in pages for each in page["namespaces"]}
    assert {"shared", fresh} <= names
    with refused("ValidationException", "token"):
        redshift.list_namespaces(nextToken="made up")
