"""Redshift Serverless: what the API keeps, what it refuses, and the endpoint that it opens."""

from __future__ import annotations

import contextlib
import datetime
import json

import psycopg
import pytest
import redshift_connector
from botocore.exceptions import ClientError

from tests.sandbox.warehouse_tools import (
    PASSWORD,
    make,
    namespace_status,
    remove,
    trust,
    until,
    workgroup_status,
)

ADMIN = {"adminUsername": "boss", "adminUserPassword": PASSWORD}


@pytest.fixture(scope="module")
def redshift(aws):
    return aws("redshift-serverless")


@pytest.fixture(scope="module")
def warehouse(redshift):
    """A namespace and a workgroup named "shared", which tests leave as they found it."""
    yield make(redshift, "shared", dbName="analytics", **ADMIN)
    remove(redshift, "shared")


@pytest.fixture
def fresh(redshift):
    """A name whose namespace and workgroup are removed after the test."""
    yield "fresh"
    remove(redshift, "fresh")


@pytest.fixture
def slow(sandbox, monkeypatch):
    """Provisioning takes a while: a workgroup a second or two."""
    monkeypatch.setattr(sandbox.clock, "_latency", 0.01)


@pytest.fixture
def role(aws):
    iam = aws("iam")
    made = iam.create_role(
        RoleName="copier", AssumeRolePolicyDocument=trust(Service="redshift.amazonaws.com")
    )
    yield made["Role"]["Arn"]
    iam.delete_role(RoleName="copier")


@contextlib.contextmanager
def refused(code, words=""):
    with pytest.raises(ClientError) as caught:
        yield
    assert caught.value.response["Error"]["Code"] == code
    assert words in caught.value.response["Error"]["Message"]


def available(redshift, name):
    until(lambda: namespace_status(redshift, name) == "AVAILABLE")


def serving(redshift, name):
    until(lambda: workgroup_status(redshift, name) == "AVAILABLE")


# Namespaces


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


def complete(redshift, name):
    snapshot = redshift.get_snapshot(snapshotName=name)["snapshot"]
    return snapshot if snapshot["status"] == "AVAILABLE" else None


def test_a_list_comes_in_pages(redshift, warehouse, fresh):
    redshift.create_namespace(namespaceName=fresh)
    first = redshift.list_namespaces(maxResults=1)
    second = redshift.list_namespaces(maxResults=1, nextToken=first["nextToken"])
    pages = [each["namespaceName"] for page in (first, second) for each in page["namespaces"]]
    assert pages == ["shared", fresh]
    with refused("ValidationException", "token"):
        redshift.list_namespaces(nextToken="made up")


# Workgroups


def test_a_workgroup_shows_the_defaults_of_aws(redshift, warehouse):
    parameters = {
        each["parameterKey"]: each["parameterValue"] for each in warehouse["configParameters"]
    }
    assert parameters == {
        "auto_mv": "true",
        "datestyle": "ISO, MDY",
        "enable_case_sensitive_identifier": "false",
        "enable_user_activity_logging": "true",
        "max_query_execution_time": "14400",
        "query_group": "default",
        "require_ssl": "true",
        "search_path": "$user, public",
        "use_fips_ssl": "false",
    }
    assert (warehouse["port"], warehouse["publiclyAccessible"]) == (5439, False)
    assert warehouse["enhancedVpcRouting"] is False
    assert "maxCapacity" not in warehouse


def test_a_workgroup_stands_in_its_subnets(redshift, aws, warehouse):
    (endpoint,) = warehouse["endpoint"]["vpcEndpoints"]
    interfaces = endpoint["networkInterfaces"]
    assert {each["subnetId"] for each in interfaces} == set(warehouse["subnetIds"])
    known = aws("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[each["networkInterfaceId"] for each in interfaces]
    )["NetworkInterfaces"]
    assert {each["VpcId"] for each in known} == {endpoint["vpcId"]}


