"""Sessions of the Data API: what they keep between statements, whose they are, when they end."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest

from sandbox.services.redshift_data import sessions
from tests.sandbox.redshift_services.tools import (
    ADMIN,
    HERE,
    QUERYING,
    ended,
    make,
    refused,
    remove,
    rows,
    trust,
    until,
)

MINUTE = 60
WAITING = "delete from orders"


def opened(client, sql="select 1", **request):
    """The session that a statement opens, once it has ended."""
    answer = client.execute_statement(
        **(HERE | {"SessionKeepAliveSeconds": MINUTE} | request), Sql=sql
    )
    assert ended(client, answer["Id"])["Status"] == "FINISHED"
    return answer["SessionId"]


def run(client, session, sql, **request):
    """The description of what ran in a session, once it has ended."""
    answer = client.execute_statement(SessionId=session, Sql=sql, **request)
    assert answer["SessionId"] == session
    return ended(client, answer["Id"])


def value(client, session, sql):
    found = run(client, session, sql)
    assert found["Status"] == "FINISHED", found.get("Error")
    return rows(client, found["Id"])[0][0]


def status(client, session):
    return client.list_sessions(SessionId=session)["Sessions"][0]["Status"]


def test_a_session_keeps_its_connection(data, secret):
    session = opened(data, "create temp table kept (id int)", SecretArn=secret)
    assert run(data, session, "insert into kept values (1), (2)")["ResultRows"] == 2
    assert value(data, session, "select count(*) from kept") == 2
    pids = {value(data, session, "select pg_backend_pid()") for _ in range(2)}
    assert len(pids) == 1
    run(data, session, "set search_path to pg_catalog")
    assert value(data, session, "show search_path") == "pg_catalog"


def test_statements_tell_their_session_and_where_it_is_connected(data):
    session = opened(data, StatementName="in-a-session")
    found = run(data, session, "select 2", StatementName="in-a-session")
    assert found["SessionId"] == session
    assert (found["WorkgroupName"], found["Database"]) == ("shared", "analytics")
    assert found["DbUser"] == "IAM:administrator"
    listed = data.list_statements(StatementName="in-a-session")["Statements"]
    assert [each["SessionId"] for each in listed] == [session, session]
    without = data.execute_statement(**HERE, Sql="select 1", SessionKeepAliveSeconds=0)
    assert "SessionId" not in without
    assert "SessionId" not in ended(data, without["Id"])


def test_a_transaction_stays_open_until_it_is_ended(data, secret):
    table = f"public.t_{uuid.uuid4().hex[:8]}"
    session = opened(data, f"create table {table} (id int)", SecretArn=secret)
    other = opened(data, SecretArn=secret)
    run(data, session, "begin")
    run(data, session, f"insert into {table} values (1)")
    assert value(data, other, f"select count(*) from {table}") == 0
    assert value(data, session, f"select count(*) from {table}") == 1
    run(data, session, "commit")
    assert value(data, other, f"select count(*) from {table}") == 1
    run(data, session, "begin")
    run(data, session, f"delete from {table}")
    run(data, session, "rollback")
    assert value(data, session, f"select count(*) from {table}") == 1


def test_what_fails_in_a_transaction_ends_it(data):
    session = opened(data, "begin")
    assert run(data, session, "select 1 / 0")["Status"] == "FAILED"
    found = run(data, session, "select 1")
    assert "current transaction is aborted" in found["Error"]
    run(data, session, "rollback")
    assert value(data, session, "select 1") == 1


def test_a_batch_runs_in_a_session_as_one_transaction(data, secret):
    answer = data.batch_execute_statement(
        **HERE,
        Sqls=["create temp table b (id int)", "insert into b values (1)"],
        SecretArn=secret,
        SessionKeepAliveSeconds=MINUTE,
    )
    session = answer["SessionId"]
    assert ended(data, answer["Id"])["SessionId"] == session

    def batch(*sqls, **request):
        return ended(
            data, data.batch_execute_statement(SessionId=session, Sqls=sqls, **request)["Id"]
        )

    assert batch("insert into b values (2)", "select 1 / 0")["Status"] == "FAILED"
    assert value(data, session, "select count(*) from b") == 1
    mixed = batch("insert into b values (2)", "select 1 / 0", ExecutionMode="AUTO_COMMIT")
    assert [each["Status"] for each in mixed["SubStatements"]] == ["FINISHED", "FAILED"]
    assert value(data, session, "select count(*) from b") == 2
    run(data, session, "begin")
    assert "inside a transaction block" in batch("select 1", "select 2")["Error"]


def test_a_session_runs_one_statement_at_a_time(data, secret, locked):
    session = opened(data, SecretArn=secret)
    running = data.execute_statement(
        SessionId=session, Sql=WAITING, ClientToken="the-one-that-waits"
    )["Id"]
    listed = data.list_sessions(SessionId=session)["Sessions"][0]
    assert (listed["Status"], listed["CurrentStatementId"]) == ("BUSY", running)
    with refused("ValidationException", "Session is not available"):
        data.execute_statement(SessionId=session, Sql="select 1")
    again = data.execute_statement(SessionId=session, Sql=WAITING, ClientToken="the-one-that-waits")
    assert again["Id"] == running
    data.cancel_statement(Id=running)
    assert ended(data, running)["Status"] == "ABORTED"
    assert value(data, session, "select 1") == 1


@pytest.mark.parametrize(
    "member", ["WorkgroupName", "Database", "SecretArn", "ClusterIdentifier", "DbUser"]
)
def test_a_session_is_given_alone(data, member):
    session = opened(data)
    with refused("ValidationException", f"{member} can't be specified with SessionId."):
        data.execute_statement(SessionId=session, Sql="select 1", **{member: "shared"})


def test_nobody_has_a_session_that_was_never_made(data):
    identifier = str(uuid.uuid4())
    with refused("ValidationException", f"Session with Id: {identifier} is invalid"):
        data.execute_statement(SessionId=identifier, Sql="select 1")
    with refused("ResourceNotFoundException"):
        data.list_sessions(SessionId=identifier)


def test_a_session_ends_when_no_statement_comes(data):
    session = opened(data, SessionKeepAliveSeconds=1)
    until(lambda: status(data, session) == "CLOSED")
    with refused("ValidationException", "Session is not available"):
        data.execute_statement(SessionId=session, Sql="select 1")
    shown = {each["SessionId"] for each in data.list_sessions()["Sessions"]}
    assert session not in shown
    closed = {each["SessionId"] for each in data.list_sessions(Status="CLOSED")["Sessions"]}
    assert session in closed


def test_the_end_of_a_session_is_that_of_its_transaction(data, secret):
    table = f"public.t_{uuid.uuid4().hex[:8]}"
    session = opened(data, f"create table {table} (id int)", SecretArn=secret)
    run(data, session, "begin")
    run(data, session, f"lock {table}", SessionKeepAliveSeconds=1)
    free = opened(data, f"insert into {table} values (1)", SecretArn=secret)
    assert status(data, session) == "CLOSED"
    assert value(data, free, f"select count(*) from {table}") == 1


def test_a_statement_may_change_how_long_its_session_is_kept(data):
    session = opened(data)
    listed = data.list_sessions(SessionId=session)["Sessions"][0]
    kept = datetime.timedelta(seconds=MINUTE)
    assert listed["SessionAliveSeconds"] == MINUTE
    assert listed["SessionTtl"] - listed["UpdatedAt"] == kept
    run(data, session, "select 1", SessionKeepAliveSeconds=0)
    assert status(data, session) == "CLOSED"


def test_no_session_outlives_a_day(data, secret, locked, monkeypatch):
    monkeypatch.setattr(sessions, "LONGEST", datetime.timedelta(seconds=2))
    answer = data.execute_statement(
        **HERE, Sql=WAITING, SecretArn=secret, SessionKeepAliveSeconds=MINUTE
    )
    assert ended(data, answer["Id"])["Status"] == "ABORTED"
    with refused("ValidationException"):
        data.execute_statement(SessionId=answer["SessionId"], Sql="select 1")


def test_a_workgroup_has_so_many_sessions(data, monkeypatch):
    opened(data)
    monkeypatch.setattr(sessions, "MOST_OPEN", 1)
    with refused("ActiveSessionsExceededException"):
        data.execute_statement(**HERE, Sql="select 1", SessionKeepAliveSeconds=MINUTE)


def test_a_login_that_fails_leaves_no_session(data, aws):
    wrong = json.dumps({"username": "boss", "password": "Wrong-1234"})
    secret = aws("secretsmanager").create_secret(Name=uuid.uuid4().hex, SecretString=wrong)["ARN"]
    answer = data.execute_statement(
        **HERE, Sql="select 1", SecretArn=secret, SessionKeepAliveSeconds=MINUTE
    )
    assert ended(data, answer["Id"])["Status"] == "FAILED"
    assert status(data, answer["SessionId"]) == "CLOSED"


def test_a_session_goes_with_its_workgroup(data, redshift, fresh):
    make(redshift, fresh, dbName="analytics", **ADMIN)
    session = opened(data, WorkgroupName=fresh)
    remove(redshift, fresh)
    with refused("ValidationException", "Session is not available"):
        data.execute_statement(SessionId=session, Sql="select 1")


def test_a_session_is_its_makers_role(aws, assume, analyst, data):
    session = opened(analyst)
    assert value(analyst, session, "select current_user") == "IAMR:reporter"
    colleague = aws("redshift-data", **assume("arn:aws:iam::123456789012:role/reporter"))
    assert value(colleague, session, "select 1") == 1
    with refused("ValidationException", "is invalid"):
        data.execute_statement(SessionId=session, Sql="select 1")
    with refused("ResourceNotFoundException"):
        data.list_sessions(SessionId=session)
    mine = {each["SessionId"] for each in analyst.list_sessions()["Sessions"]}
    assert session in mine
    assert session not in {each["SessionId"] for each in data.list_sessions()["Sessions"]}


def test_a_policy_may_keep_a_session_to_whoever_made_it(aws, warehouse):
    iam = aws("iam")
    trusted = trust(AWS="arn:aws:iam::123456789012:root")
    role = iam.create_role(RoleName="careful", AssumeRolePolicyDocument=trusted)["Role"]
    executing = {
        "Effect": "Allow",
        "Action": ["redshift-data:ExecuteStatement", "redshift-data:BatchExecuteStatement"],
        "Resource": aws("redshift-serverless").get_workgroup(workgroupName="shared")["workgroup"][
            "workgroupArn"
        ],
        "Condition": {"StringEquals": {"redshift-data:session-owner-iam-userid": "${aws:userid}"}},
    }
    reading = {"Effect": "Allow", "Action": [*QUERYING[1:], "redshift-data:D*"], "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [executing, reading]}
    iam.put_role_policy(RoleName="careful", PolicyName="own", PolicyDocument=json.dumps(policy))

    def member(name):
        given = aws("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
        return aws(
            "redshift-data",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    first, second = member("first"), member("second")
    session = opened(first)
    assert run(first, session, "select 1")["Status"] == "FINISHED"
    with refused("AccessDeniedException", "redshift-data:ExecuteStatement"):
        second.execute_statement(SessionId=session, Sql="select 1")


def test_sessions_are_listed_in_pages_by_status_and_place(data):
    made = [opened(data) for _ in range(3)]
    pages = data.get_paginator("list_sessions").paginate(
        WorkgroupName="shared", Database="analytics", PaginationConfig={"PageSize": 2}
    )
    shown = [each["SessionId"] for page in pages for each in page["Sessions"]]
    assert shown[:3] == made[::-1]
    assert data.list_sessions(Database="other")["Sessions"] == []
    with refused("ValidationException", "Status can't be specified with SessionId."):
        data.list_sessions(SessionId=made[0], Status="AVAILABLE")
    with refused("ValidationException"):
        data.list_sessions(WorkgroupName="shared", ClusterIdentifier="shared")


def test_more_than_a_day_is_no_time_to_keep_a_session(data):
    with refused("ValidationException"):
        data.execute_statement(**HERE, Sql="select 1", SessionKeepAliveSeconds=86401)
