"""RDS as a client sees it: boto3 for the instance, SQL for the database behind it."""

from __future__ import annotations

import json
import re
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from sandbox.engines.postgres import binaries

PASSWORD = "correct-horse-9"
QUICKLY = {"Delay": 0.1, "MaxAttempts": 600}
STATIC, DYNAMIC = "pending-reboot", "immediate"


@pytest.fixture(scope="module")
def rds(aws: Callable[..., Any]) -> Any:
    return aws("rds")


@pytest.fixture(scope="module")
def shop(rds: Any) -> Iterator[str]:
    """An instance that the tests of this file share, with a parameter group of its own."""
    name = "rds-shop"
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="shop"
    )
    create(rds, name, DBParameterGroupName=name)
    wait(rds, name)
    yield name
    remove(rds, name)
    rds.delete_db_parameter_group(DBParameterGroupName=name)


@pytest.fixture
def new_name(rds: Any) -> Iterator[str]:
    """A name for an instance that is deleted after the test."""
    name = f"rds-{uuid.uuid4().hex[:8]}"
    yield name
    if status(rds, name) not in (None, "deleting"):
        remove(rds, name)


def create(rds: Any, name: str, **settings: Any) -> dict[str, Any]:
    request = {
        "Engine": "postgres",
        "EngineVersion": "16.10",
        "DBInstanceClass": "db.t4g.medium",
        "AllocatedStorage": 20,
        "MasterUsername": "shop_admin",
        "DBName": "shop",
        "MasterUserPassword": PASSWORD,
    } | settings
    kept = {member: value for member, value in request.items() if value is not None}
    return rds.create_db_instance(DBInstanceIdentifier=name, **kept)["DBInstance"]


def wait(rds: Any, name: str) -> dict[str, Any]:
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICKLY)
    return describe(rds, name)


def describe(rds: Any, name: str) -> dict[str, Any]:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def status(rds: Any, name: str) -> str | None:
    try:
        return describe(rds, name)["DBInstanceStatus"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "DBInstanceNotFound"
        return None


def remove(rds: Any, name: str) -> None:
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig=QUICKLY)


def connect(rds: Any, name: str, password: str = PASSWORD, **settings: Any) -> psycopg.Connection:
    endpoint = describe(rds, name)["Endpoint"]
    where = {"host": endpoint["Address"], "port": endpoint["Port"], "dbname": "shop"}
    who = {"user": "shop_admin", "password": password}
    return psycopg.connect(**(where | who | settings), autocommit=True)


def show(rds: Any, name: str, setting: str) -> str:
    with connect(rds, name) as connection:
        return connection.execute(f"show {setting}").fetchone()[0]


def set_parameter(rds: Any, group: str, name: str, value: str, method: str) -> None:
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    rds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[change])


def parameters(rds: Any, group: str, **selection: str) -> dict[str, dict[str, Any]]:
    pages = rds.get_paginator("describe_db_parameters").paginate(
        DBParameterGroupName=group, **selection
    )
    return {shape["ParameterName"]: shape for page in pages for shape in page["Parameters"]}


