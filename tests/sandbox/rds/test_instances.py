"""RDS as a client sees it: boto3 for the instance, SQL for the database behind it."""

from __future__ import annotations

import json
import time

import psycopg
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.rds.client import (
    QUICKLY,
    connect,
    create,
    describe,
    eventually,
    refused,
    remove,
    show,
    status,
    wait,
)


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


def test_tags_are_kept_by_the_instance(rds, shop):
    arn = describe(rds, shop)["DBInstanceArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "layer", "Value": "source"}])
    assert {"Key": "layer", "Value": "source"} in rds.list_tags_for_resource(ResourceName=arn)[
        "TagList"
    ]