def test_a_new_workgroup_is_creating_until_it_serves(redshift, fresh, slow):
    redshift.create_namespace(namespaceName=fresh)
    made = redshift.create_workgroup(workgroupName=fresh, namespaceName=fresh)["workgroup"]
    assert (made["status"], made["baseCapacity"]) == ("CREATING", 128)
    with refused("ConflictException"):
        redshift.update_workgroup(workgroupName=fresh, baseCapacity=8)
    with refused("ConflictException"):
        redshift.delete_workgroup(workgroupName=fresh)
    serving(redshift, fresh)


def test_a_namespace_has_one_workgroup(redshift, warehouse):
    with refused("ConflictException", "already has a workgroup"):
        redshift.create_workgroup(workgroupName="second", namespaceName="shared")
    with refused("ConflictException", "already exists"):
        redshift.create_workgroup(workgroupName="shared", namespaceName="shared")


def test_a_workgroup_needs_its_namespace(redshift):
    with refused("ResourceNotFoundException"):
        redshift.create_workgroup(workgroupName="alone", namespaceName="nobody")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"baseCapacity": 5}, "base capacity"),
        ({"baseCapacity": 12}, "base capacity"),
        ({"baseCapacity": 1024}, "base capacity"),
        ({"baseCapacity": 64, "maxCapacity": 32}, "max capacity"),
        ({"port": 5432 + 100}, "port"),
        ({"configParameters": [{"parameterKey": "wrong", "parameterValue": "1"}]}, "wrong"),
        (
            {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": "yes"}]},
            "require_ssl",
        ),
        ({"pricePerformanceTarget": {"status": "ENABLED", "level": 30}}, "level"),
        (
            {"pricePerformanceTarget": {"status": "ENABLED"}, "baseCapacity": 8},
            "pricePerformanceTarget",
        ),
        ({"subnetIds": ["subnet-00000000"]}, "subnet-00000000"),
        ({"trackName": "nightly"}, "track"),
    ],
)
def test_a_wrong_workgroup_is_refused(redshift, fresh, settings, words):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ValidationException", words):
        redshift.create_workgroup(workgroupName=fresh, namespaceName=fresh, **settings)
    assert workgroup_status(redshift, fresh) == "GONE"


def test_subnets_must_lie_in_enough_zones(redshift, aws, fresh):
    redshift.create_namespace(namespaceName=fresh)
    zones = [{"Name": "default-for-az", "Values": ["true"]}]
    subnets = [each["SubnetId"] for each in aws("ec2").describe_subnets(Filters=zones)["Subnets"]]
    place = {"workgroupName": fresh, "namespaceName": fresh}
    with refused("ValidationException", "Availability Zones"):
        redshift.create_workgroup(**place, subnetIds=subnets[:1])
    with refused("ValidationException", "Availability Zones"):
        redshift.create_workgroup(**place, subnetIds=subnets[:2], enhancedVpcRouting=True)
    made = redshift.create_workgroup(**place, subnetIds=subnets[:3], enhancedVpcRouting=True)
    assert made["workgroup"]["subnetIds"] == subnets[:3]


def test_one_change_of_a_workgroup_at_a_time(redshift, warehouse, slow):
    with refused("ValidationException", "Can't update multiple configurations at the same time"):
        redshift.update_workgroup(workgroupName="shared", baseCapacity=16, maxCapacity=64)
    changing = redshift.update_workgroup(workgroupName="shared", baseCapacity=16)["workgroup"]
    assert (changing["status"], changing["baseCapacity"]) == ("MODIFYING", 16)
    with refused("ConflictException"):
        redshift.update_workgroup(workgroupName="shared", baseCapacity=8)
    serving(redshift, "shared")
    redshift.update_workgroup(workgroupName="shared", baseCapacity=8)
    serving(redshift, "shared")