def refused(operation: Callable[..., Any], **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        operation(**request)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_instance_is_creating_without_an_endpoint_until_it_accepts_connections(rds, new_name):
    made = create(rds, new_name)
    assert made["DBInstanceStatus"] == "creating"
    assert "Endpoint" not in made
    while (now := describe(rds, new_name))["DBInstanceStatus"] == "creating":
        assert "Endpoint" not in now
        time.sleep(0.02)
    assert now["DBInstanceStatus"] == "available"
    with connect(rds, new_name) as connection:
        assert connection.execute("select current_database()").fetchone() == ("shop",)


def test_the_endpoint_has_the_port_asked_for_and_an_address_of_its_own(rds, shop, new_name):
    create(rds, new_name, Port=6543)
    endpoint = wait(rds, new_name)["Endpoint"]
    assert endpoint["Port"] == 6543
    assert endpoint["Address"] != describe(rds, shop)["Endpoint"]["Address"]


def test_the_server_is_of_the_major_version_asked_for(rds, shop):
    assert describe(rds, shop)["EngineVersion"] == "16.10"
    assert show(rds, shop, "server_version").startswith("16.")


def test_a_major_version_becomes_its_newest_release_as_on_aws(rds, new_name):
    assert create(rds, new_name, EngineVersion="18")["EngineVersion"].startswith("18.")


def test_only_the_right_password_opens_the_database(rds, shop):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(rds, shop, password="wrong")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        connect(rds, shop, password="")


def test_the_master_user_owns_the_database_and_is_no_superuser(rds, shop):
    with connect(rds, shop) as connection:
        connection.execute("create table owned (id int primary key)")
        connection.execute("create publication p for table owned")
        connection.execute("create role reader login password 'reader-pass'")
        connection.execute("grant rds_replication to reader")
        is_super = "select rolsuper from pg_roles where rolname = current_user"
        assert connection.execute(is_super).fetchone() == (False,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("copy owned from program 'true'")
        connection.execute("drop publication p")
        connection.execute("drop table owned")
        connection.execute("drop role reader")


def test_logical_replication_comes_with_the_reboot_and_not_before(rds, shop):
    assert show(rds, shop, "wal_level") == "replica"
    set_parameter(rds, shop, "rds.logical_replication", "1", STATIC)
    group = describe(rds, shop)["DBParameterGroups"]
    assert group == [{"DBParameterGroupName": shop, "ParameterApplyStatus": "pending-reboot"}]
    assert show(rds, shop, "wal_level") == "replica"

    rebooting = rds.reboot_db_instance(DBInstanceIdentifier=shop)["DBInstance"]
    assert rebooting["DBInstanceStatus"] == "rebooting"
    assert wait(rds, shop)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, shop, "wal_level") == "logical"
    with connect(rds, shop) as connection:
        make = "select pg_create_logical_replication_slot('s', 'pgoutput')"
        assert connection.execute(make).fetchone()
        connection.execute("select pg_drop_replication_slot('s')")


def test_an_instance_made_with_logical_replication_has_it_at_once(rds, new_name):
    group = f"{new_name}-group"
    rds.create_db_parameter_group(
        DBParameterGroupName=group, DBParameterGroupFamily="postgres18", Description="x"
    )
    set_parameter(rds, group, "rds.logical_replication", "1", STATIC)
    create(rds, new_name, EngineVersion="18.1", DBParameterGroupName=group)
    assert wait(rds, new_name)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, new_name, "wal_level") == "logical"
    in_use = refused(rds.delete_db_parameter_group, DBParameterGroupName=group)
    assert in_use[0] == "InvalidDBParameterGroupState"
    remove(rds, new_name)
    rds.delete_db_parameter_group(DBParameterGroupName=group)


def test_a_dynamic_parameter_is_in_force_at_once_and_goes_with_a_reset(rds, shop):
    set_parameter(rds, shop, "wal_sender_timeout", "45000", DYNAMIC)
    eventually(lambda: show(rds, shop, "wal_sender_timeout") == "45s")
    assert parameters(rds, shop, Source="user")["wal_sender_timeout"]["ParameterValue"] == "45000"
    rds.reset_db_parameter_group(
        DBParameterGroupName=shop,
        ResetAllParameters=False,
        Parameters=[{"ParameterName": "wal_sender_timeout", "ApplyMethod": DYNAMIC}],
    )
    eventually(lambda: show(rds, shop, "wal_sender_timeout") == "1min")
    assert parameters(rds, shop)["wal_sender_timeout"]["Source"] == "engine-default"


def test_another_parameter_group_is_in_force_after_a_reboot(rds, new_name):
    create(rds, new_name, EngineVersion="16.10")
    wait(rds, new_name)
    group = f"{new_name}-group"
    rds.create_db_parameter_group(
        DBParameterGroupName=group, DBParameterGroupFamily="postgres16", Description="x"
    )
    set_parameter(rds, group, "log_statement", "ddl", DYNAMIC)
    rds.modify_db_instance(DBInstanceIdentifier=new_name, DBParameterGroupName=group)
    applied = wait(rds, new_name)["DBParameterGroups"]
    assert applied == [{"DBParameterGroupName": group, "ParameterApplyStatus": "pending-reboot"}]
    rds.reboot_db_instance(DBInstanceIdentifier=new_name)
    assert wait(rds, new_name)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"
    assert show(rds, new_name, "log_statement") == "ddl"


def test_parameters_tell_who_set_them_and_what_is_allowed(rds):
    shapes = parameters(rds, "default.postgres17")
    logical = shapes["rds.logical_replication"]
    assert (logical["ApplyType"], logical["AllowedValues"]) == ("static", "0,1")
    assert (logical["Source"], logical["ParameterValue"]) == ("system", "0")
    assert shapes["wal_sender_timeout"]["Source"] == "engine-default"
    assert "ParameterValue" not in shapes["wal_sender_timeout"]
    assert not parameters(rds, "default.postgres17", Source="user")


@pytest.mark.parametrize(
    ("name", "value", "method", "code", "message"),
    [
        ("no.such", "1", STATIC, "InvalidParameterValue", "Could not find parameter with name"),
        ("wal_sender_timeout", "-5", DYNAMIC, "InvalidParameterValue", "0-3600000"),
        ("log_statement", "some", DYNAMIC, "InvalidParameterValue", "none,ddl,mod,all"),
        ("wal_level", "logical", STATIC, "InvalidParameterValue", "cannot be modified"),
        ("rds.logical_replication", "1", DYNAMIC, "InvalidParameterCombination", "static"),
    ],
)
def test_a_wrong_parameter_is_refused(rds, shop, name, value, method, code, message):
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}
    modify = rds.modify_db_parameter_group
    got = refused(modify, DBParameterGroupName=shop, Parameters=[change])
    assert got[0] == code
    assert message in got[1]
    assert name not in parameters(rds, shop, Source="user") or name == "rds.logical_replication"


