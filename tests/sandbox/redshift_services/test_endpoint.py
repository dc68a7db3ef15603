"""A workgroup's endpoint: who may connect, where it is, what outlives it."""

from __future__ import annotations

import datetime

import psycopg
import pytest

from tests.sandbox.identities import permit
from tests.sandbox.redshift_services.tools import (
    ADMIN,
    PASSWORD,
    available,
    finished,
    login,
    make,
    refused,
    remove,
    serving,
    trust,
    until,
    workgroup_status,
)


def test_the_administrator_connects_to_the_endpoint(warehouse):
    with login(warehouse, "boss", PASSWORD) as connection:
        assert connection.execute("select current_user").fetchone() == ("boss",)


def test_a_wrong_password_does_not_connect(warehouse):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(warehouse, "boss", "Wrong-Horse-9")


def test_a_database_user_connects_with_its_own_password(warehouse, data, secret):
    finished(data, "create user ann password 'Ann-Password-1'", SecretArn=secret)
    with login(warehouse, "ann", "Ann-Password-1") as connection:
        assert connection.execute("select current_user").fetchone() == ("ann",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(warehouse, "ann", "Another-Password-1")
    finished(data, "create user bob password disable", SecretArn=secret)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        login(warehouse, "bob", "x")


def test_temporary_credentials_are_the_callers(redshift, aws, assume, warehouse):
    arn = aws("iam").create_role(
        RoleName="visitor", AssumeRolePolicyDocument=trust(AWS="arn:aws:iam::123456789012:root")
    )["Role"]["Arn"]
    permit(aws, arn, "redshift-serverless:GetCredentials")
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