def test_a_maximum_is_set_and_removed_once(redshift, warehouse):
    redshift.update_workgroup(workgroupName="shared", maxCapacity=64)
    serving(redshift, "shared")
    redshift.update_workgroup(workgroupName="shared", maxCapacity=-1)
    serving(redshift, "shared")
    assert "maxCapacity" not in redshift.get_workgroup(workgroupName="shared")["workgroup"]
    with refused("ValidationException"):
        redshift.update_workgroup(workgroupName="shared", maxCapacity=-1)


def test_parameters_that_are_not_named_stay(redshift, warehouse):
    def update(value):
        redshift.update_workgroup(
            workgroupName="shared",
            configParameters=[{"parameterKey": "max_scan_row_count", "parameterValue": value}],
        )
        serving(redshift, "shared")
        found = redshift.get_workgroup(workgroupName="shared")["workgroup"]["configParameters"]
        return {each["parameterKey"]: each["parameterValue"] for each in found}

    changed = update("1000")
    assert (changed["max_scan_row_count"], changed["query_group"]) == ("1000", "default")
    assert "max_scan_row_count" not in update("-1")


# Tags, limits, snapshots


def test_tags_are_added_replaced_and_removed(redshift, warehouse):
    arn = warehouse["workgroupArn"]
    redshift.tag_resource(
        resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "1"}]
    )
    redshift.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}])
    redshift.untag_resource(resourceArn=arn, tagKeys=["b", "never there"])
    assert redshift.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}]
    many = [{"key": f"k{number}", "value": ""} for number in range(50)]
    with refused("TooManyTagsException"):
        redshift.tag_resource(resourceArn=arn, tags=many)
    with refused("ResourceNotFoundException"):
        redshift.list_tags_for_resource(resourceArn=arn + "x")


def test_a_usage_limit_lives_with_its_workgroup(redshift, fresh):
    arn = make(redshift, fresh)["workgroupArn"]
    wanted = {"resourceArn": arn, "usageType": "serverless-compute", "period": "daily"}
    made = redshift.create_usage_limit(**wanted, amount=40, breachAction="deactivate")
    limit = made["usageLimit"]["usageLimitId"]
    with refused("ConflictException"):
        redshift.create_usage_limit(**wanted, amount=50, breachAction="deactivate")
    with refused("ValidationException", "amount"):
        redshift.update_usage_limit(usageLimitId=limit, amount=0)
    redshift.update_usage_limit(usageLimitId=limit, amount=60)
    (listed,) = redshift.list_usage_limits(resourceArn=arn)["usageLimits"]
    assert (listed["amount"], listed["breachAction"]) == (60, "deactivate")
    with refused("InvalidPaginationException"):
        redshift.list_usage_limits(nextToken="made up token")
    remove(redshift, fresh)
    with refused("ResourceNotFoundException"):
        redshift.get_usage_limit(usageLimitId=limit)


def test_a_limit_needs_a_workgroup(redshift):
    with refused("ResourceNotFoundException"):
        redshift.create_usage_limit(
            resourceArn="arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/none",
            usageType="serverless-compute",
            amount=1,
        )


def test_a_snapshot_needs_a_workgroup(redshift, warehouse, fresh):
    redshift.create_namespace(namespaceName=fresh)
    with refused("ValidationException", "workgroup"):
        redshift.create_snapshot(namespaceName=fresh, snapshotName="early")
    redshift.create_snapshot(namespaceName="shared", snapshotName="mine", retentionPeriod=3)
    with refused("ConflictException"):
        redshift.create_snapshot(namespaceName="shared", snapshotName="mine")
    assert until(lambda: complete(redshift, "mine"))["snapshotRemainingDays"] == 3
    redshift.delete_snapshot(snapshotName="mine")


def test_what_is_not_served_says_so(redshift):
    with refused("NotImplemented"):
        redshift.restore_from_snapshot(
            namespaceName="shared", workgroupName="shared", snapshotName="mine"
        )


# The endpoint