def test_default_and_missing_parameter_groups_are_refused(rds):
    change = {"ParameterName": "work_mem", "ParameterValue": "64", "ApplyMethod": DYNAMIC}
    modify, delete = rds.modify_db_parameter_group, rds.delete_db_parameter_group
    default, missing = "default.postgres16", "no-such-group"
    code, _ = refused(modify, DBParameterGroupName=default, Parameters=[change])
    assert code == "InvalidParameterValue"
    assert refused(delete, DBParameterGroupName=default)[0] == "InvalidDBParameterGroupState"
    for operation in (rds.describe_db_parameter_groups, rds.describe_db_parameters, delete):
        assert refused(operation, DBParameterGroupName=missing)[0] == "DBParameterGroupNotFound"


def test_a_new_master_password_replaces_the_old_one(rds, new_name):
    create(rds, new_name)
    wait(rds, new_name)
    changed = rds.modify_db_instance(DBInstanceIdentifier=new_name, MasterUserPassword="battery-8")
    assert changed["DBInstance"]["DBInstanceStatus"] == "resetting-master-credentials"
    wait(rds, new_name)
    connect(rds, new_name, password="battery-8").close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(rds, new_name)


def test_a_managed_secret_holds_the_password_that_works(rds, aws, new_name):
    create(rds, new_name, MasterUserPassword=None, ManageMasterUserPassword=True)
    secret = wait(rds, new_name)["MasterUserSecret"]["SecretArn"]

    def held() -> dict[str, str]:
        value = aws("secretsmanager").get_secret_value(SecretId=secret)
        return json.loads(value["SecretString"])

    first = held()
    assert set(first) == {"username", "password"}
    connect(rds, new_name, user=first["username"], password=first["password"]).close()

    rds.modify_db_instance(
        DBInstanceIdentifier=new_name, RotateMasterUserPassword=True, ApplyImmediately=True
    )
    wait(rds, new_name)
    second = held()
    assert second["password"] != first["password"]
    connect(rds, new_name, password=second["password"]).close()


def test_storage_waits_for_the_maintenance_window_unless_told_otherwise(rds, new_name):
    create(rds, new_name)
    wait(rds, new_name)
    rds.modify_db_instance(DBInstanceIdentifier=new_name, AllocatedStorage=40)
    waiting = describe(rds, new_name)
    assert waiting["AllocatedStorage"] == 20
    assert waiting["PendingModifiedValues"] == {"AllocatedStorage": 40}
    modifying = rds.modify_db_instance(
        DBInstanceIdentifier=new_name, DBInstanceClass="db.t4g.large", ApplyImmediately=True
    )["DBInstance"]
    assert modifying["DBInstanceStatus"] == "modifying"
    done = wait(rds, new_name)
    assert (done["AllocatedStorage"], done["DBInstanceClass"]) == (40, "db.t4g.large")
    assert done["PendingModifiedValues"] == {}


def test_a_stopped_instance_keeps_its_rows_and_answers_nobody(rds, new_name):
    create(rds, new_name)
    wait(rds, new_name)
    with connect(rds, new_name) as connection:
        connection.execute("create table kept as select 42 as answer")
    rds.stop_db_instance(DBInstanceIdentifier=new_name)
    eventually(lambda: status(rds, new_name) == "stopped")
    with pytest.raises(psycopg.OperationalError, match="refused"):
        connect(rds, new_name)
    reboot = refused(rds.reboot_db_instance, DBInstanceIdentifier=new_name)
    assert reboot[0] == "InvalidDBInstanceState"
    rds.start_db_instance(DBInstanceIdentifier=new_name)
    wait(rds, new_name)
    with connect(rds, new_name) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_another_port_moves_the_server(rds, new_name):
    create(rds, new_name)
    wait(rds, new_name)
    rds.modify_db_instance(DBInstanceIdentifier=new_name, DBPortNumber=6544)
    assert wait(rds, new_name)["Endpoint"]["Port"] == 6544
    connect(rds, new_name).close()


def test_deletion_asks_for_a_decision_about_the_final_snapshot(rds, new_name):
    create(rds, new_name, DeletionProtection=True)
    wait(rds, new_name)
    delete = rds.delete_db_instance
    code, message = refused(delete, DBInstanceIdentifier=new_name, SkipFinalSnapshot=True)
    assert (code, "protected" in message) == ("InvalidParameterCombination", True)
    rds.modify_db_instance(DBInstanceIdentifier=new_name, DeletionProtection=False)
    code, message = refused(delete, DBInstanceIdentifier=new_name)
    assert (code, "FinalDBSnapshotIdentifier" in message) == ("InvalidParameterCombination", True)
    snapshot = f"{new_name}-final"
    going = delete(DBInstanceIdentifier=new_name, FinalDBSnapshotIdentifier=snapshot)
    assert going["DBInstance"]["DBInstanceStatus"] == "deleting"
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=new_name, WaiterConfig=QUICKLY)
    assert refused(delete, DBInstanceIdentifier=new_name)[0] == "DBInstanceNotFound"
    assert rds.describe_db_snapshots(DBSnapshotIdentifier=snapshot)["DBSnapshots"]


def test_a_deleted_instance_leaves_no_server_and_no_file(rds, sandbox, new_name):
    create(rds, new_name)
    endpoint = wait(rds, new_name)["Endpoint"]
    remove(rds, new_name)
    assert not list(sandbox.settings.directory.rglob(f"*{new_name}*"))
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(host=endpoint["Address"], port=endpoint["Port"], user="shop_admin")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"Engine": "mysql"}, "NotImplemented"),
        ({"EngineVersion": "16.2"}, "InvalidParameterCombination"),
        ({"MasterUserPassword": "short"}, "InvalidParameterValue"),
        ({"MasterUserPassword": "with/slash-in-it"}, "InvalidParameterValue"),
        ({"MasterUserPassword": None}, "InvalidParameterValue"),
        ({"ManageMasterUserPassword": True}, "InvalidParameterCombination"),
        ({"MasterUsername": "admin"}, "InvalidParameterValue"),
        ({"AllocatedStorage": 5}, "InvalidParameterValue"),
        ({"AllocatedStorage": None}, "InvalidParameterValue"),
        ({"Port": 80}, "InvalidParameterValue"),
        ({"DBInstanceClass": "large"}, "InvalidParameterValue"),
        ({"DBName": "1shop"}, "InvalidParameterValue"),
        ({"DBParameterGroupName": "no-such-group"}, "DBParameterGroupNotFound"),
        ({"DBParameterGroupName": "default.postgres18"}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "no-such-group"}, "DBSubnetGroupNotFoundFault"),
        ({"VpcSecurityGroupIds": ["sg-00000000"]}, "InvalidParameterValue"),
    ],
)
def test_a_wrong_request_makes_nothing(rds, settings, code):
    with pytest.raises(ClientError) as raised:
        create(rds, "rds-wrong", **settings)
    assert raised.value.response["Error"]["Code"] == code
    assert status(rds, "rds-wrong") is None


def test_a_name_is_taken_once_in_any_case(rds, shop):
    with pytest.raises(ClientError) as raised:
        create(rds, shop.upper())
    assert raised.value.response["Error"]["Code"] == "DBInstanceAlreadyExists"


def test_engine_versions_name_their_family_and_upgrades(rds):
    shapes = rds.describe_db_engine_versions(Engine="postgres", EngineVersion="16.9")
    (version,) = shapes["DBEngineVersions"]
    assert version["DBParameterGroupFamily"] == "postgres16"
    targets = {target["EngineVersion"] for target in version["ValidUpgradeTarget"]}
    assert "16.10" in targets
    assert "16.8" not in targets
    default = rds.describe_db_engine_versions(
        Engine="postgres", DBParameterGroupFamily="postgres16", DefaultOnly=True
    )["DBEngineVersions"]
    assert [shape["EngineVersion"] for shape in default] == ["16.10"]


@pytest.mark.parametrize("major", [16, 18])
def test_every_parameter_is_one_of_postgresqls_with_a_range_that_it_takes(rds, major):
    program = binaries.find(major).bin / "postgres"
    told = subprocess.run(
        [program, "--describe-config"], capture_output=True, text=True, check=True
    )
    settings = {row.split("\t")[0]: row.split("\t") for row in told.stdout.splitlines()}
    for name, shape in parameters(rds, f"default.postgres{major}").items():
        if "." in name:
            continue
        _, context, _, kind, _, low, high, *_ = settings[name]
        if kind in ("INTEGER", "REAL"):
            allowed = re.fullmatch(r"(-?[\d.]+)-(.+)", shape["AllowedValues"])
            assert float(allowed[1]) >= float(low), name
            assert float(allowed[2]) <= float(high), name
        if context.upper() == "POSTMASTER":
            assert shape["ApplyType"] == "static", name


def test_tags_are_kept_by_the_instance(rds, shop):
    arn = describe(rds, shop)["DBInstanceArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "layer", "Value": "source"}])
    assert {"Key": "layer", "Value": "source"} in rds.list_tags_for_resource(ResourceName=arn)[
        "TagList"
    ]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)