def login(workgroup, user, password, database="analytics"):
    endpoint = workgroup["endpoint"]
    return psycopg.connect(
        host=endpoint["address"],
        port=endpoint["port"],
        user=user,
        password=password,
        dbname=database,
        connect_timeout=10,
    )


def test_the_administrator_connects_to_the_endpoint(warehouse):
    with login(warehouse, "boss", PASSWORD) as connection:
        assert connection.execute("select current_user").fetchone() == ("boss",)


def test_the_driver_of_redshift_connects_to_the_endpoint(warehouse):
    endpoint = warehouse["endpoint"]
    with redshift_connector.connect(
        host=endpoint["address"],
        port=endpoint["port"],
        database="analytics",
        user="boss",
        password=PASSWORD,
        ssl=False,
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("select 6 * 7")
        assert cursor.fetchone() == [42]


def test_a_wrong_password_does_not_connect(warehouse):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(warehouse, "boss", "Wrong-Horse-9")


def test_temporary_credentials_are_the_callers(redshift, aws, assume, warehouse):
    arn = aws("iam").create_role(
        RoleName="visitor", AssumeRolePolicyDocument=trust(AWS="arn:aws:iam::123456789012:root")
    )["Role"]["Arn"]
    visitor = aws("redshift-serverless", **assume(arn))
    given = visitor.get_credentials(workgroupName="shared", durationSeconds=1800)
    assert given["dbUser"] == "IAMR:visitor"
    left = given["expiration"] - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(minutes=29) < left <= datetime.timedelta(minutes=30)
    with login(warehouse, given["dbUser"], given["dbPassword"]) as connection:
        assert connection.execute("select current_user").fetchone() == ("IAMR:visitor",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(warehouse, "IAMR:somebody", given["dbPassword"])


@pytest.mark.parametrize("seconds", [899, 3601])
def test_credentials_last_from_15_to_60_minutes(redshift, warehouse, seconds):
    with refused("ValidationException", "durationSeconds"):
        redshift.get_credentials(workgroupName="shared", durationSeconds=seconds)


def test_credentials_need_a_workgroup(redshift):
    with refused("ResourceNotFoundException"):
        redshift.get_credentials(workgroupName="nobody")


def test_the_administrators_password_changes(redshift, fresh):
    workgroup = make(redshift, fresh, dbName="analytics", **ADMIN)
    redshift.update_namespace(
        namespaceName=fresh, adminUsername="boss", adminUserPassword="Another-Horse-9"
    )
    available(redshift, fresh)
    with login(workgroup, "boss", "Another-Horse-9") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(workgroup, "boss", PASSWORD)


def test_the_endpoint_moves_with_the_port(redshift, fresh):
    make(redshift, fresh, dbName="analytics", **ADMIN)
    redshift.update_workgroup(workgroupName=fresh, port=5440)
    serving(redshift, fresh)
    moved = redshift.get_workgroup(workgroupName=fresh)["workgroup"]
    assert moved["port"] == 5440
    with login(moved, "boss", PASSWORD) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_data_stays_when_the_workgroup_is_replaced(redshift, fresh):
    workgroup = make(redshift, fresh, dbName="analytics", **ADMIN)
    with login(workgroup, "boss", PASSWORD) as connection:
        connection.execute("create table kept (id int)")
    redshift.delete_workgroup(workgroupName=fresh)
    until(lambda: workgroup_status(redshift, fresh) == "GONE")
    with pytest.raises(psycopg.OperationalError):
        login(workgroup, "boss", PASSWORD)
    redshift.create_workgroup(workgroupName=fresh, namespaceName=fresh)
    serving(redshift, fresh)
    again = redshift.get_workgroup(workgroupName=fresh)["workgroup"]
    with login(again, "boss", PASSWORD) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


def test_a_deleted_namespace_leaves_no_files(redshift, sandbox):
    make(redshift, "passing")
    folder = sandbox.settings.directory / "redshift" / "passing"
    remove(redshift, "passing")
    assert not folder.exists()
